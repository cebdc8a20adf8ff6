#include "services/triage/usecase/decide.h"

#include <algorithm>

#include "libs/core/status.h"

namespace huiyin::triage {

absl::StatusOr<TicketFacts> WithMessage(Store& store, const CustomerSpoke& spoke) {
  HUIYIN_ASSIGN_OR_RETURN(std::optional<TicketFacts> known,
                          store.FindTicket(spoke.tenant, spoke.ticket));
  if (!known.has_value()) known = spoke.opened;
  if (!known.has_value()) {
    return Error(absl::StatusCode::kNotFound, "TICKET_UNKNOWN",
                 "the ticket's first event has not arrived");
  }
  TicketFacts facts = *std::move(known);
  if (std::find(facts.messages.begin(), facts.messages.end(), spoke.message) ==
      facts.messages.end()) {
    if (facts.messages.size() == kMessagesRead) facts.messages.erase(facts.messages.begin());
    facts.messages.push_back(spoke.message);
    ++facts.customer_messages;
  }
  return facts;
}

absl::StatusOr<Decision> Decide(Unit& unit, const CustomerSpoke& spoke, const Reading& reading,
                                const std::string& traceparent) {
  HUIYIN_ASSIGN_OR_RETURN(TicketFacts ticket, WithMessage(unit.store, spoke));
  std::optional<Decision> replaced;
  if (!ticket.current.empty()) {
    HUIYIN_ASSIGN_OR_RETURN(replaced, unit.store.FindDecision(spoke.tenant, ticket.current));
  }
  if (replaced.has_value() && !replaced->corrected_by.empty()) {
    HUIYIN_RETURN_IF_ERROR(unit.store.PutTicket(ticket));
    return *replaced;
  }

  Decision decision;
  decision.tenant = spoke.tenant;
  decision.id = DecisionId(unit.ids.NewId());
  decision.ticket = spoke.ticket;
  decision.message = spoke.message;
  decision.reading = reading;
  decision.inputs = {.category = reading.category,
                     .second = reading.second,
                     .sentiment = reading.sentiment,
                     .urgency = reading.urgency,
                     .customer_messages = ticket.customer_messages,
                     .rating = ticket.rating};
  decision.verdict = DecidePriority(decision.inputs);
  decision.created = unit.clock.Now();
  decision.replaces = ticket.current;

  ticket.current = decision.id;
  HUIYIN_RETURN_IF_ERROR(unit.store.InsertDecision(decision));
  HUIYIN_RETURN_IF_ERROR(unit.store.PutTicket(ticket));
  HUIYIN_RETURN_IF_ERROR(unit.events.Triaged(decision, ticket, replaced, traceparent));
  return decision;
}

}  // namespace huiyin::triage
