// The standing report: a period on one page.
#pragma once

#include "absl/status/statusor.h"
#include "libs/core/caller.h"
#include "services/analytics/domain/report.h"
#include "services/analytics/usecase/unit.h"

namespace huiyin::analytics {

// INVALID_ARGUMENT when `until` is not after `from`, or more than ten years later.
absl::StatusOr<Report> BuildReport(const View& view, const Caller& caller, absl::Time from,
                                   absl::Time until);

}  // namespace huiyin::analytics
