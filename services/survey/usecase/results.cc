#include "services/survey/usecase/results.h"

#include <optional>
#include <utility>

#include "libs/core/status.h"

namespace huiyin::survey {

absl::StatusOr<Invitation> GetInvitation(const View& view, const Caller& caller,
                                         const InvitationId& id) {
  HUIYIN_ASSIGN_OR_RETURN(std::optional<Invitation> invitation, view.store.FindInvitation(id));
  if (!invitation || invitation->tenant != caller.tenant) {
    return Error(absl::StatusCode::kNotFound, "INVITATION_NOT_FOUND",
                 "there is no such invitation");
  }
  return *std::move(invitation);
}

absl::StatusOr<Results> GetResults(const View& view, const Caller& caller, absl::Time from,
                                   absl::Time until) {
  if (from >= until) return BadInput({{"end_time", "must be later than start_time"}});
  HUIYIN_ASSIGN_OR_RETURN(ResultCounts counts, view.store.CountResults(caller.tenant, from, until));
  return Summarise(std::move(counts));
}

}  // namespace huiyin::survey
