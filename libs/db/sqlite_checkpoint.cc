#include "libs/db/sqlite_checkpoint.h"

namespace huiyin::db {
namespace {

// 32 MiB: large enough that a page that changes often is copied once for many commits.
constexpr int kLog = 4000;
// When the log could not begin anew (somebody reads from it, the disk is full), it is tried again
// after so many more.
constexpr int kMore = 500;
// Each pass copies what came in during the one before, and the writer what came in during the last.
constexpr int kPasses = 3;
// So little is not worth another pass: about a millisecond of the writer's.
constexpr int kRest = 128;

}  // namespace

SqliteCheckpointer::SqliteCheckpointer(SqliteHandle handle)
    : handle_(std::move(handle)), due_(kLog) {}

SqliteCheckpointer::~SqliteCheckpointer() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
    wake_.notify_one();
  }
  if (thread_.joinable()) thread_.join();
}

void SqliteCheckpointer::OnCommit(sqlite3* writer, int pages) {
  if (pages < last_pages_) due_ = kLog;  // it has begun anew
  last_pages_ = pages;
  if (stage_ == Stage::kFinishing) {
    // An error (disk full, say) leaves the log as it is: the next round tries again.
    sqlite3_wal_checkpoint_v2(writer, nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
    stage_ = Stage::kIdle;
  } else if (stage_ == Stage::kIdle && pages >= due_) {
    due_ = pages + kMore;
    std::lock_guard lock(mutex_);
    stage_ = Stage::kCopying;
    if (!thread_.joinable()) thread_ = std::thread([this] { Serve(); });
    wake_.notify_one();
  }
}

void SqliteCheckpointer::Serve() {
  std::unique_lock lock(mutex_);
  while (true) {
    wake_.wait(lock, [this] { return stopping_ || stage_ == Stage::kCopying; });
    if (stopping_) return;
    lock.unlock();
    const bool finish = Copy();
    lock.lock();
    stage_ = finish ? Stage::kFinishing : Stage::kIdle;
  }
}

bool SqliteCheckpointer::Copy() {
  int copied = 0;
  for (int pass = 0; pass < kPasses; ++pass) {
    int log = 0, done = 0;
    const int rc =
        sqlite3_wal_checkpoint_v2(handle_.get(), nullptr, SQLITE_CHECKPOINT_PASSIVE, &log, &done);
    if (rc != SQLITE_OK || done < log) return false;  // somebody reads from an older part
    if (done - copied <= kRest) break;
    copied = done;
  }
  return true;
}

}  // namespace huiyin::db
