#include "services/aftersales/gateways/call_loop.h"

#include <prometheus/gauge.h>

#include <algorithm>

#include "libs/core/status.h"

namespace huiyin::aftersales {

void CallLoop::Places::Landed() {
  std::lock_guard lock(mutex_);
  --in_flight_;
  gauge_.Decrement();
  changed_.notify_all();
}

CallLoop::CallLoop(std::shared_ptr<Places> places, Claim claim, const Options& options)
    : places_(std::move(places)), claim_(std::move(claim)), options_(options) {}

CallLoop::~CallLoop() { Stop(); }

void CallLoop::Start() {
  thread_ = std::thread([this] { Loop(); });
}

void CallLoop::Stop() {
  {
    std::lock_guard lock(places_->mutex_);
    places_->stopping_ = true;
    places_->changed_.notify_all();
  }
  if (thread_.joinable()) thread_.join();
  WaitUntilIdle(options_.stop_grace);
}

bool CallLoop::WaitUntilIdle(absl::Duration timeout) {
  std::unique_lock lock(places_->mutex_);
  return places_->changed_.wait_for(lock, absl::ToChronoMilliseconds(timeout),
                                    [this] { return places_->in_flight_ == 0; });
}

absl::StatusOr<size_t> CallLoop::RunOnce() {
  size_t room = 0;
  {
    std::lock_guard lock(places_->mutex_);
    room = options_.max_in_flight - std::min(options_.max_in_flight, places_->in_flight_);
  }
  if (room == 0) return size_t{0};
  HUIYIN_ASSIGN_OR_RETURN(const std::vector<std::function<void()>> calls, claim_(room));
  {
    std::lock_guard lock(places_->mutex_);
    places_->in_flight_ += calls.size();
    places_->gauge_.Increment(static_cast<double>(calls.size()));
  }
  for (const std::function<void()>& call : calls) call();
  return calls.size();
}

void CallLoop::Loop() {
  const auto stopping = [this] { return places_->stopping_; };
  for (;;) {
    const absl::StatusOr<size_t> claimed = RunOnce();
    std::unique_lock lock(places_->mutex_);
    if (stopping()) return;
    if (claimed.ok() && *claimed > 0) {
      // More may wait: go on as soon as a fair share of the places is free.
      places_->changed_.wait(lock, [&] {
        return stopping() || places_->in_flight_ <= options_.max_in_flight * 3 / 4;
      });
    } else {
      places_->changed_.wait_for(lock, absl::ToChronoMilliseconds(options_.idle), stopping);
    }
  }
}

}  // namespace huiyin::aftersales
