// The survey policy and contact preferences, between huiyin.survey.v1 and survey's domain. Pure
// functions.
#pragma once

#include "absl/status/statusor.h"
#include "huiyin/survey/v1/policy_service.pb.h"
#include "libs/core/caller.h"
#include "services/survey/usecase/policy.h"

namespace huiyin::survey {

namespace pb = huiyin::survey::v1;

// OK for the name of the caller's own policy.
absl::Status CheckPolicyName(const std::string& name, const Caller& caller,
                             const std::string& field);
absl::StatusOr<UpdatePolicyCommand> FromProto(const pb::UpdateSurveyPolicyRequest& request,
                                              const Caller& caller);
// The {customer} of a preference's name, when the caller may see it.
absl::StatusOr<CustomerId> PreferenceOf(const std::string& name, const Caller& caller,
                                        const std::string& field);
absl::StatusOr<Customer> FromProto(const pb::UpdateContactPreferenceRequest& request,
                                   const Caller& caller);

pb::SurveyPolicy ToProto(const Policy& policy, const TenantId& tenant);
pb::ContactPreference ToProto(const Customer& customer);

}  // namespace huiyin::survey
