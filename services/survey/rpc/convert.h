// Between huiyin.survey.v1 and survey's domain. Pure functions.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "huiyin/survey/v1/survey_service.pb.h"
#include "libs/core/caller.h"
#include "libs/core/status.h"
#include "services/survey/domain/results.h"
#include "services/survey/domain/themes.h"
#include "services/survey/domain/token.h"
#include "services/survey/storage/store.h"

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

// `link_base`: the link is this followed by the token; empty: no link.
pb::Invitation ToProto(const Invitation& invitation, const TokenSigner& signer, absl::Time now,
                       const std::string& link_base);
pb::Response ToProto(const Response& response);
// `by`: how the values of groups are to be written.
pb::SurveyResults ToProto(const Results& results, ResultDimension by);
pb::ListThemesResponse ToProto(const Themes& themes);
absl::StatusOr<ResultDimension> FromProto(pb::ResultDimension by);

// "tenants/{t}/{collection}/{id}".
std::string ResourceName(const TenantId& tenant, std::string_view collection, std::string_view id);
// The {id} of such a name. NOT_FOUND with `reason` for another tenant's, INVALID_ARGUMENT naming
// `field` for anything else.
absl::StatusOr<std::string> IdOf(const std::string& name, std::string_view collection,
                                 const Caller& caller, std::string_view field,
                                 std::string_view reason);
// Adds what `status` complains of.
void AddViolations(const absl::Status& status, InputCheck& check);
void ToProto(const std::vector<Answer>& answers,
             google::protobuf::RepeatedPtrField<pb::Answer>* out);
void ToProto(const std::vector<AskedProduct>& products,
             google::protobuf::RepeatedPtrField<pb::AskedProduct>* out);

}  // namespace huiyin::survey
