#include "services/triage/rounds.h"

#include "libs/obs/log.h"

namespace huiyin::triage {

Rounds::Rounds(absl::Duration pause, std::string failed, absl::AnyInvocable<absl::Status()> round)
    : pause_(pause), failed_(std::move(failed)), round_(std::move(round)) {}

void Rounds::Start() {
  std::lock_guard lock(mutex_);
  if (thread_.joinable() || stopping_) return;
  thread_ = std::thread([this] { Serve(); });
}

void Rounds::Stop() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
    changed_.notify_all();
  }
  if (thread_.joinable()) thread_.join();
}

void Rounds::Serve() {
  bool failing = false;
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    lock.unlock();
    const absl::Status status = round_();
    if (!status.ok() && !failing) obs::Log(obs::Level::kWarning, failed_, {{"error", status}});
    failing = !status.ok();
    lock.lock();
    changed_.wait_for(lock, absl::ToChronoNanoseconds(pause_), [this] { return stopping_; });
  }
}

}  // namespace huiyin::triage
