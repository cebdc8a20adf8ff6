#include "services/triage/usecase/routing.h"

#include <algorithm>

#include "libs/core/status.h"

namespace huiyin::triage {
namespace {

absl::Status Unassign(Unit& unit, WorkItem item, std::string_view reason) {
  const AgentId before = item.assignee;
  item.assignee = AgentId();
  HUIYIN_RETURN_IF_ERROR(unit.desk.PutItem(item));
  return unit.events.Assigned(item, before, reason, unit.clock.Now());
}

absl::StatusOr<Agent> FindAgent(Unit& unit, const TenantId& tenant, const AgentId& id) {
  HUIYIN_ASSIGN_OR_RETURN(const std::vector<Agent> agents, unit.desk.ListAgents(tenant));
  const auto found = std::find_if(agents.begin(), agents.end(),
                                  [&](const Agent& agent) { return agent.id == id; });
  if (found != agents.end()) return *found;
  return Error(absl::StatusCode::kNotFound, "AGENT_NOT_FOUND", "there is no such agent",
               {{"agent_id", id.value()}});
}

absl::Status HandBack(Unit& unit, const TenantId& tenant, const AgentId& agent) {
  HUIYIN_ASSIGN_OR_RETURN(std::vector<WorkItem> items, unit.desk.ItemsOf(tenant, agent));
  for (WorkItem& item : items) {
    HUIYIN_RETURN_IF_ERROR(Unassign(unit, std::move(item), "AGENT_LEFT"));
  }
  return absl::OkStatus();
}

WorkItem ItemFor(const TicketFacts& ticket, const Decision& decision, absl::Time now) {
  WorkItem item;
  item.tenant = ticket.tenant;
  item.ticket = ticket.id;
  item.entered = now;
  item.priority = decision.verdict.priority;
  item.tier = decision.inputs.tier;
  item.category = decision.reading.category;
  item.language = decision.reading.language;
  return item;
}

absl::Status Reenter(Unit& unit, const TenantId& tenant, const TicketId& ticket) {
  HUIYIN_ASSIGN_OR_RETURN(const auto facts, unit.store.FindTicket(tenant, ticket));
  if (!facts.has_value() || facts->current.empty()) return absl::OkStatus();
  HUIYIN_ASSIGN_OR_RETURN(const auto decision, unit.store.FindDecision(tenant, facts->current));
  if (!decision.has_value()) return absl::OkStatus();
  return RouteDecided(unit, *facts, *decision).status();
}

std::vector<bool> OnShift(const std::vector<Agent>& agents, absl::Time now) {
  std::vector<bool> on_shift;
  for (const Agent& agent : agents) {
    const absl::StatusOr<Calendar> shift = ParseShift(agent.shift);
    on_shift.push_back(shift.ok() && shift->IsWorking(now));
  }
  return on_shift;
}

}  // namespace

absl::StatusOr<std::string> RouteDecided(Unit& unit, const TicketFacts& ticket,
                                         const Decision& decision) {
  HUIYIN_ASSIGN_OR_RETURN(const auto plan, unit.policies.Routing(unit.desk, ticket.tenant));
  const std::string& queue = plan->QueueFor(decision);
  WorkItem item = ItemFor(ticket, decision, unit.clock.Now());
  item.queue = queue;
  if (!decision.replaces.empty()) {
    HUIYIN_ASSIGN_OR_RETURN(const std::optional<WorkItem> before,
                            unit.desk.FindItem(ticket.tenant, ticket.id));
    if (before.has_value()) {
      item.entered = before->entered;
      item.assignee = before->assignee;
      item.our_turn = before->our_turn;
      item.escalated = before->escalated;
      if (!item.assignee.empty() || item.escalated) item.queue = before->queue;
      if (item == *before) return item.queue;
    }
  }
  HUIYIN_RETURN_IF_ERROR(unit.desk.PutItem(item));
  return item.queue;
}

absl::Status RouteNotes(Unit& unit, const TenantId& tenant, const TicketId& ticket,
                        SlaMoment what) {
  HUIYIN_ASSIGN_OR_RETURN(std::optional<WorkItem> item, unit.desk.FindItem(tenant, ticket));
  switch (what) {
    case SlaMoment::kResolved:
    case SlaMoment::kEnded:
      return item.has_value() ? unit.desk.RemoveItem(tenant, ticket) : absl::OkStatus();
    case SlaMoment::kReopened:
      return item.has_value() ? absl::OkStatus() : Reenter(unit, tenant, ticket);
    case SlaMoment::kPaused:
    case SlaMoment::kResumed:
      if (!item.has_value() || item->our_turn == (what == SlaMoment::kResumed)) break;
      item->our_turn = what == SlaMoment::kResumed;
      return unit.desk.PutItem(*item);
    case SlaMoment::kStarted:
    case SlaMoment::kCustomerSpoke:
    case SlaMoment::kAnswered:
      break;
  }
  return absl::OkStatus();
}

absl::StatusOr<WorkItem> Escalate(Unit& unit, const TenantId& tenant, const TicketId& ticket,
                                  std::string_view reason) {
  HUIYIN_ASSIGN_OR_RETURN(std::optional<WorkItem> item, unit.desk.FindItem(tenant, ticket));
  if (!item.has_value()) {
    return Error(absl::StatusCode::kNotFound, "TICKET_NOT_OPEN", "the ticket is in no queue",
                 {{"ticket_id", ticket.value()}});
  }
  if (item->escalated) return *item;
  HUIYIN_ASSIGN_OR_RETURN(const auto plan, unit.policies.Routing(unit.desk, tenant));
  item->escalated = true;
  item->queue = plan->escalation();
  HUIYIN_RETURN_IF_ERROR(Unassign(unit, *item, reason));
  item->assignee = AgentId();
  return *item;
}

absl::StatusOr<int> Dispatch(Unit& unit, const TenantId& tenant) {
  constexpr int kLookedAt = 2000, kAssignedAtOnce = 200;
  HUIYIN_ASSIGN_OR_RETURN(std::vector<Agent> agents, unit.desk.ListAgents(tenant));
  HUIYIN_ASSIGN_OR_RETURN(const auto plan, unit.policies.Routing(unit.desk, tenant));
  const absl::Time now = unit.clock.Now();
  const std::vector<bool> on_shift = OnShift(agents, now);
  bool anybody_free = false;
  for (size_t i = 0; i < agents.size(); ++i) {
    const Agent& agent = agents[i];
    anybody_free = anybody_free || (agent.presence == Presence::kOnline && on_shift[i] &&
                                    agent.load < agent.capacity);
  }
  if (!anybody_free) return 0;
  HUIYIN_ASSIGN_OR_RETURN(std::vector<WorkItem> waiting, unit.desk.WaitingItems(tenant, kLookedAt));
  int assigned = 0;
  for (WorkItem& item : waiting) {
    if (assigned == kAssignedAtOnce) break;
    const bool fits_any = std::any_of(agents.begin(), agents.end(),
                                      [&](const Agent& agent) { return HasSkills(agent, item); });
    if (!fits_any && item.queue != plan->fallback()) {
      item.queue = plan->fallback();
      HUIYIN_RETURN_IF_ERROR(unit.desk.PutItem(item));
      HUIYIN_RETURN_IF_ERROR(unit.events.Assigned(item, AgentId(), "NO_SKILLS", now));
    }
    const std::optional<size_t> chosen = ChooseAgent(agents, on_shift, item);
    if (!chosen.has_value()) continue;
    Agent& agent = agents[*chosen];
    item.assignee = agent.id;
    agent.load += item.our_turn ? 1 : 0;
    agent.last_assigned = now + absl::Microseconds(assigned++);
    HUIYIN_RETURN_IF_ERROR(unit.desk.PutItem(item));
    HUIYIN_RETURN_IF_ERROR(unit.desk.PutAgent(agent));
    HUIYIN_RETURN_IF_ERROR(unit.events.Assigned(item, AgentId(), "ASSIGNED", now));
  }
  return assigned;
}

absl::StatusOr<Agent> PutAgent(Unit& unit, const Caller& caller, Agent agent) {
  HUIYIN_RETURN_IF_ERROR(ParseShift(agent.shift).status());
  agent.tenant = caller.tenant;
  HUIYIN_ASSIGN_OR_RETURN(const std::vector<Agent> agents, unit.desk.ListAgents(caller.tenant));
  const auto before = std::find_if(agents.begin(), agents.end(),
                                   [&](const Agent& known) { return known.id == agent.id; });
  if (before != agents.end()) {
    agent.presence = before->presence;
    agent.last_assigned = before->last_assigned;
    agent.load = before->load;
  } else if (agents.size() >= kMostAgents) {
    return Error(absl::StatusCode::kResourceExhausted, "TOO_MANY_AGENTS",
                 "a tenant has at most 500 agents");
  }
  HUIYIN_RETURN_IF_ERROR(unit.desk.PutAgent(agent));
  return agent;
}

absl::StatusOr<Agent> SetPresence(Unit& unit, const Caller& caller, const AgentId& id,
                                  Presence presence) {
  HUIYIN_ASSIGN_OR_RETURN(Agent agent, FindAgent(unit, caller.tenant, id));
  agent.presence = presence;
  HUIYIN_RETURN_IF_ERROR(unit.desk.PutAgent(agent));
  if (presence != Presence::kOffline) return agent;
  HUIYIN_RETURN_IF_ERROR(HandBack(unit, caller.tenant, id));
  agent.load = 0;
  return agent;
}

absl::StatusOr<Agent> RemoveAgent(Unit& unit, const Caller& caller, const AgentId& id) {
  HUIYIN_ASSIGN_OR_RETURN(Agent agent, SetPresence(unit, caller, id, Presence::kOffline));
  HUIYIN_RETURN_IF_ERROR(unit.desk.RemoveAgent(caller.tenant, id));
  return agent;
}

}  // namespace huiyin::triage
