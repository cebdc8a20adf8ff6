#include "services/triage/usecase/queries.h"

#include "libs/core/status.h"

namespace huiyin::triage {

absl::Status DecisionNotFound(const TicketId& ticket) {
  return Error(
      absl::StatusCode::kNotFound, "DECISION_NOT_FOUND",
      "no decision on this ticket; it is made within moments of the ticket's first message",
      {{"ticket_id", ticket.value()}});
}

absl::StatusOr<Decision> CurrentDecision(Store& store, const Caller& caller,
                                         const TicketId& ticket) {
  HUIYIN_ASSIGN_OR_RETURN(const std::optional<TicketFacts> facts,
                          store.FindTicket(caller.tenant, ticket));
  if (!facts.has_value() || facts->current.empty()) return DecisionNotFound(ticket);
  HUIYIN_ASSIGN_OR_RETURN(std::optional<Decision> decision,
                          store.FindDecision(caller.tenant, facts->current));
  if (!decision.has_value()) return DecisionNotFound(ticket);
  return *std::move(decision);
}

}  // namespace huiyin::triage
