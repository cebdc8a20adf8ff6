#include "services/survey/usecase/review_queries.h"

#include <utility>

#include "libs/core/status.h"
#include "services/survey/usecase/policy.h"
#include "services/survey/usecase/reviews.h"

namespace huiyin::survey {
namespace {

// What may be read of all that `filter` asks for.
absl::Status Restrict(const Caller& caller, ReviewView wanted, ReviewFilter& filter) {
  if (wanted == ReviewView::kStaff) {
    if (IsStaff(caller)) return absl::OkStatus();
    return Error(absl::StatusCode::kPermissionDenied, "STAFF_VIEW",
                 "customers see what is published, and their own reviews");
  }
  const bool own = !filter.customer.empty() && filter.customer.value() == caller.subject;
  if (!filter.customer.empty() && !IsStaff(caller)) {
    HUIYIN_RETURN_IF_ERROR(CheckOwnData(caller, filter.customer));
  }
  InputCheck check;
  check.Require(own || filter.customer.empty(), "customer_id",
                "must not be given in the public view, which has no authors");
  check.Require(!filter.alerts_only, "alerts_only", "must not be given in the public view");
  if (!own) {
    check.Require(!filter.state || *filter.state == ReviewState::kPublished, "state",
                  "must be PUBLISHED in the public view");
    filter.state = ReviewState::kPublished;
  }
  return check.ToStatus();
}

ReviewView ViewFor(const Caller& caller, ReviewView wanted) {
  if (wanted != ReviewView::kUnspecified) return wanted;
  return IsStaff(caller) ? ReviewView::kStaff : ReviewView::kPublic;
}

Shown ShownIn(ReviewView view, const Caller& caller, const Review& review) {
  const Shown most = ShownTo(caller, review);
  return view == ReviewView::kPublic && most == Shown::kWhole ? Shown::kPublic : most;
}

}  // namespace

Shown ShownTo(const Caller& caller, const Review& review) {
  if (IsStaff(caller)) return Shown::kWhole;
  return caller.subject == review.customer.value() ? Shown::kToAuthor : Shown::kPublic;
}

absl::StatusOr<ShownReview> GetReview(const View& view, const Caller& caller, const ReviewId& id,
                                      ReviewView wanted) {
  HUIYIN_ASSIGN_OR_RETURN(Review found, RequireReview(view.reviews, caller.tenant, id));
  const Shown shown = ShownIn(ViewFor(caller, wanted), caller, found);
  if (shown == Shown::kPublic && found.state != ReviewState::kPublished) return ReviewNotFound();
  return ShownReview{std::move(found), shown};
}

absl::StatusOr<std::vector<ShownReview>> ListReviews(const View& view, const Caller& caller,
                                                     ReviewFilter filter, ReviewView wanted,
                                                     const Page& page) {
  wanted = ViewFor(caller, wanted);
  HUIYIN_RETURN_IF_ERROR(Restrict(caller, wanted, filter));
  HUIYIN_ASSIGN_OR_RETURN(auto found, view.reviews.ListReviews(caller.tenant, filter, page));
  std::vector<ShownReview> shown;
  for (Review& review : found) {
    const Shown how = ShownIn(wanted, caller, review);
    shown.push_back({std::move(review), how});
  }
  return shown;
}

absl::StatusOr<ProductScore> GetProductScore(const View& view, const TenantId& tenant,
                                             const std::string& product) {
  HUIYIN_ASSIGN_OR_RETURN(const RatingCounts counts, view.reviews.RatingsOf(tenant, product));
  HUIYIN_ASSIGN_OR_RETURN(const RatingCounts all, view.reviews.RatingsOf(tenant, ""));
  return ScoreOf(counts, all);
}

}  // namespace huiyin::survey
