#include "services/triage/events/codec.h"

#include "absl/strings/str_cat.h"
#include "huiyin/event/v1/ticket_events.pb.h"
#include "huiyin/event/v1/triage_events.pb.h"
#include "libs/core/status.h"
#include "libs/rpc/proto_time.h"

namespace huiyin::triage {
namespace {

namespace pb = ::huiyin::event::v1;
namespace common = ::huiyin::common::v1;

// Labels are numbered from 0 in the domain and from 1 on the wire, where 0 means "none".
template <class Wire, class Label>
Wire ToWire(Label label) {
  return static_cast<Wire>(static_cast<int>(label) + 1);
}

absl::Status Unreadable(const events::Event& event) {
  return absl::DataLossError(
      absl::StrCat("the body of event ", event.event_id, " is not a ", event.type));
}

absl::StatusOr<std::optional<CustomerSpoke>> FromCreated(const events::Event& event) {
  pb::TicketCreated body;
  if (!body.ParseFromString(event.body)) return Unreadable(event);
  CustomerSpoke spoke{.tenant = TenantId(event.tenant),
                      .ticket = TicketId(body.ticket_id()),
                      .message = MessageId(body.message_id())};
  spoke.opened = TicketFacts{.tenant = spoke.tenant,
                             .id = spoke.ticket,
                             .channel = static_cast<int>(body.channel()),
                             .product_id = body.product_id(),
                             .rating = static_cast<int>(body.rating()),
                             .created = event.occurred_at};
  return spoke;
}

absl::StatusOr<std::optional<CustomerSpoke>> FromMessageAdded(const events::Event& event) {
  pb::TicketMessageAdded body;
  if (!body.ParseFromString(event.body)) return Unreadable(event);
  if (body.author() != pb::MESSAGE_AUTHOR_CUSTOMER) return std::nullopt;
  return CustomerSpoke{.tenant = TenantId(event.tenant),
                       .ticket = TicketId(body.ticket_id()),
                       .message = MessageId(body.message_id())};
}

}  // namespace

events::NewEvent TriagedEvent(const Decision& decision, const TicketFacts& ticket,
                              const std::optional<Decision>& replaced,
                              const std::string& traceparent) {
  const Reading& reading = decision.reading;
  pb::TicketTriaged body;
  body.set_ticket_id(decision.ticket.value());
  body.set_decision_id(decision.id.value());
  body.set_message_id(decision.message.value());
  body.set_language(reading.language);
  body.set_category(ToWire<common::Category>(reading.category));
  body.set_category_probability(reading.category_p);
  if (reading.second.has_value()) {
    body.set_second_category(ToWire<common::Category>(*reading.second));
  }
  body.set_sentiment(ToWire<common::Sentiment>(reading.sentiment));
  body.set_urgency(ToWire<common::Urgency>(reading.urgency));
  body.set_priority(static_cast<common::Priority>(decision.verdict.priority));
  body.set_needs_review(reading.needs_review);
  *body.mutable_ticket_created_at() = rpc::ToProto(ticket.created);
  body.set_channel(static_cast<common::Channel>(ticket.channel));
  body.set_product_id(ticket.product_id);
  if (replaced.has_value()) {
    body.set_replaces_earlier(true);
    pb::ReplacedDecision& before = *body.mutable_replaced();
    before.set_language(replaced->reading.language);
    before.set_category(ToWire<common::Category>(replaced->reading.category));
    before.set_sentiment(ToWire<common::Sentiment>(replaced->reading.sentiment));
    before.set_urgency(ToWire<common::Urgency>(replaced->reading.urgency));
    before.set_priority(static_cast<common::Priority>(replaced->verdict.priority));
  }
  return {.type = "huiyin.event.v1.TicketTriaged",
          .tenant = decision.tenant.value(),
          .topic = "decision",
          .aggregate_id = decision.ticket.value(),
          .occurred_at = decision.created,
          .traceparent = traceparent,
          .body = body.SerializeAsString()};
}

absl::StatusOr<std::optional<CustomerSpoke>> ReadCustomerSpoke(const events::Event& event) {
  if (event.type == "huiyin.event.v1.TicketCreated") return FromCreated(event);
  if (event.type == "huiyin.event.v1.TicketMessageAdded") return FromMessageAdded(event);
  return std::nullopt;
}

}  // namespace huiyin::triage
