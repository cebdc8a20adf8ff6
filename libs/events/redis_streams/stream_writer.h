// Writes outbox rows to streams, finds out when Redis has lost what was written, and trims.
#pragma once

#include <map>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "libs/events/redis_streams/connection.h"
#include "libs/events/redis_streams/stream.h"
#include "libs/events/relay_store.h"

namespace huiyin::events {

// Not thread-safe. Lives as long as its connection; any error but those said ends both.
class StreamWriter {
 public:
  StreamWriter(redis::Connection& connection, int partitions)
      : redis_(connection), partitions_(partitions) {}

  StreamName NameFor(const Event& event) const {
    return {event.topic, PartitionOf(event.tenant, event.aggregate_id, partitions_)};
  }

  // Adds the rows to their streams, in order, and brings `state.streams` up to date; rows that are
  // there already are skipped. Rows of one stream are added all or none. Returns the streams whose
  // memory turned out to be lost: what was added to them is not to be relied on.
  absl::StatusOr<std::set<StreamName>> Publish(RelayState& state, std::span<const OutboxRow> rows);

  // Those of `names` whose epoch is not this outbox, or that do not end where they should: before
  // what was published, or after `newest`, which is the newest row there is.
  absl::StatusOr<std::set<StreamName>> FindLost(const RelayState& state,
                                                const std::set<StreamName>& names,
                                                const Position& newest);

  // Rewriting a lost stream: empty it; Publish what belongs in it, with `state` reset; declare it
  // whole again. Until then it counts as lost, whatever happens between: EndRewrite is UNAVAILABLE
  // when Redis has lost its memory once more.
  absl::Status BeginRewrite(RelayState& state, const std::set<StreamName>& names);
  absl::Status EndRewrite(const std::set<StreamName>& names);

  // Drops entries that every consumer group has acknowledged; a stream is left alone while a group
  // of `required` is not there. Raises the floors in `state`.
  absl::Status Trim(RelayState& state,
                    const std::map<std::string, std::vector<std::string>>& required);

 private:
  // Lowest entry that must stay, and the highest that everyone has acknowledged.
  struct Acknowledged {
    Position keep, floor;
  };
  absl::StatusOr<Acknowledged> FindAcknowledged(const StreamName& stream,
                                                const std::string& outbox_id,
                                                const std::vector<std::string>& required);

  redis::Connection& redis_;
  const int partitions_;
};

}  // namespace huiyin::events
