// Connections kept for reuse.
#pragma once

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <vector>

#include "libs/db/connection.h"

namespace huiyin::db {

// Thread-safe. Those who wait are served in the order of their coming, so that a busy group commit
// does not starve a single write.
class Pool {
 public:
  // A connection while in use; goes back to the pool when destroyed. Must not outlive the pool.
  class Lease {
   public:
    Lease(Pool& pool, std::unique_ptr<Connection> connection, bool fresh)
        : pool_(&pool), connection_(std::move(connection)), fresh_(fresh) {}
    Lease(Lease&& other) noexcept = default;
    Lease& operator=(Lease&&) = delete;
    ~Lease();
    Connection& operator*() const { return *connection_; }
    Connection* operator->() const { return connection_.get(); }

   private:
    friend class Pool;
    Pool* pool_;
    std::unique_ptr<Connection> connection_;
    bool fresh_;  // opened for this lease
  };

  Pool(Connector connect, Access access, int max, absl::Duration acquire_timeout);

  // UNAVAILABLE when none is free for `acquire_timeout`.
  absl::StatusOr<Lease> Acquire();
  // Acquire, and begin a transaction. Replaces kept connections that broke meanwhile.
  absl::StatusOr<Lease> Begin();

 private:
  struct Waiter {
    std::condition_variable granted_cv;
    bool granted = false;
    std::unique_ptr<Connection> connection;  // null: allowed to open one
  };
  void Release(std::unique_ptr<Connection> connection);

  const Connector connect_;
  const Access access_;
  const int max_;
  const absl::Duration acquire_timeout_;
  std::mutex mutex_;
  int open_ = 0;  // leased + idle
  std::vector<std::unique_ptr<Connection>> idle_;
  std::deque<Waiter*> waiters_;
};

}  // namespace huiyin::db
