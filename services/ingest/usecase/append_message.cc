#include "services/ingest/usecase/append_message.h"

#include "libs/core/status.h"
#include "services/ingest/domain/conversation.h"
#include "services/ingest/domain/text.h"
#include "services/ingest/usecase/ticket_access.h"

namespace huiyin::ingest {
namespace {

Message ToMessage(const AppendMessageCommand& command, absl::Time now) {
  Message message;
  message.author = command.author;
  message.author_id = command.author_id;
  message.is_public = !command.internal;
  message.external_id = command.external_id;
  message.body = command.body;
  message.language = command.language;
  message.attachments = command.attachments;
  message.answers = command.answers;
  message.sent_at = command.sent_at.value_or(now);
  message.created_at = now;
  return message;
}

absl::StatusOr<std::optional<Intaken>> SeenBefore(Unit& unit, const TenantId& tenant,
                                                  const Message& message) {
  if (message.external_id.empty()) return std::nullopt;
  HUIYIN_ASSIGN_OR_RETURN(
      const std::optional<MessageRef> seen,
      unit.store.FindExternal(tenant, message.identity.channel, message.external_id));
  if (!seen.has_value()) return std::nullopt;
  HUIYIN_ASSIGN_OR_RETURN(Intaken known, Duplicate(unit, tenant, *seen));
  return known;
}

absl::Status NotFull(const Ticket& ticket) {
  if (ticket.message_count < kMaxMessages) return absl::OkStatus();
  return Error(absl::StatusCode::kFailedPrecondition, "TICKET_FULL",
               "the ticket holds as many messages as a ticket may");
}

// The customer's identity writes to this ticket from now on; it must not be somebody else's.
absl::Status ClaimIdentity(Unit& unit, const Ticket& holder, const Identity& identity,
                           int64_t current_ticket_no) {
  if (identity.external_user_id.empty()) return absl::OkStatus();
  HUIYIN_ASSIGN_OR_RETURN(const std::optional<IdentityRecord> known,
                          unit.store.FindIdentity(holder.tenant, identity));
  IdentityRecord record = known.value_or(IdentityRecord{.customer = holder.customer});
  if (!record.customer.empty() && !holder.customer.empty() && record.customer != holder.customer) {
    return Error(absl::StatusCode::kFailedPrecondition, "IDENTITY_OF_OTHER_CUSTOMER",
                 "the sender belongs to another customer than the ticket");
  }
  if (record.customer.empty()) record.customer = holder.customer;
  record.current_ticket_no = current_ticket_no;
  if (known == record) return absl::OkStatus();
  return known.has_value() ? unit.store.UpdateIdentity(holder.tenant, identity, record)
                           : unit.store.InsertIdentity(holder.tenant, identity, record);
}

absl::StatusOr<Intaken> FromCustomer(Unit& unit, const Caller& caller, Ticket holder,
                                     Message message, const std::optional<Identity>& sender) {
  message.identity = sender.value_or(holder.identity);
  HUIYIN_ASSIGN_OR_RETURN(std::optional<Intaken> seen, SeenBefore(unit, holder.tenant, message));
  if (seen.has_value()) return *std::move(seen);
  HUIYIN_ASSIGN_OR_RETURN(Ticket carrier, CarrierOf(unit, holder));
  const Identity identity = message.identity;
  const Arrival arrival{.channel = identity.channel, .sent_at = message.sent_at};
  absl::StatusOr<Intaken> taken;
  if (RouteReply(unit.rules.intake, carrier, arrival) == Intake::kFollowUp) {
    taken = OpenTicket(unit, caller,
                       Ticket{.tenant = holder.tenant,
                              .identity = identity,
                              .customer = holder.customer,
                              .subject = holder.subject,
                              .order = holder.order,
                              .product = holder.product,
                              .follows = carrier.id},
                       std::move(message));
  } else {
    HUIYIN_RETURN_IF_ERROR(NotFull(holder));
    taken = AddCustomerMessage(unit, caller, holder, std::move(carrier), std::move(message));
  }
  if (!taken.ok()) return taken;
  HUIYIN_RETURN_IF_ERROR(ClaimIdentity(unit, holder, identity, taken->message.ticket_no));
  return taken;
}

struct Conversation {
  std::vector<Ticket> tickets;  // the one addressed, then those merged into it
  std::vector<int64_t> nos;
};

absl::StatusOr<Conversation> ConversationOf(Unit& unit, const Ticket& ticket) {
  Conversation conversation;
  HUIYIN_ASSIGN_OR_RETURN(conversation.tickets, WithMerged(unit, ticket));
  for (const Ticket& member : conversation.tickets) conversation.nos.push_back(member.no);
  return conversation;
}

// The customer's message that a reply answers, within the conversation.
absl::StatusOr<std::optional<Message>> Answered(Unit& unit, const Conversation& conversation,
                                                const std::string& answers) {
  if (answers.empty()) return unit.store.LastCustomerMessage(conversation.nos);
  const std::optional<MessageRef> ref = ParseMessageId(answers);
  std::optional<Message> message;
  for (const Ticket& member : conversation.tickets) {
    if (!ref.has_value() || member.id != ref->ticket) continue;
    HUIYIN_ASSIGN_OR_RETURN(message, unit.store.FindMessage(member.no, ref->number));
  }
  if (!message.has_value() || message->author != Author::kCustomer) {
    return BadInput(
        {{"answers_message_id", "must name a customer's message of this conversation"}});
  }
  return message;
}

// Agents, bots and systems. A reply belongs to the ticket of the message it answers, so that it
// stays beside it when a merge is undone, and leaves by the identity of that message.
absl::StatusOr<Intaken> FromInside(Unit& unit, const Caller& caller, Ticket holder,
                                   Message message) {
  if (message.is_public) {
    HUIYIN_ASSIGN_OR_RETURN(const Conversation conversation, ConversationOf(unit, holder));
    HUIYIN_ASSIGN_OR_RETURN(const std::optional<Message> answered,
                            Answered(unit, conversation, message.answers));
    message.identity = answered.has_value() ? answered->identity : holder.identity;
    if (answered.has_value()) message.answers = MessageId(answered->ticket, answered->number);
    for (const Ticket& member : conversation.tickets) {
      if (answered.has_value() && member.no == answered->ticket_no) holder = member;
    }
  } else {
    message.identity = {.channel = holder.identity.channel};
  }
  HUIYIN_ASSIGN_OR_RETURN(std::optional<Intaken> seen, SeenBefore(unit, holder.tenant, message));
  if (seen.has_value()) return *std::move(seen);
  HUIYIN_RETURN_IF_ERROR(NotFull(holder));

  HUIYIN_ASSIGN_OR_RETURN(const Ticket carrier_before, CarrierOf(unit, holder));
  Ticket carrier = carrier_before;
  message.ticket = holder.id;
  message.ticket_no = holder.no;
  if (holder.no == carrier.no) {
    message.number = ++carrier.message_count;
  } else {
    Ticket counted = holder;
    message.number = ++counted.message_count;
    counted.updated_at = message.created_at;
    HUIYIN_RETURN_IF_ERROR(unit.store.UpdateTicket(holder, counted));
  }
  const bool first_response = ApplyMessage(carrier, message, message.created_at);
  HUIYIN_RETURN_IF_ERROR(unit.store.InsertMessage(holder, message));
  HUIYIN_RETURN_IF_ERROR(unit.events.MessageAdded(caller, carrier, message, first_response));
  HUIYIN_RETURN_IF_ERROR(SaveTicket(unit, caller, message.author_id, carrier_before, carrier));
  return Intaken{std::move(carrier), std::move(message), Outcome::kJoined};
}

}  // namespace

absl::Status CheckAppend(const Caller& caller, const AppendMessageCommand& command,
                         absl::Time now) {
  InputCheck check;
  const bool by_customer = command.author == Author::kCustomer;
  const int author = static_cast<int>(command.author);
  check.Require(author >= 1 && author <= 4, "author", "must be one of the kinds known");
  if (IsCustomerOnly(caller)) {
    check.Require(by_customer, "author", "must be CUSTOMER for a customer's token");
    check.Require(!command.sender.has_value(), "sender", "is not for a customer's token");
    check.Require(command.external_id.empty(), "external_message_id",
                  "is not for a customer's token; request_id makes repeats safe");
  } else if (!caller.Is(Role::kPlatform) && !caller.Is(Role::kService)) {
    check.Require(!by_customer, "author", "must not be CUSTOMER for an agent's token");
  }
  if (by_customer) {
    check.Require(!command.internal, "internal", "is not for customers");
    check.Require(command.author_id.empty(), "author_id", "is not for customers");
    check.Require(command.answers.empty(), "answers_message_id", "is for replies to customers");
  } else {
    check.Require(!command.sender.has_value(), "sender", "is for customers");
    check.Require(command.answers.empty() || !command.internal, "answers_message_id",
                  "is for public replies");
  }
  if (command.sender.has_value()) {
    const int channel = static_cast<int>(command.sender->channel);
    check.Require(channel >= 1 && channel <= kChannels, "sender.channel",
                  "must be one of the channels known");
    CheckId(check, "sender.external_user_id", command.sender->external_user_id, 1,
            kMaxChannelIdBytes);
  }
  CheckId(check, "author_id", command.author_id, 0, kMaxIdBytes);
  CheckText(check, "body", command.body, {1, kMaxBody, Lines::kMany});
  CheckLanguage(check, "language", command.language);
  CheckAttachments(check, "attachments", command.attachments);
  CheckId(check, "external_message_id", command.external_id, 0, kMaxChannelIdBytes);
  CheckId(check, "answers_message_id", command.answers, 0, kMaxIdBytes);
  if (command.sent_at.has_value()) CheckSentAt(check, "sent_time", *command.sent_at, now);
  return check.ToStatus();
}

absl::StatusOr<Intaken> AppendMessage(Unit& unit, const Caller& caller,
                                      const AppendMessageCommand& command) {
  HUIYIN_ASSIGN_OR_RETURN(Ticket ticket, LoadTicket(unit, caller, command.ticket));
  Message message = ToMessage(command, unit.clock.Now());
  HUIYIN_RETURN_IF_ERROR(ResolveAttachments(unit, caller, "attachments", message.attachments));
  if (command.author == Author::kCustomer) {
    return FromCustomer(unit, caller, std::move(ticket), std::move(message), command.sender);
  }
  return FromInside(unit, caller, std::move(ticket), std::move(message));
}

}  // namespace huiyin::ingest
