#include "services/ingest/usecase/change_ticket.h"

#include "libs/core/status.h"
#include "services/ingest/domain/conversation.h"
#include "services/ingest/domain/feedback.h"
#include "services/ingest/domain/text.h"
#include "services/ingest/usecase/ticket_access.h"

namespace huiyin::ingest {
namespace {

absl::Status NameIdentity(Unit& unit, const Ticket& ticket) {
  if (ticket.identity.external_user_id.empty() || ticket.customer.empty()) return absl::OkStatus();
  HUIYIN_ASSIGN_OR_RETURN(std::optional<IdentityRecord> record,
                          unit.store.FindIdentity(ticket.tenant, ticket.identity));
  if (!record.has_value() || !record->customer.empty()) return absl::OkStatus();
  record->customer = ticket.customer;
  return unit.store.UpdateIdentity(ticket.tenant, ticket.identity, *record);
}

}  // namespace

absl::Status CheckChanges(const TicketChanges& changes) {
  InputCheck check;
  CheckText(check, "ticket.subject", changes.subject.value_or(""), {0, 256});
  CheckId(check, "ticket.customer_id", changes.customer.value_or(CustomerId()).value(), 0,
          kMaxIdBytes);
  CheckId(check, "ticket.order_id", changes.order.value_or(OrderId()).value(), 0, kMaxIdBytes);
  CheckId(check, "ticket.product_id", changes.product.value_or(ProductId()).value(), 0,
          kMaxIdBytes);
  CheckId(check, "ticket.assignee", changes.assignee.value_or(""), 0, kMaxIdBytes);
  return check.ToStatus();
}

absl::StatusOr<Ticket> UpdateTicket(Unit& unit, const Caller& caller, const TicketId& id,
                                    std::string_view etag, const TicketChanges& changes) {
  HUIYIN_ASSIGN_OR_RETURN(const Ticket before, LoadTicket(unit, caller, id));
  HUIYIN_RETURN_IF_ERROR(CheckEtag(before, etag));
  Ticket after = before;
  after.updated_at = unit.clock.Now();
  if (changes.subject.has_value()) after.subject = *changes.subject;
  if (changes.customer.has_value()) after.customer = *changes.customer;
  if (changes.order.has_value()) after.order = *changes.order;
  if (changes.product.has_value()) after.product = *changes.product;
  if (changes.assignee.has_value()) after.assignee = *changes.assignee;
  if (changes.action.has_value()) {
    HUIYIN_RETURN_IF_ERROR(Apply(after, *changes.action, after.updated_at));
  }
  HUIYIN_RETURN_IF_ERROR(SaveTicket(unit, caller, caller.subject, before, after));
  if (changes.customer.has_value()) HUIYIN_RETURN_IF_ERROR(NameIdentity(unit, after));
  return after;
}

absl::StatusOr<Ticket> ActOnTicket(Unit& unit, const Caller& caller, const TicketId& id,
                                   std::string_view etag, Action action,
                                   std::optional<absl::Time> until) {
  HUIYIN_ASSIGN_OR_RETURN(const Ticket before, LoadTicket(unit, caller, id));
  HUIYIN_RETURN_IF_ERROR(CheckEtag(before, etag));
  Ticket after = before;
  HUIYIN_RETURN_IF_ERROR(Apply(after, action, unit.clock.Now()));
  if (action == Action::kSnooze) after.snoozed_until = until;
  HUIYIN_RETURN_IF_ERROR(SaveTicket(unit, caller, caller.subject, before, after));
  return after;
}

absl::Status ReachDeadline(Unit& unit, const TenantId& tenant, const TicketId& id,
                           Deadline deadline) {
  HUIYIN_ASSIGN_OR_RETURN(const std::optional<Ticket> before, unit.store.FindTicket(tenant, id));
  if (!before.has_value()) return absl::OkStatus();
  Ticket after = *before;
  const Action action = deadline == Deadline::kClose ? Action::kClose : Action::kWake;
  if (!Apply(after, action, unit.clock.Now()).ok()) return absl::OkStatus();
  return SaveTicket(unit, Caller{.tenant = tenant}, "", *before, after);
}

}  // namespace huiyin::ingest
