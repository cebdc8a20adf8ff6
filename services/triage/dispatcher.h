// Gives waiting tickets to agents, again and again: beside the RPCs and events, so that an
// assignment never delays a decision. Also measures the queues as it looks at them.
#pragma once

#include <prometheus/gauge.h>

#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "libs/core/clock.h"
#include "libs/db/group_commit.h"
#include "libs/obs/metrics.h"
#include "services/triage/usecase/unit.h"

namespace huiyin::triage {

// Start and Stop from one thread. Replicas may run side by side: what one assigns is a conflict for
// the other, which then looks again.
class Dispatcher {
 public:
  using InTransaction =
      std::function<absl::Status(db::Transaction&, absl::FunctionRef<absl::Status(Unit&)>)>;
  using OnView = std::function<absl::Status(absl::FunctionRef<absl::Status(View&)>)>;

  // All references must outlive this.
  Dispatcher(InTransaction in_transaction, OnView on_view, db::GroupCommit& writer,
             const Clock& clock, obs::Metrics& metrics);
  ~Dispatcher() { Stop(); }
  void Start();
  void Stop();

 private:
  void Serve();
  absl::Status Round();
  void Measure(const std::vector<QueueFigures>& queues);

  const InTransaction in_transaction_;
  const OnView on_view_;
  db::GroupCommit& writer_;
  const Clock& clock_;
  prometheus::Gauge &waiting_, &assigned_, &oldest_;
  absl::Time measured_ = absl::InfinitePast();

  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace huiyin::triage
