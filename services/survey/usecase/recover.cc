#include "services/survey/usecase/recover.h"

#include <optional>
#include <utility>

#include "libs/core/status.h"

namespace huiyin::survey {
namespace {

// `worked` has its ticket: tells of the review that it is about, unless that is gone.
absl::Status RaiseAlert(Unit& unit, const RecoveryCase& worked) {
  HUIYIN_ASSIGN_OR_RETURN(std::optional<Review> review,
                          unit.reviews.FindReview(worked.tenant, ReviewOf(worked)));
  if (!review) return absl::OkStatus();
  review->alert = worked.reason == RecoveryReason::kLowScore ? ReviewAlert::kLowRating
                                                             : ReviewAlert::kNegativeText;
  ++review->revision;
  HUIYIN_RETURN_IF_ERROR(unit.reviews.UpdateReview(*review));
  return unit.events.ReviewAlerted(*review, worked.ticket, unit.clock.Now());
}

}  // namespace

absl::StatusOr<RecoveryCase> WorkOn(RecoveryCase recovery, CommentReader& reader, TicketDesk& desk,
                                    absl::Time now) {
  if (recovery.reason == RecoveryReason::kUnknown) {
    HUIYIN_ASSIGN_OR_RETURN(const bool negative,
                            reader.IsNegative(recovery.tenant, recovery.comment));
    if (!negative) {
      recovery.state = RecoveryState::kNotNeeded;
      recovery.call_back_due.reset();
      recovery.comment.clear();
      return recovery;
    }
    recovery.reason = RecoveryReason::kNegativeComment;
  }
  HUIYIN_ASSIGN_OR_RETURN(recovery.ticket, desk.Open(recovery));
  HUIYIN_RETURN_IF_ERROR(desk.NoteOnOrigin(recovery));
  recovery.state = RecoveryState::kOpen;
  recovery.opened_at = now;
  recovery.comment.clear();
  return recovery;
}

absl::Status KeepCase(Unit& unit, const RecoveryCase& recovery) {
  HUIYIN_ASSIGN_OR_RETURN(const auto stored, unit.recoveries.FindCase(recovery.id));
  if (!stored || stored->state != RecoveryState::kPending) return absl::OkStatus();
  HUIYIN_RETURN_IF_ERROR(unit.recoveries.PutCase(recovery));
  if (recovery.rating > 0) {
    return recovery.state == RecoveryState::kOpen ? RaiseAlert(unit, recovery) : absl::OkStatus();
  }
  if (recovery.reason != RecoveryReason::kNegativeComment) return absl::OkStatus();
  HUIYIN_ASSIGN_OR_RETURN(std::optional<Response> response, unit.store.FindResponse(recovery.id));
  if (!response) return absl::OkStatus();
  response->recovery = Recovery::kNeeded;
  return unit.store.PutResponse(*response);
}

absl::Status FollowTicket(Unit& unit, const TenantId& tenant, const TicketId& ticket,
                          RecoveryState state) {
  HUIYIN_ASSIGN_OR_RETURN(std::optional<RecoveryCase> found,
                          unit.recoveries.FindCaseOfTicket(tenant, ticket));
  if (!found || found->state == state) return absl::OkStatus();
  found->state = state;
  found->ended_at.reset();
  if (state != RecoveryState::kOpen) found->ended_at = unit.clock.Now();
  return unit.recoveries.PutCase(*found);
}

absl::StatusOr<RecoveryCase> CompleteCallBack(Unit& unit, const CallBackCommand& command) {
  HUIYIN_ASSIGN_OR_RETURN(std::optional<RecoveryCase> found, unit.recoveries.FindCase(command.id));
  if (!found || found->tenant != command.tenant) {
    return Error(absl::StatusCode::kNotFound, "RECOVERY_NOT_FOUND", "there is no such recovery");
  }
  if (!found->call_back_due || found->call_back != CallBackOutcome::kNone) {
    return Error(absl::StatusCode::kFailedPrecondition, "NO_CALL_BACK",
                 "nobody is to be called, or somebody has been");
  }
  found->call_back = command.outcome;
  found->call_back_note = command.note;
  found->called_by = command.caller;
  HUIYIN_RETURN_IF_ERROR(unit.recoveries.PutCase(*found));
  return *std::move(found);
}

}  // namespace huiyin::survey
