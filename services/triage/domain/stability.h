// Population stability: how far what is seen now is from what was seen when it was known to be
// right.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "services/triage/domain/labels.h"

namespace huiyin::triage {

// Decisions, counted by what drift shows in.
struct Population {
  static constexpr size_t kConfidenceBins = 10;  // tenths

  std::array<int64_t, kCategoryCount> categories{};
  std::array<int64_t, kConfidenceBins> confidences{};

  void Count(Category category, float confidence);  // confidence in [0, 1]
  int64_t size() const;

  friend bool operator==(const Population&, const Population&) = default;
};

// PSI = Σ (now − then) · ln(now / then) over shares of bins, each bin counted half an observation
// more so that empty ones have a logarithm. 0: the same; above 0.25: another population, by the
// usual rule. Both spans have the same size; 0 when either holds nothing.
double PopulationStability(std::span<const int64_t> then, std::span<const int64_t> now);

}  // namespace huiyin::triage
