// The rhythm of calling others: rounds of "claim what is due, call", on a thread of its own, with a
// bound on the calls under way.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "libs/core/status.h"
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

// A Claim of things that fall due: `any_due` looks, which is cheap; only `claim` takes a place
// among the writers. `call` is made for each that was claimed.
template <class T>
CallLoop::Claim ClaimDue(RunQuery query, SubmitWork submit,
                         std::function<absl::StatusOr<bool>(View&)> any_due,
                         std::function<absl::StatusOr<std::vector<T>>(Unit&, size_t limit)> claim,
                         std::function<void(const T&)> call) {
  return [=](size_t limit) -> absl::StatusOr<std::vector<std::function<void()>>> {
    bool any = false;
    HUIYIN_RETURN_IF_ERROR(query([&](View& view) -> absl::Status {
      HUIYIN_ASSIGN_OR_RETURN(any, any_due(view));
      return absl::OkStatus();
    }));
    std::vector<std::function<void()>> calls;
    if (!any) return calls;
    std::vector<T> claimed;
    HUIYIN_RETURN_IF_ERROR(RunAndWait(submit, 0, "", [&](Unit& unit) -> absl::Status {
      HUIYIN_ASSIGN_OR_RETURN(claimed, claim(unit, limit));
      return absl::OkStatus();
    }));
    for (T& each : claimed) {
      calls.push_back([call, each = std::move(each)] { call(each); });
    }
    return calls;
  };
}

}  // namespace huiyin::aftersales
