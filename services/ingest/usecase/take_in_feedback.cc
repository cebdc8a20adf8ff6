#include "services/ingest/usecase/take_in_feedback.h"

#include "absl/hash/hash.h"
#include "libs/core/status.h"
#include "services/ingest/domain/conversation.h"
#include "services/ingest/usecase/ticket_access.h"

namespace huiyin::ingest {
namespace {

struct Known {
  std::optional<IdentityRecord> identity;
  std::optional<Ticket> holder;   // last ticket the identity wrote to
  std::optional<Ticket> carrier;  // the one that carries its conversation
};

absl::StatusOr<Known> LookUp(Unit& unit, const TenantId& tenant, const Identity& identity) {
  Known known;
  if (identity.external_user_id.empty()) return known;
  HUIYIN_ASSIGN_OR_RETURN(known.identity, unit.store.FindIdentity(tenant, identity));
  if (!known.identity.has_value()) return known;
  HUIYIN_ASSIGN_OR_RETURN(known.holder,
                          unit.store.FindTicketByNo(known.identity->current_ticket_no));
  if (!known.holder.has_value()) return known;
  HUIYIN_ASSIGN_OR_RETURN(known.carrier, CarrierOf(unit, *known.holder));
  return known;
}

// One problem told on two channels: a customer's active ticket about the same order.
absl::StatusOr<std::optional<Ticket>> SameOrder(Unit& unit, const TenantId& tenant,
                                                const Arrival& arrival) {
  if (arrival.customer.empty() || arrival.order.empty()) return std::nullopt;
  HUIYIN_ASSIGN_OR_RETURN(std::optional<Ticket> ticket,
                          unit.store.FindActiveTicketOf(tenant, arrival.customer, arrival.order));
  if (ticket.has_value() && RouteFeedback(unit.rules.intake, &*ticket, arrival) != Intake::kJoin) {
    ticket.reset();
  }
  return ticket;
}

absl::Status Remember(Unit& unit, const TenantId& tenant, const Identity& identity,
                      const std::optional<IdentityRecord>& known, const IdentityRecord& record) {
  if (identity.external_user_id.empty() || known == record) return absl::OkStatus();
  return known.has_value() ? unit.store.UpdateIdentity(tenant, identity, record)
                           : unit.store.InsertIdentity(tenant, identity, record);
}

template <class Id>
void FillIn(Id& known, const Id& told) {
  if (known.empty()) known = told;
}

}  // namespace

uint64_t CustomerKey(const TenantId& tenant, const CustomerId& customer) {
  return absl::HashOf(tenant.value(), customer.value()) | 1;
}

uint64_t IntakeKey(const TenantId& tenant, const Feedback& feedback) {
  if (!feedback.customer.empty()) return CustomerKey(tenant, feedback.customer);
  if (feedback.identity.external_user_id.empty()) {
    return feedback.external_id.empty() ? 0
                                        : absl::HashOf(tenant.value(), feedback.external_id) | 1;
  }
  return absl::HashOf(tenant.value(), static_cast<int>(feedback.identity.channel),
                      feedback.identity.external_user_id) |
         1;
}

absl::StatusOr<Intaken> TakeInFeedback(Unit& unit, const Caller& caller, const Feedback& feedback) {
  const TenantId& tenant = caller.tenant;
  const Identity& identity = feedback.identity;
  if (!feedback.external_id.empty()) {
    HUIYIN_ASSIGN_OR_RETURN(
        std::optional<MessageRef> seen,
        unit.store.FindExternal(tenant, identity.channel, feedback.external_id));
    if (seen.has_value()) return Duplicate(unit, tenant, *seen);
  }
  Message message = ToMessage(feedback, unit.clock.Now());
  HUIYIN_RETURN_IF_ERROR(
      ResolveAttachments(unit, caller, "feedback.attachments", message.attachments));
  HUIYIN_ASSIGN_OR_RETURN(Known known, LookUp(unit, tenant, identity));

  IdentityRecord record = known.identity.value_or(IdentityRecord{});
  // The newest word on whom an identity belongs to wins; earlier tickets keep their customer.
  if (!feedback.customer.empty()) record.customer = feedback.customer;
  const Arrival arrival{.channel = identity.channel,
                        .customer = record.customer,
                        .order = feedback.order,
                        .product = feedback.product,
                        .sent_at = message.sent_at};
  const Intake intake = RouteFeedback(
      unit.rules.intake, known.carrier.has_value() ? &*known.carrier : nullptr, arrival);
  std::optional<Ticket> holder, carrier;
  if (intake != Intake::kNew) {
    holder = std::move(known.holder);
    carrier = std::move(known.carrier);
  } else {
    HUIYIN_ASSIGN_OR_RETURN(holder, SameOrder(unit, tenant, arrival));
    carrier = holder;
  }

  absl::StatusOr<Intaken> taken;
  if (carrier.has_value()) {
    FillIn(holder->customer, record.customer);
    FillIn(holder->order, feedback.order);
    FillIn(holder->product, feedback.product);
    FillIn(holder->subject, feedback.subject);
    taken = AddCustomerMessage(unit, caller, *std::move(holder), *std::move(carrier),
                               std::move(message));
  } else {
    taken = OpenTicket(unit, caller,
                       Ticket{.tenant = tenant,
                              .identity = identity,
                              .customer = record.customer,
                              .subject = feedback.subject,
                              .order = feedback.order,
                              .product = feedback.product},
                       std::move(message));
  }
  if (!taken.ok()) return taken;
  record.current_ticket_no = taken->message.ticket_no;
  HUIYIN_RETURN_IF_ERROR(Remember(unit, tenant, identity, known.identity, record));
  return taken;
}

absl::StatusOr<Intaken> OpenTicket(Unit& unit, const Caller& caller, Ticket ticket,
                                   Message message) {
  ticket.id = TicketId(unit.ids.NewId());
  ticket.rating = message.rating;
  ticket.message_count = 1;
  ticket.created_at = message.created_at;
  ticket.last_activity_at = message.sent_at;
  ApplyMessage(ticket, message, message.created_at);
  HUIYIN_RETURN_IF_ERROR(unit.store.InsertTicket(ticket));
  message.ticket = ticket.id;
  message.ticket_no = ticket.no;
  message.number = 1;
  HUIYIN_RETURN_IF_ERROR(unit.store.InsertMessage(ticket, message));
  HUIYIN_RETURN_IF_ERROR(unit.events.TicketCreated(caller, ticket, message));
  const Outcome outcome = ticket.follows.empty() ? Outcome::kCreated : Outcome::kFollowUp;
  return Intaken{std::move(ticket), std::move(message), outcome};
}

absl::StatusOr<Intaken> AddCustomerMessage(Unit& unit, const Caller& caller, Ticket holder,
                                           Ticket carrier, Message message) {
  const absl::Time now = unit.clock.Now();
  const bool apart = holder.no != carrier.no;
  message.ticket = holder.id;
  message.ticket_no = holder.no;
  message.number = ++holder.message_count;
  if (apart) {
    HUIYIN_ASSIGN_OR_RETURN(const std::optional<Ticket> stored,
                            unit.store.FindTicketByNo(holder.no));
    holder.updated_at = now;
    HUIYIN_RETURN_IF_ERROR(unit.store.UpdateTicket(stored.value_or(holder), holder));
  }
  const Ticket before = carrier;
  if (!apart) carrier = std::move(holder);
  ApplyMessage(carrier, message, now);
  HUIYIN_RETURN_IF_ERROR(unit.store.InsertMessage(carrier, message));
  HUIYIN_RETURN_IF_ERROR(unit.events.MessageAdded(caller, carrier, message, false));
  HUIYIN_RETURN_IF_ERROR(SaveTicket(unit, caller, "", before, carrier));
  const bool reopened = carrier.reopened_count != before.reopened_count;
  return Intaken{std::move(carrier), std::move(message),
                 reopened ? Outcome::kReopened : Outcome::kJoined};
}

absl::StatusOr<Intaken> Duplicate(Unit& unit, const TenantId& tenant, const MessageRef& ref) {
  HUIYIN_ASSIGN_OR_RETURN(std::optional<Ticket> holder, unit.store.FindTicket(tenant, ref.ticket));
  if (!holder.has_value()) return absl::InternalError("a message has no ticket");
  HUIYIN_ASSIGN_OR_RETURN(std::optional<Message> message,
                          unit.store.FindMessage(holder->no, ref.number));
  if (!message.has_value()) return absl::InternalError("a message is missing");
  HUIYIN_ASSIGN_OR_RETURN(Ticket carrier, CarrierOf(unit, *std::move(holder)));
  return Intaken{std::move(carrier), *std::move(message), Outcome::kDuplicate};
}

}  // namespace huiyin::ingest
