#include "libs/events/inbox.h"

#include "absl/strings/str_cat.h"
#include "libs/core/status.h"

namespace huiyin::events {
namespace {

constexpr char kLetterColumns[] =
    "SELECT id, consumer, event_id, type, schema_version, tenant, topic, aggregate_id, sequence,"
    " occurred_at, traceparent, body, error, attempts, parked_at FROM dead_letter";

DeadLetter ToDeadLetter(const db::Row& row) {
  return {.id = row.Str(0),
          .consumer = row.Str(1),
          .event = {.event_id = row.Str(2),
                    .type = row.Str(3),
                    .schema_version = static_cast<uint32_t>(row.Int(4)),
                    .tenant = row.Str(5),
                    .topic = row.Str(6),
                    .aggregate_id = row.Str(7),
                    .sequence = static_cast<uint64_t>(row.Int(8)),
                    .occurred_at = row.Time(9),
                    .traceparent = row.Str(10),
                    .body = row.Str(11)},
          .error = row.Str(12),
          .attempts = static_cast<int>(row.Int(13)),
          .parked_at = row.Time(14)};
}

}  // namespace

absl::StatusOr<Seen> LookUp(db::Session& session, std::string_view consumer, const Event& event) {
  Seen seen = event.sequence == 1 ? Seen::kNext : Seen::kAfterAGap;
  HUIYIN_RETURN_IF_ERROR(session.Query(
      "SELECT sequence FROM inbox WHERE consumer = ? AND topic = ? AND tenant = ?"
      " AND aggregate_id = ? AND sequence BETWEEN ? AND ?",
      {consumer, event.topic, event.tenant, event.aggregate_id, event.sequence - 1, event.sequence},
      [&](const db::Row& row) {
        if (static_cast<uint64_t>(row.Int(0)) == event.sequence) {
          seen = Seen::kHandled;
        } else if (seen != Seen::kHandled) {
          seen = Seen::kNext;
        }
      }));
  return seen;
}

absl::StatusOr<bool> RecordHandled(db::Transaction& tx, std::string_view consumer,
                                   const Event& event, absl::Time now) {
  HUIYIN_ASSIGN_OR_RETURN(
      const int64_t rows,
      tx.Execute("INSERT INTO inbox (consumer, topic, tenant, aggregate_id, sequence, event_id,"
                 " handled_at) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                 {consumer, event.topic, event.tenant, event.aggregate_id, event.sequence,
                  event.event_id, now}));
  return rows == 1;
}

absl::StatusOr<int64_t> PurgeInbox(db::Transaction& tx, absl::Time before, int64_t limit) {
  return tx.Execute(
      "DELETE FROM inbox WHERE (consumer, topic, tenant, aggregate_id, sequence) IN"
      " (SELECT consumer, topic, tenant, aggregate_id, sequence FROM inbox AS old"
      "  WHERE handled_at < ? AND EXISTS (SELECT 1 FROM inbox AS later"
      "   WHERE later.consumer = old.consumer AND later.topic = old.topic"
      "   AND later.tenant = old.tenant AND later.aggregate_id = old.aggregate_id"
      "   AND later.sequence = old.sequence + 1) ORDER BY handled_at LIMIT ?)",
      {before, limit});
}

absl::Status Park(db::Transaction& tx, const DeadLetter& letter) {
  const Event& event = letter.event;
  return tx
      .Execute(
          "INSERT INTO dead_letter (id, consumer, event_id, type, schema_version, tenant,"
          " topic, aggregate_id, sequence, occurred_at, traceparent, body, error, attempts,"
          " parked_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
          " ON CONFLICT (consumer, event_id) DO NOTHING",
          {letter.id, letter.consumer, event.event_id, event.type, event.schema_version,
           event.tenant, event.topic, event.aggregate_id, event.sequence, event.occurred_at,
           event.traceparent, db::Blob{event.body}, letter.error, letter.attempts,
           letter.parked_at})
      .status();
}

absl::StatusOr<bool> RemoveDeadLetter(db::Transaction& tx, std::string_view id) {
  const auto removed = tx.Execute("DELETE FROM dead_letter WHERE id = ?", {id});
  if (!removed.ok()) return removed.status();
  return *removed > 0;
}

absl::StatusOr<std::vector<DeadLetter>> ListDeadLetters(db::Session& session,
                                                        std::string_view consumer,
                                                        std::string_view after, int limit) {
  // Ids are UUIDv7 made when parking: their order is that of time.
  std::vector<DeadLetter> letters;
  const absl::Status status =
      session.Query(absl::StrCat(kLetterColumns,
                                 " WHERE id > ? AND (? = '' OR consumer = ?) ORDER BY id LIMIT ?"),
                    {after, consumer, consumer, limit},
                    [&](const db::Row& row) { letters.push_back(ToDeadLetter(row)); });
  if (!status.ok()) return status;
  return letters;
}

absl::StatusOr<DeadLetter> GetDeadLetter(db::Session& session, std::string_view id) {
  DeadLetter letter;
  HUIYIN_ASSIGN_OR_RETURN(
      const bool found, session.QueryOne(absl::StrCat(kLetterColumns, " WHERE id = ?"), {id},
                                         [&](const db::Row& row) { letter = ToDeadLetter(row); }));
  if (!found) return absl::NotFoundError("no such dead letter");
  return letter;
}

}  // namespace huiyin::events
