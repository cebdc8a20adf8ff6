#include "libs/host/stop_signal.h"

#include <pthread.h>

#include <cerrno>

namespace huiyin::host {

StopSignal::StopSignal() {
  sigemptyset(&signals_);
  sigaddset(&signals_, SIGTERM);
  sigaddset(&signals_, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
}

void StopSignal::Wait() {
  while (!came_) {
    int signal = 0;
    came_ = sigwait(&signals_, &signal) == 0;
  }
}

bool StopSignal::WaitFor(absl::Duration limit) {
  if (came_) return true;
  const timespec timeout = absl::ToTimespec(limit);
  came_ = sigtimedwait(&signals_, nullptr, &timeout) > 0;
  return came_;
}

}  // namespace huiyin::host
