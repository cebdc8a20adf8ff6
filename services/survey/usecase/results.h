// What staff reads: invitations, responses, results. Always within the caller's tenant.
#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "libs/core/caller.h"
#include "services/survey/domain/results.h"
#include "services/survey/domain/themes.h"
#include "services/survey/usecase/unit.h"

namespace huiyin::survey {

// NOT_FOUND (INVITATION_NOT_FOUND), also for another tenant's.
absl::StatusOr<Invitation> GetInvitation(const View& view, const Caller& caller,
                                         const InvitationId& id);

// INVALID_ARGUMENT when `until` is not after `from`.
absl::StatusOr<Results> GetResults(const View& view, const Caller& caller, absl::Time from,
                                   absl::Time until, ResultDimension by);

// Likewise, of answers given in [from, until); `most` themes.
absl::StatusOr<Themes> ListThemes(const View& view, const Caller& caller, absl::Time from,
                                  absl::Time until, size_t most);

}  // namespace huiyin::survey
