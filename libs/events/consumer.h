// Consuming events with an effect that happens once: the handler runs in one transaction with the
// inbox row (consumer, event_id), then the transaction commits, then the event is acknowledged.
// Redelivery is normal and finds the inbox row.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "libs/db/database.h"
#include "libs/events/event.h"

namespace huiyin::events {

// What a service does with events. Events of one aggregate arrive in order and never concurrently;
// on PostgreSQL, events of different aggregates may be handled at the same time by several threads.
class Handler {
 public:
  virtual ~Handler() = default;

  // A group of events that will be handled next, in order. The place for I/O that handling needs,
  // such as RPCs: no transaction is open. UNAVAILABLE, RESOURCE_EXHAUSTED, DEADLINE_EXCEEDED and
  // CANCELLED delay the whole group (backoff); after any other error it is called for each event
  // alone, and one that fails then counts as a failed attempt at it. Redelivered events that were
  // handled long ago may be among them. The group before it may be in Handle meanwhile, on another
  // thread; no aggregate is in both. Default: nothing to prepare.
  virtual absl::Status Prepare(std::span<const Event> group) {
    (void)group;
    return absl::OkStatus();
  }

  // The event's effect, inside the transaction that also holds its inbox row. Only database work.
  // May be run more than once, as GroupCommit::Work. UNAVAILABLE and RESOURCE_EXHAUSTED (the
  // database's trouble) are retried without end.
  // An error undoes this event alone; it is retried with backoff and parked in the dead letters
  // after `max_attempts`; until then later events of the same aggregate wait, others do not.
  // INVALID_ARGUMENT and DATA_LOSS mean the event can never be handled: parked at once.
  virtual absl::Status Handle(db::Transaction& tx, const Event& event) = 0;
};

struct Subscription {
  std::string consumer;  // name of the consumer group and inbox: "triage", "analytics" …
  std::vector<std::string> topics;  // topics to read
  size_t max_group = 256;           // events prepared and committed together
  int max_attempts = 8;             // before an event is parked
};

}  // namespace huiyin::events
