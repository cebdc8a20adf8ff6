// Finding tickets as a caller may see them, following merges, and storing changes with all that
// goes with them.
#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "services/ingest/usecase/unit.h"

namespace huiyin::ingest {

absl::Status TicketNotFound();

// The caller's ticket; NOT_FOUND (TICKET_NOT_FOUND) when there is none or a customer's token asks
// for somebody else's.
absl::StatusOr<Ticket> LoadTicket(Unit& unit, const Caller& caller, const TicketId& id);

// The ticket that carries on for `ticket`: itself unless it is MERGED.
absl::StatusOr<Ticket> CarrierOf(Unit& unit, Ticket ticket);

// `ticket` and all tickets merged into it, directly or not, `ticket` first.
absl::StatusOr<std::vector<Ticket>> WithMerged(Unit& unit, Ticket ticket);

// ABORTED (ETAG_MISMATCH) unless `etag` is empty or the ticket's.
absl::Status CheckEtag(const Ticket& ticket, std::string_view etag);
std::string Etag(const Ticket& ticket);

// Stores the change. When the state changed: notes it for the timeline, tells others and sets or
// cancels the deadlines that belong to states. `actor`: agent or system; empty for customers and
// timers.
absl::Status SaveTicket(Unit& unit, const Caller& caller, std::string_view actor,
                        const Ticket& before, Ticket& after);

// Fills in what uploads know about attachments. INVALID_ARGUMENT for uploads that are not there,
// not finished, or not the customer's own; fields are named after `prefix`.
absl::Status ResolveAttachments(Unit& unit, const Caller& caller, std::string_view prefix,
                                std::vector<Attachment>& attachments);

}  // namespace huiyin::ingest
