// What buyers do: write, change and erase reviews, and vote on those of others. Counts in product
// scores change in the same transaction.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "libs/core/caller.h"
#include "services/survey/usecase/unit.h"

namespace huiyin::survey {

// The one answer to reviews that are not there and those that the caller may not know of.
absl::Status ReviewNotFound();
// Of the tenant; REVIEW_NOT_FOUND.
absl::StatusOr<Review> RequireReview(ReviewStore& reviews, const TenantId& tenant,
                                     const ReviewId& id);
// Likewise, when the caller wrote it or is staff.
absl::StatusOr<Review> RequireOwnReview(ReviewStore& reviews, const Caller& caller,
                                        const ReviewId& id);
// Given back by callers who read the review as it is.
std::string EtagOf(const Review& review);
// OK for no etag and for that of `review`; ABORTED (ETAG_MISMATCH).
absl::Status CheckEtag(const Review& review, const std::string& etag);
// Keeps and publishes a review whose state or rating may be others than before, and counts it anew.
absl::Status KeepChange(Unit& unit, const Review& before, const Review& after);

// Words as they came in, checked already (Moderate), so that it is not done while others wait for
// the database.
struct ReviewContent {
  int rating = 0;
  ModeratedText text;
  std::vector<std::string> media;
  std::string language;
};

struct CreateReviewCommand {
  TenantId tenant;
  CustomerId customer;
  Purchase about;           // order and SKU may be empty
  InvitationId invitation;  // that asked for it; empty: none
  ReviewContent content;
};
// ALREADY_EXISTS (REVIEW_EXISTS, metadata "review": its id).
absl::StatusOr<Review> CreateReview(Unit& unit, const CreateReviewCommand& command);

struct UpdateReviewCommand {
  Caller caller;
  ReviewId id;
  std::string etag;  // empty: whatever is there
  // Absent: stays as it is.
  std::optional<int> rating;
  std::optional<ModeratedText> text;
  std::optional<std::vector<std::string>> media;
  std::optional<std::string> language;
};
// NOT_FOUND, ABORTED (ETAG_MISMATCH).
absl::StatusOr<Review> UpdateReview(Unit& unit, const UpdateReviewCommand& command);

// NOT_FOUND.
absl::Status DeleteReview(Unit& unit, const Caller& caller, const ReviewId& id);

// The review that a finished answer to a survey of purpose PRODUCT_REVIEW is; one that is there
// already is changed. All answers of `response` are about `product`.
absl::Status TakeReview(Unit& unit, const Survey& survey, const Invitation& invitation,
                        const std::string& product, const Response& response);

struct VoteCommand {
  TenantId tenant;
  ReviewId id;
  CustomerId customer;
  Vote vote = Vote::kNone;
};
// The review as it stands then. NOT_FOUND unless it is published; FAILED_PRECONDITION (OWN_REVIEW).
absl::StatusOr<Review> VoteReview(Unit& unit, const VoteCommand& command);

// What an order has brought, so that reviews can be told to be of verified purchases.
absl::Status NotePurchases(Unit& unit, const TenantId& tenant, const OrderId& order,
                           const CustomerId& customer, absl::Time delivered_at,
                           const std::vector<Purchase>& purchases);

}  // namespace huiyin::survey
