// Results: from counts to scores with confidence intervals.
#pragma once

#include <optional>
#include <string>
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

struct GroupResults;

struct Results {
  ResultCounts counts;
  stats::Estimate response_rate;    // meaningful when counts.invited > 0
  std::vector<ScoreResult> scores;  // kinds with an answer
  std::vector<GroupResults> groups;
  // Half the sum over all groups of |share of answers − share of invitations|; absent without
  // groups or answers.
  std::optional<double> non_response_bias;
};

struct GroupResults {
  std::string value;
  Results results;
  double share_of_invited = 0;
  double share_of_answered = 0;
};

Results Summarise(ResultCounts counts);

// All groups together, and each of the most invited ones. Days are written "2026-11-22" and put
// together to months "2026-11" where `by` says so; other values stay as they are.
Results Summarise(std::vector<ResultGroup> groups, ResultDimension by);

}  // namespace huiyin::survey
