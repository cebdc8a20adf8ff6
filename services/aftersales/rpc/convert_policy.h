// Policies and what they said ↔ domain.
#pragma once

#include "huiyin/aftersales/v1/policy_service.pb.h"
#include "services/aftersales/rpc/convert.h"
#include "services/aftersales/usecase/policies.h"
#include "services/aftersales/usecase/verdicts.h"

namespace huiyin::aftersales {

v1::Policy ToProto(const TenantId& tenant, const PolicyView& policy);
absl::StatusOr<CreatePolicyCommand> FromProto(const v1::CreatePolicyRequest& in);
absl::StatusOr<SimulateCommand> FromProto(const TenantId& tenant,
                                          const v1::SimulatePolicyRequest& in);
v1::SimulatePolicyResponse ToProto(const Simulation& simulation);
v1::ReplayVerdictResponse ToProto(const ReplayedVerdict& replayed);
v1::CheckVerdictsResponse ToProto(const VerdictCheck& check);

}  // namespace huiyin::aftersales
