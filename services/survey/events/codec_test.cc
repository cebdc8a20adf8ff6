#include "services/survey/events/codec.h"

#include <gtest/gtest.h>

#include "huiyin/event/v1/aftersales_events.pb.h"
#include "huiyin/event/v1/survey_events.pb.h"
#include "huiyin/event/v1/ticket_events.pb.h"
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
  ASSERT_TRUE(signal->has_value());
  EXPECT_EQ((*signal)->kind, Signal::Kind::kEpisodeEnded);
  EXPECT_EQ((*signal)->trigger, Trigger::kTicketResolved);
  EXPECT_EQ((*signal)->episode, 2);
  EXPECT_EQ((*signal)->ticket, TicketId("ticket-1"));
  EXPECT_EQ((*signal)->customer, CustomerId("c1"));
  EXPECT_EQ((*signal)->language, "zh");
}

TEST(SurveyCodecTest, ReopeningGoesOnAndClosingIsNoNews) {
  const auto reopened =
      Decode(Wrap(StateChange(pb::TICKET_LIFECYCLE_RESOLVED, pb::TICKET_LIFECYCLE_OPEN)));
  EXPECT_EQ(reopened->value().kind, Signal::Kind::kEpisodeGoesOn);
  const auto closed =
      Decode(Wrap(StateChange(pb::TICKET_LIFECYCLE_RESOLVED, pb::TICKET_LIFECYCLE_CLOSED)));
  EXPECT_FALSE(closed->has_value());
}

TEST(SurveyCodecTest, OnlyCompletedRmasAreAskedAbout) {
  pb::RmaClosed body;
  body.set_rma_id("rma-1");
  body.set_customer_id("c1");
  body.set_outcome(pb::RmaClosed::OUTCOME_COMPLETED);
  EXPECT_EQ(Decode(Wrap(body))->value().rma, RmaId("rma-1"));
  body.set_outcome(pb::RmaClosed::OUTCOME_REJECTED);
  EXPECT_FALSE(Decode(Wrap(body))->has_value());
}

TEST(SurveyCodecTest, BrokenBodiesAreInvalidAndForeignEventsIgnored) {
  events::Event event = Wrap(StateChange(pb::TICKET_LIFECYCLE_OPEN, pb::TICKET_LIFECYCLE_RESOLVED));
  event.body = "\xff\xff";
  EXPECT_THAT(Decode(event), StatusIs(absl::StatusCode::kInvalidArgument));
  event.type = "huiyin.event.v1.TicketCreated";
  EXPECT_FALSE(Decode(event)->has_value());
}

TEST(SurveyCodecTest, AnsweredCarriesFactsButNoText) {
  Invitation invitation;
  invitation.tenant = TenantId("t1");
  invitation.id = InvitationId("i1");
  invitation.ticket = TicketId("ticket-1");
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
}

}  // namespace
}  // namespace huiyin::survey
