// What the shop does with reviews: decide about them and answer them.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "services/survey/usecase/unit.h"

namespace huiyin::survey {

struct ModerateReviewCommand {
  TenantId tenant;
  ReviewId id;
  ModerationAction action = ModerationAction::kPublish;
  std::string reason;
  std::string etag;  // empty: whatever is there
  std::string moderator;
};
// NOT_FOUND, ABORTED (ETAG_MISMATCH), FAILED_PRECONDITION (REVIEW_STATE).
absl::StatusOr<Review> ModerateReview(Unit& unit, const ModerateReviewCommand& command);

struct ReplyToReviewCommand {
  TenantId tenant;
  ReviewId id;
  std::string text;  // empty: takes the reply back
  std::string author;
};
// NOT_FOUND, FAILED_PRECONDITION (REVIEW_STATE).
absl::StatusOr<Review> ReplyToReview(Unit& unit, const ReplyToReviewCommand& command);

}  // namespace huiyin::survey
