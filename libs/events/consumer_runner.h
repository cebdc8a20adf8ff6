// Runs handlers (consumer.h) over Redis Streams.
#pragma once

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "libs/core/clock.h"
#include "libs/core/id.h"
#include "libs/db/database.h"
#include "libs/db/group_commit.h"
#include "libs/events/consumer.h"
#include "libs/events/relay.h"
#include "libs/obs/metrics.h"

namespace huiyin::events {

struct ConsumerOptions {
  BusOptions bus;
  // A replica that has not renewed its lease on a partition for this long loses it to others.
  absl::Duration lease = absl::Seconds(3);
  // Delay before the second attempt at a failing event; doubles with each further one, to 30 s.
  absl::Duration first_retry = absl::Milliseconds(100);
  // How long an event waits for its predecessor of the same aggregate before it is handled without.
  absl::Duration gap_patience = absl::Seconds(10);
  // Events waiting or being retried that are held in memory; at the limit reading pauses.
  size_t max_held = 20000;
  // How long handled events are remembered. Longer than any outbox keeps its rows. The last event
  // of an aggregate is remembered for ever.
  absl::Duration inbox_retention = absl::Hours(14 * 24);
};

// Thread-safe. Replicas may run side by side; they share the partitions by lease.
// Metrics, all with label consumer: huiyin_events_handled_total, huiyin_events_duplicates_total,
// huiyin_events_failed_attempts_total, huiyin_events_parked_total, huiyin_events_gaps_total,
// huiyin_events_deleted_unread_total (alarm: republished), huiyin_events_consumer_lag_events,
// huiyin_events_consumer_lag_seconds, huiyin_events_held, huiyin_events_partitions_held.
class ConsumerRunner {
 public:
  // All references must outlive the runner.
  ConsumerRunner(ConsumerOptions options, db::Database& database, db::GroupCommit& writer,
                 const Clock& clock, IdGenerator& ids, obs::Metrics& metrics);
  ~ConsumerRunner();  // Stop()

  // Before Start. One subscription per consumer name.
  void Add(Subscription subscription, std::unique_ptr<Handler> handler);
  void Start();
  // Finishes the groups under way. Idempotent.
  void Stop();

  // Handles a dead letter again, now, and removes it when that works. NOT_FOUND, or the handler's
  // error, in which case the letter stays. Its later neighbours were handled long ago: the handler
  // must cope with a late event, or the operator must know better.
  absl::Status Replay(std::string_view dead_letter_id);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace huiyin::events
