// Between huiyin.survey.v1 and survey's domain. Pure functions.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "huiyin/survey/v1/survey_service.pb.h"
#include "libs/core/caller.h"
#include "services/survey/domain/results.h"
#include "services/survey/storage/store.h"
#include "services/survey/usecase/answer.h"

namespace huiyin::survey {

namespace pb = huiyin::survey::v1;

// OK for "tenants/{t}" of the caller's tenant. NOT_FOUND for another one, INVALID_ARGUMENT for
// anything else.
absl::Status CheckParent(const std::string& parent, const Caller& caller);
// The {i} of tenants/{t}/invitations/{i}, likewise.
absl::StatusOr<InvitationId> ParseInvitationName(const std::string& name, const Caller& caller);

absl::StatusOr<InvitationFilter> FromProto(const pb::ListInvitationsRequest& request);
absl::StatusOr<ResponseFilter> FromProto(const pb::ListResponsesRequest& request);
std::vector<Answer> FromProto(const google::protobuf::RepeatedPtrField<pb::Answer>& answers);

pb::Survey ToProto(const Survey& survey, const TenantId& tenant);
// `link_base`: the link is this followed by the token; empty: no link.
pb::Invitation ToProto(const Invitation& invitation, const TokenSigner& signer, absl::Time now,
                       const std::string& link_base);
pb::Response ToProto(const Response& response);
pb::ShowSurveyResponse ToProto(const ShownSurvey& shown);
pb::SurveyResults ToProto(const Results& results);

}  // namespace huiyin::survey
