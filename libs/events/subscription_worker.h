// One subscription of a ConsumerRunner: a thread that reads, handles and acknowledges.
#pragma once

#include <condition_variable>
#include <latch>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "libs/core/id.h"
#include "libs/events/consumer_runner.h"
#include "libs/events/dead_letters.h"
#include "libs/events/held_events.h"
#include "libs/events/redis_streams/stream_reader.h"

namespace prometheus {
class Counter;
class Gauge;
}  // namespace prometheus

namespace huiyin::events {

class SubscriptionWorker {
 public:
  SubscriptionWorker(const ConsumerOptions& options, Subscription subscription,
                     std::unique_ptr<Handler> handler, db::Database& database,
                     db::GroupCommit& writer, const Clock& clock, IdGenerator& ids,
                     obs::Metrics& metrics);
  ~SubscriptionWorker() { Stop(); }

  const std::string& consumer() const { return subscription_.consumer; }
  void Start();
  void AskToStop();
  void Stop();
  // From any thread: see ConsumerRunner::Replay.
  absl::Status Replay(const DeadLetter& letter);

 private:
  enum class Outcome { kHandled, kDuplicate, kGap, kParked, kFailed };
  struct Slot {
    HeldEvent* held;
    Outcome outcome = Outcome::kFailed;
    absl::Status status;
  };
  // A group on its way into the database.
  struct Commit {
    Commit(std::vector<Slot> group, absl::Time begun)
        : slots(std::move(group)), now(begun), ended(static_cast<std::ptrdiff_t>(slots.size())) {}
    std::vector<Slot> slots;
    absl::Time now;
    std::latch ended;
  };
  struct Numbers {
    prometheus::Counter &handled, &duplicates, &failed, &parked, &gaps, &deleted;
    prometheus::Gauge &lag_events, &lag_seconds, &held, &partitions;
  };

  void Serve();
  // One round; an error is Redis's or the database's.
  absl::Status Round();
  bool Sleep(absl::Duration longest);
  absl::Status Share(absl::Time now);
  absl::Status Connect();
  absl::Status ClaimNew();
  absl::Status ReadNew(absl::Time now);
  void Take(std::vector<Delivery> deliveries);
  absl::Status ParkUndecodable();

  absl::Status HandleReady(absl::Time now);
  // False when the whole group must wait.
  bool Prepare(const std::vector<HeldEvent*>& group);
  // Begins to commit the group; FinishCommit waits for it, acknowledges it and lets its aggregates
  // go on. Before that their held events must not be forgotten.
  void BeginCommit(std::vector<Slot> slots, absl::Time now);
  void FinishCommit();
  absl::Status Apply(db::Transaction& tx, Slot& slot, absl::Time now);
  void Acknowledge(const std::vector<Slot>& slots);
  void SettleAll(const std::vector<Slot>& slots, absl::Time now);
  // When to go on with the aggregate whose first event did not get done.
  absl::Time NextAttempt(const Slot& slot, absl::Time now);
  absl::Duration Backoff(int attempts) const;
  DeadLetter LetterFor(const HeldEvent& held, absl::Time now) const;

  absl::Status Measure(absl::Time now);
  void Purge(absl::Time now);

  const ConsumerOptions options_;
  const Subscription subscription_;
  const std::unique_ptr<Handler> handler_;
  db::Database& database_;
  db::GroupCommit& writer_;
  const Clock& clock_;
  IdGenerator& ids_;
  const std::string holder_;
  const std::set<StreamName> all_;
  Numbers numbers_;

  // Of the worker's thread alone.
  std::set<StreamName> partitions_;  // held by lease
  std::set<StreamName> unclaimed_;  // of these, those whose pending entries are still to be claimed
  std::unique_ptr<redis::Connection> connection_;
  std::unique_ptr<StreamReader> reader_;
  HeldEvents held_;
  std::unique_ptr<Commit> committing_;
  std::vector<Delivery> undecodable_;
  std::map<StreamName, int64_t> handled_number_;
  bool idle_ = false;  // the last Read found nothing
  bool failing_ = false;
  int failed_prepares_ = 0;
  absl::Time pause_until_ = absl::InfinitePast();
  absl::Time next_tick_ = absl::InfinitePast();
  absl::Time next_purge_ = absl::InfinitePast();

  std::mutex replay_mutex_;  // one replay at a time
  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace huiyin::events
