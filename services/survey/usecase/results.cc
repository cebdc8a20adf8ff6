#include "services/survey/usecase/results.h"

#include <optional>
#include <utility>

#include "libs/core/status.h"

namespace huiyin::survey {
namespace {

absl::Status CheckPeriod(absl::Time from, absl::Time until) {
  if (from < until) return absl::OkStatus();
  return BadInput({{"end_time", "must be later than start_time"}});
}

}  // namespace

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
                                   absl::Time until, ResultDimension by) {
  HUIYIN_RETURN_IF_ERROR(CheckPeriod(from, until));
  HUIYIN_ASSIGN_OR_RETURN(auto groups, view.store.CountResults(caller.tenant, from, until, by));
  return Summarise(std::move(groups), by);
}

absl::StatusOr<Themes> ListThemes(const View& view, const Caller& caller, absl::Time from,
                                  absl::Time until, size_t most) {
  constexpr int kTexts = 5000;
  HUIYIN_RETURN_IF_ERROR(CheckPeriod(from, until));
  HUIYIN_ASSIGN_OR_RETURN(const auto remarks,
                          view.store.ListRemarks(caller.tenant, from, until, kTexts));
  return FindThemes(remarks, most);
}

}  // namespace huiyin::survey
