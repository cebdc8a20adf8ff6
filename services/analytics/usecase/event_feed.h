// Reads the log of events ahead of who counts them, decoded, in a thread of its own: reading and
// decoding cost about as much as counting. For one consumer.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "services/analytics/usecase/unit.h"

namespace huiyin::analytics {

struct DecodedEvent {
  int64_t position = 0;
  std::string tenant, type;
  absl::Time at;
  std::optional<Fact> fact;
};

class EventFeed {
 public:
  // Runs a body on a snapshot.
  using InSnapshot = std::function<absl::Status(absl::FunctionRef<absl::Status(Store&)>)>;

  // Both must be callable as long as the feed lives, from its thread.
  EventFeed(InSnapshot read, DecodeFact decode);
  ~EventFeed();

  // The events after `position`, up to and including `until`, some at a time; none at the end of
  // the log. Going back, after a transaction that failed, is allowed.
  absl::StatusOr<std::vector<DecodedEvent>> Next(int64_t position, int64_t until);

 private:
  void Run();
  absl::StatusOr<std::vector<DecodedEvent>> Read(int64_t position, int64_t until);

  const InSnapshot read_;
  const DecodeFact decode_;
  std::mutex mutex_;
  std::condition_variable changed_;
  // Guarded by mutex_.
  int64_t wanted_ = 0, until_ = 0;  // read events after `wanted_`, up to `until_`
  uint64_t round_ = 0;              // grows when the consumer goes elsewhere
  std::deque<std::vector<DecodedEvent>> ready_;
  absl::Status status_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace huiyin::analytics
