// Names and places in streams, shared by relay and consumers.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

namespace huiyin::events {

// An event's place in its outbox, and, as "txid-id", the id of its stream entry: entries have the
// outbox's order, and one that was added before is refused by Redis when it is added again.
struct Position {
  int64_t txid = 0;
  int64_t id = 0;
  friend auto operator<=>(const Position&, const Position&) = default;
};

std::string EntryId(const Position& position);
// {0, 0} for text that is none.
Position ParseEntryId(std::string_view text);

struct StreamName {
  std::string topic;
  int partition = 0;
  friend auto operator<=>(const StreamName&, const StreamName&) = default;

  // "huiyin:{ticket:3}"; the braces keep the keys of one stream on one node of a Redis Cluster.
  std::string Key() const;
  // Holds the outbox's id as long as Redis remembers all that was published to the stream.
  std::string EpochKey() const;
};

// The same on every machine and in every version.
int PartitionOf(std::string_view tenant, std::string_view aggregate_id, int partitions);

}  // namespace huiyin::events
