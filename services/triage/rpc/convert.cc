#include "services/triage/rpc/convert.h"

#include "absl/strings/str_cat.h"
#include "libs/core/id.h"
#include "libs/core/status.h"
#include "libs/rpc/proto_time.h"

namespace huiyin::triage {
namespace {

namespace common = ::huiyin::common::v1;

constexpr size_t kMaxTextBytes = 1 << 20;

// Labels are numbered from 0 in the domain and from 1 on the wire, where 0 means "none".
template <class Wire, class Label>
Wire ToWire(Label label) {
  return static_cast<Wire>(static_cast<int>(label) + 1);
}

// 0 is "leave it"; a number that this version does not know is a violation.
template <class Label>
std::optional<Label> FromWire(int wire, size_t count, const char* field, InputCheck& check) {
  if (wire == 0) return std::nullopt;
  if (!check.Require(wire > 0 && wire <= static_cast<int>(count), field,
                     absl::StrCat(wire, " is not a known value"))) {
    return std::nullopt;
  }
  return static_cast<Label>(wire - 1);
}

v1::PriorityInputs ToProto(const PriorityInputs& inputs) {
  v1::PriorityInputs proto;
  proto.set_category(ToWire<common::Category>(inputs.category));
  if (inputs.second.has_value()) {
    proto.set_second_category(ToWire<common::Category>(*inputs.second));
  }
  proto.set_sentiment(ToWire<common::Sentiment>(inputs.sentiment));
  proto.set_urgency(ToWire<common::Urgency>(inputs.urgency));
  proto.set_tier(static_cast<common::CustomerTier>(inputs.tier));
  proto.set_customer_messages(static_cast<uint32_t>(inputs.customer_messages));
  proto.set_rating(static_cast<uint32_t>(inputs.rating));
  proto.set_earlier_tickets(static_cast<uint32_t>(inputs.earlier_tickets));
  *proto.mutable_age() = rpc::ToProto(inputs.age);
  proto.set_channel(static_cast<common::Channel>(inputs.channel));
  if (!inputs.order_value.currency().empty()) {
    proto.mutable_order_value()->set_minor_units(inputs.order_value.minor());
    proto.mutable_order_value()->set_currency(inputs.order_value.currency());
  }
  return proto;
}

}  // namespace

absl::StatusOr<TicketId> FromProto(const v1::GetDecisionRequest& request) {
  InputCheck check;
  check.Require(IsUuid(request.ticket_id()), "ticket_id", "must be the UUID of a ticket");
  HUIYIN_RETURN_IF_ERROR(check.ToStatus());
  return TicketId(request.ticket_id());
}

absl::StatusOr<CorrectDecisionCommand> FromProto(const v1::CorrectDecisionRequest& request) {
  InputCheck check;
  check.Require(IsUuid(request.request_id()), "request_id", "must be a UUID");
  check.Require(IsUuid(request.ticket_id()), "ticket_id", "must be the UUID of a ticket");
  check.Require(IsUuid(request.decision_id()), "decision_id", "must be the UUID of a decision");
  CorrectDecisionCommand command;
  command.ticket = TicketId(request.ticket_id());
  command.decision = DecisionId(request.decision_id());
  command.category = FromWire<Category>(request.category(), kCategoryCount, "category", check);
  command.sentiment = FromWire<Sentiment>(request.sentiment(), kSentimentCount, "sentiment", check);
  command.urgency = FromWire<Urgency>(request.urgency(), kUrgencyCount, "urgency", check);
  check.Require(request.category() != 0 || request.sentiment() != 0 || request.urgency() != 0,
                "category", "at least one of category, sentiment and urgency must be given");
  HUIYIN_RETURN_IF_ERROR(check.ToStatus());
  return command;
}

absl::Status Check(const v1::ClassifyTextRequest& request) {
  InputCheck check;
  check.Require(!request.text().empty(), "text", "must not be empty");
  check.Require(request.text().size() <= kMaxTextBytes, "text",
                absl::StrCat("has ", request.text().size(), " bytes; at most ", kMaxTextBytes));
  return check.ToStatus();
}

v1::Classification ToProto(const Reading& reading) {
  v1::Classification proto;
  proto.set_language(reading.language);
  proto.set_mixed_language(reading.mixed_language);
  proto.set_category(ToWire<common::Category>(reading.category));
  proto.set_category_probability(reading.category_p);
  if (reading.second.has_value()) {
    proto.set_second_category(ToWire<common::Category>(*reading.second));
  }
  proto.set_sentiment(ToWire<common::Sentiment>(reading.sentiment));
  proto.set_sentiment_probability(reading.sentiment_p);
  proto.set_urgency(ToWire<common::Urgency>(reading.urgency));
  proto.set_urgency_probability(reading.urgency_p);
  proto.set_needs_review(reading.needs_review);
  for (const std::string& term : reading.terms) proto.add_terms(term);
  for (const Finding& finding : reading.findings) {
    v1::Entity& entity = *proto.add_entities();
    entity.set_kind(ToWire<v1::Entity::Kind>(finding.kind));
    entity.set_text(finding.text);
  }
  proto.set_model_version(reading.model_version);
  return proto;
}

v1::Decision ToProto(const Decision& decision) {
  v1::Decision proto;
  proto.set_name(absl::StrCat("tenants/", decision.tenant.value(), "/tickets/",
                              decision.ticket.value(), "/decisions/", decision.id.value()));
  proto.set_decision_id(decision.id.value());
  proto.set_ticket_id(decision.ticket.value());
  proto.set_message_id(decision.message.value());
  *proto.mutable_classification() = ToProto(decision.reading);
  proto.set_priority(static_cast<common::Priority>(decision.verdict.priority));
  proto.set_score(decision.verdict.score);
  for (const ScoredRule& rule : decision.verdict.rules) {
    v1::ScoredRule& scored = *proto.add_rules();
    scored.set_rule_id(rule.rule_id);
    scored.set_points(rule.points);
  }
  proto.set_policy_version(decision.verdict.policy_version);
  *proto.mutable_inputs() = ToProto(decision.inputs);
  *proto.mutable_create_time() = rpc::ToProto(decision.created);
  proto.set_corrected_by(decision.corrected_by);
  proto.set_replaces_decision_id(decision.replaces.value());
  return proto;
}

}  // namespace huiyin::triage
