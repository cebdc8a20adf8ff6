// Merging tickets and taking them apart again. A merged ticket keeps its messages and its
// identities; only where its conversation is carried on changes, so undoing is one step back.
#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "services/ingest/usecase/unit.h"

namespace huiyin::ingest {

struct Merged {
  Ticket target;
  std::vector<Ticket> sources;
};

// All or none. FAILED_PRECONDITION (INVALID_TRANSITION, INVALID_MERGE_TARGET, DIFFERENT_CUSTOMERS).
absl::StatusOr<Merged> MergeTickets(Unit& unit, const Caller& caller, const TicketId& target,
                                    const std::vector<TicketId>& sources,
                                    bool allow_different_customers);

// FAILED_PRECONDITION (INVALID_TRANSITION) when it is not merged.
absl::StatusOr<Ticket> UnmergeTicket(Unit& unit, const Caller& caller, const TicketId& id);

}  // namespace huiyin::ingest
