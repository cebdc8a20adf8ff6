#include "services/triage/usecase/correct_decision.h"

#include "libs/core/status.h"
#include "services/triage/usecase/queries.h"
#include "services/triage/usecase/routing.h"
#include "services/triage/usecase/sla.h"

namespace huiyin::triage {
namespace {

// The labels a person gave are certain.
template <class Label>
void Apply(const std::optional<Label>& corrected, Label& label, float& probability) {
  if (!corrected.has_value()) return;
  label = *corrected;
  probability = 1;
}

}  // namespace

absl::StatusOr<Decision> CorrectDecision(Unit& unit, const Caller& caller,
                                         const CorrectDecisionCommand& command) {
  HUIYIN_ASSIGN_OR_RETURN(const Decision wrong,
                          CurrentDecision(unit.store, caller, command.ticket));
  if (wrong.id != command.decision) {
    return Error(absl::StatusCode::kAborted, "DECISION_REPLACED",
                 "another decision is in force on the ticket by now; look at it and try again",
                 {{"decision_id", wrong.id.value()}});
  }

  Decision right = wrong;
  right.id = DecisionId(unit.ids.NewId());
  right.created = unit.clock.Now();
  right.corrected_by = caller.subject;
  right.replaces = wrong.id;
  right.erased = false;  // it is made of what is left, and that stays
  Reading& reading = right.reading;
  Apply(command.category, reading.category, reading.category_p);
  Apply(command.sentiment, reading.sentiment, reading.sentiment_p);
  Apply(command.urgency, reading.urgency, reading.urgency_p);
  if (reading.second == reading.category) reading.second.reset();
  reading.needs_review = false;
  right.inputs.category = reading.category;
  right.inputs.second = reading.second;
  right.inputs.sentiment = reading.sentiment;
  right.inputs.urgency = reading.urgency;
  HUIYIN_ASSIGN_OR_RETURN(const auto policy, unit.policies.Priority(unit.desk, caller.tenant));
  right.verdict = policy->Decide(right.inputs);

  HUIYIN_ASSIGN_OR_RETURN(std::optional<TicketFacts> ticket,
                          unit.store.FindTicket(caller.tenant, command.ticket));
  if (!ticket.has_value()) return DecisionNotFound(command.ticket);
  ticket->current = right.id;
  HUIYIN_RETURN_IF_ERROR(unit.store.InsertDecision(right));
  HUIYIN_RETURN_IF_ERROR(unit.store.PutTicket(*ticket));
  HUIYIN_RETURN_IF_ERROR(unit.store.InsertCorrection({.tenant = caller.tenant,
                                                      .corrected = wrong.id,
                                                      .by = right.id,
                                                      .ticket = command.ticket,
                                                      .agent = caller.subject,
                                                      .created = right.created}));
  HUIYIN_RETURN_IF_ERROR(ClockDecided(unit, *ticket, right));
  HUIYIN_ASSIGN_OR_RETURN(const std::string queue, RouteDecided(unit, *ticket, right));
  HUIYIN_RETURN_IF_ERROR(unit.events.Triaged(right, *ticket, wrong, queue, caller.traceparent));
  return right;
}

}  // namespace huiyin::triage
