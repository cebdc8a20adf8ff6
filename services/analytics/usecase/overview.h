// The state of things in a period.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "libs/core/caller.h"
#include "libs/core/money.h"
#include "libs/stats/intervals.h"
#include "services/analytics/usecase/unit.h"

namespace huiyin::analytics {

struct ValueCount {
  std::string value;
  int64_t count = 0;
};

struct DurationFigures {
  std::string duration;
  int64_t count = 0;
  double p50 = 0, p90 = 0, p99 = 0, mean = 0;  // seconds
};

struct RefundFigures {
  int64_t count = 0;
  Money amount;
};

struct SurveyFigures {
  std::string kind;
  int64_t count = 0;
  stats::Estimate mean;
  stats::Estimate headline;
  int64_t invited = 0;
};

struct Overview {
  absl::Time from, until;
  int64_t position = 0;  // of the last event the figures hold

  int64_t created = 0, decided = 0, resolved = 0, reopened = 0, distinct_customers = 0;
  std::vector<ValueCount> by_category, by_priority, by_language, by_channel, by_sentiment,
      by_urgency;  // most frequent first

  int64_t rmas_submitted = 0, rmas_approved = 0, rmas_rejected = 0, rmas_completed = 0;
  std::vector<ValueCount> rma_lines_by_reason, rma_lines_by_kind;
  std::vector<RefundFigures> refunds;  // by currency
  int64_t refunds_pending = 0, refunds_failed = 0;

  std::vector<SurveyFigures> surveys;
  std::vector<DurationFigures> durations;
  std::vector<Alert> alerts;
};

// INVALID_ARGUMENT when `until` is not after `from`.
absl::StatusOr<Overview> GetOverview(const View& view, const Caller& caller, absl::Time from,
                                     absl::Time until);

}  // namespace huiyin::analytics
