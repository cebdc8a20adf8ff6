#include "services/ingest/events/codec.h"

#include <type_traits>

#include "huiyin/event/v1/customer_events.pb.h"
#include "huiyin/event/v1/ticket_events.pb.h"
#include "huiyin/event/v1/triage_events.pb.h"

namespace huiyin::ingest {
namespace {

namespace pb = huiyin::event::v1;

// The domain's numbers are the API's and the events'.
static_assert(static_cast<int>(State::kMerged) == pb::TICKET_LIFECYCLE_MERGED);
static_assert(static_cast<int>(Author::kSystem) == pb::MESSAGE_AUTHOR_SYSTEM);
static_assert(static_cast<int>(Channel::kApi) == huiyin::common::v1::CHANNEL_API);

void SetTime(google::protobuf::Timestamp* out, absl::Time time) {
  const int64_t micros = absl::ToUnixMicros(time);
  const int64_t seconds = micros >= 0 ? micros / 1000000 : (micros - 999999) / 1000000;
  out->set_seconds(seconds);
  out->set_nanos(static_cast<int32_t>((micros - seconds * 1000000) * 1000));
}

huiyin::common::v1::Channel ToProto(Channel channel) {
  return static_cast<huiyin::common::v1::Channel>(channel);
}

template <class Event>
Encoded Encode(std::string_view type, const Event& event) {
  return {type, event.SerializeAsString()};
}

}  // namespace

Encoded EncodeTicketCreated(const Ticket& ticket, const Message& first) {
  pb::TicketCreated event;
  event.set_ticket_id(ticket.id.value());
  event.set_message_id(MessageId(first.ticket, first.number));
  event.set_customer_id(ticket.customer.value());
  event.set_channel(ToProto(ticket.identity.channel));
  event.set_order_id(ticket.order.value());
  event.set_product_id(ticket.product.value());
  event.set_follows_ticket_id(ticket.follows.value());
  SetTime(event.mutable_customer_time(), first.sent_at);
  event.set_rating(static_cast<uint32_t>(ticket.rating));
  return Encode("huiyin.event.v1.TicketCreated", event);
}

Encoded EncodeMessageAdded(const Ticket& ticket, const Message& message, bool first_response) {
  pb::TicketMessageAdded event;
  event.set_ticket_id(ticket.id.value());
  event.set_message_id(MessageId(message.ticket, message.number));
  event.set_author(static_cast<pb::MessageAuthor>(message.author));
  event.set_channel(ToProto(message.identity.channel));
  event.set_public_(message.is_public);
  event.set_first_response(first_response);
  if (message.author == Author::kAgent) event.set_agent_id(message.author_id);
  return Encode("huiyin.event.v1.TicketMessageAdded", event);
}

Encoded EncodeStateChanged(const Ticket& ticket, State from, std::string_view agent) {
  pb::TicketStateChanged event;
  event.set_ticket_id(ticket.id.value());
  event.set_from(static_cast<pb::TicketLifecycle>(from));
  event.set_to(static_cast<pb::TicketLifecycle>(ticket.state));
  event.set_customer_id(ticket.customer.value());
  event.set_channel(ToProto(ticket.identity.channel));
  event.set_agent_id(std::string(agent));
  SetTime(event.mutable_created_at(), ticket.created_at);
  event.set_reopened_count(static_cast<uint32_t>(ticket.reopened_count));
  event.set_language(ticket.triage.language);
  return Encode("huiyin.event.v1.TicketStateChanged", event);
}

Encoded EncodeMerged(const TicketId& source, const TicketId& target, bool undone) {
  pb::TicketMerged event;
  event.set_ticket_id(source.value());
  event.set_target_ticket_id(target.value());
  event.set_undone(undone);
  return Encode("huiyin.event.v1.TicketMerged", event);
}

Encoded EncodeCustomerErased(const CustomerId& customer) {
  pb::CustomerErased event;
  event.set_customer_id(customer.value());
  return Encode("huiyin.event.v1.CustomerErased", event);
}

absl::StatusOr<Decision> DecodeTicketTriaged(std::string_view body) {
  pb::TicketTriaged event;
  if (!event.ParseFromArray(body.data(), static_cast<int>(body.size())) ||
      event.ticket_id().empty()) {
    return absl::DataLossError("not a TicketTriaged");
  }
  Decision decision;
  decision.ticket = TicketId(event.ticket_id());
  decision.triage = {.decision_id = event.decision_id(),
                     .category = event.category(),
                     .second_category = event.second_category(),
                     .sentiment = event.sentiment(),
                     .urgency = event.urgency(),
                     .priority = event.priority(),
                     .language = event.language(),
                     .queue = event.queue(),
                     .needs_review = event.needs_review()};
  return decision;
}

absl::StatusOr<TicketAssignment> DecodeTicketAssigned(std::string_view body) {
  pb::TicketAssigned event;
  if (!event.ParseFromArray(body.data(), static_cast<int>(body.size())) ||
      event.ticket_id().empty()) {
    return absl::DataLossError("not a TicketAssigned");
  }
  return TicketAssignment{TicketId(event.ticket_id()),
                          {.queue = event.queue(),
                           .assignee = event.assignee(),
                           .previous = event.previous_assignee()}};
}

}  // namespace huiyin::ingest
