#include "absl/hash/hash.h"
#include "huiyin/aftersales/v1/policy_service.grpc.pb.h"
#include "libs/core/status.h"
#include "libs/rpc/methods.h"
#include "libs/rpc/page.h"
#include "services/aftersales/rpc/convert_policy.h"
#include "services/aftersales/rpc/run.h"
#include "services/aftersales/rpc/service.h"

namespace huiyin::aftersales {
namespace {

constexpr rpc::PageLimits kPoliciesPerPage = {.standard = 50, .maximum = 1000};
constexpr size_t kMaxNote = 1000;

struct PublishCommand {
  std::string version, etag, note;
};

// What both requests have.
template <class Request>
PublishCommand CommandOf(const Request& in, InputCheck& check) {
  CheckRequestId(in.request_id(), check);
  CheckText(in.etag(), "etag", 0, 64, check);
  CheckText(in.note(), "note", 0, kMaxNote, check);
  return {.version = "", .etag = in.etag(), .note = in.note()};
}

class Service final : public v1::PolicyService::CallbackService {
 public:
  Service(rpc::Methods& methods, ServiceParts parts)
      : methods_(methods), parts_(std::move(parts)) {}

  grpc::ServerUnaryReactor* CreatePolicy(grpc::CallbackServerContext* context,
                                         const v1::CreatePolicyRequest* request,
                                         v1::Policy* response) override {
    return Write<CreatePolicyCommand>(
        context, request, response,
        [](const rpc::RequestContext&, const v1::CreatePolicyRequest& in) { return FromProto(in); },
        [](Unit& unit, const Caller& caller, const CreatePolicyCommand& command) {
          return aftersales::CreatePolicy(unit, caller, command);
        });
  }

  grpc::ServerUnaryReactor* GetPolicy(grpc::CallbackServerContext* context,
                                      const v1::GetPolicyRequest* request,
                                      v1::Policy* response) override {
    return methods_.Read(
        context, request, response,
        [this](const rpc::RequestContext& ctx,
               const v1::GetPolicyRequest& in) -> absl::StatusOr<v1::Policy> {
          std::string version;
          if (!in.name().empty()) {
            InputCheck check;
            version = IdOf(ctx.caller.tenant, "policies", in.name(), "name", check);
            HUIYIN_RETURN_IF_ERROR(check.ToStatus());
          }
          return Look(parts_, [&](View& view) -> absl::StatusOr<v1::Policy> {
            HUIYIN_ASSIGN_OR_RETURN(const PolicyView policy,
                                    aftersales::GetPolicy(view, ctx.caller, version));
            return ToProto(ctx.caller.tenant, policy);
          });
        });
  }

  grpc::ServerUnaryReactor* ListPolicies(grpc::CallbackServerContext* context,
                                         const v1::ListPoliciesRequest* request,
                                         v1::ListPoliciesResponse* response) override {
    return methods_.Read(
        context, request, response,
        [this](const rpc::RequestContext& ctx,
               const v1::ListPoliciesRequest& in) -> absl::StatusOr<v1::ListPoliciesResponse> {
          HUIYIN_ASSIGN_OR_RETURN(const rpc::Page page, rpc::ReadPage(in, kPoliciesPerPage));
          return Look(parts_, [&](View& view) -> absl::StatusOr<v1::ListPoliciesResponse> {
            v1::ListPoliciesResponse out;
            const size_t size = static_cast<size_t>(page.size);
            HUIYIN_ASSIGN_OR_RETURN(
                std::vector<PolicyView> policies,
                aftersales::ListPolicies(view, ctx.caller,
                                         {.size = size + 1, .after = page.position}));
            const bool more = policies.size() > size;
            if (more) policies.pop_back();
            for (const PolicyView& policy : policies) {
              *out.add_policies() = ToProto(ctx.caller.tenant, policy);
            }
            if (more) out.set_next_page_token(page.Next(PolicyCursor(policies.back())));
            return out;
          });
        });
  }

  grpc::ServerUnaryReactor* PublishPolicy(grpc::CallbackServerContext* context,
                                          const v1::PublishPolicyRequest* request,
                                          v1::Policy* response) override {
    return Write<PublishCommand>(
        context, request, response,
        [](const rpc::RequestContext& ctx,
           const v1::PublishPolicyRequest& in) -> absl::StatusOr<PublishCommand> {
          InputCheck check;
          PublishCommand command = CommandOf(in, check);
          command.version = IdOf(ctx.caller.tenant, "policies", in.name(), "name", check);
          HUIYIN_RETURN_IF_ERROR(check.ToStatus());
          return command;
        },
        [](Unit& unit, const Caller& caller, const PublishCommand& command) {
          return aftersales::PublishPolicy(unit, caller, command.version, command.etag,
                                           command.note);
        });
  }

  grpc::ServerUnaryReactor* RollbackPolicy(grpc::CallbackServerContext* context,
                                           const v1::RollbackPolicyRequest* request,
                                           v1::Policy* response) override {
    return Write<PublishCommand>(
        context, request, response,
        [](const rpc::RequestContext&,
           const v1::RollbackPolicyRequest& in) -> absl::StatusOr<PublishCommand> {
          InputCheck check;
          PublishCommand command = CommandOf(in, check);
          HUIYIN_RETURN_IF_ERROR(check.ToStatus());
          return command;
        },
        [](Unit& unit, const Caller& caller, const PublishCommand& command) {
          return aftersales::RollbackPolicy(unit, caller, command.etag, command.note);
        });
  }

  grpc::ServerWriteReactor<v1::SimulatePolicyResponse>* SimulatePolicy(
      grpc::CallbackServerContext* context, const v1::SimulatePolicyRequest* request) override {
    return methods_.ServerStream<v1::SimulatePolicyResponse>(
        context, request,
        [this](const rpc::RequestContext& ctx, const v1::SimulatePolicyRequest& in,
               rpc::StreamWriter<v1::SimulatePolicyResponse>& writer) -> absl::Status {
          HUIYIN_ASSIGN_OR_RETURN(const SimulateCommand command, FromProto(ctx.caller.tenant, in));
          v1::SimulatePolicyResponse last;
          HUIYIN_RETURN_IF_ERROR(parts_.query([&](View& view) -> absl::Status {
            HUIYIN_ASSIGN_OR_RETURN(
                const Simulation simulation,
                aftersales::SimulatePolicy(
                    view, ctx.caller.tenant, command,
                    [&](const Simulation& so_far) { return writer.Write(ToProto(so_far)); }));
            last = ToProto(simulation);
            return absl::OkStatus();
          }));
          last.set_done(true);
          writer.Write(last);
          return absl::OkStatus();
        });
  }

  grpc::ServerUnaryReactor* ReplayVerdict(grpc::CallbackServerContext* context,
                                          const v1::ReplayVerdictRequest* request,
                                          v1::ReplayVerdictResponse* response) override {
    return methods_.Read(
        context, request, response,
        [this](const rpc::RequestContext& ctx,
               const v1::ReplayVerdictRequest& in) -> absl::StatusOr<v1::ReplayVerdictResponse> {
          InputCheck check;
          const RmaId id(IdOf(ctx.caller.tenant, "rmas", in.rma(), "rma", check));
          HUIYIN_RETURN_IF_ERROR(check.ToStatus());
          return Look(parts_, [&](View& view) -> absl::StatusOr<v1::ReplayVerdictResponse> {
            HUIYIN_ASSIGN_OR_RETURN(const ReplayedVerdict replayed,
                                    aftersales::ReplayVerdict(view, ctx.caller, id));
            return ToProto(replayed);
          });
        });
  }

  grpc::ServerWriteReactor<v1::CheckVerdictsResponse>* CheckVerdicts(
      grpc::CallbackServerContext* context, const v1::CheckVerdictsRequest* request) override {
    return methods_.ServerStream<v1::CheckVerdictsResponse>(
        context, request,
        [this](const rpc::RequestContext& ctx, const v1::CheckVerdictsRequest&,
               rpc::StreamWriter<v1::CheckVerdictsResponse>& writer) -> absl::Status {
          v1::CheckVerdictsResponse last;
          HUIYIN_RETURN_IF_ERROR(parts_.query([&](View& view) {
            return aftersales::CheckVerdicts(view, ctx.caller.tenant, [&](VerdictCheck& check) {
              last = ToProto(check);
              return writer.Write(last);
            });
          }));
          last.clear_findings();
          last.set_done(true);
          writer.Write(last);
          return absl::OkStatus();
        });
  }

 private:
  // A command of one tenant's policies; these run one after another.
  template <class Command, class Request, class Parse, class Run>
  grpc::ServerUnaryReactor* Write(grpc::CallbackServerContext* context, const Request* request,
                                  v1::Policy* response, Parse parse, Run run) {
    struct Keyed {
      Command command;
      uint64_t key;
    };
    return methods_.Write(
        context, request, response,
        [parse](const rpc::RequestContext& ctx, const Request& in) -> absl::StatusOr<Keyed> {
          HUIYIN_ASSIGN_OR_RETURN(Command command, parse(ctx, in));
          return Keyed{std::move(command), absl::HashOf(ctx.caller.tenant)};
        },
        [](const Keyed& keyed) { return keyed.key; },
        [this, run](const rpc::RequestContext& ctx, const Keyed& keyed,
                    db::Transaction& tx) -> absl::StatusOr<v1::Policy> {
          return Act(parts_, ctx, tx, [&](Unit& unit) -> absl::StatusOr<v1::Policy> {
            HUIYIN_ASSIGN_OR_RETURN(const PolicyView policy, run(unit, ctx.caller, keyed.command));
            return ToProto(ctx.caller.tenant, policy);
          });
        });
  }

  rpc::Methods& methods_;
  const ServiceParts parts_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakePolicyService(rpc::Methods& methods, ServiceParts parts) {
  return std::make_unique<Service>(methods, std::move(parts));
}

}  // namespace huiyin::aftersales
