// Publishes committed outbox rows to Redis Streams, in order. See ARCHITECTURE.md, "The way of an
// event".
//
// Redis is a courier, not the record. Each stream has an epoch key beside it that names this
// outbox; when the key is gone or names another, or the stream ends before what was published,
// Redis has lost its memory: the stream is written anew from the outbox, from the last event that
// every consumer group had acknowledged. Consumers' inboxes make that harmless.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "libs/core/clock.h"
#include "libs/core/id.h"
#include "libs/db/database.h"
#include "libs/db/group_commit.h"
#include "libs/obs/metrics.h"

namespace huiyin::events {

// Where the streams are, for relay and consumers alike.
struct BusOptions {
  std::string redis;     // "unix:PATH" or "host:port"
  std::string username;  // with a password: ACL user; empty: the default user
  std::string password;  // empty: none
  // Streams per topic, `huiyin:{ticket:0}` …; the same for producers and consumers. Before changing
  // it, let the consumers finish what is there.
  int partitions = 8;
};

struct RelayOptions {
  BusOptions bus;
  // Consumer groups that read a topic of this service: what none of them has seen is never trimmed,
  // even before the group first connects. Topics not named are trimmed by the groups that exist.
  std::map<std::string, std::vector<std::string>> consumers;
  // How long published rows stay in the outbox; the longest outage of a consumer that the loss of
  // Redis's memory may meet.
  absl::Duration retention = absl::Hours(7 * 24);
  size_t batch = 2000;                                     // rows read and published at once
  absl::Duration poll_interval = absl::Milliseconds(100);  // finds other processes' rows
  absl::Duration check_interval = absl::Seconds(1);        // looks whether Redis lost its memory
  absl::Duration trim_interval = absl::Seconds(5);
};

// Thread-safe. Replicas may run side by side; one of them holds a lease and publishes.
// Metrics: huiyin_events_published_total{topic}, huiyin_events_outbox_pending,
// huiyin_events_outbox_oldest_seconds, huiyin_events_republished_total,
// huiyin_events_redis_losses_total, huiyin_events_relay_errors_total.
class Relay {
 public:
  // All references must outlive the relay. `writer` may be shared with everything else.
  Relay(RelayOptions options, db::Database& database, db::GroupCommit& writer, const Clock& clock,
        IdGenerator& ids, obs::Metrics& metrics);
  ~Relay();  // Stop(absl::ZeroDuration())

  void Start();
  // New rows are there: call it from GroupCommit::OnCommit. Cheap.
  void Wake();
  // Publishes what is committed, for `drain` at most, then ends. Idempotent.
  void Stop(absl::Duration drain);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace huiyin::events
