// Checkpoints of a SQLite database beside its writer. Internal to libs/db.
//
// SQLite's own checkpoint runs in the commit that makes the log large enough: thousands of pages
// are copied and synced while every other write waits. Here a thread with a connection of its own
// copies them while the writer goes on, and leaves it the few that came in meanwhile: only at a
// moment when all is copied does the next write begin the log anew.
#pragma once

#include <sqlite3.h>

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

namespace huiyin::db {

struct CloseDatabase {
  void operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }
};
using SqliteHandle = std::unique_ptr<sqlite3, CloseDatabase>;

class SqliteCheckpointer {
 public:
  // `handle`: a connection for this object alone.
  explicit SqliteCheckpointer(SqliteHandle handle);
  ~SqliteCheckpointer();

  // For the writer, after each commit; `pages`: what the log holds now.
  void OnCommit(sqlite3* writer, int pages);

 private:
  enum class Stage {
    kIdle,
    kCopying,   // the thread is at work
    kFinishing  // the writer is to copy the rest
  };
  void Serve();
  // Copies until little is left. False when that must wait, for a reader of an old state.
  bool Copy();

  const SqliteHandle handle_;
  std::atomic<Stage> stage_{Stage::kIdle};
  // The writer's: size of the log, in pages, from which on to copy, and at the last commit.
  int due_;
  int last_pages_ = 0;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  std::thread thread_;  // started when it is first needed
};

}  // namespace huiyin::db
