// A person says what a decision should have been.
#pragma once

#include <optional>

#include "libs/core/caller.h"
#include "services/triage/usecase/unit.h"

namespace huiyin::triage {

struct CorrectDecisionCommand {
  TicketId ticket;
  DecisionId decision;  // the one the person saw
  std::optional<Category> category;
  std::optional<Sentiment> sentiment;
  std::optional<Urgency> urgency;
};

// Makes the decision that replaces it, decides the priority again, keeps the correction for
// training and publishes. NOT_FOUND (DECISION_NOT_FOUND); ABORTED (DECISION_REPLACED) when another
// decision is in force.
absl::StatusOr<Decision> CorrectDecision(Unit& unit, const Caller& caller,
                                         const CorrectDecisionCommand& command);

}  // namespace huiyin::triage
