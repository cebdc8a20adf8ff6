#include "libs/events/relay_store.h"

#include "absl/strings/str_cat.h"
#include "libs/core/status.h"

namespace huiyin::events {
namespace {

constexpr char kReadSqlite[] =
    "SELECT txid, id, event_id, type, tenant, topic, aggregate_id, sequence, occurred_at,"
    " traceparent, body FROM outbox WHERE id > ? ORDER BY id LIMIT ?";
constexpr char kReadPostgres[] =
    "SELECT txid, id, event_id, type, tenant, topic, aggregate_id, sequence, occurred_at,"
    " traceparent, body FROM outbox WHERE (txid, id) > (?, ?)"
    " AND txid < CAST(CAST(pg_snapshot_xmin(pg_current_snapshot()) AS TEXT) AS BIGINT)"
    " ORDER BY txid, id LIMIT ?";
// The oldest rows up to a position. On SQLite never the newest: the next row's number will be one
// more than the highest.
constexpr char kPublishedSqlite[] =
    "(SELECT id FROM outbox WHERE id <= ? AND id < (SELECT MAX(id) FROM outbox)"
    " ORDER BY id LIMIT ?)";
constexpr char kPublishedPostgres[] =
    "(SELECT id FROM outbox WHERE (txid, id) <= (?, ?) ORDER BY txid, id LIMIT ?)";

OutboxRow ToOutboxRow(const db::Row& row) {
  return {{row.Int(0), row.Int(1)},
          {.event_id = row.Str(2),
           .type = row.Str(3),
           .tenant = row.Str(4),
           .topic = row.Str(5),
           .aggregate_id = row.Str(6),
           .sequence = static_cast<uint64_t>(row.Int(7)),
           .occurred_at = row.Time(8),
           .traceparent = row.Str(9),
           .body = row.Str(10)}};
}

// After a dump was restored into another server, rows may carry transaction ids that this server
// has yet to reach, and would wait for them.
absl::Status RepairOrder(db::Transaction& tx, RelayState& state) {
  if (tx.dialect() == db::Dialect::kSqlite) return absl::OkStatus();
  int64_t current = 0, newest = 0;
  HUIYIN_RETURN_IF_ERROR(tx.QueryOne("SELECT CAST(CAST(pg_current_xact_id() AS TEXT) AS BIGINT),"
                                     " (SELECT coalesce(max(txid), 0) FROM outbox)",
                                     {},
                                     [&](const db::Row& row) {
                                       current = row.Int(0);
                                       newest = row.Int(1);
                                     })
                             .status());
  if (state.position.txid <= current && newest <= current) return absl::OkStatus();
  HUIYIN_RETURN_IF_ERROR(tx.Execute("UPDATE outbox SET txid = 0").status());
  HUIYIN_RETURN_IF_ERROR(tx.Execute("DELETE FROM relay_stream").status());
  HUIYIN_RETURN_IF_ERROR(tx.Execute("DELETE FROM relay_mark").status());
  state.position = {};
  state.streams.clear();
  return SaveRelayState(tx, state);
}

}  // namespace

absl::StatusOr<RelayState> LoadRelayState(db::Transaction& tx, IdGenerator& ids) {
  RelayState state;
  HUIYIN_ASSIGN_OR_RETURN(
      const bool found,
      tx.QueryOne("SELECT outbox_id, txid, id FROM relay_position", {}, [&](const db::Row& row) {
        state.outbox_id = row.Str(0);
        state.position = {row.Int(1), row.Int(2)};
      }));
  if (!found) {
    state.outbox_id = ids.NewId();
    HUIYIN_RETURN_IF_ERROR(
        tx.Execute("INSERT INTO relay_position (outbox_id, txid, id) VALUES (?, 0, 0)",
                   {state.outbox_id})
            .status());
  }
  HUIYIN_RETURN_IF_ERROR(
      tx.Query("SELECT topic, partition, published_txid, published_id, floor_txid, floor_id, count"
               " FROM relay_stream",
               {}, [&](const db::Row& row) {
                 state.streams[{row.Str(0), static_cast<int>(row.Int(1))}] = {
                     {row.Int(2), row.Int(3)}, {row.Int(4), row.Int(5)}, row.Int(6)};
               }));
  HUIYIN_RETURN_IF_ERROR(RepairOrder(tx, state));
  return state;
}

absl::Status SaveRelayState(db::Transaction& tx, const RelayState& state) {
  HUIYIN_RETURN_IF_ERROR(tx.Execute("UPDATE relay_position SET txid = ?, id = ?"
                                    " WHERE outbox_id = ?",
                                    {state.position.txid, state.position.id, state.outbox_id})
                             .status());
  std::vector<db::Value> values;
  for (const auto& [name, stream] : state.streams) {
    values.insert(values.end(),
                  {name.topic, name.partition, stream.published.txid, stream.published.id,
                   stream.floor.txid, stream.floor.id, stream.count});
  }
  if (values.empty()) return absl::OkStatus();
  return tx
      .ExecuteMany(
          "INSERT INTO relay_stream (topic, partition, published_txid, published_id,"
          " floor_txid, floor_id, count) VALUES (?, ?, ?, ?, ?, ?, ?)"
          " ON CONFLICT (topic, partition) DO UPDATE SET"
          " published_txid = excluded.published_txid,"
          " published_id = excluded.published_id, floor_txid = excluded.floor_txid,"
          " floor_id = excluded.floor_id, count = excluded.count",
          7, values)
      .status();
}

absl::StatusOr<std::vector<OutboxRow>> ReadOutbox(db::Session& session, const Position& after,
                                                  size_t limit) {
  std::vector<OutboxRow> rows;
  const auto add = [&](const db::Row& row) { rows.push_back(ToOutboxRow(row)); };
  const absl::Status status =
      session.dialect() == db::Dialect::kSqlite
          ? session.Query(kReadSqlite, {after.id, limit}, add)
          : session.Query(kReadPostgres, {after.txid, after.id, limit}, add);
  if (!status.ok()) return status;
  return rows;
}

absl::StatusOr<Position> NewestRow(db::Session& session) {
  Position newest;
  const auto found =
      session.QueryOne(session.dialect() == db::Dialect::kSqlite
                           ? "SELECT 0, id FROM outbox ORDER BY id DESC LIMIT 1"
                           : "SELECT txid, id FROM outbox ORDER BY txid DESC, id DESC LIMIT 1",
                       {}, [&](const db::Row& row) {
                         newest = {row.Int(0), row.Int(1)};
                       });
  if (!found.ok()) return found.status();
  return newest;
}

absl::Status MarkPublished(db::Transaction& tx, absl::Time now, const Position& position) {
  return tx
      .Execute(
          "INSERT INTO relay_mark (marked_at, txid, id) VALUES (?, ?, ?)"
          " ON CONFLICT (marked_at) DO NOTHING",
          {now, position.txid, position.id})
      .status();
}

absl::StatusOr<int64_t> DeletePublished(db::Transaction& tx, absl::Time before, int64_t limit) {
  Position upto;
  HUIYIN_ASSIGN_OR_RETURN(const bool found,
                          tx.QueryOne("SELECT txid, id FROM relay_mark WHERE marked_at <= ?"
                                      " ORDER BY marked_at DESC LIMIT 1",
                                      {before}, [&](const db::Row& row) {
                                        upto = {row.Int(0), row.Int(1)};
                                      }));
  if (!found) return 0;
  const auto execute = [&](const char* head, const char* tail) {
    return tx.dialect() == db::Dialect::kSqlite
               ? tx.Execute(absl::StrCat(head, kPublishedSqlite, tail), {upto.id, limit})
               : tx.Execute(absl::StrCat(head, kPublishedPostgres, tail),
                            {upto.txid, upto.id, limit});
  };
  // Keeps that first events were there whose aggregates have no row yet (Place::kFirst).
  HUIYIN_RETURN_IF_ERROR(
      execute("INSERT INTO outbox_sequence (topic, tenant, aggregate_id, sequence)"
              " SELECT topic, tenant, aggregate_id, 1 FROM outbox"
              " WHERE sequence = 1 AND id IN ",
              " ON CONFLICT DO NOTHING")
          .status());
  HUIYIN_ASSIGN_OR_RETURN(const int64_t deleted, execute("DELETE FROM outbox WHERE id IN ", ""));
  if (deleted < limit) {
    HUIYIN_RETURN_IF_ERROR(
        tx.Execute("DELETE FROM relay_mark WHERE marked_at <= ?", {before}).status());
  }
  return deleted;
}

}  // namespace huiyin::events
