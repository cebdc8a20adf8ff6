#include "services/ingest/domain/conversation.h"

#include "libs/testing/status.h"

namespace huiyin::ingest {
namespace {

using huiyin::testing::HasReason;
using huiyin::testing::IsOk;
using huiyin::testing::StatusIs;

const absl::Time kStart = absl::FromUnixSeconds(1767268800);

Message From(Author author, absl::Duration after, bool is_public = true) {
  return {.author = author, .is_public = is_public, .sent_at = kStart + after};
}

Ticket Started() {
  Ticket ticket{.id = TicketId("t"), .created_at = kStart, .last_activity_at = kStart};
  ApplyMessage(ticket, From(Author::kCustomer, absl::ZeroDuration()), kStart);
  return ticket;
}

TEST(ApplyMessageTest, CustomerWaitsFromTheFirstUnansweredMessage) {
  Ticket ticket = Started();
  EXPECT_FALSE(ApplyMessage(ticket, From(Author::kCustomer, absl::Minutes(5)), kStart));
  EXPECT_EQ(ticket.waiting_since, kStart);
  EXPECT_EQ(ticket.last_customer_message_at, kStart + absl::Minutes(5));
  EXPECT_EQ(ticket.state, State::kNew);
}

TEST(ApplyMessageTest, FirstPublicAnswerIsTheFirstResponseAndEndsTheWait) {
  Ticket ticket = Started();
  EXPECT_TRUE(ApplyMessage(ticket, From(Author::kAgent, absl::Minutes(7)), kStart));
  EXPECT_EQ(ticket.first_response_at, kStart + absl::Minutes(7));
  EXPECT_EQ(ticket.waiting_since, std::nullopt);
  EXPECT_EQ(ticket.state, State::kPendingCustomer);
  EXPECT_FALSE(ApplyMessage(ticket, From(Author::kAgent, absl::Minutes(9)), kStart));
  EXPECT_EQ(ticket.first_response_at, kStart + absl::Minutes(7));
  EXPECT_EQ(ticket.last_agent_message_at, kStart + absl::Minutes(9));
}

TEST(ApplyMessageTest, InternalNotesAnswerNobody) {
  Ticket ticket = Started();
  EXPECT_FALSE(ApplyMessage(ticket, From(Author::kAgent, absl::Minutes(7), false), kStart));
  EXPECT_EQ(ticket.first_response_at, std::nullopt);
  EXPECT_EQ(ticket.waiting_since, kStart);
  EXPECT_EQ(ticket.state, State::kOpen);
}

TEST(ApplyMessageTest, BotsAnswerButNobodyHasLookedYet) {
  Ticket ticket = Started();
  EXPECT_TRUE(ApplyMessage(ticket, From(Author::kBot, absl::Seconds(1)), kStart));
  EXPECT_EQ(ticket.state, State::kNew);
}

TEST(ApplyMessageTest, FollowUpReopensAndForgetsTheEnd) {
  Ticket ticket = Started();
  ASSERT_OK(Apply(ticket, Action::kResolve, kStart));
  ASSERT_OK(Apply(ticket, Action::kClose, kStart));
  ApplyMessage(ticket, From(Author::kCustomer, absl::Hours(1)), kStart + absl::Hours(1));
  EXPECT_EQ(ticket.state, State::kOpen);
  EXPECT_EQ(ticket.reopened_count, 1);
  EXPECT_EQ(ticket.resolved_at, std::nullopt);
  EXPECT_EQ(ticket.closed_at, std::nullopt);
  EXPECT_EQ(ticket.waiting_since, kStart + absl::Hours(1));
}

TEST(ApplyMessageTest, LateDeliveredMessagesDoNotTurnBackTheClock) {
  Ticket ticket = Started();
  ApplyMessage(ticket, From(Author::kCustomer, absl::Minutes(10)), kStart);
  ApplyMessage(ticket, From(Author::kCustomer, absl::Minutes(3)), kStart);
  EXPECT_EQ(ticket.last_customer_message_at, kStart + absl::Minutes(10));
  EXPECT_EQ(ticket.last_activity_at, kStart + absl::Minutes(10));
}

TEST(ApplyTest, ResolvingEndsTheWaitAndSnoozingEndsWithTheSnooze) {
  Ticket ticket = Started();
  ASSERT_OK(Apply(ticket, Action::kSnooze, kStart));
  ticket.snoozed_until = kStart + absl::Hours(1);
  ASSERT_OK(Apply(ticket, Action::kWake, kStart));
  EXPECT_EQ(ticket.snoozed_until, std::nullopt);
  ASSERT_OK(Apply(ticket, Action::kResolve, kStart + absl::Hours(2)));
  EXPECT_EQ(ticket.waiting_since, std::nullopt);
  EXPECT_EQ(ticket.resolved_at, kStart + absl::Hours(2));
}

TEST(ApplyTest, ForbiddenActionsChangeNothing) {
  Ticket ticket = Started();
  const Ticket before = ticket;
  const absl::Status status = Apply(ticket, Action::kClose, kStart);
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(status, HasReason("INVALID_TRANSITION"));
  EXPECT_EQ(ticket, before);
}

TEST(MergeTest, IsUndoneToTheStateBefore) {
  const Ticket target{.id = TicketId("target"), .state = State::kOpen};
  for (const State state : kStates) {
    if (state == State::kMerged) continue;
    Ticket source{.id = TicketId("source"), .state = state};
    ASSERT_OK(Merge(source, target, kStart));
    EXPECT_EQ(source.state, State::kMerged);
    EXPECT_EQ(source.merged_into, target.id);
    ASSERT_OK(Unmerge(source, kStart));
    EXPECT_EQ(source.state, state);
    EXPECT_TRUE(source.merged_into.empty());
  }
}

TEST(MergeTest, RefusesCirclesMergedTargetsAndMergedSources) {
  Ticket a{.id = TicketId("a")};
  Ticket b{.id = TicketId("b")};
  EXPECT_THAT(Merge(a, a, kStart), HasReason("INVALID_MERGE_TARGET"));
  ASSERT_OK(Merge(a, b, kStart));
  EXPECT_THAT(Merge(b, a, kStart), HasReason("INVALID_MERGE_TARGET"));
  EXPECT_THAT(Merge(a, b, kStart), HasReason("INVALID_TRANSITION"));
  EXPECT_THAT(Unmerge(b, kStart), HasReason("INVALID_TRANSITION"));
}

}  // namespace
}  // namespace huiyin::ingest
