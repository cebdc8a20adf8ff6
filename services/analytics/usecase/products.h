// Products: complaints by issue, health by lot.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "libs/core/caller.h"
#include "services/analytics/usecase/overview.h"
#include "services/analytics/usecase/unit.h"

namespace huiyin::analytics {

struct Issue {
  std::string product, category;
  int64_t count = 0, previous_count = 0, units_shipped = 0;
};

// Most complaints first. INVALID_ARGUMENT when `until` is not after `from`.
absl::StatusOr<std::vector<Issue>> TopIssues(const View& view, const Caller& caller,
                                             absl::Time from, absl::Time until, size_t limit);

struct LotHealth {
  std::string lot;
  int64_t units_shipped = 0, complaints = 0;
  stats::Estimate rate;  // meaningful when units_shipped > 0
};

struct ProductHealth {
  std::string product;
  int64_t units_shipped = 0;
  std::vector<ValueCount> by_source, by_issue;
  stats::Estimate rate;         // complaint cases per unit; meaningful when units_shipped > 0
  std::vector<LotHealth> lots;  // highest rate first
  std::vector<Alert> alerts;
};

absl::StatusOr<ProductHealth> GetProductHealth(const View& view, const Caller& caller,
                                               const std::string& product, absl::Time from,
                                               absl::Time until);

}  // namespace huiyin::analytics
