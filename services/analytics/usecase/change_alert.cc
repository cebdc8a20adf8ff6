#include "services/analytics/usecase/change_alert.h"

#include "libs/core/status.h"

namespace huiyin::analytics {

absl::StatusOr<Alert> ChangeAlert(Unit& unit, const Caller& caller,
                                  const ChangeAlertCommand& command) {
  const absl::Time now = unit.clock.Now();
  InputCheck check;
  const bool muting = command.state == AlertState::kMuted;
  check.Require(command.state != AlertState::kOpen, "state",
                "must be ACKNOWLEDGED, MUTED or RESOLVED");
  check.Require(muting == command.muted_until.has_value(), "muted_until",
                "must be given for MUTED and only for it");
  check.Require(!command.muted_until || *command.muted_until > now, "muted_until",
                "must be in the future");
  if (!check.ok()) return check.ToStatus();
  HUIYIN_ASSIGN_OR_RETURN(std::optional<Alert> alert,
                          unit.store.FindAlert(caller.tenant, command.id));
  if (!alert) {
    return Error(absl::StatusCode::kNotFound, "ALERT_NOT_FOUND", "there is no such alert");
  }
  if (command.version && *command.version != alert->version) {
    return Error(absl::StatusCode::kAborted, "ETAG_MISMATCH",
                 "the alert has changed since it was read; read it again");
  }
  if (alert->state == AlertState::kResolved) {
    return Error(absl::StatusCode::kFailedPrecondition, "ALERT_RESOLVED",
                 "the alert is resolved; a new signal opens a new one");
  }
  alert->state = command.state;
  alert->muted_until = command.muted_until;
  alert->updated_at = now;
  ++alert->version;
  HUIYIN_RETURN_IF_ERROR(unit.store.PutAlert(*alert));
  return *std::move(alert);
}

}  // namespace huiyin::analytics
