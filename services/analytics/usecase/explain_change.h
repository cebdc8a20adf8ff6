// Why a measure changed: contribution analysis over every dimension it has.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "libs/core/caller.h"
#include "services/analytics/domain/stats/adtributor.h"
#include "services/analytics/usecase/measures.h"
#include "services/analytics/usecase/unit.h"

namespace huiyin::analytics {

struct ExplainChangeQuestion {
  std::string measure;
  absl::Time from, until;
  absl::Time baseline_from, baseline_until;
  std::vector<ValueFilter> filters;
};

struct ChangeExplained {
  double actual = 0;
  double forecast = 0;  // the baseline, scaled to the period's length unless the measure is a ratio
  std::vector<Explanation> explanations;
};

// Of sums and of ratios of sums. INVALID_ARGUMENT for an unknown measure or dimension (the valid
// ones are listed) or an empty period.
absl::StatusOr<ChangeExplained> ExplainChange(const View& view, const Caller& caller,
                                              const ExplainChangeQuestion& question);

}  // namespace huiyin::analytics
