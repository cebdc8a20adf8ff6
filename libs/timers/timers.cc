#include "libs/timers/timers.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "libs/core/status.h"
#include "libs/obs/log.h"

namespace huiyin::timers {
namespace {

constexpr int kMaxAtOnce = 256;
constexpr absl::Duration kFirstRetry = absl::Seconds(1);
constexpr absl::Duration kLastRetry = absl::Minutes(5);
// Other processes set timers too, and the clock may be moved: never sleep longer.
constexpr absl::Duration kLongestSleep = absl::Seconds(1);

absl::Duration RetryDelay(int64_t attempts) {
  return std::min(kFirstRetry * (int64_t{1} << std::min<int64_t>(attempts, 20)), kLastRetry);
}

struct Claim {
  Timer timer;
  int64_t attempts = 0;
};

}  // namespace

absl::Status Set(db::Transaction& tx, const Timer& timer) {
  return tx
      .Execute(
          "INSERT INTO timer (kind, key, due, payload, next_attempt, attempts)"
          " VALUES (?, ?, ?, ?, ?, 0) ON CONFLICT (kind, key) DO UPDATE SET"
          " due = excluded.due, payload = excluded.payload,"
          " next_attempt = excluded.next_attempt, attempts = 0",
          {timer.kind, timer.key, timer.due, db::Blob{timer.payload}, timer.due})
      .status();
}

absl::Status Cancel(db::Transaction& tx, std::string_view kind, std::string_view key) {
  return tx.Execute("DELETE FROM timer WHERE kind = ? AND key = ?", {kind, key}).status();
}

class Runner::Impl {
 public:
  Impl(db::Database& database, db::GroupCommit& writer, const Clock& clock)
      : database_(database), writer_(writer), clock_(clock) {}

  void Handle(std::string kind, Handler handler) {
    handlers_[std::move(kind)] = std::move(handler);
  }

  void Start() {
    std::lock_guard lock(mutex_);
    if (thread_.joinable() || stopping_) return;
    thread_ = std::thread([this] { Serve(); });
  }

  void Wake() {
    std::lock_guard lock(mutex_);
    woken_ = true;
    changed_.notify_all();
  }

  void Stop() {
    std::thread thread;
    {
      std::lock_guard lock(mutex_);
      stopping_ = true;
      changed_.notify_all();
      thread = std::move(thread_);
    }
    if (thread.joinable()) thread.join();
  }

 private:
  void Serve() {
    while (true) {
      const absl::Duration sleep = FireDue();
      std::unique_lock lock(mutex_);
      changed_.wait_for(lock, absl::ToChronoNanoseconds(sleep),
                        [this] { return woken_ || stopping_; });
      if (stopping_) return;
      woken_ = false;
    }
  }

  // Fires what is due; how long until the next look.
  absl::Duration FireDue() {
    const absl::Time now = clock_.Now();
    std::vector<Claim> due;
    absl::Time next = now + kLongestSleep;
    const absl::Status read = database_.Read([&](db::Session& session) -> absl::Status {
      due.clear();
      HUIYIN_RETURN_IF_ERROR(session.Query(
          "SELECT kind, key, due, payload, attempts FROM timer WHERE next_attempt <= ?"
          " ORDER BY next_attempt LIMIT ?",
          {now, kMaxAtOnce}, [&](const db::Row& row) {
            due.push_back({{row.Str(0), row.Str(1), row.Time(2), row.Str(3)}, row.Int(4)});
          }));
      return session
          .QueryOne("SELECT min(next_attempt) FROM timer WHERE next_attempt > ?", {now},
                    [&](const db::Row& row) {
                      if (!row.IsNull(0)) next = std::min(next, row.Time(0));
                    })
          .status();
    });
    if (!read.ok()) {
      obs::Log(obs::Level::kWarning, "timers_unreadable", {{"error", read}});
      return kLongestSleep;
    }
    Fire(due);
    return due.size() == kMaxAtOnce ? absl::ZeroDuration()
                                    : std::max(next - now, absl::Milliseconds(1));
  }

  // All at once, so that they share commits; waits for their ends.
  void Fire(const std::vector<Claim>& due) {
    std::mutex mutex;
    std::condition_variable ended_cv;
    size_t left = due.size();
    for (const Claim& claim : due) {
      writer_.Submit(
          std::hash<std::string>()(claim.timer.key),
          [this, &claim](db::Transaction& tx) { return FireOne(tx, claim); },
          [&, timer = &claim](absl::Status status) {
            if (!status.ok()) Postpone(*timer, status);
            std::lock_guard lock(mutex);
            if (--left == 0) ended_cv.notify_one();
          });
    }
    std::unique_lock lock(mutex);
    ended_cv.wait(lock, [&] { return left == 0; });
  }

  absl::Status FireOne(db::Transaction& tx, const Claim& claim) {
    const Timer& timer = claim.timer;
    const auto handler = handlers_.find(timer.kind);
    if (handler == handlers_.end()) return absl::UnimplementedError("no handler for this kind");
    // Claims it: another replica, a cancellation or a new due time leave nothing to delete.
    HUIYIN_ASSIGN_OR_RETURN(
        const int64_t claimed,
        tx.Execute("DELETE FROM timer WHERE kind = ? AND key = ? AND due = ? AND attempts = ?",
                   {timer.kind, timer.key, timer.due, claim.attempts}));
    if (claimed == 0) return absl::OkStatus();
    return handler->second(tx, timer);
  }

  // From the writer's thread: hands the postponement to it as a work of its own.
  void Postpone(const Claim& claim, const absl::Status& error) {
    const absl::Time next = clock_.Now() + RetryDelay(claim.attempts);
    obs::Log(obs::Level::kWarning, "timer_failed",
             {{"kind", claim.timer.kind},
              {"key", claim.timer.key},
              {"attempts", claim.attempts + 1},
              {"error", error}});
    writer_.Submit(
        std::hash<std::string>()(claim.timer.key),
        [kind = claim.timer.kind, key = claim.timer.key, due = claim.timer.due,
         attempts = claim.attempts, next](db::Transaction& tx) {
          return tx
              .Execute(
                  "UPDATE timer SET attempts = attempts + 1, next_attempt = ?"
                  " WHERE kind = ? AND key = ? AND due = ? AND attempts = ?",
                  {next, kind, key, due, attempts})
              .status();
        },
        [](absl::Status) {});
  }

  db::Database& database_;
  db::GroupCommit& writer_;
  const Clock& clock_;
  std::map<std::string, Handler, std::less<>> handlers_;

  std::mutex mutex_;
  std::condition_variable changed_;
  bool woken_ = false;
  bool stopping_ = false;
  std::thread thread_;
};

Runner::Runner(db::Database& database, db::GroupCommit& writer, const Clock& clock)
    : impl_(std::make_unique<Impl>(database, writer, clock)) {}
Runner::~Runner() { Stop(); }
void Runner::Handle(std::string kind, Handler handler) {
  impl_->Handle(std::move(kind), std::move(handler));
}
void Runner::Start() { impl_->Start(); }
void Runner::Wake() { impl_->Wake(); }
void Runner::Stop() { impl_->Stop(); }

}  // namespace huiyin::timers
