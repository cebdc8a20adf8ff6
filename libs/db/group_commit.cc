#include "libs/db/group_commit.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/db/pool.h"

namespace huiyin::db {
namespace {

constexpr int kAttempts = 10;
constexpr int kPostgresWriters = 4;
constexpr size_t kHandOver = 8;  // smaller groups are finished where they are
// Longest that a group may be held open for more works.
constexpr std::chrono::milliseconds kLongestGather(3);

struct Item {
  GroupCommit::Work work;
  GroupCommit::Done done;
  absl::Status status;   // the work's own
  bool dropped = false;  // failed in a way that would end the transaction again
};
using Group = std::vector<Item>;
using Steady = std::chrono::steady_clock;

// Where the time of a group went.
struct Spent {
  Steady::duration working{0};
  Steady::duration committing{0};
};

// What became of one run over a group.
enum class Outcome {
  kCommitted,
  kConflict,  // run again
  kIsolate,   // a work failed after it had written: run again with savepoints
  kFailed,    // nothing can be committed now
};

// Runs the works of a group and commits them. Savepoints cost as much as a small work, and most
// works succeed or fail before they write. So a group runs without them first; only when a work
// failed after writing is the group rolled back and run again with a savepoint for each work.
class GroupRun {
 public:
  GroupRun(Connection& connection, Group& group) : connection_(connection), group_(group) {}

  Outcome Run(bool savepoints) {
    const Steady::time_point begin = Steady::now();
    for (Item& item : group_) {
      if (item.dropped) continue;
      const Outcome outcome = savepoints ? RunIsolated(item) : RunPlain(item);
      if (outcome != Outcome::kCommitted) return outcome;
    }
    const Steady::time_point worked = Steady::now();
    error_ = connection_.Commit();
    spent_ = {worked - begin, Steady::now() - worked};
    if (error_.ok()) return Outcome::kCommitted;
    return absl::IsAborted(connection_.trouble()) ? Outcome::kConflict : Outcome::kFailed;
  }

  // Why Run did not commit.
  const absl::Status& error() const { return error_; }
  // Of the last Run that came to a commit.
  const Spent& spent() const { return spent_; }

 private:
  Outcome RunPlain(Item& item) {
    const uint64_t before = connection_.writes();
    item.status = item.work(connection_);
    if (connection_.usable() && (item.status.ok() || connection_.writes() == before)) {
      return Outcome::kCommitted;
    }
    return Trouble().value_or(Outcome::kIsolate);
  }

  Outcome RunIsolated(Item& item) {
    absl::Status status = connection_.Savepoint();
    if (status.ok()) {
      item.status = item.work(connection_);
      // A work may answer OK although a statement of it failed; on PostgreSQL it is lost then.
      if (item.status.ok() && !connection_.usable()) {
        item.status = absl::InternalError("a statement failed and the work went on");
      }
      status =
          item.status.ok() ? connection_.ReleaseSavepoint() : connection_.RollbackToSavepoint();
    }
    if (status.ok() && !connection_.trouble().ok()) status = connection_.trouble();
    if (status.ok()) return Outcome::kCommitted;
    if (const auto trouble = Trouble()) return *trouble;
    // The statement took the whole transaction with it (it was interrupted): go on without it.
    item.dropped = true;
    if (item.status.ok()) item.status = status;
    return Outcome::kIsolate;
  }

  std::optional<Outcome> Trouble() {
    if (connection_.trouble().ok()) return std::nullopt;
    error_ = connection_.trouble();
    return absl::IsAborted(error_) ? Outcome::kConflict : Outcome::kFailed;
  }

  Connection& connection_;
  Group& group_;
  absl::Status error_;
  Spent spent_;
};

// Calls the Dones of large groups, so that the next group need not wait for them. As many works may
// be here as the queue of GroupCommit admits. Destruction finishes what was taken.
class Finisher {
 public:
  explicit Finisher(absl::AnyInvocable<void(Group&)> finish) : finish_(std::move(finish)) {
    thread_ = std::thread([this] { Serve(); });
  }
  ~Finisher() {
    {
      std::lock_guard lock(mutex_);
      stopping_ = true;
      wake_.notify_one();
    }
    thread_.join();
  }
  void Take(Group group) {
    std::lock_guard lock(mutex_);
    groups_.push_back(std::move(group));
    wake_.notify_one();
  }

 private:
  void Serve() {
    std::unique_lock lock(mutex_);
    while (true) {
      wake_.wait(lock, [this] { return stopping_ || !groups_.empty(); });
      if (groups_.empty()) return;
      Group group = std::move(groups_.front());
      groups_.pop_front();
      lock.unlock();
      finish_(group);
      group.clear();  // its captures end outside the lock
      lock.lock();
    }
  }

  absl::AnyInvocable<void(Group&)> finish_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Group> groups_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace

class GroupCommit::Impl {
 public:
  Impl(Database& database, Options options) : database_(database), options_(options) {
    const bool sqlite = database.dialect() == Dialect::kSqlite;
    const int writers = sqlite ? 1 : options.writers > 0 ? options.writers : kPostgresWriters;
    lanes_ = std::vector<Lane>(writers);
    for (Lane& lane : lanes_) lane.thread = std::thread([this, &lane] { Serve(lane); });
  }

  ~Impl() {
    for (Lane& lane : lanes_) {
      std::lock_guard lock(lane.mutex);
      lane.stopping = true;
      lane.wake.notify_all();
    }
    for (Lane& lane : lanes_) lane.thread.join();
    finisher_.reset();  // the last groups' calls
  }

  void Submit(uint64_t key, Work work, Done done) {
    if (depth_.fetch_add(1, std::memory_order_relaxed) >= options_.max_queue) {
      depth_.fetch_sub(1, std::memory_order_relaxed);
      done(absl::ResourceExhaustedError("too many writes are waiting"));
      return;
    }
    if (key == 0) key = next_lane_.fetch_add(1, std::memory_order_relaxed);
    Lane& lane = lanes_[key % lanes_.size()];
    bool stopping, awaited;
    {
      std::lock_guard lock(lane.mutex);
      stopping = lane.stopping;
      if (!stopping) lane.queue.push_back({std::move(work), std::move(done)});
      awaited = lane.queue.size() == lane.awaited;
    }
    if (stopping) {
      depth_.fetch_sub(1, std::memory_order_relaxed);
      // Moved from only when not stopping.
      done(absl::UnavailableError("the service is stopping"));  // NOLINT(bugprone-use-after-move)
    } else if (awaited) {
      lane.wake.notify_one();
    }
  }

  void OnCommit(absl::AnyInvocable<void()> hook) { hook_ = std::move(hook); }
  size_t depth() const { return depth_.load(std::memory_order_relaxed); }

 private:
  // A writer thread and its queue.
  struct Lane {
    std::mutex mutex;
    std::condition_variable wake;
    std::deque<Item> queue;
    size_t awaited = 0;  // the writer wants to know when so many wait; 0: it is busy
    bool stopping = false;
    std::thread thread;
  };

  void Serve(Lane& lane) {
    Group group;
    Spent spent;
    size_t last = 0;
    while (Gather(lane, last, spent, group)) {
      spent = CommitGroup(group);
      last = group.size();
      if (group.size() < kHandOver) {
        Finish(group);
      } else {
        finisher_->Take(std::move(group));
      }
      group.clear();
    }
  }

  void Finish(Group& group) {
    for (Item& item : group) item.done(std::move(item.status));
    depth_.fetch_sub(group.size(), std::memory_order_relaxed);
  }

  // Waits for work; false at the end. Where most of the last group's time went into its commit (a
  // slow disk), the next group is held open for a fraction of that, or until there are as many more
  // as were answered just now: their callers are likely to call again, and had better share this
  // commit than wait for it.
  bool Gather(Lane& lane, size_t last, const Spent& spent, Group& group) {
    std::unique_lock lock(lane.mutex);
    const size_t others = lane.queue.size();
    lane.awaited = 1;
    lane.wake.wait(lock, [&] { return lane.stopping || !lane.queue.empty(); });
    if (spent.committing > spent.working) {
      lane.awaited = std::min(others + last, options_.max_group);
      lane.wake.wait_for(lock, std::min<Steady::duration>(spent.committing / 4, kLongestGather),
                         [&] { return lane.stopping || lane.queue.size() >= lane.awaited; });
    }
    lane.awaited = 0;
    const auto end =
        lane.queue.begin() + std::min(lane.queue.size(), std::max<size_t>(1, options_.max_group));
    std::move(lane.queue.begin(), end, std::back_inserter(group));
    lane.queue.erase(lane.queue.begin(), end);
    return !group.empty();
  }

  Spent CommitGroup(Group& group) {
    bool savepoints = false;
    absl::Status error;
    for (int attempt = 1; attempt <= kAttempts;) {
      Outcome outcome;
      if (auto lease = database_.writers().Begin(); lease.ok()) {
        const uint64_t before = (*lease)->writes();
        GroupRun run(**lease, group);
        outcome = run.Run(savepoints);
        if (outcome == Outcome::kCommitted) {
          if (hook_ && (*lease)->writes() != before) hook_();
          return run.spent();
        }
        error = run.error();
      } else {
        error = lease.status();
        outcome = absl::IsAborted(error) ? Outcome::kConflict : Outcome::kFailed;
      }
      if (outcome == Outcome::kFailed) break;
      if (outcome == Outcome::kIsolate) savepoints = true;
      if (outcome == Outcome::kConflict && attempt++ < kAttempts) BackOff(attempt);
    }
    for (Item& item : group) {
      if (!item.dropped) item.status = error;
    }
    return {};
  }

  Database& database_;
  const Options options_;
  std::vector<Lane> lanes_;
  std::atomic<size_t> depth_{0};
  std::atomic<uint64_t> next_lane_{0};
  absl::AnyInvocable<void()> hook_;
  std::unique_ptr<Finisher> finisher_ =
      std::make_unique<Finisher>([this](Group& group) { Finish(group); });
};

GroupCommit::GroupCommit(Database& database, Options options)
    : impl_(std::make_unique<Impl>(database, options)) {}
GroupCommit::~GroupCommit() = default;

void GroupCommit::Submit(uint64_t key, Work work, Done done) {
  impl_->Submit(key, std::move(work), std::move(done));
}

absl::Status GroupCommit::Run(uint64_t key, Work work) {
  std::mutex mutex;
  std::condition_variable ended_cv;
  std::optional<absl::Status> ended;
  impl_->Submit(key, std::move(work), [&](absl::Status status) {
    std::lock_guard lock(mutex);
    ended = std::move(status);
    ended_cv.notify_one();
  });
  std::unique_lock lock(mutex);
  ended_cv.wait(lock, [&] { return ended.has_value(); });
  return *std::move(ended);
}

void GroupCommit::OnCommit(absl::AnyInvocable<void()> hook) { impl_->OnCommit(std::move(hook)); }
size_t GroupCommit::depth() const { return impl_->depth(); }

}  // namespace huiyin::db
