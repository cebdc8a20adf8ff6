// The rhythm of calling others: rounds of "claim what is due, call", on a thread of its own, with a
// bound on the calls under way.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "services/aftersales/usecase/unit.h"

namespace prometheus {
class Gauge;
}

namespace huiyin::aftersales {

// Thread-safe.
class CallLoop {
 public:
  struct Options {
    size_t max_in_flight = 256;                    // calls at once
    absl::Duration idle = absl::Milliseconds(50);  // how often it looks when there is nothing to do
    absl::Duration stop_grace = absl::Seconds(15);  // longest that Stop waits for answers
  };
  // The calls under way. They share it with the loop, for an answer may come after its end.
  class Places {
   public:
    // `gauge` shows their number; it must outlive them.
    explicit Places(prometheus::Gauge& gauge) : gauge_(gauge) {}
    // Once for every call, when it has ended and its answer is recorded.
    void Landed();

   private:
    friend class CallLoop;
    prometheus::Gauge& gauge_;
    std::mutex mutex_;
    std::condition_variable changed_;
    size_t in_flight_ = 0;
    bool stopping_ = false;
  };
  // Claims up to `limit` things durably and gives back the calls to make, each of which ends with
  // Places::Landed.
  using Claim = std::function<absl::StatusOr<std::vector<std::function<void()>>>(size_t limit)>;

  CallLoop(std::shared_ptr<Places> places, Claim claim, const Options& options);
  ~CallLoop();  // Stop()

  void Start();
  // Claims nothing more, waits for the answers under way and their recording. Idempotent.
  void Stop();
  // One round without the thread; how many were claimed. For tests that decide when things happen.
  absl::StatusOr<size_t> RunOnce();
  // Waits until no call is under way; false after `timeout`.
  bool WaitUntilIdle(absl::Duration timeout);

 private:
  void Loop();

  const std::shared_ptr<Places> places_;
  const Claim claim_;
  const Options options_;
  std::thread thread_;
};

// Runs `work` in a shared commit and waits for that.
absl::Status RunAndWait(const SubmitWork& submit, absl::AnyInvocable<absl::Status(Unit&)> work);

}  // namespace huiyin::aftersales
