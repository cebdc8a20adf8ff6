#include "services/survey/domain/review.h"

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

}  // namespace huiyin::survey
