#include "libs/events/outbox.h"

#include <tuple>
#include <vector>

#include "libs/core/status.h"

namespace huiyin::events {

namespace {

// Takes the sequence numbers of the aggregate's next `count` events; the first of them.
absl::StatusOr<int64_t> TakeSequence(db::Transaction& tx, const NewEvent& event, size_t count) {
  // The row of an aggregate that began with a kFirst is written when a second event comes, or when
  // the first leaves the outbox.
  if (event.place == Place::kFirst && count == 1) return 1;
  const int64_t begin = event.place == Place::kLater ? 2 : 1;
  const int64_t end = begin + static_cast<int64_t>(count) - 1;
  // Most aggregates have one event or few. SQLite takes the first without RETURNING, which would
  // cost twice as much; for PostgreSQL one round trip counts.
  if (tx.dialect() == db::Dialect::kSqlite) {
    HUIYIN_ASSIGN_OR_RETURN(
        const int64_t first,
        tx.Execute("INSERT INTO outbox_sequence (topic, tenant, aggregate_id, sequence)"
                   " VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
                   {event.topic, event.tenant, event.aggregate_id, end}));
    if (first == 1) return begin;
  }
  int64_t last = 0;
  HUIYIN_RETURN_IF_ERROR(
      tx.Query("INSERT INTO outbox_sequence (topic, tenant, aggregate_id, sequence)"
               " VALUES (?, ?, ?, ?) ON CONFLICT (topic, tenant, aggregate_id)"
               " DO UPDATE SET sequence = outbox_sequence.sequence + ?"
               " RETURNING sequence",
               {event.topic, event.tenant, event.aggregate_id, end, count},
               [&](const db::Row& row) { last = row.Int(0); }));
  return last - static_cast<int64_t>(count) + 1;
}

bool SameAggregate(const NewEvent& a, const NewEvent& b) {
  return std::tie(a.topic, a.tenant, a.aggregate_id) == std::tie(b.topic, b.tenant, b.aggregate_id);
}

}  // namespace

absl::Status Append(db::Transaction& tx, IdGenerator& ids, const NewEvent& event) {
  return Append(tx, ids, std::span(&event, 1));
}

absl::Status Append(db::Transaction& tx, IdGenerator& ids, std::span<const NewEvent> events) {
  if (events.empty()) return absl::OkStatus();
  std::vector<std::string> event_ids;  // values refer to them
  event_ids.reserve(events.size());
  std::vector<db::Value> rows;
  rows.reserve(9 * events.size());
  for (size_t first = 0, end = 0; first < events.size(); first = end) {
    while (end < events.size() && SameAggregate(events[first], events[end])) ++end;
    HUIYIN_ASSIGN_OR_RETURN(int64_t sequence, TakeSequence(tx, events[first], end - first));
    for (const NewEvent& event : events.subspan(first, end - first)) {
      event_ids.push_back(ids.NewId());
      rows.insert(rows.end(),
                  {event_ids.back(), event.type, event.tenant, event.topic, event.aggregate_id,
                   sequence++, event.occurred_at, event.traceparent, db::Blob{event.body}});
    }
  }
  return tx
      .ExecuteMany(
          "INSERT INTO outbox (event_id, type, tenant, topic, aggregate_id, sequence,"
          " occurred_at, traceparent, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
          9, rows)
      .status();
}

}  // namespace huiyin::events
