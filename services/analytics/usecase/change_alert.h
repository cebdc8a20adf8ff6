// What staff does about an alert.
#pragma once

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "libs/core/caller.h"
#include "services/analytics/usecase/unit.h"

namespace huiyin::analytics {

struct ChangeAlertCommand {
  AlertId id;
  AlertState state;
  std::optional<absl::Time> muted_until;
  std::optional<int64_t> version;  // as it was read; nothing: whatever it is
};

// NOT_FOUND (ALERT_NOT_FOUND); ABORTED (ETAG_MISMATCH) when `version` is not the newest;
// FAILED_PRECONDITION (ALERT_RESOLVED) for one that is resolved; INVALID_ARGUMENT for a muting that
// does not end in the future.
absl::StatusOr<Alert> ChangeAlert(Unit& unit, const Caller& caller,
                                  const ChangeAlertCommand& command);

}  // namespace huiyin::analytics
