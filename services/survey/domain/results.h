// Results: from counts to scores with confidence intervals.
#pragma once

#include <vector>

#include "libs/stats/intervals.h"
#include "services/survey/domain/invitation.h"

namespace huiyin::survey {

struct ScoreResult {
  SurveyKind kind;
  int64_t count = 0;
  stats::Estimate mean;
  stats::Estimate headline;  // CSAT, CES: share of good scores; NPS: promoters − detractors
  std::vector<int64_t> histogram;
};

struct Results {
  ResultCounts counts;
  stats::Estimate response_rate;    // meaningful when counts.invited > 0
  std::vector<ScoreResult> scores;  // kinds with an answer
};

Results Summarise(ResultCounts counts);

}  // namespace huiyin::survey
