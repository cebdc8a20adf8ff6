// Reviews and product scores as callers may see them.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "libs/core/caller.h"
#include "services/survey/usecase/unit.h"

namespace huiyin::survey {

// What is asked for. Numbers are sent.
enum class ReviewView { kUnspecified = 0, kPublic = 1, kStaff = 2 };
// How much of a review its reader is shown.
enum class Shown { kPublic, kToAuthor, kWhole };

struct ShownReview {
  Review review;
  Shown shown = Shown::kPublic;
};

// How much `caller` is shown of a review that it has written, changed or asked for.
Shown ShownTo(const Caller& caller, const Review& review);

// NOT_FOUND (REVIEW_NOT_FOUND).
absl::StatusOr<ShownReview> GetReview(const View& view, const Caller& caller, const ReviewId& id,
                                      ReviewView wanted);

// PERMISSION_DENIED (STAFF_VIEW), NOT_FOUND (CUSTOMER_NOT_FOUND), INVALID_ARGUMENT for filters that
// the public view does not have. `filter` is completed by what the caller may see.
absl::StatusOr<std::vector<ShownReview>> ListReviews(const View& view, const Caller& caller,
                                                     ReviewFilter filter, ReviewView wanted,
                                                     const Page& page);

absl::StatusOr<ProductScore> GetProductScore(const View& view, const TenantId& tenant,
                                             const std::string& product);

}  // namespace huiyin::survey
