#include "services/survey/usecase/review_desk.h"

#include <optional>

#include "libs/core/status.h"
#include "services/survey/usecase/reviews.h"

namespace huiyin::survey {
namespace {

absl::Status WrongState(std::string_view message) {
  return Error(absl::StatusCode::kFailedPrecondition, "REVIEW_STATE", message);
}

}  // namespace

absl::StatusOr<Review> ModerateReview(Unit& unit, const ModerateReviewCommand& command) {
  HUIYIN_ASSIGN_OR_RETURN(const Review before,
                          RequireReview(unit.reviews, command.tenant, command.id));
  HUIYIN_RETURN_IF_ERROR(CheckEtag(before, command.etag));
  const std::optional<ReviewState> state = StateAfter(before.state, command.action);
  if (!state) return WrongState("the review is not in a state for that");
  Review review = before;
  review.state = *state;
  review.moderation_reason = command.reason;
  review.moderator = command.moderator;
  review.moderated_at = unit.clock.Now();
  HUIYIN_RETURN_IF_ERROR(KeepChange(unit, before, review));
  return RequireReview(unit.reviews, command.tenant, command.id);
}

absl::StatusOr<Review> ReplyToReview(Unit& unit, const ReplyToReviewCommand& command) {
  HUIYIN_ASSIGN_OR_RETURN(const Review before,
                          RequireReview(unit.reviews, command.tenant, command.id));
  if (before.state != ReviewState::kPublished) {
    return WrongState("only published reviews are answered");
  }
  Review review = before;
  review.reply.reset();
  if (!command.text.empty()) {
    review.reply = Reply{command.text, command.author, unit.clock.Now()};
  }
  HUIYIN_RETURN_IF_ERROR(KeepChange(unit, before, review));
  if (review.reply) HUIYIN_RETURN_IF_ERROR(unit.events.ReviewReplied(review));
  return RequireReview(unit.reviews, command.tenant, command.id);
}

}  // namespace huiyin::survey
