// Port: product reviews. Domain types only; sql_review_store.h keeps them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/survey/domain/product_score.h"
#include "services/survey/domain/review.h"
#include "services/survey/storage/store.h"

namespace huiyin::survey {

struct ReviewFilter {
  std::string product;  // empty members do not filter
  CustomerId customer;
  std::optional<ReviewState> state;
  int min_rating = 1;
  int max_rating = 5;
  bool verified_only = false;
  bool alerts_only = false;
  bool helpful_first = false;  // order: most helpful first; else newest first
};
// Where a list goes on after `last`: what Page::before_id is given.
std::string PositionAfter(const ReviewFilter& filter, const Review& last);

// Whose review has a text already.
enum class TextSeen { kNever, kBySame, kByOthers };

// One session of a database; not thread-safe. A missing row is not an error.
class ReviewStore {
 public:
  virtual ~ReviewStore() = default;

  // Nothing when it was added; else the id of the author's review of that product and order, which
  // is there already.
  virtual absl::StatusOr<std::optional<ReviewId>> AddReview(const Review& review) = 0;
  // Replaces all but what never changes and the votes. ABORTED when the stored revision is not the
  // one before review.revision.
  virtual absl::Status UpdateReview(const Review& review) = 0;
  virtual absl::Status RemoveReview(const Review& review) = 0;
  virtual absl::StatusOr<std::optional<Review>> FindReview(const TenantId& tenant,
                                                           const ReviewId& id) = 0;
  // INVALID_ARGUMENT for a position that PositionAfter does not give.
  virtual absl::StatusOr<std::vector<Review>> ListReviews(const TenantId& tenant,
                                                          const ReviewFilter& filter,
                                                          const Page& page) = 0;
  // Whether a review other than `review` has its text key.
  virtual absl::StatusOr<TextSeen> FindText(const Review& review) = 0;

  // Replaces the customer's vote and counts it in the review.
  virtual absl::Status PutVote(const Review& review, const CustomerId& customer, Vote vote) = 0;

  // Counts a published review in (sign +1) or out (−1) of its product's and the tenant's ratings.
  virtual absl::Status CountRating(const Review& review, int sign) = 0;
  // Empty product: of all.
  virtual absl::StatusOr<RatingCounts> RatingsOf(const TenantId& tenant,
                                                 const std::string& product) = 0;

  // What a delivered order brought, instead of what was known of it before.
  virtual absl::Status PutPurchases(const TenantId& tenant, const OrderId& order,
                                    const CustomerId& customer, absl::Time delivered_at,
                                    const std::vector<Purchase>& purchases) = 0;
  // The customer's purchase of the product, in that order and of that SKU where they are given; the
  // latest of several.
  virtual absl::StatusOr<std::optional<Purchase>> FindPurchase(const TenantId& tenant,
                                                               const CustomerId& customer,
                                                               const Purchase& wanted) = 0;
  // What the order has brought the customer, each product once, in any order.
  virtual absl::StatusOr<std::vector<ReceivedProduct>> ReceivedProducts(const TenantId& tenant,
                                                                        const CustomerId& customer,
                                                                        const OrderId& order) = 0;
};

}  // namespace huiyin::survey
