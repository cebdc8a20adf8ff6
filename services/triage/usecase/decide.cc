#include "services/triage/usecase/decide.h"

#include <algorithm>

#include "libs/core/status.h"
#include "services/triage/usecase/routing.h"
#include "services/triage/usecase/sla.h"

namespace huiyin::triage {
namespace {

constexpr absl::Duration kRepeatContact = absl::Hours(24 * 30);
constexpr int kMostEarlierTickets = 100;

// Everything priority rules may look at, as it is now.
absl::StatusOr<PriorityInputs> InputsOf(Unit& unit, const TicketFacts& ticket,
                                        const Reading& reading) {
  PriorityInputs inputs{.category = reading.category,
                        .second = reading.second,
                        .sentiment = reading.sentiment,
                        .urgency = reading.urgency,
                        .customer_messages = ticket.customer_messages,
                        .rating = ticket.rating,
                        .channel = ticket.channel};
  HUIYIN_ASSIGN_OR_RETURN(Standing standing,
                          unit.desk.FindStanding(ticket.tenant, ticket.customer, ticket.order));
  inputs.tier = standing.tier;
  inputs.order_value = std::move(standing.order_value);
  HUIYIN_ASSIGN_OR_RETURN(
      inputs.earlier_tickets,
      unit.desk.CountTickets(ticket.tenant, ticket.customer, ticket.id,
                             ticket.created - kRepeatContact, ticket.created, kMostEarlierTickets));
  inputs.age = std::max(absl::Trunc(unit.clock.Now() - ticket.created, absl::Seconds(1)),
                        absl::ZeroDuration());
  return inputs;
}

}  // namespace

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
  if (!spoke.opened.has_value()) {
    HUIYIN_RETURN_IF_ERROR(
        ClockNotes(unit, spoke.tenant, spoke.ticket, SlaMoment::kCustomerSpoke, spoke.at));
  }
  // Said before the customer was erased: there is nothing left to read.
  const bool forgotten = ticket.erased.has_value() && spoke.at <= *ticket.erased;
  if (replaced.has_value() && (forgotten || !replaced->corrected_by.empty())) {
    HUIYIN_RETURN_IF_ERROR(unit.store.PutTicket(ticket));
    return *replaced;
  }

  Decision decision;
  decision.tenant = spoke.tenant;
  decision.id = DecisionId(unit.ids.NewId());
  decision.ticket = spoke.ticket;
  decision.message = spoke.message;
  decision.reading = reading;
  HUIYIN_ASSIGN_OR_RETURN(decision.inputs, InputsOf(unit, ticket, reading));
  HUIYIN_ASSIGN_OR_RETURN(const auto policy, unit.policies.Priority(unit.desk, spoke.tenant));
  decision.verdict = policy->Decide(decision.inputs);
  decision.created = unit.clock.Now();
  decision.replaces = ticket.current;

  ticket.current = decision.id;
  HUIYIN_RETURN_IF_ERROR(unit.store.InsertDecision(decision));
  HUIYIN_RETURN_IF_ERROR(unit.store.PutTicket(ticket));
  HUIYIN_RETURN_IF_ERROR(ClockDecided(unit, ticket, decision));
  HUIYIN_ASSIGN_OR_RETURN(const std::string queue, RouteDecided(unit, ticket, decision));
  HUIYIN_RETURN_IF_ERROR(unit.events.Triaged(decision, ticket, replaced, queue, traceparent));
  return decision;
}

}  // namespace huiyin::triage
