#include "services/survey/events/codec.h"

#include <set>
#include <string_view>

#include "huiyin/event/v1/aftersales_events.pb.h"
#include "huiyin/event/v1/customer_events.pb.h"
#include "huiyin/event/v1/survey_events.pb.h"
#include "huiyin/event/v1/ticket_events.pb.h"
#include "huiyin/event/v1/triage_events.pb.h"
#include "libs/rpc/proto_time.h"

namespace huiyin::survey {
namespace {

namespace pb = huiyin::event::v1;

// Kinds have the same numbers on the wire.
static_assert(static_cast<int>(SurveyKind::kCsat) == pb::SURVEY_KIND_CSAT);
static_assert(static_cast<int>(SurveyKind::kNps) == pb::SURVEY_KIND_NPS);
static_assert(static_cast<int>(SurveyKind::kCes) == pb::SURVEY_KIND_CES);
static_assert(static_cast<int>(ReviewState::kHidden) == pb::REVIEW_LIFECYCLE_HIDDEN);
static_assert(static_cast<int>(ReviewState::kPending) == pb::REVIEW_LIFECYCLE_PENDING);
static_assert(static_cast<int>(ReviewAlert::kNegativeText) ==
              pb::ReviewAlerted::REASON_NEGATIVE_TEXT);

// `Aggregate`: an invitation or a review.
template <class Aggregate>
events::NewEvent Wrap(const Aggregate& aggregate, absl::Time at,
                      const google::protobuf::Message& body) {
  events::NewEvent event;
  event.type = body.GetDescriptor()->full_name();
  event.tenant = aggregate.tenant.value();
  event.topic = "survey";
  event.aggregate_id = aggregate.id.value();
  event.occurred_at = at;
  body.SerializeToString(&event.body);
  return event;
}

absl::StatusOr<Signal> Decode(const events::Event& event, const pb::TicketStateChanged& body) {
  // Closing leaves the episode ended; everything else but resolving, merging included, means that
  // it was not.
  if (body.to() == pb::TICKET_LIFECYCLE_CLOSED) {
    return TicketClosed{TicketId(body.ticket_id()), body.channel()};
  }
  if (body.to() != pb::TICKET_LIFECYCLE_RESOLVED) {
    return TicketGoesOn{TicketId(body.ticket_id()), body.channel()};
  }
  Episode episode;
  episode.tenant = TenantId(event.tenant);
  episode.subject = body.ticket_id();
  episode.number = body.reopened_count();
  episode.customer = CustomerId(body.customer_id());
  episode.ticket = TicketId(body.ticket_id());
  episode.language = body.language();
  episode.facts.channel = body.channel();
  episode.facts.agent = body.agent_id();
  return episode;
}

absl::StatusOr<Signal> Decode(const events::Event&, const pb::TicketCreated& body) {
  FactsLearned learned{body.ticket_id(), {}};
  learned.facts.channel = body.channel();
  learned.facts.product = body.product_id();
  return learned;
}

absl::StatusOr<Signal> Decode(const events::Event&, const pb::TicketTriaged& body) {
  FactsLearned learned{body.ticket_id(), {}};
  learned.facts.category = body.category();
  learned.facts.queue = body.queue();
  learned.facts.product = body.product_id();
  return learned;
}

absl::StatusOr<Signal> Decode(const events::Event&, const pb::RmaSubmitted& body) {
  FactsLearned learned{body.rma_id(), {}};
  for (const pb::RmaLineFacts& line : body.lines()) {
    if (learned.facts.product.empty()) learned.facts.product = line.product_id();
    if (line.kind() == pb::RMA_KIND_EXCHANGE) learned.facts.exchange = true;
  }
  return learned;
}

absl::StatusOr<Signal> Decode(const events::Event& event, const pb::RmaClosed& body) {
  if (body.outcome() != pb::RmaClosed::OUTCOME_COMPLETED) return Signal();
  Episode episode;
  episode.tenant = TenantId(event.tenant);
  episode.trigger = Trigger::kRmaCompleted;
  episode.subject = body.rma_id();
  episode.customer = CustomerId(body.customer_id());
  episode.ticket = TicketId(body.ticket_id());
  episode.rma = RmaId(body.rma_id());
  episode.order = OrderId(body.order_id());
  episode.language = body.language();
  return episode;
}

absl::StatusOr<Signal> Decode(const events::Event& event, const pb::RefundStateChanged& body) {
  if (body.to() != pb::REFUND_LIFECYCLE_SUCCEEDED) return Signal();
  Episode episode;
  episode.tenant = TenantId(event.tenant);
  episode.trigger = Trigger::kRefundArrived;
  episode.subject = body.refund_id();
  episode.customer = CustomerId(body.customer_id());
  episode.ticket = TicketId(body.ticket_id());
  episode.rma = RmaId(body.rma_id());
  episode.order = OrderId(body.order_id());
  return episode;
}

absl::StatusOr<Signal> Decode(const events::Event&, const pb::OrderUpserted& body) {
  OrderSeen seen{OrderId(body.order_id()),
                 CustomerId(body.customer_id()),
                 body.tier(),
                 body.country(),
                 std::nullopt,
                 {}};
  for (const pb::ShippedUnits& units : body.units()) {
    if (units.product_id().empty()) continue;
    seen.purchases.push_back({seen.order, units.product_id(), units.sku()});
  }
  if (body.has_delivered_at()) seen.delivered_at = rpc::FromProto(body.delivered_at());
  return seen;
}

absl::StatusOr<Signal> Decode(const events::Event& event, const pb::CustomerErased& body) {
  return CustomerGone{CustomerId(body.customer_id()), event.aggregate_id};
}

template <class Body>
absl::StatusOr<Signal> Read(const events::Event& event) {
  Body body;
  if (!body.ParseFromString(event.body)) {
    return absl::InvalidArgumentError("the body of " + event.type + " cannot be read");
  }
  return Decode(event, body);
}

struct Reader {
  std::string_view type;
  absl::StatusOr<Signal> (*read)(const events::Event&);
};
constexpr Reader kReaders[] = {
    {"huiyin.event.v1.TicketStateChanged", Read<pb::TicketStateChanged>},
    {"huiyin.event.v1.TicketCreated", Read<pb::TicketCreated>},
    {"huiyin.event.v1.TicketTriaged", Read<pb::TicketTriaged>},
    {"huiyin.event.v1.RmaSubmitted", Read<pb::RmaSubmitted>},
    {"huiyin.event.v1.RmaClosed", Read<pb::RmaClosed>},
    {"huiyin.event.v1.RefundStateChanged", Read<pb::RefundStateChanged>},
    {"huiyin.event.v1.OrderUpserted", Read<pb::OrderUpserted>},
    {"huiyin.event.v1.CustomerErased", Read<pb::CustomerErased>},
};

}  // namespace

events::NewEvent EncodeInvited(const Invitation& invitation, const Survey& survey) {
  pb::SurveyInvited body;
  body.set_invitation_id(invitation.id.value());
  body.set_kind(static_cast<pb::SurveyKind>(survey.kind));
  std::set<SurveyKind> others;
  for (const Question& question : survey.questions) {
    if (question.scale && *question.scale != survey.kind) others.insert(*question.scale);
  }
  for (const SurveyKind kind : others) body.add_other_kinds(static_cast<pb::SurveyKind>(kind));
  body.set_customer_id(invitation.customer.value());
  body.set_ticket_id(invitation.ticket.value());
  body.set_rma_id(invitation.rma.value());
  return Wrap(invitation, invitation.created_at, body);
}

events::NewEvent EncodeReminded(const Invitation& invitation) {
  pb::SurveyReminded body;
  body.set_invitation_id(invitation.id.value());
  body.set_customer_id(invitation.customer.value());
  body.set_ticket_id(invitation.ticket.value());
  return Wrap(invitation, *invitation.reminded_at, body);
}

events::NewEvent EncodeAnswered(const Invitation& invitation, const Response& response,
                                const std::vector<Score>& scores) {
  pb::SurveyAnswered body;
  body.set_invitation_id(invitation.id.value());
  body.set_kind(static_cast<pb::SurveyKind>(scores.front().kind));
  body.set_score(scores.front().score);
  for (size_t i = 1; i < scores.size(); ++i) {
    pb::SurveyScore* score = body.add_other_scores();
    score->set_kind(static_cast<pb::SurveyKind>(scores[i].kind));
    score->set_score(scores[i].score);
  }
  for (const Answer& answer : response.answers) {
    if (answer.text) body.set_has_comment(true);
  }
  body.set_customer_id(invitation.customer.value());
  body.set_ticket_id(invitation.ticket.value());
  body.set_rma_id(invitation.rma.value());
  *body.mutable_invited_at() = rpc::ToProto(invitation.created_at);
  body.set_language(response.language);
  body.set_recovery_needed(response.recovery == Recovery::kNeeded);
  body.set_order_id(invitation.order.value());
  body.set_product_id(invitation.facts.product);
  return Wrap(invitation, response.updated_at, body);
}

events::NewEvent EncodeReviewChanged(const std::optional<Review>& before,
                                     const std::optional<Review>& after, absl::Time at) {
  const Review& review = after ? *after : *before;
  pb::ReviewChanged body;
  body.set_review_id(review.id.value());
  body.set_product_id(review.product);
  body.set_sku(review.sku);
  body.set_order_id(review.order.value());
  body.set_customer_id(review.customer.value());
  if (before) {
    body.set_from(static_cast<pb::ReviewLifecycle>(before->state));
    body.set_old_rating(before->rating);
  }
  if (after) body.set_to(static_cast<pb::ReviewLifecycle>(after->state));
  body.set_rating(review.rating);
  body.set_verified_purchase(review.verified);
  body.set_has_text(!review.text.empty());
  body.set_language(review.language);
  body.set_asked(!review.invitation.empty());
  return Wrap(review, at, body);
}

events::NewEvent EncodeReviewReplied(const Review& review) {
  pb::ReviewReplied body;
  body.set_review_id(review.id.value());
  body.set_product_id(review.product);
  body.set_customer_id(review.customer.value());
  return Wrap(review, review.reply->at, body);
}

events::NewEvent EncodeReviewAlerted(const Review& review, const TicketId& ticket, absl::Time at) {
  pb::ReviewAlerted body;
  body.set_review_id(review.id.value());
  body.set_product_id(review.product);
  body.set_sku(review.sku);
  body.set_order_id(review.order.value());
  body.set_customer_id(review.customer.value());
  body.set_rating(review.rating);
  body.set_reason(static_cast<pb::ReviewAlerted::Reason>(review.alert));
  body.set_ticket_id(ticket.value());
  return Wrap(review, at, body);
}

absl::StatusOr<Signal> Decode(const events::Event& event) {
  for (const Reader& reader : kReaders) {
    if (reader.type == event.type) return reader.read(event);
  }
  return Signal();
}

}  // namespace huiyin::survey
