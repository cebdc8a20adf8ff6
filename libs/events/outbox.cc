#include "libs/events/outbox.h"

#include "libs/core/status.h"

namespace huiyin::events {

absl::Status Append(db::Transaction& tx, IdGenerator& ids, const NewEvent& event) {
  int64_t sequence = 0;
  HUIYIN_RETURN_IF_ERROR(
      tx.Query("INSERT INTO outbox_sequence (topic, tenant, aggregate_id, sequence)"
               " VALUES (?, ?, ?, 1) ON CONFLICT (topic, tenant, aggregate_id)"
               " DO UPDATE SET sequence = outbox_sequence.sequence + 1 RETURNING sequence",
               {event.topic, event.tenant, event.aggregate_id},
               [&](const db::Row& row) { sequence = row.Int(0); }));
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
