// Whether the messages of a tenant are still those that its model is known to read well.
#pragma once

#include <optional>
#include <string>

#include "services/triage/domain/tuner.h"
#include "services/triage/storage/drift_store.h"

namespace huiyin::triage {

// So many decisions make a reference, and as many of the newest are compared with it.
inline constexpr int kDriftPopulation = 2000;
// Fewer than so many say nothing yet.
inline constexpr int kLeastForDrift = 500;

struct Drift {
  double categories = 0;  // population stability (domain/stability.h)
  double confidence = 0;
  // Compared with the tenant's own reference; else with what the model was tested on.
  bool own_reference = false;
  // The newest decisions, to be kept as the tenant's reference: it has none, and there are enough.
  std::optional<Population> becomes_reference;
};

// What `model` makes of the messages that it was tested on: the reference before a tenant has its
// own.
Population PopulationOf(const Classifier& model, std::span<const Lesson> held);

// Nullopt while the tenant has too few decisions of the model.
absl::StatusOr<std::optional<Drift>> MeasureDrift(DriftStore& store, const TenantId& tenant,
                                                  const std::string& model_version,
                                                  const Population& tested_on);

}  // namespace huiyin::triage
