#include "libs/events/delivery_counts.h"

#include <map>
#include <utility>

#include "libs/core/status.h"

namespace huiyin::events {

absl::StatusOr<DeliveryCounts> CountDelivery(db::Session& session) {
  DeliveryCounts counts;
  // Sequences have no gaps, so the last one is the number written; first events may stand in the
  // outbox alone.
  HUIYIN_RETURN_IF_ERROR(session.Query(
      "SELECT topic, SUM(written) FROM (SELECT topic, sequence AS written FROM outbox_sequence"
      " UNION ALL SELECT topic, 1 FROM outbox o WHERE o.sequence = 1 AND NOT EXISTS (SELECT 1 FROM"
      "  outbox_sequence s WHERE s.topic = o.topic AND s.tenant = o.tenant"
      "  AND s.aggregate_id = o.aggregate_id)) AS events GROUP BY topic ORDER BY topic",
      {}, [&](const db::Row& row) {
        counts.written.push_back({row.Str(0), row.Int(1)});
      }));

  std::map<std::pair<std::string, std::string>, DeliveryCounts::Seen> seen;
  const auto entry = [&](const db::Row& row) -> DeliveryCounts::Seen& {
    auto& found = seen[{row.Str(0), row.Str(1)}];
    found.consumer = row.Str(0);
    found.topic = row.Str(1);
    return found;
  };
  // What the inbox forgot of an aggregate is what came before the oldest event it remembers.
  HUIYIN_RETURN_IF_ERROR(
      session.Query("SELECT consumer, topic, SUM(seen) FROM"
                    " (SELECT consumer, topic, COUNT(*) + MIN(sequence) - 1 AS seen FROM inbox"
                    "  GROUP BY consumer, topic, tenant, aggregate_id) AS by_aggregate"
                    " GROUP BY consumer, topic",
                    {}, [&](const db::Row& row) { entry(row).seen += row.Int(2); }));
  // Parked events are in the inbox too. An undecodable entry belongs to no topic.
  HUIYIN_RETURN_IF_ERROR(session.Query(
      "SELECT consumer, topic, COUNT(*) FROM dead_letter WHERE type <> '' GROUP BY consumer, topic",
      {}, [&](const db::Row& row) { entry(row).parked += row.Int(2); }));
  for (auto& [key, value] : seen) counts.seen.push_back(std::move(value));
  return counts;
}

}  // namespace huiyin::events
