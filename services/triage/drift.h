// Drift, measured once a minute for gauges: the tenant that has drifted furthest. Tenants with a
// reference of their own (reference="tenant") stand apart from those compared with the messages
// that the model was tested on (reference="model"), whose mix of matters need not be theirs.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "libs/core/clock.h"
#include "libs/obs/metrics.h"
#include "services/triage/usecase/drift.h"

namespace huiyin::triage {

// Measure from one thread at a time. Replicas may measure side by side.
class DriftWatch {
 public:
  static constexpr absl::Duration kPause = absl::Minutes(1);

  // Opens the store on a snapshot, or in a transaction.
  using InStore = std::function<absl::Status(absl::FunctionRef<absl::Status(DriftStore&)>)>;
  using CurrentModel = std::function<std::shared_ptr<const Classifier>()>;

  // `held`: the messages that models are tested on. References must outlive this.
  DriftWatch(InStore read, InStore write, CurrentModel model, std::vector<Lesson> held,
             const Clock& clock, obs::Metrics& metrics);

  // Looks at the next kTenantsAtOnce tenants and sets the gauges.
  absl::Status Measure();

 private:
  static constexpr int kTenantsAtOnce = 100;

  struct Gauges {
    Gauges(obs::Metrics& metrics, const char* reference);
    prometheus::Gauge &categories, &confidence;
  };

  void Show();

  const InStore read_, write_;
  const CurrentModel model_;
  const std::vector<Lesson> held_;
  const Clock& clock_;
  Gauges tenant_, tested_;
  std::string model_version_;
  Population tested_on_;  // by the model of that version
  std::map<TenantId, Drift> drifts_;
  TenantId last_;  // looked at; empty: begin again
};

}  // namespace huiyin::triage
