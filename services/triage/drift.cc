#include "services/triage/drift.h"

#include <prometheus/gauge.h>

#include <algorithm>

#include "libs/core/status.h"

namespace huiyin::triage {

DriftWatch::Gauges::Gauges(obs::Metrics& metrics, const char* reference)
    : categories(metrics.Gauge("huiyin_triage_drift_categories",
                               "Population stability of categories against a reference, of the "
                               "tenant furthest from its own; above 0.25 the messages are others.",
                               {{"reference", reference}})),
      confidence(metrics.Gauge("huiyin_triage_drift_confidence",
                               "Population stability of confidence against a reference, of the "
                               "tenant furthest from its own.",
                               {{"reference", reference}})) {}

DriftWatch::DriftWatch(InStore read, InStore write, CurrentModel model, std::vector<Lesson> held,
                       const Clock& clock, obs::Metrics& metrics)
    : read_(std::move(read)),
      write_(std::move(write)),
      model_(std::move(model)),
      held_(std::move(held)),
      clock_(clock),
      tenant_(metrics, "tenant"),
      tested_(metrics, "model") {}

absl::Status DriftWatch::Measure() {
  const std::shared_ptr<const Classifier> model = model_();
  if (model->model_version() != model_version_) {
    model_version_ = model->model_version();
    tested_on_ = PopulationOf(*model, held_);
    drifts_.clear();
  }
  HUIYIN_RETURN_IF_ERROR(read_([&](DriftStore& store) -> absl::Status {
    HUIYIN_ASSIGN_OR_RETURN(const std::vector<TenantId> tenants,
                            store.ListTenants(last_, kTenantsAtOnce));
    for (const TenantId& tenant : tenants) {
      HUIYIN_ASSIGN_OR_RETURN(const std::optional<Drift> drift,
                              MeasureDrift(store, tenant, model_version_, tested_on_));
      if (drift.has_value()) drifts_[tenant] = *drift;
    }
    last_ = tenants.size() < kTenantsAtOnce ? TenantId() : tenants.back();
    return absl::OkStatus();
  }));
  for (auto& [tenant, drift] : drifts_) {
    if (!drift.becomes_reference.has_value()) continue;
    const absl::Status kept = write_([&, &tenant = tenant, &drift = drift](DriftStore& store) {
      return store.InsertReference(tenant, model_version_, *drift.becomes_reference, clock_.Now());
    });
    HUIYIN_RETURN_IF_ERROR(kept);
    drift.becomes_reference.reset();
  }
  Show();
  return absl::OkStatus();
}

void DriftWatch::Show() {
  Drift own, tested;
  for (const auto& [tenant, drift] : drifts_) {
    Drift& worst = drift.own_reference ? own : tested;
    worst.categories = std::max(worst.categories, drift.categories);
    worst.confidence = std::max(worst.confidence, drift.confidence);
  }
  tenant_.categories.Set(own.categories);
  tenant_.confidence.Set(own.confidence);
  tested_.categories.Set(tested.categories);
  tested_.confidence.Set(tested.confidence);
}

}  // namespace huiyin::triage
