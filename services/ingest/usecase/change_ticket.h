// Changes that agents, systems and timers make to a ticket.
#pragma once

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "services/ingest/usecase/unit.h"

namespace huiyin::ingest {

// What is set replaces; what is not stays.
struct TicketChanges {
  std::optional<std::string> subject;
  std::optional<CustomerId> customer;
  std::optional<OrderId> order;
  std::optional<ProductId> product;
  std::optional<std::string> assignee;
  std::optional<Action> action;  // kTakeUp, kAwaitCustomer, kAwaitInternal
};

absl::Status CheckChanges(const TicketChanges& changes);

// NOT_FOUND, ABORTED (ETAG_MISMATCH), FAILED_PRECONDITION (INVALID_TRANSITION). Naming the customer
// of a ticket also names whom its channel identity belongs to, when that was unknown.
absl::StatusOr<Ticket> UpdateTicket(Unit& unit, const Caller& caller, const TicketId& id,
                                    std::string_view etag, const TicketChanges& changes);

// Resolve, close, reopen, or (with `until`) snooze. Errors as UpdateTicket.
absl::StatusOr<Ticket> ActOnTicket(Unit& unit, const Caller& caller, const TicketId& id,
                                   std::string_view etag, Action action,
                                   std::optional<absl::Time> until = std::nullopt);

// A deadline has come. Nothing happens when the ticket has moved on since it was set.
absl::Status ReachDeadline(Unit& unit, const TenantId& tenant, const TicketId& id,
                           Deadline deadline);

}  // namespace huiyin::ingest
