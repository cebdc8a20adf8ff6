// Events that were delivered and are not handled yet, by aggregate: new ones, those that wait for a
// predecessor, those whose handling failed.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/time/time.h"
#include "libs/events/event.h"
#include "libs/events/redis_streams/stream_reader.h"

namespace huiyin::events {

struct HeldEvent {
  Delivery delivery;
  Event event;
  int attempts = 0;                                 // that failed
  std::string last_error;                           // of the last one
  absl::Status error;                               // of the handler's Prepare, this time
  absl::Time waits_since = absl::InfiniteFuture();  // for its predecessor
  bool give_up = false;                             // park it instead of handling it
  bool skip_gap = false;                            // waited long enough for its predecessor
};

// Not thread-safe.
class HeldEvents {
 public:
  // False when it is held already (a redelivery).
  bool Add(Delivery delivery, Event event);

  // Up to `limit` events to handle now: of each aggregate the first ones, in order. Each aggregate
  // that was taken from must be given to Settle afterwards. Pointers are valid until then.
  std::vector<HeldEvent*> TakeReady(absl::Time now, size_t limit);

  // What became of the events taken: those in `done` are forgotten. The aggregate goes on at `due`
  // with what is left of it.
  void Remove(const HeldEvent& event);
  void Settle(const Event& aggregate, absl::Time due);

  // Forgets events of streams that are not among these.
  void KeepOnly(const std::set<StreamName>& streams);

  size_t size() const { return size_; }
  bool HasReady() const { return !ready_.empty(); }
  bool Holds(const StreamName& stream) const;
  // When the next delayed aggregate goes on.
  absl::Time NextDue() const;
  // InfiniteFuture when there is none.
  absl::Time OldestOccurrence() const;

 private:
  struct Queue {
    std::map<uint64_t, HeldEvent> events;  // by sequence
    absl::Time due;                        // its place in delayed_, when it is there
    bool delayed = false;
  };
  using Queues = absl::flat_hash_map<std::string, std::unique_ptr<Queue>>;

  static std::string KeyOf(const Event& event);
  void Undelay(const std::string& key, Queue& queue);

  Queues queues_;
  std::deque<std::string> ready_;
  std::set<std::pair<absl::Time, std::string>> delayed_;
  size_t size_ = 0;
};

}  // namespace huiyin::events
