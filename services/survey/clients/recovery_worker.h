// Works on pending cases of making good, beside the RPCs: claims what is due, calls triage and
// ingest outside any transaction, keeps what came of it. A crash anywhere leaves the case pending;
// its calls carry request ids made from the case, so doing them again changes nothing.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

#include "absl/functional/function_ref.h"
#include "services/survey/usecase/recover.h"

namespace huiyin::survey {

// Thread-safe. Replicas may run side by side.
class RecoveryWorker {
 public:
  // Opens a unit in a transaction of its own and commits it.
  using RunUnit = std::function<absl::Status(absl::FunctionRef<absl::Status(Unit&)>)>;
  struct Options {
    absl::Duration idle = absl::Milliseconds(500);  // how often it looks for new cases
    absl::Duration lease = absl::Minutes(1);  // longer than all calls for the cases claimed at once
    int at_once = 8;
  };

  // References must outlive the worker.
  RecoveryWorker(CommentReader& reader, TicketDesk& desk, RunUnit run, const Clock& clock,
                 Options options);
  ~RecoveryWorker();  // Stop()

  void Start();
  // Waits for the case under way. Idempotent.
  void Stop();
  // One round; how many cases were claimed.
  absl::StatusOr<int> RunOnce();

 private:
  void Loop();
  absl::Status Finish(RecoveryCase recovery);

  CommentReader& reader_;
  TicketDesk& desk_;
  const RunUnit run_;
  const Clock& clock_;
  const Options options_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace huiyin::survey
