#include "services/analytics/storage/sql_store.h"

#include "libs/core/status.h"

namespace huiyin::analytics {
namespace {

enum Role { kLive = 1, kBuilding = 2, kOld = 3 };

constexpr int kRowsRemovedAtOnce = 2000;

}  // namespace

// ---- log ----

absl::Status SqlStore::AppendEvent(const LoggedEvent& event) {
  int64_t position = 0;
  HUIYIN_RETURN_IF_ERROR(
      session_.Query("UPDATE event_log_head SET last = last + 1 WHERE id = 1 RETURNING last", {},
                     [&](const db::Row& row) { position = row.Int(0); }));
  return session_
      .Execute(
          "INSERT INTO event_log (position, tenant, type, occurred_at, body) VALUES (?, ?, ?, ?, "
          "?)",
          {position, event.tenant, event.type, event.at, db::Blob{event.body}})
      .status();
}

absl::StatusOr<std::string> SqlStore::AliasOf(std::string_view tenant, std::string_view customer,
                                              std::string_view fresh) {
  std::string alias;
  HUIYIN_RETURN_IF_ERROR(
      session_.Query("SELECT alias FROM customer_alias WHERE tenant = ? AND customer_id = ?",
                     {tenant, customer}, [&](const db::Row& row) { alias = row.Str(0); }));
  if (!alias.empty()) return alias;
  HUIYIN_RETURN_IF_ERROR(
      session_
          .Execute("INSERT INTO customer_alias (tenant, customer_id, alias) VALUES (?, ?, ?)",
                   {tenant, customer, fresh})
          .status());
  return std::string(fresh);
}

absl::StatusOr<bool> SqlStore::ForgetCustomer(std::string_view tenant, std::string_view customer) {
  HUIYIN_ASSIGN_OR_RETURN(
      const int64_t rows,
      session_.Execute("DELETE FROM customer_alias WHERE tenant = ? AND customer_id = ?",
                       {tenant, customer}));
  return rows > 0;
}

absl::Status SqlStore::ReadEvents(int64_t position, int limit,
                                  absl::FunctionRef<void(const LoggedEvent&)> each) {
  return session_.Query(
      "SELECT position, tenant, type, occurred_at, body FROM event_log WHERE position > ? "
      "ORDER BY position LIMIT ?",
      {position, limit}, [&](const db::Row& row) {
        each({row.Int(0), row.Str(1), row.Str(2), row.Time(3), row.Str(4)});
      });
}

absl::Status SqlStore::ReadEventsOf(std::string_view tenant, int64_t position, int limit,
                                    absl::FunctionRef<void(const LoggedEvent&)> each) {
  return session_.Query(
      "SELECT position, tenant, type, occurred_at, body FROM event_log WHERE position > ? AND "
      "tenant = ? ORDER BY position LIMIT ?",
      {position, tenant, limit}, [&](const db::Row& row) {
        each({row.Int(0), row.Str(1), row.Str(2), row.Time(3), row.Str(4)});
      });
}

absl::StatusOr<int64_t> SqlStore::LastPosition() {
  int64_t last = 0;
  HUIYIN_RETURN_IF_ERROR(session_.Query("SELECT last FROM event_log_head WHERE id = 1", {},
                                        [&](const db::Row& row) { last = row.Int(0); }));
  return last;
}

// ---- generations ----

absl::StatusOr<std::optional<Generation>> SqlStore::FindGeneration(int role) {
  std::optional<Generation> found;
  HUIYIN_RETURN_IF_ERROR(
      session_.Query("SELECT number, position, zones FROM generation WHERE role = ?", {role},
                     [&](const db::Row& row) {
                       found = Generation{row.Int(0), row.Int(1), row.Str(2)};
                     }));
  return found;
}

absl::StatusOr<Generation> SqlStore::Live() {
  HUIYIN_ASSIGN_OR_RETURN(const std::optional<Generation> live, FindGeneration(kLive));
  if (!live) return absl::DataLossError("no set of figures is in use");
  return *live;
}

absl::Status SqlStore::Advance(int64_t generation, int64_t from, int64_t to) {
  HUIYIN_ASSIGN_OR_RETURN(
      const int64_t rows,
      session_.Execute("UPDATE generation SET position = ? WHERE number = ? AND position = ?",
                       {to, generation, from}));
  return rows == 1 ? absl::OkStatus() : absl::AbortedError("somebody else counted these events");
}

absl::StatusOr<Generation> SqlStore::StartBuilding(const std::string& zones) {
  HUIYIN_RETURN_IF_ERROR(
      session_.Execute("UPDATE generation SET role = 3 WHERE role = 2").status());
  Generation made;
  made.zones = zones;
  HUIYIN_RETURN_IF_ERROR(
      session_.Query("INSERT INTO generation (number, position, role, zones) "
                     "SELECT MAX(number) + 1, 0, 2, ? FROM generation RETURNING number",
                     {zones}, [&](const db::Row& row) { made.number = row.Int(0); }));
  return made;
}

absl::Status SqlStore::ChooseZones(const std::string& zones) {
  return session_
      .Execute("UPDATE generation SET zones = ? WHERE role = 1 AND position = 0 AND zones <> ?",
               {zones, zones})
      .status();
}

absl::Status SqlStore::LockGenerations() {
  return session_.Execute("UPDATE generation SET role = role").status();
}

absl::Status SqlStore::Switch(int64_t building) {
  HUIYIN_ASSIGN_OR_RETURN(const auto found, FindGeneration(kBuilding));
  if (!found || found->number != building) {
    return absl::AbortedError("somebody else has begun to count anew");
  }
  return session_
      .Execute("UPDATE generation SET role = CASE role WHEN 1 THEN 3 WHEN 2 THEN 1 ELSE role END")
      .status();
}

absl::StatusOr<bool> SqlStore::HasOld() {
  HUIYIN_ASSIGN_OR_RETURN(const auto old, FindGeneration(kOld));
  return old.has_value();
}

absl::Status SqlStore::RemoveSomeOld() {
  HUIYIN_ASSIGN_OR_RETURN(const auto old, FindGeneration(kOld));
  if (!old) return absl::OkStatus();
  int64_t removed = 0;
  HUIYIN_ASSIGN_OR_RETURN(
      int64_t rows,
      session_.Execute("DELETE FROM rollup WHERE (generation, cube, grain, tenant, bucket, shard, "
                       "run) IN (SELECT generation, cube, grain, tenant, bucket, shard, run FROM "
                       "rollup WHERE generation = ? LIMIT ?)",
                       {old->number, kRowsRemovedAtOnce}));
  removed += rows;
  HUIYIN_ASSIGN_OR_RETURN(
      rows,
      session_.Execute("DELETE FROM entity WHERE (generation, tenant, kind, id) IN (SELECT "
                       "generation, tenant, kind, id FROM entity WHERE generation = ? LIMIT ?)",
                       {old->number, kRowsRemovedAtOnce}));
  removed += rows;
  if (removed > 0) return absl::OkStatus();
  HUIYIN_RETURN_IF_ERROR(
      session_.Execute("DELETE FROM dictionary WHERE generation = ?", {old->number}).status());
  return session_.Execute("DELETE FROM generation WHERE number = ?", {old->number}).status();
}

absl::StatusOr<bool> SqlStore::SameRollups(int64_t generation, int64_t other) {
  int64_t differences = 0, rows = 0;
  HUIYIN_RETURN_IF_ERROR(session_.Query(
      "SELECT COUNT(*) FROM rollup a WHERE a.generation = ? AND NOT EXISTS (SELECT 1 FROM rollup b "
      "WHERE b.generation = ? AND b.cube = a.cube AND b.grain = a.grain AND b.tenant = a.tenant "
      "AND b.bucket = a.bucket AND b.shard = a.shard AND b.run = a.run AND b.cells = a.cells)",
      {generation, other}, [&](const db::Row& row) { differences = row.Int(0); }));
  HUIYIN_RETURN_IF_ERROR(
      session_.Query("SELECT SUM(CASE WHEN generation = ? THEN 1 WHEN generation = ? THEN -1 ELSE "
                     "0 END) FROM rollup",
                     {generation, other}, [&](const db::Row& row) { rows = row.Int(0); }));
  return differences == 0 && rows == 0;
}

// ---- entities and dictionaries ----

absl::StatusOr<std::optional<std::string>> SqlStore::LoadEntity(int64_t generation,
                                                                std::string_view tenant,
                                                                EntityKind kind,
                                                                std::string_view id) {
  std::optional<std::string> state;
  HUIYIN_RETURN_IF_ERROR(session_.Query(
      "SELECT state FROM entity WHERE generation = ? AND tenant = ? AND kind = ? AND id = ?",
      {generation, tenant, kind, id}, [&](const db::Row& row) { state = row.Str(0); }));
  return state;
}

absl::StatusOr<std::string> SqlStore::LastEntityId(int64_t generation, std::string_view tenant,
                                                   EntityKind kind) {
  std::string id;
  HUIYIN_RETURN_IF_ERROR(
      session_.Query("SELECT MAX(id) FROM entity WHERE generation = ? AND tenant = ? AND kind = ?",
                     {generation, tenant, kind}, [&](const db::Row& row) { id = row.Str(0); }));
  return id;
}

absl::Status SqlStore::SaveEntities(int64_t generation, const std::vector<EntityRow>& rows) {
  std::vector<db::Value> args;
  args.reserve(rows.size() * 5);
  for (const EntityRow& row : rows) {
    args.emplace_back(generation);
    args.emplace_back(row.tenant);
    args.emplace_back(row.kind);
    args.emplace_back(row.id);
    args.emplace_back(db::Blob{row.bytes});
  }
  if (args.empty()) return absl::OkStatus();
  return session_
      .ExecuteMany(
          "INSERT INTO entity (generation, tenant, kind, id, state) VALUES (?, ?, ?, ?, ?) "
          "ON CONFLICT (generation, tenant, kind, id) DO UPDATE SET state = excluded.state",
          5, args)
      .status();
}

absl::StatusOr<uint32_t> SqlStore::NumberOf(int64_t generation, std::string_view tenant,
                                            Dimension dimension, std::string_view value) {
  uint32_t id = 0;
  HUIYIN_RETURN_IF_ERROR(
      session_.Query("SELECT id FROM dictionary WHERE generation = ? AND tenant = ? AND dimension "
                     "= ? AND value = ?",
                     {generation, tenant, dimension, value},
                     [&](const db::Row& row) { id = static_cast<uint32_t>(row.Int(0)); }));
  return id;
}

absl::StatusOr<uint32_t> SqlStore::LastNumber(int64_t generation, std::string_view tenant,
                                              Dimension dimension) {
  uint32_t id = 0;
  HUIYIN_RETURN_IF_ERROR(session_.Query(
      "SELECT MAX(id) FROM dictionary WHERE generation = ? AND tenant = ? AND dimension = ?",
      {generation, tenant, dimension},
      [&](const db::Row& row) { id = static_cast<uint32_t>(row.Int(0)); }));
  return id;
}

absl::Status SqlStore::SaveNumbers(int64_t generation, const std::vector<TextNumber>& rows) {
  std::vector<db::Value> args;
  for (const TextNumber& row : rows) {
    args.emplace_back(generation);
    args.emplace_back(row.tenant);
    args.emplace_back(row.dimension);
    args.emplace_back(row.id);
    args.emplace_back(row.value);
  }
  if (args.empty()) return absl::OkStatus();
  return session_
      .ExecuteMany(
          "INSERT INTO dictionary (generation, tenant, dimension, id, value) VALUES (?, ?, ?, ?, "
          "?)",
          5, args)
      .status();
}

absl::StatusOr<std::string> SqlStore::TextOf(int64_t generation, std::string_view tenant,
                                             Dimension dimension, uint32_t id) {
  std::string text;
  if (id == 0) return text;
  HUIYIN_RETURN_IF_ERROR(session_.Query(
      "SELECT value FROM dictionary WHERE generation = ? AND tenant = ? AND dimension = ? AND id = "
      "?",
      {generation, tenant, dimension, id}, [&](const db::Row& row) { text = row.Str(0); }));
  return text;
}

}  // namespace huiyin::analytics
