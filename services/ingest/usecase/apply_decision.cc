#include "services/ingest/usecase/apply_decision.h"

#include "libs/core/status.h"
#include "services/ingest/usecase/ticket_access.h"

namespace huiyin::ingest {

absl::Status ApplyDecision(Unit& unit, const TenantId& tenant, const TicketId& id,
                           const Triage& triage) {
  HUIYIN_ASSIGN_OR_RETURN(const std::optional<Ticket> before, unit.store.FindTicket(tenant, id));
  if (!before.has_value()) return TicketNotFound();
  if (triage.sequence <= before->triage.sequence) return absl::OkStatus();
  Ticket after = *before;
  after.triage = triage;
  after.updated_at = unit.clock.Now();
  return unit.store.UpdateTicket(*before, after);
}

absl::Status ApplyAssignment(Unit& unit, const TenantId& tenant, const TicketId& id,
                             const Assignment& assignment) {
  HUIYIN_ASSIGN_OR_RETURN(const std::optional<Ticket> before, unit.store.FindTicket(tenant, id));
  if (!before.has_value()) return TicketNotFound();
  if (assignment.sequence <= before->triage.sequence) return absl::OkStatus();
  Ticket after = *before;
  after.triage.sequence = assignment.sequence;
  after.triage.queue = assignment.queue;
  if (before->assignee.empty() || before->assignee == assignment.previous) {
    after.assignee = assignment.assignee;
  }
  after.updated_at = unit.clock.Now();
  return unit.store.UpdateTicket(*before, after);
}

}  // namespace huiyin::ingest
