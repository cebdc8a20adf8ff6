// SIGTERM and SIGINT as something to wait for. No handler runs: the signals are blocked in every
// thread and taken with sigtimedwait by the one that waits.
#pragma once

#include <csignal>

#include "absl/time/time.h"

namespace huiyin::host {

// Made once, in main, before any thread starts (threads inherit the mask). Also ignores SIGPIPE: a
// peer that goes away is an error of a write, not the end of the process.
class StopSignal {
 public:
  StopSignal();

  // Until a signal comes.
  void Wait();
  // True when a signal came, now or earlier; false after `limit`.
  bool WaitFor(absl::Duration limit);

 private:
  sigset_t signals_;
  bool came_ = false;
};

}  // namespace huiyin::host
