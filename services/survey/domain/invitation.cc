#include "services/survey/domain/invitation.h"

#include <algorithm>

namespace huiyin::survey {
namespace {

bool IsOpen(InvitationState state) {
  return state == InvitationState::kInvited || state == InvitationState::kShown ||
         state == InvitationState::kPartial;
}

}  // namespace

std::string_view SuppressionName(Suppression suppression) {
  static constexpr std::array<std::string_view, 6> kNames = {
      "", "COOL_DOWN", "PERIOD_CAP", "NO_CONSENT", "SAMPLED_OUT", "ALREADY_REVIEWED"};
  return kNames.at(static_cast<size_t>(suppression));
}

bool CanBeAnswered(const Invitation& invitation, absl::Time now) {
  return IsOpen(invitation.state) && now < invitation.expires_at;
}

bool IsExpired(const Invitation& invitation, absl::Time now) {
  return IsOpen(invitation.state) && now >= invitation.expires_at;
}

std::vector<std::string> OpenProducts(const Invitation& invitation) {
  std::vector<std::string> open;
  for (const AskedProduct& product : invitation.products) {
    if (!product.reviewed) open.push_back(product.id);
  }
  return open;
}

bool IsOpenFor(const Invitation& invitation, std::string_view product) {
  if (invitation.products.empty()) return product.empty();
  return std::any_of(
      invitation.products.begin(), invitation.products.end(),
      [&](const AskedProduct& asked) { return asked.id == product && !asked.reviewed; });
}

}  // namespace huiyin::survey
