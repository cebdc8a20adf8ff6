// Triage has decided: its newest decision shows on the ticket.
#pragma once

#include "absl/status/status.h"
#include "services/ingest/usecase/unit.h"

namespace huiyin::ingest {

// Keeps what the ticket shows when `triage.sequence` is not above it: redelivered and late
// decisions change nothing. NOT_FOUND when there is no such ticket.
absl::Status ApplyDecision(Unit& unit, const TenantId& tenant, const TicketId& id,
                           const Triage& triage);

}  // namespace huiyin::ingest
