#include "services/triage/events/codec.h"

#include "absl/strings/str_cat.h"
#include "huiyin/event/v1/aftersales_events.pb.h"
#include "huiyin/event/v1/customer_events.pb.h"
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

events::NewEvent DeskEvent(const char* type, const TenantId& tenant, const TicketId& ticket,
                           absl::Time now, const google::protobuf::Message& body) {
  return {.type = type,
          .tenant = tenant.value(),
          .topic = "decision",
          .aggregate_id = ticket.value(),
          .occurred_at = now,
          .body = body.SerializeAsString()};
}

absl::StatusOr<std::optional<CustomerSpoke>> FromCreated(const events::Event& event) {
  pb::TicketCreated body;
  if (!body.ParseFromString(event.body)) return Unreadable(event);
  CustomerSpoke spoke{.tenant = TenantId(event.tenant),
                      .ticket = TicketId(body.ticket_id()),
                      .message = MessageId(body.message_id()),
                      .at = event.occurred_at};
  spoke.opened = TicketFacts{.tenant = spoke.tenant,
                             .id = spoke.ticket,
                             .channel = common::Channel_IsValid(body.channel())
                                            ? static_cast<Channel>(body.channel())
                                            : Channel::kUnknown,
                             .product_id = body.product_id(),
                             .customer = CustomerId(body.customer_id()),
                             .order = OrderId(body.order_id()),
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
                       .message = MessageId(body.message_id()),
                       .at = event.occurred_at};
}

}  // namespace

events::NewEvent TriagedEvent(const Decision& decision, const TicketFacts& ticket,
                              const std::optional<Decision>& replaced, const std::string& queue,
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
  body.set_queue(queue);
  *body.mutable_ticket_created_at() = rpc::ToProto(ticket.created);
  body.set_channel(static_cast<common::Channel>(ticket.channel));
  body.set_product_id(ticket.product_id);
  for (const std::string& term : reading.terms) body.add_terms(term);
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

events::NewEvent AssignedEvent(const WorkItem& item, const AgentId& before, std::string_view reason,
                               absl::Time now) {
  pb::TicketAssigned body;
  body.set_ticket_id(item.ticket.value());
  body.set_queue(item.queue);
  body.set_assignee(item.assignee.value());
  body.set_previous_assignee(before.value());
  body.set_reason(std::string(reason));
  *body.mutable_entered_at() = rpc::ToProto(item.entered);
  body.set_escalated(item.escalated);
  return DeskEvent("huiyin.event.v1.TicketAssigned", item.tenant, item.ticket, now, body);
}

events::NewEvent SlaAlarmEvent(const SlaClock& clock, const SlaAlarm& alarm, absl::Time due,
                               const std::string& sla_version, absl::Time now) {
  pb::SlaAlarm body;
  body.set_ticket_id(clock.ticket.value());
  body.set_metric(static_cast<pb::SlaMetric>(alarm.metric));
  body.set_round(static_cast<uint32_t>(alarm.round));
  *body.mutable_due_at() = rpc::ToProto(due);
  body.set_breached(alarm.breach);
  body.set_priority(static_cast<common::Priority>(clock.priority));
  body.set_tier(static_cast<common::CustomerTier>(clock.tier));
  body.set_sla_version(sla_version);
  return DeskEvent("huiyin.event.v1.SlaAlarm", clock.tenant, clock.ticket, now, body);
}

events::NewEvent SlaMeasuredEvent(const SlaClock& clock, const SlaMeasure& measure,
                                  absl::Time now) {
  pb::SlaMeasured body;
  body.set_ticket_id(clock.ticket.value());
  body.set_metric(static_cast<pb::SlaMetric>(measure.metric));
  body.set_round(static_cast<uint32_t>(measure.round));
  body.set_hit(measure.Hit());
  *body.mutable_worked() = rpc::ToProto(measure.worked);
  body.set_priority(static_cast<common::Priority>(clock.priority));
  body.set_tier(static_cast<common::CustomerTier>(clock.tier));
  return DeskEvent("huiyin.event.v1.SlaMeasured", clock.tenant, clock.ticket, now, body);
}

absl::StatusOr<std::optional<TicketMoment>> ReadMoment(const events::Event& event) {
  TicketMoment moment{.tenant = TenantId(event.tenant), .at = event.occurred_at};
  if (event.type == "huiyin.event.v1.TicketMessageAdded") {
    pb::TicketMessageAdded body;
    if (!body.ParseFromString(event.body)) return Unreadable(event);
    const bool ours =
        body.author() == pb::MESSAGE_AUTHOR_AGENT || body.author() == pb::MESSAGE_AUTHOR_BOT;
    if (!ours || !body.public_()) return std::nullopt;
    moment.ticket = TicketId(body.ticket_id());
    return moment;
  }
  if (event.type != "huiyin.event.v1.TicketStateChanged") return std::nullopt;
  pb::TicketStateChanged body;
  if (!body.ParseFromString(event.body)) return Unreadable(event);
  moment.ticket = TicketId(body.ticket_id());
  const auto over = [](pb::TicketLifecycle state) {
    return state >= pb::TICKET_LIFECYCLE_RESOLVED && state <= pb::TICKET_LIFECYCLE_MERGED;
  };
  moment.what = body.to() == pb::TICKET_LIFECYCLE_MERGED             ? SlaMoment::kEnded
                : over(body.to())                                    ? SlaMoment::kResolved
                : over(body.from())                                  ? SlaMoment::kReopened
                : body.to() == pb::TICKET_LIFECYCLE_PENDING_CUSTOMER ? SlaMoment::kPaused
                                                                     : SlaMoment::kResumed;
  return moment;
}

absl::StatusOr<std::optional<ErasedCustomer>> ReadErased(const events::Event& event) {
  if (event.type != "huiyin.event.v1.CustomerErased") return std::nullopt;
  pb::CustomerErased body;
  if (!body.ParseFromString(event.body)) return Unreadable(event);
  if (body.customer_id().empty()) return std::nullopt;
  return ErasedCustomer{.tenant = TenantId(event.tenant),
                        .customer = CustomerId(body.customer_id()),
                        .at = event.occurred_at};
}

absl::StatusOr<std::optional<OrderFacts>> ReadOrder(const events::Event& event) {
  if (event.type != "huiyin.event.v1.OrderUpserted") return std::nullopt;
  pb::OrderUpserted body;
  if (!body.ParseFromString(event.body)) return Unreadable(event);
  return OrderFacts{.tenant = TenantId(event.tenant),
                    .id = OrderId(body.order_id()),
                    .customer = CustomerId(body.customer_id()),
                    .version = body.version(),
                    .tier = static_cast<CustomerTier>(body.tier()),
                    .value = Money(body.captured().minor_units(), body.captured().currency()),
                    .as_of = event.occurred_at};
}

}  // namespace huiyin::triage
