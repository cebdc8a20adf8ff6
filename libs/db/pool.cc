#include "libs/db/pool.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace huiyin::db {

Pool::Pool(Connector connect, Access access, int max, absl::Duration acquire_timeout)
    : connect_(std::move(connect)),
      access_(access),
      max_(std::max(1, max)),
      acquire_timeout_(acquire_timeout) {}

Pool::Lease::~Lease() {
  if (pool_ == nullptr || connection_ == nullptr) return;
  connection_->Rollback();
  if (connection_->broken()) connection_.reset();
  pool_->Release(std::move(connection_));
}

void Pool::Release(std::unique_ptr<Connection> connection) {
  std::lock_guard lock(mutex_);
  if (!waiters_.empty()) {
    Waiter* next = waiters_.front();
    waiters_.pop_front();
    next->connection = std::move(connection);
    next->granted = true;
    next->granted_cv.notify_one();
    return;
  }
  if (connection != nullptr) {
    idle_.push_back(std::move(connection));
  } else {
    --open_;
  }
}

absl::StatusOr<Pool::Lease> Pool::Acquire() {
  std::unique_ptr<Connection> connection;
  {
    std::unique_lock lock(mutex_);
    if (!idle_.empty()) {
      connection = std::move(idle_.back());
      idle_.pop_back();
    } else if (open_ < max_) {
      ++open_;
    } else {
      Waiter waiter;
      waiters_.push_back(&waiter);
      if (!waiter.granted_cv.wait_for(lock, absl::ToChronoNanoseconds(acquire_timeout_),
                                      [&] { return waiter.granted; })) {
        std::erase(waiters_, &waiter);
        return absl::UnavailableError(absl::StrCat("no database connection became free within ",
                                                   absl::FormatDuration(acquire_timeout_)));
      }
      connection = std::move(waiter.connection);
    }
  }
  if (connection != nullptr) return Lease(*this, std::move(connection), false);
  auto opened = connect_(access_);
  if (!opened.ok()) {
    Release(nullptr);
    return opened.status();
  }
  return Lease(*this, *std::move(opened), true);
}

absl::StatusOr<Pool::Lease> Pool::Begin() {
  while (true) {
    auto lease = Acquire();
    if (!lease.ok()) return lease.status();
    const absl::Status begun = (*lease)->Begin(access_);
    if (begun.ok()) return lease;
    const bool stale = (*lease)->broken() && !lease->fresh_;
    if (!stale) return begun;
  }
}

}  // namespace huiyin::db
