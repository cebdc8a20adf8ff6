#include "services/triage/rpc/policy_service.h"

#include <algorithm>
#include <string>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "huiyin/triage/v1/policy_service.grpc.pb.h"
#include "libs/core/id.h"
#include "libs/core/status.h"
#include "libs/rpc/methods.h"
#include "libs/rpc/page.h"
#include "libs/rpc/proto_time.h"
#include "services/triage/rpc/convert.h"
#include "services/triage/rpc/desk_calls.h"
#include "services/triage/usecase/policies.h"
#include "services/triage/usecase/simulate.h"

namespace huiyin::triage {
namespace {

namespace common = ::huiyin::common::v1;

constexpr rpc::PageLimits kPoliciesPerPage = {.standard = 20, .maximum = 100};
constexpr rpc::PageLimits kTicketsPerSimulation = {.standard = 1000, .maximum = 10'000};
constexpr size_t kMaxNoteBytes = 500;

PolicyKind ReadKind(v1::PolicyKind kind, InputCheck& check) {
  check.Require(v1::PolicyKind_IsValid(kind) && kind != v1::POLICY_KIND_UNSPECIFIED, "kind",
                "must be one of the known kinds");
  return static_cast<PolicyKind>(kind);
}

v1::Policy ToProto(const PolicyView& view) {
  v1::Policy proto;
  proto.set_name(
      absl::StrCat("tenants/", view.document.tenant.value(), "/policies/", view.version));
  proto.set_kind(static_cast<v1::PolicyKind>(view.document.kind));
  proto.set_version(view.version);
  proto.set_source(view.document.source);
  proto.set_note(view.document.note);
  proto.set_created_by(view.document.created_by);
  if (view.document.number != 0) *proto.mutable_create_time() = rpc::ToProto(view.document.created);
  proto.set_in_force(view.in_force);
  return proto;
}

v1::SimulatePolicyResponse ToProto(const Simulation& simulation) {
  v1::SimulatePolicyResponse proto;
  proto.set_examined(simulation.examined);
  proto.set_changed(simulation.changed);
  for (int before = 1; before <= 4; ++before) {
    for (int after = 1; after <= 4; ++after) {
      const int tickets = simulation.moves[static_cast<size_t>(before)][static_cast<size_t>(after)];
      if (tickets == 0) continue;
      v1::PriorityMove& move = *proto.add_moves();
      move.set_before(static_cast<common::Priority>(before));
      move.set_after(static_cast<common::Priority>(after));
      move.set_tickets(tickets);
    }
  }
  std::vector<std::pair<std::string, int>> rules(simulation.rule_hits.begin(),
                                                 simulation.rule_hits.end());
  std::stable_sort(rules.begin(), rules.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  for (const auto& [rule, tickets] : rules) {
    v1::RuleHits& hits = *proto.add_rules();
    hits.set_rule_id(rule);
    hits.set_tickets(tickets);
  }
  for (const PriorityShift& shift : simulation.examples) {
    v1::PriorityShift& example = *proto.add_examples();
    example.set_ticket_id(shift.ticket.value());
    example.set_decision_id(shift.decision.value());
    example.set_before(Encode(shift.before));
    example.set_after(Encode(shift.after));
  }
  return proto;
}

constexpr auto kEncode = [](const PolicyView& view) { return ToProto(view); };

struct PublishCommand {
  PolicyKind kind;
  std::string version;  // empty: roll back
};

class Service final : public v1::PolicyService::CallbackService {
 public:
  explicit Service(DeskCalls calls) : calls_(std::move(calls)) {}

  grpc::ServerUnaryReactor* CreatePolicy(grpc::CallbackServerContext* context,
                                         const v1::CreatePolicyRequest* request,
                                         v1::Policy* response) override {
    return calls_.Change<CreatePolicyCommand>(
        context, request, response,
        [](const v1::CreatePolicyRequest& in, InputCheck& check) {
          check.Require(in.note().size() <= kMaxNoteBytes, "note",
                        absl::StrCat("has ", in.note().size(), " bytes; at most ", kMaxNoteBytes));
          return CreatePolicyCommand{ReadKind(in.kind(), check), in.source(), in.note()};
        },
        triage::CreatePolicy, kEncode);
  }

  grpc::ServerUnaryReactor* PublishPolicy(grpc::CallbackServerContext* context,
                                          const v1::PublishPolicyRequest* request,
                                          v1::Policy* response) override {
    return calls_.Change<PublishCommand>(
        context, request, response,
        [](const v1::PublishPolicyRequest& in, InputCheck& check) {
          check.Require(!in.version().empty(), "version", "must not be empty");
          return PublishCommand{ReadKind(in.kind(), check), in.version()};
        },
        [](Unit& unit, const Caller& caller, const PublishCommand& command) {
          return triage::PublishPolicy(unit, caller, command.kind, command.version);
        },
        kEncode);
  }

  grpc::ServerUnaryReactor* RollbackPolicy(grpc::CallbackServerContext* context,
                                           const v1::RollbackPolicyRequest* request,
                                           v1::Policy* response) override {
    return calls_.Change<PublishCommand>(
        context, request, response,
        [](const v1::RollbackPolicyRequest& in, InputCheck& check) {
          return PublishCommand{ReadKind(in.kind(), check), ""};
        },
        [](Unit& unit, const Caller& caller, const PublishCommand& command) {
          return triage::RollbackPolicy(unit, caller, command.kind);
        },
        kEncode);
  }

  grpc::ServerUnaryReactor* GetPolicy(grpc::CallbackServerContext* context,
                                      const v1::GetPolicyRequest* request,
                                      v1::Policy* response) override {
    return calls_.Query(
        context, request, response,
        [](const v1::GetPolicyRequest& in, InputCheck& check) {
          return std::pair(ReadKind(in.kind(), check), in.version());
        },
        [](View& view, const TenantId& tenant, const auto& query) -> absl::StatusOr<v1::Policy> {
          HUIYIN_ASSIGN_OR_RETURN(const PolicyView policy,
                                  triage::GetPolicy(view.desk, tenant, query.first, query.second));
          return ToProto(policy);
        });
  }

  grpc::ServerUnaryReactor* ListPolicies(grpc::CallbackServerContext* context,
                                         const v1::ListPoliciesRequest* request,
                                         v1::ListPoliciesResponse* response) override {
    return calls_.Query(context, request, response, ReadList, List);
  }

  grpc::ServerUnaryReactor* SimulatePolicy(grpc::CallbackServerContext* context,
                                           const v1::SimulatePolicyRequest* request,
                                           v1::SimulatePolicyResponse* response) override {
    return calls_.Query(context, request, response, ReadSimulation, SimulateOnce);
  }

  grpc::ServerUnaryReactor* ReplayDecision(grpc::CallbackServerContext* context,
                                           const v1::ReplayDecisionRequest* request,
                                           v1::ReplayDecisionResponse* response) override {
    return calls_.Query(
        context, request, response,
        [](const v1::ReplayDecisionRequest& in, InputCheck& check) {
          check.Require(IsUuid(in.decision_id()), "decision_id", "must be the UUID of a decision");
          return DecisionId(in.decision_id());
        },
        [](View& view, const TenantId& tenant,
           const DecisionId& decision) -> absl::StatusOr<v1::ReplayDecisionResponse> {
          HUIYIN_ASSIGN_OR_RETURN(const Replay replay,
                                  triage::ReplayDecision(view, tenant, decision));
          v1::ReplayDecisionResponse out;
          *out.mutable_decision() = triage::ToProto(replay.decision);
          out.set_stored(replay.stored);
          out.set_replayed(replay.replayed);
          out.set_identical(replay.stored == replay.replayed);
          return out;
        });
  }

 private:
  static std::pair<PolicyKind, v1::ListPoliciesRequest> ReadList(const v1::ListPoliciesRequest& in,
                                                                 InputCheck& check) {
    return {ReadKind(in.kind(), check), in};
  }

  static absl::StatusOr<v1::ListPoliciesResponse> List(
      View& view, const TenantId& tenant,
      const std::pair<PolicyKind, v1::ListPoliciesRequest>& query) {
    const auto& [kind, in] = query;
    HUIYIN_ASSIGN_OR_RETURN(const rpc::Page page, rpc::ReadPage(in, kPoliciesPerPage));
    int before = 0;
    if (!page.position.empty()) (void)absl::SimpleAtoi(page.position, &before);
    HUIYIN_ASSIGN_OR_RETURN(const std::vector<PolicyView> views,
                            triage::ListPolicies(view.desk, tenant, kind, before, page.size));
    v1::ListPoliciesResponse out;
    for (const PolicyView& policy : views) *out.add_policies() = ToProto(policy);
    if (!views.empty() && views.back().document.number != 0) {
      out.set_next_page_token(page.Next(absl::StrCat(views.back().document.number)));
    }
    return out;
  }

  static v1::SimulatePolicyRequest ReadSimulation(const v1::SimulatePolicyRequest& in,
                                                  InputCheck& check) {
    check.Require(in.policy_case() != v1::SimulatePolicyRequest::POLICY_NOT_SET, "version",
                  "version or source must be given");
    check.Require(in.max_examples() >= 0 && in.max_examples() <= 100, "max_examples",
                  "must be 0 to 100");
    return in;
  }

  static absl::StatusOr<v1::SimulatePolicyResponse> SimulateOnce(
      View& view, const TenantId& tenant, const v1::SimulatePolicyRequest& in) {
    HUIYIN_ASSIGN_OR_RETURN(const rpc::Page page, rpc::ReadPage(in, kTicketsPerSimulation));
    HUIYIN_ASSIGN_OR_RETURN(const auto policy,
                            in.has_source()
                                ? PriorityPolicy::Compile("simulated", in.source())
                                : view.policies.Priority(view.desk, tenant, in.version()));
    const size_t examples = in.max_examples() == 0 ? 10 : static_cast<size_t>(in.max_examples());
    HUIYIN_ASSIGN_OR_RETURN(
        const Simulation simulation,
        Simulate(view.store, tenant, *policy, DecisionId(page.position), page.size, examples));
    v1::SimulatePolicyResponse out = ToProto(simulation);
    if (!simulation.next.empty()) out.set_next_page_token(page.Next(simulation.next.value()));
    return out;
  }

  DeskCalls calls_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakePolicyService(rpc::Methods& methods, DeskParts parts) {
  return std::make_unique<Service>(DeskCalls(methods, std::move(parts)));
}

}  // namespace huiyin::triage
