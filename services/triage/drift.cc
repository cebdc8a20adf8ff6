#include "services/triage/drift.h"

#include <prometheus/gauge.h>

#include <algorithm>

#include "services/triage/domain/stability.h"

namespace huiyin::triage {
namespace {

constexpr size_t kBetweenMeasures = 100;  // decisions

}  // namespace

DriftWatch::DriftWatch(obs::Metrics& metrics)
    : categories_(metrics.Gauge("huiyin_triage_drift_categories",
                                "Population stability of categories against the model's reference; "
                                "above 0.25 the messages are others.")),
      confidence_(metrics.Gauge("huiyin_triage_drift_confidence",
                                "Population stability of confidence against the model's "
                                "reference.")) {}

void DriftWatch::Add(const std::string& model_version, Category category, float confidence) {
  const auto c = static_cast<uint8_t>(category);
  const auto bin = static_cast<uint8_t>(
      std::clamp<int>(static_cast<int>(confidence * kConfidenceBins), 0, kConfidenceBins - 1));
  std::lock_guard lock(mutex_);
  if (model_version != model_version_) {
    model_version_ = model_version;
    seen_ = 0;
    reference_ = window_ = Counts();
    recent_.clear();
    categories_.Set(0);
    confidence_.Set(0);
  }
  if (seen_++ < kPopulation) reference_.Count(c, bin, 1);
  window_.Count(c, bin, 1);
  recent_.emplace_back(c, bin);
  if (recent_.size() > kPopulation) {
    window_.Count(recent_.front().first, recent_.front().second, -1);
    recent_.pop_front();
  }
  if (seen_ < 2 * kPopulation || seen_ % kBetweenMeasures != 0) return;
  categories_.Set(PopulationStability(reference_.categories, window_.categories));
  confidence_.Set(PopulationStability(reference_.confidences, window_.confidences));
}

}  // namespace huiyin::triage
