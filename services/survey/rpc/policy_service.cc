#include "services/survey/rpc/policy_service.h"

#include <utility>

#include "huiyin/survey/v1/policy_service.grpc.pb.h"
#include "libs/core/status.h"
#include "services/survey/rpc/calls.h"
#include "services/survey/rpc/convert_policy.h"

namespace huiyin::survey {
namespace {

class PolicyServiceImpl final : public pb::PolicyService::CallbackService {
 public:
  PolicyServiceImpl(rpc::Methods& methods, ServiceParts parts)
      : calls_(methods, std::move(parts)) {}

  grpc::ServerUnaryReactor* GetSurveyPolicy(grpc::CallbackServerContext* context,
                                            const pb::GetSurveyPolicyRequest* request,
                                            pb::SurveyPolicy* response) override {
    return calls_.Query(
        context, request, response,
        [](const View& view, const Caller& caller,
           const pb::GetSurveyPolicyRequest& req) -> absl::StatusOr<pb::SurveyPolicy> {
          HUIYIN_RETURN_IF_ERROR(CheckPolicyName(req.name(), caller, "name"));
          HUIYIN_ASSIGN_OR_RETURN(const Policy policy,
                                  PolicyOf(view.definitions, view.setup, caller.tenant));
          return ToProto(policy, caller.tenant);
        });
  }

  grpc::ServerUnaryReactor* UpdateSurveyPolicy(grpc::CallbackServerContext* context,
                                               const pb::UpdateSurveyPolicyRequest* request,
                                               pb::SurveyPolicy* response) override {
    return calls_.Change(
        context, request, response,
        [](const Caller& caller, const pb::UpdateSurveyPolicyRequest& req) {
          return FromProto(req, caller);
        },
        [](const UpdatePolicyCommand& command) { return command.tenant.value(); },
        [](Unit& unit, const Caller& caller,
           const UpdatePolicyCommand& command) -> absl::StatusOr<pb::SurveyPolicy> {
          HUIYIN_ASSIGN_OR_RETURN(const Policy policy, UpdatePolicy(unit, command));
          return ToProto(policy, caller.tenant);
        });
  }

  grpc::ServerUnaryReactor* GetContactPreference(grpc::CallbackServerContext* context,
                                                 const pb::GetContactPreferenceRequest* request,
                                                 pb::ContactPreference* response) override {
    return calls_.Query(
        context, request, response,
        [](const View& view, const Caller& caller,
           const pb::GetContactPreferenceRequest& req) -> absl::StatusOr<pb::ContactPreference> {
          HUIYIN_ASSIGN_OR_RETURN(const CustomerId id, PreferenceOf(req.name(), caller, "name"));
          HUIYIN_ASSIGN_OR_RETURN(const Customer customer,
                                  CustomerOf(view.definitions, caller.tenant, id));
          return ToProto(customer);
        });
  }

  grpc::ServerUnaryReactor* UpdateContactPreference(
      grpc::CallbackServerContext* context, const pb::UpdateContactPreferenceRequest* request,
      pb::ContactPreference* response) override {
    return calls_.Change(
        context, request, response,
        [](const Caller& caller, const pb::UpdateContactPreferenceRequest& req) {
          return FromProto(req, caller);
        },
        [](const Customer& customer) { return customer.id.value(); },
        [](Unit& unit, const Caller&,
           const Customer& preference) -> absl::StatusOr<pb::ContactPreference> {
          HUIYIN_ASSIGN_OR_RETURN(const Customer customer, UpdatePreference(unit, preference));
          return ToProto(customer);
        });
  }

 private:
  const Calls calls_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakePolicyService(rpc::Methods& methods, ServiceParts parts) {
  return std::make_unique<PolicyServiceImpl>(methods, std::move(parts));
}

}  // namespace huiyin::survey
