// ReviewStore over libs/db.
#pragma once

#include "libs/db/database.h"
#include "services/survey/storage/review_store.h"

namespace huiyin::survey {

class SqlReviewStore final : public ReviewStore {
 public:
  // `session` must outlive the store; commands need one inside a transaction.
  explicit SqlReviewStore(db::Session& session) : session_(session) {}

  absl::StatusOr<std::optional<ReviewId>> AddReview(const Review& review) override;
  absl::Status UpdateReview(const Review& review) override;
  absl::Status RemoveReview(const Review& review) override;
  absl::StatusOr<std::optional<Review>> FindReview(const TenantId& tenant,
                                                   const ReviewId& id) override;
  absl::StatusOr<std::vector<Review>> ListReviews(const TenantId& tenant,
                                                  const ReviewFilter& filter,
                                                  const Page& page) override;
  absl::StatusOr<TextSeen> FindText(const Review& review) override;
  absl::Status PutVote(const Review& review, const CustomerId& customer, Vote vote) override;
  absl::Status CountRating(const Review& review, int sign) override;
  absl::StatusOr<RatingCounts> RatingsOf(const TenantId& tenant,
                                         const std::string& product) override;
  absl::Status PutPurchases(const TenantId& tenant, const OrderId& order,
                            const CustomerId& customer, absl::Time delivered_at,
                            const std::vector<Purchase>& purchases) override;
  absl::StatusOr<std::optional<Purchase>> FindPurchase(const TenantId& tenant,
                                                       const CustomerId& customer,
                                                       const Purchase& wanted) override;
  absl::StatusOr<std::vector<ReceivedProduct>> ReceivedProducts(const TenantId& tenant,
                                                                const CustomerId& customer,
                                                                const OrderId& order) override;

 private:
  db::Session& session_;
};

}  // namespace huiyin::survey
