// Reading decisions.
#pragma once

#include <vector>

#include "libs/core/caller.h"
#include "services/triage/storage/store.h"

namespace huiyin::triage {

// NOT_FOUND with reason DECISION_NOT_FOUND.
absl::Status DecisionNotFound(const TicketId& ticket);

// The decision in force on a ticket.
absl::StatusOr<Decision> CurrentDecision(Store& store, const Caller& caller,
                                         const TicketId& ticket);

}  // namespace huiyin::triage
