#include "services/ingest/events/decision_handler.h"

#include "libs/core/status.h"
#include "services/ingest/events/codec.h"
#include "services/ingest/usecase/apply_decision.h"

namespace huiyin::ingest {

absl::Status DecisionHandler::Handle(db::Transaction& tx, const events::Event& event) {
  if (event.type == kTicketAssigned) {
    HUIYIN_ASSIGN_OR_RETURN(TicketAssignment assigned, DecodeTicketAssigned(event.body));
    assigned.assignment.sequence = static_cast<int64_t>(event.sequence);
    return units_.within(tx, [&](Unit& unit) {
      return ApplyAssignment(unit, TenantId(event.tenant), assigned.ticket, assigned.assignment);
    });
  }
  if (event.type != kTicketTriaged) return absl::OkStatus();
  HUIYIN_ASSIGN_OR_RETURN(Decision decision, DecodeTicketTriaged(event.body));
  decision.triage.sequence = static_cast<int64_t>(event.sequence);
  return units_.within(tx, [&](Unit& unit) {
    return ApplyDecision(unit, TenantId(event.tenant), decision.ticket, decision.triage);
  });
}

}  // namespace huiyin::ingest
