#include "deploy/sample_day/player/desk_player.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "deploy/ctl/proto_text.h"
#include "deploy/sample_day/player/patience.h"
#include "deploy/sample_day/player/requests.h"
#include "huiyin/triage/v1/policy_service.grpc.pb.h"
#include "huiyin/triage/v1/routing_service.grpc.pb.h"
#include "huiyin/triage/v1/sla_service.grpc.pb.h"

namespace huiyin::sample_day {
namespace {

namespace triage = huiyin::triage::v1;
using Policies = triage::PolicyService::Stub;
using Routing = triage::RoutingService::Stub;
using Sla = triage::SlaService::Stub;

constexpr absl::Duration kBreachPatience = absl::Seconds(10);
constexpr absl::Duration kPause = absl::Milliseconds(100);

struct AgentOnDuty {
  const char* id;
  const char* name;
  int capacity;
  std::vector<const char*> queues, languages;
};

// Fewer hands than tickets, so that some wait.
const std::vector<AgentOnDuty>& Agents() {
  static const std::vector<AgentOnDuty> agents = {
      {"li.na", "Li Na", 40, {"general"}, {"zh"}},
      {"wang.wei", "Wang Wei", 40, {"general"}, {"zh"}},
      {"emma", "Emma", 25, {"general"}, {"en"}},
      {"zhao.min", "Zhao Min", 15, {"specialists"}, {}}};
  return agents;
}

// What takes hours at a real desk is to be seen within the seconds that the day takes.
constexpr char kPlan[] =
    "# The sample day is played in seconds; so are its targets.\n"
    "calendar always\n"
    "  zone Asia/Shanghai\n"
    "  hours mon-sun 00:00-24:00\n"
    "target P1 in always first_response 3s resolution 30m\n"
    "target P2 in always first_response 10m resolution 2h\n"
    "target P3 in always first_response 1h resolution 8h\n"
    "target P4 in always first_response 4h resolution 24h\n";

absl::Status PublishPlan(client::Connection& connection) {
  triage::CreatePolicyRequest create;
  create.set_request_id(RequestId("desk, SLA plan"));
  create.set_kind(triage::POLICY_KIND_SLA);
  create.set_source(kPlan);
  create.set_note("sample day");
  HUIYIN_ASSIGN_OR_RETURN(const auto policy,
                          Patiently(connection, &Policies::CreatePolicy, create));
  triage::PublishPolicyRequest publish;
  publish.set_request_id(RequestId("desk, SLA plan published"));
  publish.set_kind(triage::POLICY_KIND_SLA);
  publish.set_version(policy.version());
  return Patiently(connection, &Policies::PublishPolicy, publish).status();
}

}  // namespace

absl::Status OpenDesk(client::Connection& connection) {
  for (const AgentOnDuty& on_duty : Agents()) {
    triage::PutAgentRequest put;
    put.set_request_id(RequestId(absl::StrCat("desk, agent ", on_duty.id)));
    triage::Agent& agent = *put.mutable_agent();
    agent.set_agent_id(on_duty.id);
    agent.set_display_name(on_duty.name);
    agent.set_capacity(on_duty.capacity);
    for (const char* queue : on_duty.queues) agent.add_queues(queue);
    for (const char* language : on_duty.languages) agent.add_languages(language);
    HUIYIN_RETURN_IF_ERROR(Patiently(connection, &Routing::PutAgent, put).status());
    triage::SetPresenceRequest presence;
    presence.set_request_id(RequestId(absl::StrCat("desk, online ", on_duty.id)));
    presence.set_agent_id(on_duty.id);
    presence.set_presence(triage::PRESENCE_ONLINE);
    HUIYIN_RETURN_IF_ERROR(Patiently(connection, &Routing::SetPresence, presence).status());
  }
  return PublishPlan(connection);
}

absl::Status AwaitBreach(client::Connection& connection) {
  const absl::Time deadline = connection.clock().Now() + kBreachPatience;
  triage::ListSlaClocksRequest request;
  request.set_page_size(1);
  while (connection.clock().Now() < deadline) {
    HUIYIN_ASSIGN_OR_RETURN(const auto clocks, Patiently(connection, &Sla::ListSlaClocks, request));
    if (!clocks.clocks().empty()) break;
    absl::SleepFor(kPause);
  }
  return absl::OkStatus();
}

absl::Status PrintDesk(client::Connection& connection, std::ostream& out,
                       const terminal::Style& style) {
  HUIYIN_ASSIGN_OR_RETURN(const auto queues,
                          Patiently(connection, &Routing::ListQueues, triage::ListQueuesRequest()));
  terminal::Table waiting({{"queue"}, {"waiting", true}, {"with agents", true}});
  for (const triage::Queue& queue : queues.queues()) {
    waiting.Add({queue.queue(), absl::StrCat(queue.waiting()), absl::StrCat(queue.assigned())});
  }
  HUIYIN_ASSIGN_OR_RETURN(const auto agents,
                          Patiently(connection, &Routing::ListAgents, triage::ListAgentsRequest()));
  terminal::Table on_duty({{"agent"}, {"presence"}, {"tickets", true}, {"of", true}});
  for (const triage::Agent& agent : agents.agents()) {
    on_duty.Add({agent.display_name(), ctl::Label(agent.presence()), absl::StrCat(agent.load()),
                 absl::StrCat(agent.capacity())});
  }
  triage::ListSlaClocksRequest missed;
  missed.set_page_size(5);
  HUIYIN_ASSIGN_OR_RETURN(const auto clocks, Patiently(connection, &Sla::ListSlaClocks, missed));
  terminal::Table late({{"SLA target missed by ticket"}, {"prio"}, {"target"}});
  for (const triage::SlaClock& clock : clocks.clocks()) {
    for (const triage::SlaMeasure& measure : clock.measures()) {
      if (!measure.missed()) continue;
      late.Add({clock.ticket_id(), ctl::Label(clock.priority()), ctl::Label(measure.metric())});
    }
  }
  out << '\n';
  waiting.Print(out, style);
  out << '\n';
  on_duty.Print(out, style);
  out << '\n';
  late.Print(out, style);
  return absl::OkStatus();
}

}  // namespace huiyin::sample_day
