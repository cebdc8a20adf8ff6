#include "libs/rpc/stream.h"

#include <chrono>

namespace huiyin::rpc::internal {

void StreamCore::Drain() {
  std::lock_guard lock(mutex_);
  draining_ = true;
  changed_.notify_all();
}

bool StreamCore::IsCancelled() const {
  std::lock_guard lock(mutex_);
  return cancelled_;
}

void StreamCore::Cancel() {
  std::lock_guard lock(mutex_);
  cancelled_ = true;
  changed_.notify_all();
}

bool StreamCore::SleepFor(absl::Duration duration) {
  std::unique_lock lock(mutex_);
  return !changed_.wait_for(lock, absl::ToChronoMicroseconds(duration),
                            [this] { return cancelled_ || draining_; });
}

}  // namespace huiyin::rpc::internal
