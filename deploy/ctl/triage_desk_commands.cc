// huiyinctl triage queue, agent, sla, escalate: who takes which ticket, and by when.
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "deploy/client/call.h"
#include "deploy/ctl/command.h"
#include "deploy/ctl/proto_text.h"
#include "huiyin/triage/v1/routing_service.grpc.pb.h"
#include "huiyin/triage/v1/sla_service.grpc.pb.h"

namespace huiyin::ctl {
namespace {

namespace pb = huiyin::triage::v1;
using Routing = pb::RoutingService::Stub;
using Sla = pb::SlaService::Stub;

struct Nothing {};
void Declare(CLI::App&, Nothing&) {}

// "all" for an empty list of skills.
template <class Names>
std::string NamesText(const Names& names) {
  return names.empty() ? "all" : absl::StrJoin(names, ", ");
}

// --- agents -------------------------------------------------------------------------------------

absl::Status Show(Ctl& ctl, const absl::StatusOr<pb::Agent>& agent) {
  if (!agent.ok()) return agent.status();
  if (ctl.PrintedAsJson(*agent)) return absl::OkStatus();
  std::vector<std::string> categories;
  for (const int category : agent->categories()) {
    categories.push_back(Label(static_cast<common::v1::Category>(category)));
  }
  ctl.Print(Ctl::Facts{{"agent", agent->agent_id()},
                       {"name", agent->display_name()},
                       {"presence", Label(agent->presence())},
                       {"load", absl::StrFormat("%d of %d", agent->load(), agent->capacity())},
                       {"queues", NamesText(agent->queues())},
                       {"languages", NamesText(agent->languages())},
                       {"categories", NamesText(categories)},
                       {"shift", agent->shift().empty() ? "always" : agent->shift()}});
  return absl::OkStatus();
}

struct PutArgs {
  std::string id, name, shift;
  std::vector<std::string> queues, languages;
  std::vector<common::v1::Category> categories;
  int capacity = 10;
  bool online = false;
};

void Declare(CLI::App& app, PutArgs& a) {
  app.add_option("agent", a.id, "Id of the agent, as in tokens")->required();
  app.add_option("--name", a.name, "Name shown to people");
  app.add_option("--queue", a.queues, "Queue served; several times or with commas (default: all)")
      ->delimiter(',');
  app.add_option("--language", a.languages, "Language spoken, BCP 47 (default: all)")
      ->delimiter(',');
  EnumsOption(app, "--category", a.categories, "Category known (default: all)");
  app.add_option("--capacity", a.capacity, "Tickets at once (default 10)")
      ->check(CLI::Range(1, 1000));
  app.add_option(
      "--shift", a.shift,
      "Working hours, \"Asia/Shanghai mon-fri 09:00-12:00, 13:30-18:00\" (default: always)");
  app.add_flag("--online", a.online, "Takes tickets from now on");
}

absl::Status SetPresence(Ctl& ctl, const std::string& agent, pb::Presence presence) {
  pb::SetPresenceRequest request;
  request.set_request_id(ctl.NewId());
  request.set_agent_id(agent);
  request.set_presence(presence);
  return Show(ctl, client::Call(ctl.connection(), &Routing::SetPresence, request));
}

absl::Status Run(Ctl& ctl, const PutArgs& a) {
  pb::PutAgentRequest request;
  request.set_request_id(ctl.NewId());
  pb::Agent& agent = *request.mutable_agent();
  agent.set_agent_id(a.id);
  agent.set_display_name(a.name);
  agent.set_capacity(a.capacity);
  agent.set_shift(a.shift);
  for (const auto& queue : a.queues) agent.add_queues(queue);
  for (const auto& language : a.languages) agent.add_languages(language);
  for (const auto category : a.categories) agent.add_categories(category);
  const auto put = client::Call(ctl.connection(), &Routing::PutAgent, request);
  if (!put.ok() || !a.online) return Show(ctl, put);
  return SetPresence(ctl, a.id, pb::PRESENCE_ONLINE);
}

struct PresenceArgs {
  std::string id;
  pb::Presence presence = pb::PRESENCE_UNSPECIFIED;
};

void Declare(CLI::App& app, PresenceArgs& a) {
  app.add_option("agent", a.id, "Id of the agent")->required();
  EnumOption(app, "--to", a.presence, "online, away, or offline (hands everything back)")
      ->required();
}

absl::Status Run(Ctl& ctl, const PresenceArgs& a) { return SetPresence(ctl, a.id, a.presence); }

struct RemoveArgs {
  std::string id;
};

void Declare(CLI::App& app, RemoveArgs& a) {
  app.add_option("agent", a.id, "Id of the agent")->required();
}

absl::Status Run(Ctl& ctl, const RemoveArgs& a) {
  pb::RemoveAgentRequest request;
  request.set_request_id(ctl.NewId());
  request.set_agent_id(a.id);
  return Show(ctl, client::Call(ctl.connection(), &Routing::RemoveAgent, request));
}

absl::Status ListAgents(Ctl& ctl, const Nothing&) {
  HUIYIN_ASSIGN_OR_RETURN(const auto answer, client::Call(ctl.connection(), &Routing::ListAgents,
                                                          pb::ListAgentsRequest()));
  if (ctl.PrintedAsJson(answer)) return absl::OkStatus();
  terminal::Table table({{"agent"}, {"presence"}, {"load", true}, {"queues"}, {"languages"}});
  for (const pb::Agent& agent : answer.agents()) {
    table.Add({agent.agent_id(), Label(agent.presence()),
               absl::StrFormat("%d/%d", agent.load(), agent.capacity()), NamesText(agent.queues()),
               NamesText(agent.languages())});
  }
  ctl.Print(table, "No agent is registered: huiyinctl triage agent put ID --online");
  return absl::OkStatus();
}

// --- queues -------------------------------------------------------------------------------------

absl::Status ListQueues(Ctl& ctl, const Nothing&) {
  HUIYIN_ASSIGN_OR_RETURN(const auto answer, client::Call(ctl.connection(), &Routing::ListQueues,
                                                          pb::ListQueuesRequest()));
  if (ctl.PrintedAsJson(answer)) return absl::OkStatus();
  terminal::Table table(
      {{"queue"}, {"waiting", true}, {"with agents", true}, {"oldest waits since"}});
  for (const pb::Queue& queue : answer.queues()) {
    table.Add({queue.queue(), absl::StrFormat("%d", queue.waiting()),
               absl::StrFormat("%d", queue.assigned()),
               queue.has_oldest() ? TimeText(queue.oldest()) : ""});
  }
  ctl.Print(table, "No ticket is open.");
  return absl::OkStatus();
}

struct TicketArgs {
  std::string ticket;
};

void Declare(CLI::App& app, TicketArgs& a) {
  app.add_option("ticket", a.ticket, "Id of the ticket")->required();
}

absl::Status Escalate(Ctl& ctl, const TicketArgs& a) {
  pb::EscalateTicketRequest request;
  request.set_request_id(ctl.NewId());
  request.set_ticket_id(BareId(a.ticket));
  HUIYIN_ASSIGN_OR_RETURN(const auto item,
                          client::Call(ctl.connection(), &Routing::EscalateTicket, request));
  if (ctl.PrintedAsJson(item)) return absl::OkStatus();
  ctl.Print(Ctl::Facts{{"ticket", item.ticket_id()},
                       {"queue", item.queue()},
                       {"assignee", item.assignee().empty() ? "waits" : item.assignee()}});
  return absl::OkStatus();
}

// --- SLA clocks ---------------------------------------------------------------------------------

std::string MeasureText(const pb::SlaMeasure& measure) {
  std::string text = Label(measure.metric());
  if (measure.has_due()) absl::StrAppend(&text, " due ", TimeText(measure.due()));
  if (measure.has_ended()) absl::StrAppend(&text, ", done ", TimeText(measure.ended()));
  if (!measure.has_due() && !measure.has_ended()) absl::StrAppend(&text, " waits for the customer");
  if (measure.missed()) absl::StrAppend(&text, " MISSED");
  return text;
}

absl::Status ShowClock(Ctl& ctl, const TicketArgs& a) {
  pb::GetSlaClockRequest request;
  request.set_ticket_id(BareId(a.ticket));
  HUIYIN_ASSIGN_OR_RETURN(const auto clock,
                          client::Call(ctl.connection(), &Sla::GetSlaClock, request));
  if (ctl.PrintedAsJson(clock)) return absl::OkStatus();
  Ctl::Facts facts = {{"ticket", clock.ticket_id()},
                      {"state", Label(clock.state())},
                      {"by", absl::StrCat(clock.sla_version(), ", ", Label(clock.priority()), " ",
                                          Label(clock.tier()))}};
  for (const auto& measure : clock.measures()) facts.emplace_back("target", MeasureText(measure));
  for (const auto& event : clock.history()) {
    facts.emplace_back(Label(event.what()), TimeText(event.at()));
  }
  ctl.Print(facts);
  return absl::OkStatus();
}

struct ClocksArgs {
  int within_minutes = 0;
  int limit = 50;
};

void Declare(CLI::App& app, ClocksArgs& a) {
  app.add_option("--within", a.within_minutes,
                 "Clocks that warn or breach within so many minutes (default: those that missed)")
      ->check(CLI::Range(1, 43'200));
  app.add_option("-n,--limit", a.limit, "At most this many (default 50)")
      ->check(CLI::PositiveNumber);
}

absl::Status Run(Ctl& ctl, const ClocksArgs& a) {
  pb::ListSlaClocksRequest request;
  if (a.within_minutes > 0) request.mutable_due_within()->set_seconds(a.within_minutes * 60L);
  terminal::Table table({{"ticket"}, {"prio"}, {"tier"}, {"state"}, {"targets"}});
  int left = a.limit;
  do {
    request.set_page_size(std::min(left, 200));
    HUIYIN_ASSIGN_OR_RETURN(const auto page,
                            client::Call(ctl.connection(), &Sla::ListSlaClocks, request));
    for (const pb::SlaClock& clock : page.clocks()) {
      if (left-- <= 0) break;
      if (ctl.PrintedAsJson(clock, true)) continue;
      std::vector<std::string> open;
      for (const auto& measure : clock.measures()) {
        if (measure.missed() || !measure.has_ended()) open.push_back(MeasureText(measure));
      }
      table.Add({clock.ticket_id(), Label(clock.priority()), Label(clock.tier()),
                 Label(clock.state()), absl::StrJoin(open, "; ")});
    }
    request.set_page_token(page.next_page_token());
  } while (left > 0 && !request.page_token().empty());
  if (!ctl.json) ctl.Print(table, "No clock.");
  return absl::OkStatus();
}

}  // namespace

void AddTriageDeskCommands(CLI::App& triage, Ctl& ctl) {
  CLI::App& agent = Group(triage, "agent", "Agents: skills, capacity, shifts, presence");
  Command<Nothing>(agent, ctl, "list", "All agents and their load", Declare, ListAgents);
  Command<PutArgs>(agent, ctl, "put", "Register an agent, or change one", Declare, Run);
  Command<PresenceArgs>(agent, ctl, "presence", "Whether an agent takes tickets", Declare, Run);
  Command<RemoveArgs>(agent, ctl, "remove", "Remove an agent; tickets go to others", Declare, Run);
  CLI::App& queue = Group(triage, "queue", "Queues of open tickets");
  Command<Nothing>(queue, ctl, "list", "What waits, and since when", Declare, ListQueues);
  CLI::App& sla = Group(triage, "sla", "SLA clocks: by when customers must be answered");
  Command<TicketArgs>(sla, ctl, "show", "The clock of a ticket", Declare, ShowClock);
  Command<ClocksArgs>(sla, ctl, "list", "Open clocks that missed a target, or soon will", Declare,
                      Run);
  Command<TicketArgs>(triage, ctl, "escalate", "Move a ticket to the escalation queue", Declare,
                      Escalate);
}

}  // namespace huiyin::ctl
