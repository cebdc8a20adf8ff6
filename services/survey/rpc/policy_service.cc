#include "services/survey/rpc/policy_service.h"

#include <utility>

#include "huiyin/survey/v1/policy_service.grpc.pb.h"
#include "libs/core/status.h"
#include "libs/rpc/methods.h"
#include "services/survey/rpc/convert_policy.h"

namespace huiyin::survey {
namespace {

using rpc::RequestContext;

uint64_t KeyOf(const std::string& id) { return std::hash<std::string>()(id) | 1; }

class PolicyServiceImpl final : public pb::PolicyService::CallbackService {
 public:
  PolicyServiceImpl(rpc::Methods& methods, ServiceParts parts)
      : methods_(methods), parts_(std::move(parts)) {}

  grpc::ServerUnaryReactor* GetSurveyPolicy(grpc::CallbackServerContext* context,
                                            const pb::GetSurveyPolicyRequest* request,
                                            pb::SurveyPolicy* response) override {
    return methods_.Read(
        context, request, response,
        [this](const RequestContext& ctx,
               const pb::GetSurveyPolicyRequest& req) -> absl::StatusOr<pb::SurveyPolicy> {
          HUIYIN_RETURN_IF_ERROR(CheckPolicyName(req.name(), ctx.caller, "name"));
          pb::SurveyPolicy out;
          HUIYIN_RETURN_IF_ERROR(parts_.open_view([&](const View& view) -> absl::Status {
            HUIYIN_ASSIGN_OR_RETURN(const Policy policy,
                                    PolicyOf(view.definitions, view.setup, ctx.caller.tenant));
            out = ToProto(policy, ctx.caller.tenant);
            return absl::OkStatus();
          }));
          return out;
        });
  }

  grpc::ServerUnaryReactor* UpdateSurveyPolicy(grpc::CallbackServerContext* context,
                                               const pb::UpdateSurveyPolicyRequest* request,
                                               pb::SurveyPolicy* response) override {
    return methods_.Write(
        context, request, response,
        [](const RequestContext& ctx, const pb::UpdateSurveyPolicyRequest& req) {
          return FromProto(req, ctx.caller);
        },
        [](const UpdatePolicyCommand& command) { return KeyOf(command.tenant.value()); },
        [this](const RequestContext& ctx, const UpdatePolicyCommand& command,
               db::Transaction& tx) -> absl::StatusOr<pb::SurveyPolicy> {
          pb::SurveyPolicy out;
          HUIYIN_RETURN_IF_ERROR(
              parts_.open_unit(tx, ctx.caller.traceparent, [&](Unit& unit) -> absl::Status {
                HUIYIN_ASSIGN_OR_RETURN(const Policy policy, UpdatePolicy(unit, command));
                out = ToProto(policy, ctx.caller.tenant);
                return absl::OkStatus();
              }));
          return out;
        });
  }

  grpc::ServerUnaryReactor* GetContactPreference(grpc::CallbackServerContext* context,
                                                 const pb::GetContactPreferenceRequest* request,
                                                 pb::ContactPreference* response) override {
    return methods_.Read(
        context, request, response,
        [this](const RequestContext& ctx, const pb::GetContactPreferenceRequest& req)
            -> absl::StatusOr<pb::ContactPreference> {
          HUIYIN_ASSIGN_OR_RETURN(const CustomerId id,
                                  PreferenceOf(req.name(), ctx.caller, "name"));
          pb::ContactPreference out;
          HUIYIN_RETURN_IF_ERROR(parts_.open_view([&](const View& view) -> absl::Status {
            HUIYIN_ASSIGN_OR_RETURN(const Customer customer,
                                    CustomerOf(view.definitions, ctx.caller.tenant, id));
            out = ToProto(customer);
            return absl::OkStatus();
          }));
          return out;
        });
  }

  grpc::ServerUnaryReactor* UpdateContactPreference(
      grpc::CallbackServerContext* context, const pb::UpdateContactPreferenceRequest* request,
      pb::ContactPreference* response) override {
    return methods_.Write(
        context, request, response,
        [](const RequestContext& ctx, const pb::UpdateContactPreferenceRequest& req) {
          return FromProto(req, ctx.caller);
        },
        [](const Customer& customer) { return KeyOf(customer.id.value()); },
        [this](const RequestContext& ctx, const Customer& preference,
               db::Transaction& tx) -> absl::StatusOr<pb::ContactPreference> {
          pb::ContactPreference out;
          HUIYIN_RETURN_IF_ERROR(
              parts_.open_unit(tx, ctx.caller.traceparent, [&](Unit& unit) -> absl::Status {
                HUIYIN_ASSIGN_OR_RETURN(const Customer customer,
                                        UpdatePreference(unit, preference));
                out = ToProto(customer);
                return absl::OkStatus();
              }));
          return out;
        });
  }

 private:
  rpc::Methods& methods_;
  const ServiceParts parts_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakePolicyService(rpc::Methods& methods, ServiceParts parts) {
  return std::make_unique<PolicyServiceImpl>(methods, std::move(parts));
}

}  // namespace huiyin::survey
