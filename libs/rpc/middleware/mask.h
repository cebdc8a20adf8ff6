// Error masking: what a caller may see of an error.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace huiyin::rpc {

// Errors made for callers (those with a reason, libs/core/status.h) pass. INTERNAL, UNKNOWN and
// DATA_LOSS always, and those codes that libraries give without a reason (conflicts, lost
// connections, full disks), keep their code but get a general sentence; for the former `error_id`
// is named, under which the log holds the true text. Sets `masked` when something was hidden.
absl::Status Presentable(const absl::Status& status, std::string_view error_id, bool& masked);

}  // namespace huiyin::rpc
