#include "libs/events/relay.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <set>
#include <thread>

#include "libs/core/status.h"
#include "libs/events/lease.h"
#include "libs/events/redis_streams/connection.h"
#include "libs/events/redis_streams/stream_writer.h"
#include "libs/events/relay_store.h"
#include "libs/obs/log.h"

namespace huiyin::events {
namespace {

constexpr char kLease[] = "relay";
constexpr absl::Duration kLeaseLasts = absl::Seconds(3);
constexpr absl::Duration kRedisTimeout = absl::Seconds(2);
constexpr absl::Duration kErrorPause = absl::Milliseconds(200);
// Progress is saved at most this often: what is published again after a crash is refused by Redis.
constexpr absl::Duration kSaveInterval = absl::Milliseconds(100);
// From the beginning of one batch to the next, unless that would be a full one: a batch costs Redis
// a sync of its file, and both processes as much again as some dozens of events.
// Where events come thick and fast, their lag is no longer what counts.
constexpr std::chrono::milliseconds kGather(10), kGatherMany(30);
constexpr size_t kMany = 48;
constexpr absl::Duration kRetentionInterval = absl::Minutes(10);
constexpr int64_t kDeleteAtOnce = 1000;
constexpr uint64_t kWriterKey = 0x72656c6179;  // one lane: saves stay in order

// True at most once per interval.
class Every {
 public:
  explicit Every(absl::Duration interval) : interval_(interval) {}
  bool Due(absl::Time now) {
    if (now >= last_ && now < last_ + interval_) return false;
    last_ = now;
    return true;
  }
  void Reset() { last_ = absl::InfinitePast(); }

 private:
  const absl::Duration interval_;
  absl::Time last_ = absl::InfinitePast();
};

}  // namespace

class Relay::Impl {
 public:
  Impl(RelayOptions options, db::Database& database, db::GroupCommit& writer, const Clock& clock,
       IdGenerator& ids, obs::Metrics& metrics)
      : options_(std::move(options)),
        database_(database),
        writer_(writer),
        clock_(clock),
        ids_(ids),
        metrics_(metrics),
        holder_(ids.NewId()),
        pending_(metrics.Gauge("huiyin_events_outbox_pending",
                               "Outbox rows not yet published, roughly.")),
        oldest_(metrics.Gauge("huiyin_events_outbox_oldest_seconds",
                              "Age of the oldest outbox row not yet published.")),
        republished_(metrics.Counter("huiyin_events_republished_total",
                                     "Events published again because Redis had lost them.")),
        losses_(metrics.Counter("huiyin_events_redis_losses_total",
                                "Times that Redis was found to have lost a stream.")),
        errors_(metrics.Counter("huiyin_events_relay_errors_total",
                                "Rounds of the relay that ended with an error.")),
        check_(options_.check_interval),
        trim_(options_.trim_interval) {}

  void Start() {
    std::lock_guard lock(mutex_);
    if (thread_.joinable() || stopping_) return;
    thread_ = std::thread([this] { Serve(); });
  }

  void Wake() {
    if (woken_.exchange(true)) return;
    std::lock_guard lock(mutex_);
    changed_.notify_all();
  }

  void Stop(absl::Duration drain) {
    std::thread thread;
    {
      std::lock_guard lock(mutex_);
      if (!stopping_) stop_at_ = clock_.Now() + drain;
      stopping_ = true;
      changed_.notify_all();
      thread = std::move(thread_);
    }
    if (thread.joinable()) thread.join();
  }

 private:
  void Serve() {
    while (true) {
      woken_ = false;
      const auto begin = std::chrono::steady_clock::now();
      const auto published = Round();
      if (published.ok()) {
        failing_ = false;
      } else {
        OnError(published.status());
      }
      const bool more = published.ok() && (*published > 0 || (Stopping() && Behind()));
      std::unique_lock lock(mutex_);
      if (stopping_ && (!more || clock_.Now() >= stop_at_)) break;
      if (more) {
        if (*published < options_.batch) {
          changed_.wait_until(lock, begin + (*published < kMany ? kGather : kGatherMany),
                              [this] { return stopping_; });
        }
        continue;
      }
      const absl::Duration pause = published.ok() ? options_.poll_interval : kErrorPause;
      changed_.wait_for(lock, absl::ToChronoNanoseconds(pause),
                        [&] { return stopping_ || (published.ok() && woken_); });
    }
    Finish();
  }

  bool Stopping() {
    std::lock_guard lock(mutex_);
    return stopping_;
  }

  // True when committed rows are left that the last round could not see yet: on PostgreSQL a row
  // waits for every transaction that was open when it was written, of other databases too.
  bool Behind() {
    if (!leader_) return false;
    bool behind = false;
    const absl::Status read = database_.Read([&](db::Session& session) -> absl::Status {
      HUIYIN_ASSIGN_OR_RETURN(const Position newest, NewestRow(session));
      behind = state_->position < newest;
      return absl::OkStatus();
    });
    return read.ok() && behind;
  }

  // One round: stay leader, look after Redis, publish a batch. How many rows were published.
  absl::StatusOr<size_t> Round() {
    const absl::Time now = clock_.Now();
    HUIYIN_RETURN_IF_ERROR(RenewLease(now));
    if (!leader_) return 0;
    HUIYIN_RETURN_IF_ERROR(Connect());
    if (check_.Due(now)) {
      HUIYIN_RETURN_IF_ERROR(MeasureBacklog(now));
      HUIYIN_RETURN_IF_ERROR(Check(KnownStreams()));
    }
    HUIYIN_ASSIGN_OR_RETURN(const size_t published, PublishBatch());
    if (trim_.Due(now)) HUIYIN_RETURN_IF_ERROR(streams_->Trim(*state_, options_.consumers));
    if (save_.Due(now)) Save();
    if (retention_.Due(now)) DeleteOld(now);
    return published;
  }

  absl::Status RenewLease(absl::Time now) {
    if (!lease_.Due(now)) return absl::OkStatus();
    bool held = false;
    std::optional<RelayState> loaded;
    const absl::Status status = writer_.Run(kWriterKey, [&](db::Transaction& tx) -> absl::Status {
      loaded.reset();
      HUIYIN_ASSIGN_OR_RETURN(held, TakeLease(tx, kLease, holder_, now, kLeaseLasts));
      if (!held || leader_) return absl::OkStatus();
      HUIYIN_ASSIGN_OR_RETURN(loaded, LoadRelayState(tx, ids_));
      return absl::OkStatus();
    });
    if (!status.ok()) {
      lease_.Reset();
      leader_ = false;
      return status;
    }
    leader_ = held;
    if (!loaded.has_value()) return absl::OkStatus();
    state_ = std::move(loaded);
    saved_position_ = state_->position;
    verified_.clear();
    check_.Reset();
    return absl::OkStatus();
  }

  absl::Status Connect() {
    if (streams_ != nullptr) return absl::OkStatus();
    HUIYIN_ASSIGN_OR_RETURN(connection_, redis::Connection::Open(options_.bus, kRedisTimeout));
    streams_ = std::make_unique<StreamWriter>(*connection_, options_.bus.partitions);
    verified_.clear();
    check_.Reset();
    return absl::OkStatus();
  }

  std::set<StreamName> KnownStreams() const {
    std::set<StreamName> names;
    for (const auto& [name, unused] : state_->streams) names.insert(name);
    return names;
  }

  // Looks whether Redis still has these streams, and writes anew those that it has lost.
  absl::Status Check(const std::set<StreamName>& names) {
    Position newest;
    HUIYIN_RETURN_IF_ERROR(database_.Read([&](db::Session& session) -> absl::Status {
      HUIYIN_ASSIGN_OR_RETURN(newest, NewestRow(session));
      return absl::OkStatus();
    }));
    HUIYIN_ASSIGN_OR_RETURN(const std::set<StreamName> lost,
                            streams_->FindLost(*state_, names, std::max(newest, state_->position)));
    HUIYIN_RETURN_IF_ERROR(Rewrite(lost));
    verified_.insert(names.begin(), names.end());
    return absl::OkStatus();
  }

  absl::StatusOr<size_t> PublishBatch() {
    HUIYIN_ASSIGN_OR_RETURN(const std::vector<OutboxRow> rows, Read(state_->position));
    if (rows.empty()) return 0;
    std::set<StreamName> unverified;
    for (const OutboxRow& row : rows) {
      const StreamName name = streams_->NameFor(row.event);
      if (!verified_.contains(name)) unverified.insert(name);
    }
    if (!unverified.empty()) HUIYIN_RETURN_IF_ERROR(Check(unverified));
    HUIYIN_ASSIGN_OR_RETURN(const std::set<StreamName> lost, streams_->Publish(*state_, rows));
    state_->position = rows.back().position;
    HUIYIN_RETURN_IF_ERROR(Rewrite(lost));
    CountPublished(rows);
    return rows.size();
  }

  absl::StatusOr<std::vector<OutboxRow>> Read(const Position& after) {
    std::vector<OutboxRow> rows;
    HUIYIN_RETURN_IF_ERROR(database_.Read([&](db::Session& session) -> absl::Status {
      HUIYIN_ASSIGN_OR_RETURN(rows, ReadOutbox(session, after, options_.batch));
      return absl::OkStatus();
    }));
    return rows;
  }

  // Writes lost streams anew, from their floors up to the relay's position.
  absl::Status Rewrite(const std::set<StreamName>& names) {
    if (names.empty()) return absl::OkStatus();
    Position from = state_->position;
    for (const StreamName& name : names) from = std::min(from, state_->streams[name].floor);
    HUIYIN_RETURN_IF_ERROR(streams_->BeginRewrite(*state_, names));
    size_t republished = 0;
    for (bool more = from < state_->position; more;) {
      HUIYIN_ASSIGN_OR_RETURN(std::vector<OutboxRow> rows, Read(from));
      more = rows.size() == options_.batch && rows.back().position < state_->position;
      if (!rows.empty()) from = rows.back().position;
      std::erase_if(rows, [&](const OutboxRow& row) {
        const StreamName name = streams_->NameFor(row.event);
        return row.position > state_->position || !names.contains(name) ||
               row.position <= state_->streams[name].floor;
      });
      republished += rows.size();
      HUIYIN_RETURN_IF_ERROR(streams_->Publish(*state_, rows).status());
    }
    HUIYIN_RETURN_IF_ERROR(streams_->EndRewrite(names));
    if (republished == 0) return absl::OkStatus();  // new streams begin like this
    losses_.Increment(static_cast<double>(names.size()));
    republished_.Increment(static_cast<double>(republished));
    obs::Log(obs::Level::kWarning, "redis_lost_streams",
             {{"streams", names.size()}, {"republished", republished}});
    return absl::OkStatus();
  }

  void CountPublished(const std::vector<OutboxRow>& rows) {
    std::map<std::string, int> by_topic;
    for (const OutboxRow& row : rows) ++by_topic[row.event.topic];
    for (const auto& [topic, count] : by_topic) {
      metrics_
          .Counter("huiyin_events_published_total", "Events published to Redis.",
                   {{"topic", topic}})
          .Increment(count);
    }
  }

  absl::Status MeasureBacklog(absl::Time now) {
    return database_.Read([&](db::Session& session) -> absl::Status {
      HUIYIN_ASSIGN_OR_RETURN(const Position newest, NewestRow(session));
      HUIYIN_ASSIGN_OR_RETURN(const auto next, ReadOutbox(session, state_->position, 1));
      pending_.Set(next.empty() ? 0
                                : static_cast<double>(
                                      std::max<int64_t>(1, newest.id - state_->position.id)));
      oldest_.Set(next.empty() ? 0 : absl::ToDoubleSeconds(now - next[0].event.occurred_at));
      return absl::OkStatus();
    });
  }

  // Without waiting: a commit of its own would slow down everyone on a slow disk.
  void Save() {
    if (state_->position == saved_position_ || saving_->exchange(true)) return;
    saved_position_ = state_->position;
    writer_.Submit(
        kWriterKey, [state = *state_](db::Transaction& tx) { return SaveRelayState(tx, state); },
        [saving = saving_](absl::Status) { *saving = false; });
  }

  void DeleteOld(absl::Time now) {
    const absl::Status marked = writer_.Run(
        kWriterKey, [&](db::Transaction& tx) { return MarkPublished(tx, now, state_->position); });
    int64_t deleted = marked.ok() ? kDeleteAtOnce : 0;
    while (deleted == kDeleteAtOnce) {
      const absl::Status status = writer_.Run(kWriterKey, [&](db::Transaction& tx) -> absl::Status {
        HUIYIN_ASSIGN_OR_RETURN(deleted,
                                DeletePublished(tx, now - options_.retention, kDeleteAtOnce));
        return absl::OkStatus();
      });
      if (!status.ok()) break;
    }
  }

  void OnError(const absl::Status& status) {
    errors_.Increment();
    // Once per spell: errors repeat until the cause is gone.
    if (!failing_) obs::Log(obs::Level::kWarning, "relay_failed", {{"error", status}});
    failing_ = true;
    streams_.reset();
    connection_.reset();
  }

  void Finish() {
    if (!leader_) return;
    const absl::Status status = writer_.Run(kWriterKey, [&](db::Transaction& tx) -> absl::Status {
      HUIYIN_RETURN_IF_ERROR(SaveRelayState(tx, *state_));
      return ReleaseLease(tx, kLease, holder_);
    });
    if (!status.ok()) obs::Log(obs::Level::kWarning, "relay_not_saved", {{"error", status}});
    leader_ = false;
  }

  const RelayOptions options_;
  db::Database& database_;
  db::GroupCommit& writer_;
  const Clock& clock_;
  IdGenerator& ids_;
  obs::Metrics& metrics_;
  const std::string holder_;
  prometheus::Gauge& pending_;
  prometheus::Gauge& oldest_;
  prometheus::Counter& republished_;
  prometheus::Counter& losses_;
  prometheus::Counter& errors_;

  // Of the relay's thread alone.
  bool leader_ = false;
  bool failing_ = false;
  std::optional<RelayState> state_;  // set while leader
  Position saved_position_;
  std::unique_ptr<redis::Connection> connection_;
  std::unique_ptr<StreamWriter> streams_;
  std::set<StreamName> verified_;  // found whole since the connection was opened
  Every lease_{kLeaseLasts / 3};
  Every save_{kSaveInterval};
  Every retention_{kRetentionInterval};
  Every check_, trim_;

  std::shared_ptr<std::atomic<bool>> saving_ = std::make_shared<std::atomic<bool>>(false);
  std::atomic<bool> woken_{false};
  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;
  absl::Time stop_at_;
  std::thread thread_;
};

Relay::Relay(RelayOptions options, db::Database& database, db::GroupCommit& writer,
             const Clock& clock, IdGenerator& ids, obs::Metrics& metrics)
    : impl_(std::make_unique<Impl>(std::move(options), database, writer, clock, ids, metrics)) {}
Relay::~Relay() { Stop(absl::ZeroDuration()); }
void Relay::Start() { impl_->Start(); }
void Relay::Wake() { impl_->Wake(); }
void Relay::Stop(absl::Duration drain) { impl_->Stop(drain); }

}  // namespace huiyin::events
