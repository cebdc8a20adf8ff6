#include "libs/events/outbox.h"

#include "libs/core/status.h"

namespace huiyin::events {

namespace {

// The sequence number of the aggregate's next event.
absl::StatusOr<int64_t> NextSequence(db::Transaction& tx, const NewEvent& event) {
  // Most aggregates have one event or few. SQLite takes the first without RETURNING, which would
  // cost twice as much; for PostgreSQL one round trip counts.
  if (tx.dialect() == db::Dialect::kSqlite) {
    HUIYIN_ASSIGN_OR_RETURN(
        const int64_t first,
        tx.Execute("INSERT INTO outbox_sequence (topic, tenant, aggregate_id, sequence)"
                   " VALUES (?, ?, ?, 1) ON CONFLICT DO NOTHING",
                   {event.topic, event.tenant, event.aggregate_id}));
    if (first == 1) return 1;
  }
  int64_t sequence = 0;
  HUIYIN_RETURN_IF_ERROR(
      tx.Query("INSERT INTO outbox_sequence (topic, tenant, aggregate_id, sequence)"
               " VALUES (?, ?, ?, 1) ON CONFLICT (topic, tenant, aggregate_id)"
               " DO UPDATE SET sequence = outbox_sequence.sequence + 1 RETURNING sequence",
               {event.topic, event.tenant, event.aggregate_id},
               [&](const db::Row& row) { sequence = row.Int(0); }));
  return sequence;
}

}  // namespace

absl::Status Append(db::Transaction& tx, IdGenerator& ids, const NewEvent& event) {
  HUIYIN_ASSIGN_OR_RETURN(const int64_t sequence, NextSequence(tx, event));
  const std::string id = ids.NewId();
  return tx
      .Execute(
          "INSERT INTO outbox (event_id, type, tenant, topic, aggregate_id, sequence,"
          " occurred_at, traceparent, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
          {id, event.type, event.tenant, event.topic, event.aggregate_id, sequence,
           event.occurred_at, event.traceparent, db::Blob{event.body}})
      .status();
}

}  // namespace huiyin::events
