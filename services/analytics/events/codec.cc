#include "services/analytics/events/codec.h"

#include <string_view>

#include "huiyin/event/v1/aftersales_events.pb.h"
#include "huiyin/event/v1/survey_events.pb.h"
#include "huiyin/event/v1/ticket_events.pb.h"
#include "huiyin/event/v1/triage_events.pb.h"
#include "libs/rpc/proto_time.h"

namespace huiyin::analytics {
namespace {

namespace pb = huiyin::event::v1;

template <class Message>
std::optional<absl::Time> OptionalTime(const Message& message, bool given,
                                       const google::protobuf::Timestamp& (Message::*get)() const) {
  if (!given) return std::nullopt;
  return rpc::FromProto((message.*get)());
}

Fact ToFact(const pb::TicketCreated& m) {
  return TicketCreated{m.ticket_id(),
                       m.customer_id(),
                       m.order_id(),
                       m.product_id(),
                       static_cast<uint32_t>(m.channel()),
                       m.rating()};
}

Fact ToFact(const pb::TicketMessageAdded& m) {
  return TicketMessage{m.ticket_id(),
                       m.agent_id(),
                       static_cast<uint32_t>(m.author()),
                       static_cast<uint32_t>(m.channel()),
                       m.public_(),
                       m.first_response()};
}

Fact ToFact(const pb::TicketStateChanged& m) {
  return TicketStateChange{
      m.ticket_id(),
      m.customer_id(),
      m.agent_id(),
      static_cast<uint32_t>(m.from()),
      static_cast<uint32_t>(m.to()),
      static_cast<uint32_t>(m.channel()),
      OptionalTime(m, m.has_created_at(), &pb::TicketStateChanged::created_at)};
}

Fact ToFact(const pb::TicketMerged& m) { return TicketMerge{m.ticket_id(), m.undone()}; }

Fact ToFact(const pb::TicketTriaged& m) {
  return TicketDecision{
      m.ticket_id(),
      m.product_id(),
      m.language(),
      m.queue(),
      static_cast<uint32_t>(m.category()),
      static_cast<uint32_t>(m.sentiment()),
      static_cast<uint32_t>(m.urgency()),
      static_cast<uint32_t>(m.priority()),
      static_cast<uint32_t>(m.channel()),
      OptionalTime(m, m.has_ticket_created_at(), &pb::TicketTriaged::ticket_created_at),
      {m.terms().begin(), m.terms().end()}};
}

Fact ToFact(const pb::TicketAssigned& m) {
  return TicketAssignment{
      m.ticket_id(), m.queue(),
      m.assignee(),  m.previous_assignee(),
      m.reason(),    OptionalTime(m, m.has_entered_at(), &pb::TicketAssigned::entered_at)};
}

// Warnings count nowhere: an empty metric.
Fact ToFact(const pb::SlaAlarm& m) {
  return SlaBreach{m.ticket_id(), m.breached() ? static_cast<uint32_t>(m.metric()) : 0, m.round(),
                   static_cast<uint32_t>(m.priority()), static_cast<uint32_t>(m.tier())};
}

Fact ToFact(const pb::SlaMeasured& m) {
  return SlaMeasurement{
      m.ticket_id(),
      static_cast<uint32_t>(m.metric()),
      m.round(),
      static_cast<uint32_t>(m.priority()),
      static_cast<uint32_t>(m.tier()),
      m.hit(),
      absl::Seconds(m.worked().seconds()) + absl::Nanoseconds(m.worked().nanos())};
}

Fact ToFact(const pb::OrderUpserted& m) {
  OrderVersion order{m.order_id(),
                     m.country(),
                     m.version(),
                     static_cast<uint32_t>(m.tier()),
                     OptionalTime(m, m.has_delivered_at(), &pb::OrderUpserted::delivered_at),
                     {},
                     m.customer_id(),
                     OptionalTime(m, m.has_ordered_at(), &pb::OrderUpserted::ordered_at)};
  for (const pb::ShippedUnits& units : m.units()) {
    order.units.push_back({units.product_id(), units.sku(), units.lot(), units.carrier(),
                           units.warehouse(), units.quantity()});
  }
  return order;
}

Fact ToFact(const pb::RmaSubmitted& m) {
  RmaFiled rma{m.rma_id(), m.ticket_id(), m.order_id(), m.country(), {}, m.customer_id()};
  for (const pb::RmaLineFacts& line : m.lines()) {
    rma.lines.push_back({line.product_id(), line.sku(), line.lot(), line.reason(),
                         static_cast<uint32_t>(line.kind()), line.quantity()});
  }
  return rma;
}

Fact ToFact(const pb::RmaDecided& m) { return RmaDecision{m.rma_id(), m.approved()}; }

Fact ToFact(const pb::RmaInspected& m) { return RmaInspection{m.rma_id()}; }

Fact ToFact(const pb::RmaClosed& m) {
  return RmaEnd{m.rma_id(), static_cast<uint32_t>(m.outcome())};
}

Fact ToFact(const pb::RefundStateChanged& m) {
  return RefundChange{m.refund_id(),
                      m.rma_id(),
                      m.amount().currency(),
                      static_cast<uint32_t>(m.from()),
                      static_cast<uint32_t>(m.to()),
                      m.amount().minor_units(),
                      OptionalTime(m, m.has_requested_at(), &pb::RefundStateChanged::requested_at),
                      OptionalTime(m, m.has_submitted_at(), &pb::RefundStateChanged::submitted_at)};
}

Fact ToFact(const pb::SurveyInvited& m) {
  SurveyInvitation invitation{static_cast<uint32_t>(m.kind()), {}};
  for (const int kind : m.other_kinds()) {
    invitation.other_kinds.push_back(static_cast<uint32_t>(kind));
  }
  return invitation;
}

Fact ToFact(const pb::SurveyAnswered& m) {
  SurveyAnswer answer{m.ticket_id(),   m.rma_id(),   m.order_id(), m.product_id(),
                      m.customer_id(), m.language(), {},           m.recovery_needed()};
  answer.scores.push_back({static_cast<uint32_t>(m.kind()), m.score()});
  for (const pb::SurveyScore& score : m.other_scores()) {
    answer.scores.push_back({static_cast<uint32_t>(score.kind()), score.score()});
  }
  return answer;
}

Fact ToFact(const pb::ReviewChanged& m) {
  return ReviewChange{m.review_id(),
                      m.product_id(),
                      m.sku(),
                      m.order_id(),
                      m.language(),
                      static_cast<uint32_t>(m.rating()),
                      m.to() == pb::REVIEW_LIFECYCLE_PUBLISHED};
}

template <class Message>
absl::StatusOr<std::optional<Fact>> Read(const LoggedEvent& event) {
  Message message;
  if (!message.ParseFromString(event.body)) {
    return absl::InvalidArgumentError("the body of " + event.type + " cannot be read");
  }
  return ToFact(message);
}

}  // namespace

absl::StatusOr<std::optional<Fact>> Decode(const LoggedEvent& event) {
  static constexpr struct {
    std::string_view type;
    absl::StatusOr<std::optional<Fact>> (*read)(const LoggedEvent&);
  } kReaders[] = {
      {"TicketCreated", Read<pb::TicketCreated>},
      {"TicketTriaged", Read<pb::TicketTriaged>},
      {"TicketMessageAdded", Read<pb::TicketMessageAdded>},
      {"TicketStateChanged", Read<pb::TicketStateChanged>},
      {"TicketMerged", Read<pb::TicketMerged>},
      {"TicketAssigned", Read<pb::TicketAssigned>},
      {"SlaAlarm", Read<pb::SlaAlarm>},
      {"SlaMeasured", Read<pb::SlaMeasured>},
      {"OrderUpserted", Read<pb::OrderUpserted>},
      {"RmaSubmitted", Read<pb::RmaSubmitted>},
      {"RmaDecided", Read<pb::RmaDecided>},
      {"RmaInspected", Read<pb::RmaInspected>},
      {"RmaClosed", Read<pb::RmaClosed>},
      {"RefundStateChanged", Read<pb::RefundStateChanged>},
      {"SurveyInvited", Read<pb::SurveyInvited>},
      {"SurveyAnswered", Read<pb::SurveyAnswered>},
      {"ReviewChanged", Read<pb::ReviewChanged>},
  };
  for (const auto& reader : kReaders) {
    if (reader.type == event.type) return reader.read(event);
  }
  return std::nullopt;
}

}  // namespace huiyin::analytics
