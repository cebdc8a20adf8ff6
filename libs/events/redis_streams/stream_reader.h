// Reads streams as a consumer group.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/events/event.h"
#include "libs/events/redis_streams/connection.h"
#include "libs/events/redis_streams/stream.h"

namespace huiyin::events {

// An entry of a stream as it was delivered.
struct Delivery {
  StreamName stream;
  std::string entry_id;
  int64_t number = 0;  // which entry of its stream it is, by the relay's count
  std::string bytes;   // the encoded event
};

// Not thread-safe. UNAVAILABLE ends it together with its connection.
class StreamReader {
 public:
  // Groups are created when missing; they begin at what the stream still holds.
  StreamReader(redis::Connection& connection, std::string group)
      : redis_(connection), group_(std::move(group)) {}

  // New entries, up to `count` of each stream; waits up to `wait` when there are none.
  absl::StatusOr<std::vector<Delivery>> Read(const std::set<StreamName>& streams, size_t count,
                                             absl::Duration wait);

  struct Claimed {
    std::vector<Delivery> deliveries;
    size_t deleted = 0;  // entries that vanished before anyone acknowledged them
  };
  // Everything that was delivered and not acknowledged, to whomever. When entries have vanished,
  // the stream is declared lost, so that the relay writes it anew.
  absl::StatusOr<Claimed> ClaimAll(const StreamName& stream);

  // Goes out together with the next command: Redis that syncs its file before it answers makes both
  // durable at once. An acknowledgement that is lost brings the deliveries again, no more.
  void Acknowledge(const std::vector<Delivery>& deliveries);
  // Takes the answers to what was acknowledged: for when no other command follows soon.
  absl::Status Settle();

  // Number of the stream's newest entry; 0 when it is empty.
  absl::StatusOr<int64_t> NewestNumber(const StreamName& stream);

 private:
  absl::Status EnsureGroups(const std::set<StreamName>& streams);

  redis::Connection& redis_;
  const std::string group_;
  size_t unanswered_ = 0;  // acknowledgements
};

}  // namespace huiyin::events
