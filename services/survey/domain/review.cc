#include "services/survey/domain/review.h"

#include <algorithm>

namespace huiyin::survey {

std::optional<ReviewState> StateAfter(ReviewState state, ModerationAction action) {
  struct Step {
    ReviewState from;
    ModerationAction action;
    ReviewState to;
  };
  using S = ReviewState;
  using A = ModerationAction;
  static constexpr Step kSteps[] = {
      {S::kPending, A::kPublish, S::kPublished},  {S::kPending, A::kReject, S::kRejected},
      {S::kPublished, A::kReject, S::kRejected},  {S::kPublished, A::kHide, S::kHidden},
      {S::kRejected, A::kPublish, S::kPublished}, {S::kHidden, A::kPublish, S::kPublished},
      {S::kHidden, A::kReject, S::kRejected},
  };
  for (const Step& step : kSteps) {
    if (step.from == state && step.action == action) return step.to;
  }
  return std::nullopt;
}

ReviewState StateAsWritten(const Review& review, const Review* before) {
  if (before) {
    // What a person refused no program lets through.
    if (!before->moderation_reason.empty()) return ReviewState::kPending;
    // Stars alone need no second look.
    const bool same_words = before->text_key == review.text_key && before->text == review.text &&
                            before->media == review.media;
    if (same_words) return before->state;
  }
  return review.findings.HoldBack() ? ReviewState::kPending : ReviewState::kPublished;
}

std::vector<AskedProduct> ProductsToAsk(const Invitation& invitation,
                                        std::vector<ReceivedProduct> received) {
  std::vector<AskedProduct> asked;
  const std::string& first = invitation.facts.product;
  const bool first_anyway = invitation.trigger != Trigger::kDelivered || received.empty();
  if (first_anyway && !first.empty()) asked.push_back({first});
  std::sort(received.begin(), received.end(),
            [](const ReceivedProduct& a, const ReceivedProduct& b) { return a.id < b.id; });
  for (const ReceivedProduct& product : received) {
    if (asked.size() == kMaxAskedProducts) break;
    const bool there = first_anyway && product.id == first;
    if (!there && !product.reviewed) asked.push_back({product.id});
  }
  return asked;
}

}  // namespace huiyin::survey
