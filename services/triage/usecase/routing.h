// Tickets in queues, agents, and who gets what.
//
// A ticket enters a queue when it is decided on and leaves it when it is resolved. While it is
// open it either waits, visibly (queue figures, metrics, an alert), or an agent has it.
#pragma once

#include <string_view>
#include <vector>

#include "libs/core/caller.h"
#include "services/triage/usecase/unit.h"

namespace huiyin::triage {

// More agents than this a tenant does not have.
inline constexpr size_t kMostAgents = 500;
// Tickets an agent can have at once, at most.
inline constexpr int kMostCapacity = 1000;

// The ticket was decided on: it enters its queue, or moves when it waits in another one. One that
// an agent has stays with the agent. Returns the queue.
absl::StatusOr<std::string> RouteDecided(Unit& unit, const TicketFacts& ticket,
                                         const Decision& decision);

// The ticket's state changed: it leaves the queues, comes back, or counts to its agent's load or
// not.
absl::Status RouteNotes(Unit& unit, const TenantId& tenant, const TicketId& ticket, SlaMoment what);

// Moves the ticket to the escalation queue with the most head start, away from its agent. A second
// time changes nothing. NOT_FOUND (TICKET_NOT_OPEN) when it is in no queue.
absl::StatusOr<WorkItem> Escalate(Unit& unit, const TenantId& tenant, const TicketId& ticket,
                                  std::string_view reason);

// Gives waiting tickets to agents, in order of rank, until nobody who is free fits; tickets that no
// agent registered has the skills for go to the fallback queue. How many were assigned.
absl::StatusOr<int> Dispatch(Unit& unit, const TenantId& tenant);

// Registers or changes an agent; presence is left as it is. INVALID_ARGUMENT for a shift that
// cannot be read; RESOURCE_EXHAUSTED (TOO_MANY_AGENTS).
absl::StatusOr<Agent> PutAgent(Unit& unit, const Caller& caller, Agent agent);
// NOT_FOUND (AGENT_NOT_FOUND). An agent who goes offline hands everything back: it waits again with
// the rank it had.
absl::StatusOr<Agent> SetPresence(Unit& unit, const Caller& caller, const AgentId& agent,
                                  Presence presence);
// As going offline, for good.
absl::StatusOr<Agent> RemoveAgent(Unit& unit, const Caller& caller, const AgentId& agent);

}  // namespace huiyin::triage
