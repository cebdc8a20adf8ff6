// Triage has decided: its newest decision shows on the ticket, and who works on it.
#pragma once

#include "absl/status/status.h"
#include "services/ingest/usecase/unit.h"

namespace huiyin::ingest {

// Keeps what the ticket shows when `triage.sequence` is not above it: redelivered and late
// decisions change nothing. NOT_FOUND when there is no such ticket.
absl::Status ApplyDecision(Unit& unit, const TenantId& tenant, const TicketId& id,
                           const Triage& triage);

// Triage gave the ticket to an agent, took it from one, or moved it to another queue.
struct Assignment {
  int64_t sequence = 0;  // of the event, counted together with decisions'
  std::string queue;
  std::string assignee;  // empty: nobody has it
  std::string previous;  // who had it before, as triage knows
};

// As ApplyDecision. Whom a person put on the ticket stays on it: the assignee changes only when it
// is nobody or `previous`.
absl::Status ApplyAssignment(Unit& unit, const TenantId& tenant, const TicketId& id,
                             const Assignment& assignment);

}  // namespace huiyin::ingest
