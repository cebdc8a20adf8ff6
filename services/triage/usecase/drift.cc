#include "services/triage/usecase/drift.h"

#include "libs/core/status.h"

namespace huiyin::triage {

Population PopulationOf(const Classifier& model, std::span<const Lesson> held) {
  Population population;
  Scratch scratch;
  Classification read;
  for (const Lesson& lesson : held) {
    model.Label(lesson.text, scratch, &read);
    population.Count(read.category, read.category_p);
  }
  return population;
}

absl::StatusOr<std::optional<Drift>> MeasureDrift(DriftStore& store, const TenantId& tenant,
                                                  const std::string& model_version,
                                                  const Population& tested_on) {
  HUIYIN_ASSIGN_OR_RETURN(const Population now,
                          store.NewestDecisions(tenant, model_version, kDriftPopulation));
  if (now.size() < kLeastForDrift) return std::nullopt;
  HUIYIN_ASSIGN_OR_RETURN(const std::optional<Population> own,
                          store.FindReference(tenant, model_version));
  const Population& then = own.has_value() ? *own : tested_on;
  Drift drift{.categories = PopulationStability(then.categories, now.categories),
              .confidence = PopulationStability(then.confidences, now.confidences),
              .own_reference = own.has_value()};
  if (!own.has_value() && now.size() == kDriftPopulation) drift.becomes_reference = now;
  return drift;
}

}  // namespace huiyin::triage
