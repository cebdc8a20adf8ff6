// Reviews and product scores, between huiyin.survey.v1 and survey's domain. Pure functions.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "huiyin/survey/v1/review_service.pb.h"
#include "libs/core/caller.h"
#include "services/survey/usecase/review_desk.h"
#include "services/survey/usecase/review_queries.h"
#include "services/survey/usecase/reviews.h"

namespace huiyin::survey {

namespace pb = huiyin::survey::v1;

// INVALID_ARGUMENT with every violation; NOT_FOUND for names of other tenants and for customers who
// name somebody else.
absl::StatusOr<CreateReviewCommand> FromProto(const pb::CreateReviewRequest& request,
                                              const Caller& caller);
absl::StatusOr<UpdateReviewCommand> FromProto(const pb::UpdateReviewRequest& request,
                                              const Caller& caller);
absl::StatusOr<ModerateReviewCommand> FromProto(const pb::ModerateReviewRequest& request,
                                                const Caller& caller);
absl::StatusOr<ReplyToReviewCommand> FromProto(const pb::ReplyToReviewRequest& request,
                                               const Caller& caller);
absl::StatusOr<VoteCommand> FromProto(const pb::VoteReviewRequest& request, const Caller& caller);
absl::StatusOr<ReviewFilter> FromProto(const pb::ListReviewsRequest& request);
absl::StatusOr<ReviewView> FromProto(pb::ReviewView view);
// The {r} of tenants/{t}/reviews/{r}.
absl::StatusOr<ReviewId> ParseReviewName(const std::string& name, const Caller& caller,
                                         const std::string& field);

pb::Review ToProto(const ShownReview& shown);
pb::ProductScore ToProto(const ProductScore& score, const TenantId& tenant,
                         const std::string& product);

}  // namespace huiyin::survey
