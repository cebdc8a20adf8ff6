#include "services/triage/rpc/routing_service.h"

#include <variant>

#include "absl/strings/str_cat.h"
#include "huiyin/triage/v1/routing_service.grpc.pb.h"
#include "libs/core/id.h"
#include "libs/core/status.h"
#include "libs/rpc/proto_time.h"
#include "services/triage/rpc/desk_calls.h"
#include "services/triage/usecase/routing.h"

namespace huiyin::triage {
namespace {

constexpr int kMostSkills = 50;

v1::Agent ToProto(const Agent& agent) {
  v1::Agent proto;
  proto.set_name(absl::StrCat("tenants/", agent.tenant.value(), "/agents/", agent.id.value()));
  proto.set_agent_id(agent.id.value());
  proto.set_display_name(agent.name);
  for (const std::string& queue : agent.queues) proto.add_queues(queue);
  for (const std::string& language : agent.languages) proto.add_languages(language);
  for (const Category category : agent.categories) {
    proto.add_categories(static_cast<common::v1::Category>(static_cast<int>(category) + 1));
  }
  proto.set_capacity(agent.capacity);
  proto.set_shift(agent.shift);
  proto.set_presence(static_cast<v1::Presence>(agent.presence));
  proto.set_load(agent.load);
  if (agent.last_assigned > absl::UnixEpoch()) {
    *proto.mutable_last_assigned() = rpc::ToProto(agent.last_assigned);
  }
  return proto;
}

v1::WorkItem ToProto(const WorkItem& item) {
  v1::WorkItem proto;
  proto.set_ticket_id(item.ticket.value());
  proto.set_queue(item.queue);
  *proto.mutable_entered() = rpc::ToProto(item.entered);
  *proto.mutable_rank() = rpc::ToProto(item.Rank());
  proto.set_priority(static_cast<common::v1::Priority>(item.priority));
  proto.set_tier(static_cast<common::v1::CustomerTier>(item.tier));
  proto.set_assignee(item.assignee.value());
  proto.set_escalated(item.escalated);
  return proto;
}

// Names that are stored in lists: no commas, no blanks.
template <class Names>
std::vector<std::string> ReadNames(const Names& names, const char* field, InputCheck& check) {
  check.Require(names.size() <= kMostSkills, field, "has more than 50 names");
  for (const std::string& name : names) {
    check.Require(
        !name.empty() && name.size() <= 64 && name.find_first_of(", \t\r\n") == std::string::npos,
        field, "names must have 1 to 64 bytes without blanks and commas");
  }
  return {names.begin(), names.end()};
}

bool IsAgentId(const std::string& id) { return !id.empty() && id.size() <= 128; }

Agent Read(const v1::Agent& proto, InputCheck& check) {
  Agent agent;
  check.Require(IsAgentId(proto.agent_id()), "agent.agent_id", "must have 1 to 128 bytes");
  check.Require(proto.display_name().size() <= 128, "agent.display_name",
                "has more than 128 bytes");
  check.Require(proto.capacity() >= 1 && proto.capacity() <= kMostCapacity, "agent.capacity",
                "must be 1 to 1000");
  check.Require(proto.shift().size() <= 1000, "agent.shift", "has more than 1000 bytes");
  agent.id = AgentId(proto.agent_id());
  agent.name = proto.display_name();
  agent.queues = ReadNames(proto.queues(), "agent.queues", check);
  agent.languages = ReadNames(proto.languages(), "agent.languages", check);
  for (const int category : proto.categories()) {
    if (check.Require(category >= 1 && category <= static_cast<int>(kCategoryCount),
                      "agent.categories", "must be known categories")) {
      agent.categories.push_back(static_cast<Category>(category - 1));
    }
  }
  agent.capacity = proto.capacity();
  agent.shift = proto.shift();
  return agent;
}

constexpr auto kEncode = [](const auto& result) { return ToProto(result); };
constexpr auto kNoArguments = [](const auto&, InputCheck&) { return std::monostate(); };

class Service final : public v1::RoutingService::CallbackService {
 public:
  explicit Service(DeskCalls calls) : calls_(std::move(calls)) {}

  grpc::ServerUnaryReactor* PutAgent(grpc::CallbackServerContext* context,
                                     const v1::PutAgentRequest* request,
                                     v1::Agent* response) override {
    return calls_.Change<Agent>(
        context, request, response,
        [](const v1::PutAgentRequest& in, InputCheck& check) { return Read(in.agent(), check); },
        [](Unit& unit, const Caller& caller, const Agent& agent) {
          return triage::PutAgent(unit, caller, agent);
        },
        kEncode);
  }

  grpc::ServerUnaryReactor* SetPresence(grpc::CallbackServerContext* context,
                                        const v1::SetPresenceRequest* request,
                                        v1::Agent* response) override {
    return calls_.Change<std::pair<AgentId, Presence>>(
        context, request, response,
        [](const v1::SetPresenceRequest& in, InputCheck& check) {
          check.Require(IsAgentId(in.agent_id()), "agent_id", "must have 1 to 128 bytes");
          check.Require(v1::Presence_IsValid(in.presence()) && in.presence() != 0, "presence",
                        "must be ONLINE, AWAY or OFFLINE");
          return std::pair(AgentId(in.agent_id()), static_cast<Presence>(in.presence()));
        },
        [](Unit& unit, const Caller& caller, const auto& command) -> absl::StatusOr<Agent> {
          if (!caller.Is(Role::kLead) && caller.subject != command.first.value()) {
            return Error(absl::StatusCode::kPermissionDenied, "NOT_YOUR_PRESENCE",
                         "agents set their own presence only");
          }
          return triage::SetPresence(unit, caller, command.first, command.second);
        },
        kEncode);
  }

  grpc::ServerUnaryReactor* RemoveAgent(grpc::CallbackServerContext* context,
                                        const v1::RemoveAgentRequest* request,
                                        v1::Agent* response) override {
    return calls_.Change<AgentId>(
        context, request, response,
        [](const v1::RemoveAgentRequest& in, InputCheck& check) {
          check.Require(IsAgentId(in.agent_id()), "agent_id", "must have 1 to 128 bytes");
          return AgentId(in.agent_id());
        },
        triage::RemoveAgent, kEncode);
  }

  grpc::ServerUnaryReactor* EscalateTicket(grpc::CallbackServerContext* context,
                                           const v1::EscalateTicketRequest* request,
                                           v1::WorkItem* response) override {
    return calls_.Change<TicketId>(
        context, request, response,
        [](const v1::EscalateTicketRequest& in, InputCheck& check) {
          check.Require(IsUuid(in.ticket_id()), "ticket_id", "must be the UUID of a ticket");
          return TicketId(in.ticket_id());
        },
        [](Unit& unit, const Caller& caller, const TicketId& ticket) {
          return Escalate(unit, caller.tenant, ticket, "ESCALATED");
        },
        kEncode);
  }

  grpc::ServerUnaryReactor* ListAgents(grpc::CallbackServerContext* context,
                                       const v1::ListAgentsRequest* request,
                                       v1::ListAgentsResponse* response) override {
    return calls_.Query(
        context, request, response, kNoArguments,
        [](View& view, const TenantId& tenant, auto) -> absl::StatusOr<v1::ListAgentsResponse> {
          HUIYIN_ASSIGN_OR_RETURN(const auto agents, view.desk.ListAgents(tenant));
          v1::ListAgentsResponse out;
          for (const Agent& agent : agents) *out.add_agents() = ToProto(agent);
          return out;
        });
  }

  grpc::ServerUnaryReactor* ListQueues(grpc::CallbackServerContext* context,
                                       const v1::ListQueuesRequest* request,
                                       v1::ListQueuesResponse* response) override {
    return calls_.Query(
        context, request, response, kNoArguments,
        [](View& view, const TenantId& tenant, auto) -> absl::StatusOr<v1::ListQueuesResponse> {
          HUIYIN_ASSIGN_OR_RETURN(const auto queues, view.desk.Queues());
          v1::ListQueuesResponse out;
          for (const QueueFigures& figures : queues) {
            if (figures.tenant != tenant) continue;
            v1::Queue& queue = *out.add_queues();
            queue.set_name(absl::StrCat("tenants/", tenant.value(), "/queues/", figures.queue));
            queue.set_queue(figures.queue);
            queue.set_waiting(figures.waiting);
            queue.set_assigned(figures.assigned);
            if (figures.oldest) *queue.mutable_oldest() = rpc::ToProto(*figures.oldest);
          }
          return out;
        });
  }

 private:
  DeskCalls calls_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeRoutingService(rpc::Methods& methods, DeskParts parts) {
  return std::make_unique<Service>(DeskCalls(methods, std::move(parts)));
}

}  // namespace huiyin::triage
