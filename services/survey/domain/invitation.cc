#include "services/survey/domain/invitation.h"

namespace huiyin::survey {
namespace {

bool IsOpen(InvitationState state) {
  return state == InvitationState::kInvited || state == InvitationState::kShown ||
         state == InvitationState::kPartial;
}

}  // namespace

std::string_view SuppressionName(Suppression suppression) {
  static constexpr std::array<std::string_view, 5> kNames = {"", "COOL_DOWN", "PERIOD_CAP",
                                                             "NO_CONSENT", "SAMPLED_OUT"};
  return kNames.at(static_cast<size_t>(suppression));
}

bool CanBeAnswered(const Invitation& invitation, absl::Time now) {
  return IsOpen(invitation.state) && now < invitation.expires_at;
}

bool IsExpired(const Invitation& invitation, absl::Time now) {
  return IsOpen(invitation.state) && now >= invitation.expires_at;
}

}  // namespace huiyin::survey
