#include "services/survey/events/codec.h"

#include <gtest/gtest.h>

#include "huiyin/event/v1/aftersales_events.pb.h"
#include "huiyin/event/v1/survey_events.pb.h"
#include "huiyin/event/v1/ticket_events.pb.h"
#include "huiyin/event/v1/triage_events.pb.h"
#include "libs/testing/status.h"

namespace huiyin::survey {
namespace {

namespace pb = huiyin::event::v1;
using testing::StatusIs;

events::Event Wrap(const google::protobuf::Message& body) {
  events::Event event;
  event.type = body.GetDescriptor()->full_name();
  event.tenant = "t1";
  event.body = body.SerializeAsString();
  return event;
}

pb::TicketStateChanged StateChange(pb::TicketLifecycle from, pb::TicketLifecycle to) {
  pb::TicketStateChanged body;
  body.set_ticket_id("ticket-1");
  body.set_customer_id("c1");
  body.set_from(from);
  body.set_to(to);
  body.set_reopened_count(2);
  body.set_language("zh");
  return body;
}

TEST(SurveyCodecTest, ResolvedTicketEndsAnEpisode) {
  const auto signal =
      Decode(Wrap(StateChange(pb::TICKET_LIFECYCLE_OPEN, pb::TICKET_LIFECYCLE_RESOLVED)));
  ASSERT_OK(signal);
  const auto* episode = std::get_if<Episode>(&*signal);
  ASSERT_NE(episode, nullptr);
  EXPECT_EQ(episode->trigger, Trigger::kTicketResolved);
  EXPECT_EQ(episode->subject, "ticket-1");
  EXPECT_EQ(episode->number, 2);
  EXPECT_EQ(episode->ticket, TicketId("ticket-1"));
  EXPECT_EQ(episode->customer, CustomerId("c1"));
  EXPECT_EQ(episode->language, "zh");
}

TEST(SurveyCodecTest, ReopeningGoesOnAndClosingIsSaid) {
  const auto reopened =
      Decode(Wrap(StateChange(pb::TICKET_LIFECYCLE_RESOLVED, pb::TICKET_LIFECYCLE_OPEN)));
  EXPECT_TRUE(std::holds_alternative<TicketGoesOn>(*reopened));
  const auto closed =
      Decode(Wrap(StateChange(pb::TICKET_LIFECYCLE_RESOLVED, pb::TICKET_LIFECYCLE_CLOSED)));
  EXPECT_TRUE(std::holds_alternative<TicketClosed>(*closed));
}

TEST(SurveyCodecTest, OnlyCompletedRmasAreAskedAbout) {
  pb::RmaClosed body;
  body.set_rma_id("rma-1");
  body.set_customer_id("c1");
  body.set_outcome(pb::RmaClosed::OUTCOME_COMPLETED);
  EXPECT_EQ(std::get<Episode>(*Decode(Wrap(body))).rma, RmaId("rma-1"));
  body.set_outcome(pb::RmaClosed::OUTCOME_REJECTED);
  EXPECT_TRUE(std::holds_alternative<std::monostate>(*Decode(Wrap(body))));
}

TEST(SurveyCodecTest, MoneyThatArrivedAndGoodsThatCameAreEpisodes) {
  pb::RefundStateChanged refund;
  refund.set_refund_id("refund-1");
  refund.set_to(pb::REFUND_LIFECYCLE_SUBMITTED);
  EXPECT_TRUE(std::holds_alternative<std::monostate>(*Decode(Wrap(refund))));
  refund.set_to(pb::REFUND_LIFECYCLE_SUCCEEDED);
  EXPECT_EQ(std::get<Episode>(*Decode(Wrap(refund))).trigger, Trigger::kRefundArrived);

  pb::OrderUpserted order;
  order.set_order_id("order-1");
  order.set_customer_id("c1");
  order.set_tier(huiyin::common::v1::CUSTOMER_TIER_VIP);
  order.set_country("CN");
  order.add_units();
  order.add_units()->set_product_id("p1");
  order.mutable_units(1)->set_sku("p1-red");
  EXPECT_EQ(std::get<OrderSeen>(*Decode(Wrap(order))).delivered_at, std::nullopt);
  order.mutable_delivered_at()->set_seconds(1767225600);
  const auto seen = std::get<OrderSeen>(*Decode(Wrap(order)));
  EXPECT_EQ(seen.delivered_at, absl::FromUnixSeconds(1767225600));
  EXPECT_EQ(seen.tier, 4);
  ASSERT_EQ(seen.purchases.size(), 1u);
  EXPECT_EQ(seen.purchases[0].product, "p1");
  EXPECT_EQ(seen.purchases[0].sku, "p1-red");
}

TEST(SurveyCodecTest, FactsOfTicketsAndRmasAreLearned) {
  pb::TicketTriaged triaged;
  triaged.set_ticket_id("ticket-1");
  triaged.set_category(huiyin::common::v1::CATEGORY_REFUND);
  triaged.set_queue("money");
  const auto of_ticket = std::get<FactsLearned>(*Decode(Wrap(triaged)));
  EXPECT_EQ(of_ticket.subject, "ticket-1");
  EXPECT_EQ(of_ticket.facts.category, 6);
  EXPECT_EQ(of_ticket.facts.queue, "money");
  pb::RmaSubmitted rma;
  rma.set_rma_id("rma-1");
  rma.add_lines()->set_product_id("p1");
  EXPECT_FALSE(std::get<FactsLearned>(*Decode(Wrap(rma))).facts.exchange);
  rma.add_lines()->set_kind(pb::RMA_KIND_EXCHANGE);
  EXPECT_TRUE(std::get<FactsLearned>(*Decode(Wrap(rma))).facts.exchange);
}

TEST(SurveyCodecTest, InvitedNamesEveryScaleThatIsAsked) {
  Invitation invitation;
  invitation.id = InvitationId("i1");
  const auto surveys = DefaultSurveys();
  pb::SurveyInvited body;
  ASSERT_TRUE(body.ParseFromString(EncodeInvited(invitation, surveys[0]).body));
  EXPECT_EQ(body.kind(), pb::SURVEY_KIND_CSAT);
  ASSERT_EQ(body.other_kinds_size(), 1);
  EXPECT_EQ(body.other_kinds(0), pb::SURVEY_KIND_NPS);
}

TEST(SurveyCodecTest, BrokenBodiesAreInvalidAndForeignEventsIgnored) {
  events::Event event = Wrap(StateChange(pb::TICKET_LIFECYCLE_OPEN, pb::TICKET_LIFECYCLE_RESOLVED));
  event.body = "\xff\xff";
  EXPECT_THAT(Decode(event), StatusIs(absl::StatusCode::kInvalidArgument));
  event.type = "huiyin.event.v1.TicketMerged";
  EXPECT_TRUE(std::holds_alternative<std::monostate>(*Decode(event)));
}

TEST(SurveyCodecTest, AnsweredCarriesFactsButNoText) {
  Invitation invitation;
  invitation.tenant = TenantId("t1");
  invitation.id = InvitationId("i1");
  invitation.ticket = TicketId("ticket-1");
  invitation.order = OrderId("order-1");
  invitation.facts.product = "P1";
  invitation.created_at = absl::FromUnixSeconds(1767225600);
  Response response;
  response.answers = {{"csat", 2, {}}, {"comment", {}, "canary 13800000017"}};
  response.language = "zh";
  response.recovery = Recovery::kNeeded;
  response.updated_at = invitation.created_at + absl::Hours(1);
  const events::NewEvent event =
      EncodeAnswered(invitation, response, {{SurveyKind::kCsat, 2}, {SurveyKind::kNps, 0}});
  EXPECT_EQ(event.type, "huiyin.event.v1.SurveyAnswered");
  EXPECT_EQ(event.topic, "survey");
  EXPECT_EQ(event.aggregate_id, "i1");
  EXPECT_EQ(event.occurred_at, response.updated_at);
  EXPECT_EQ(event.body.find("13800000017"), std::string::npos);
  pb::SurveyAnswered body;
  ASSERT_TRUE(body.ParseFromString(event.body));
  EXPECT_EQ(body.kind(), pb::SURVEY_KIND_CSAT);
  EXPECT_EQ(body.score(), 2);
  EXPECT_TRUE(body.has_comment());
  EXPECT_TRUE(body.recovery_needed());
  ASSERT_EQ(body.other_scores_size(), 1);
  EXPECT_EQ(body.other_scores(0).kind(), pb::SURVEY_KIND_NPS);
  EXPECT_EQ(body.invited_at().seconds(), 1767225600);
  EXPECT_EQ(body.order_id(), "order-1");
  EXPECT_EQ(body.product_id(), "P1");
}

TEST(SurveyCodecTest, ReviewEventsTellWhatChangedAndNoWords) {
  Review before;
  before.tenant = TenantId("t1");
  before.id = ReviewId("r1");
  before.product = "p1";
  before.rating = 5;
  before.text = "call 13800000017";
  before.state = ReviewState::kPublished;
  Review after = before;
  after.rating = 1;
  after.state = ReviewState::kHidden;
  after.alert = ReviewAlert::kLowRating;
  const absl::Time at = absl::FromUnixSeconds(1767225600);
  const events::NewEvent event = EncodeReviewChanged(before, after, at);
  EXPECT_EQ(event.topic, "survey");
  EXPECT_EQ(event.aggregate_id, "r1");
  EXPECT_EQ(event.body.find("1380000"), std::string::npos);
  pb::ReviewChanged changed;
  ASSERT_TRUE(changed.ParseFromString(event.body));
  EXPECT_EQ(changed.from(), pb::REVIEW_LIFECYCLE_PUBLISHED);
  EXPECT_EQ(changed.to(), pb::REVIEW_LIFECYCLE_HIDDEN);
  EXPECT_EQ(changed.old_rating(), 5);
  EXPECT_EQ(changed.rating(), 1);
  EXPECT_TRUE(changed.has_text());
  ASSERT_TRUE(changed.ParseFromString(EncodeReviewChanged(std::nullopt, before, at).body));
  EXPECT_EQ(changed.from(), pb::REVIEW_LIFECYCLE_UNSPECIFIED);
  EXPECT_EQ(changed.old_rating(), 0);
  ASSERT_TRUE(changed.ParseFromString(EncodeReviewChanged(before, std::nullopt, at).body));
  EXPECT_EQ(changed.to(), pb::REVIEW_LIFECYCLE_UNSPECIFIED);
  pb::ReviewAlerted alerted;
  ASSERT_TRUE(alerted.ParseFromString(EncodeReviewAlerted(after, TicketId("k1"), at).body));
  EXPECT_EQ(alerted.reason(), pb::ReviewAlerted::REASON_LOW_RATING);
  EXPECT_EQ(alerted.ticket_id(), "k1");
}

}  // namespace
}  // namespace huiyin::survey
