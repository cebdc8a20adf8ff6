// How many events were received and how many the figures hold.
#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "libs/core/caller.h"
#include "services/analytics/usecase/overview.h"
#include "services/analytics/usecase/unit.h"

namespace huiyin::analytics {

struct Progress {
  int64_t received = 0;            // of all tenants
  int64_t counted = 0;             // of these
  std::vector<ValueCount> events;  // of the caller's tenant, by type, in the figures
};

absl::StatusOr<Progress> GetProgress(const View& view, const Caller& caller);

}  // namespace huiyin::analytics
