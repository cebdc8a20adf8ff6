// A thread that does one thing again and again, with a pause between.
#pragma once

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/time/time.h"

namespace huiyin::triage {

// Start and Stop from one thread.
class Rounds {
 public:
  // An error of `round` is logged as `failed` when the round before it went well.
  Rounds(absl::Duration pause, std::string failed, absl::AnyInvocable<absl::Status()> round);
  ~Rounds() { Stop(); }
  void Start();
  void Stop();  // waits for the round that runs

 private:
  void Serve();

  const absl::Duration pause_;
  const std::string failed_;
  absl::AnyInvocable<absl::Status()> round_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace huiyin::triage
