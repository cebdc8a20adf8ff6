// Gives waiting tickets to agents, again and again: beside the RPCs and events, so that an
// assignment never delays a decision. Also measures the queues as it looks at them.
#pragma once

#include <prometheus/gauge.h>

#include <functional>
#include <vector>

#include "libs/core/clock.h"
#include "libs/db/group_commit.h"
#include "libs/obs/metrics.h"
#include "services/triage/usecase/unit.h"

namespace huiyin::triage {

// Round from one thread at a time. Replicas may run side by side: what one assigns is a conflict
// for the other, which then looks again.
class Dispatcher {
 public:
  using InTransaction =
      std::function<absl::Status(db::Transaction&, absl::FunctionRef<absl::Status(Unit&)>)>;
  using OnView = std::function<absl::Status(absl::FunctionRef<absl::Status(View&)>)>;

  // All references must outlive this.
  Dispatcher(InTransaction in_transaction, OnView on_view, db::GroupCommit& writer,
             const Clock& clock, obs::Metrics& metrics);
  static constexpr absl::Duration kPause = absl::Milliseconds(200);
  absl::Status Round();

 private:
  void Measure(const std::vector<QueueFigures>& queues);

  const InTransaction in_transaction_;
  const OnView on_view_;
  db::GroupCommit& writer_;
  const Clock& clock_;
  prometheus::Gauge &waiting_, &assigned_, &oldest_;
  absl::Time measured_ = absl::InfinitePast();
};

}  // namespace huiyin::triage
