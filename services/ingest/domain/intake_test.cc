#include "services/ingest/domain/intake.h"

#include <gtest/gtest.h>

namespace huiyin::ingest {
namespace {

const absl::Time kNoon = absl::FromUnixSeconds(1767268800);

Ticket Chat(State state) {
  Ticket ticket{.state = state, .identity = {Channel::kChat, "u1"}, .message_count = 3};
  ticket.last_activity_at = kNoon;
  ticket.updated_at = kNoon;
  if (state == State::kResolved || state == State::kClosed) ticket.resolved_at = kNoon;
  if (state == State::kClosed) ticket.closed_at = kNoon;
  return ticket;
}

Arrival At(absl::Duration after, Channel channel = Channel::kChat) {
  return {.channel = channel, .sent_at = kNoon + after};
}

const IntakePolicy kPolicy;

TEST(RouteFeedbackTest, OpensATicketForAnIdentityWithoutOne) {
  EXPECT_EQ(RouteFeedback(kPolicy, nullptr, At(absl::ZeroDuration())), Intake::kNew);
}

TEST(RouteFeedbackTest, JoinsAnActiveTicketUpToTheEndOfTheConversationWindow) {
  for (const State state : kStates) {
    if (!IsActive(state)) continue;
    const Ticket ticket = Chat(state);
    EXPECT_EQ(RouteFeedback(kPolicy, &ticket, At(absl::Hours(2))), Intake::kJoin) << Name(state);
    EXPECT_EQ(RouteFeedback(kPolicy, &ticket, At(absl::Hours(2) + absl::Microseconds(1))),
              Intake::kNew)
        << Name(state);
  }
}

TEST(RouteFeedbackTest, JoinsWhenAChannelDeliversAnOlderMessageLate) {
  const Ticket ticket = Chat(State::kOpen);
  EXPECT_EQ(RouteFeedback(kPolicy, &ticket, At(-absl::Hours(1))), Intake::kJoin);
  EXPECT_EQ(RouteFeedback(kPolicy, &ticket, At(-absl::Hours(48))), Intake::kNew);
}

TEST(RouteFeedbackTest, OpensATicketForAnotherOrderProductOrCustomer) {
  Ticket ticket = Chat(State::kOpen);
  ticket.order = OrderId("A");
  ticket.product = ProductId("P");
  ticket.customer = CustomerId("C1");
  Arrival arrival = At(absl::Minutes(1));
  EXPECT_EQ(RouteFeedback(kPolicy, &ticket, arrival), Intake::kJoin);
  arrival.order = OrderId("B");
  EXPECT_EQ(RouteFeedback(kPolicy, &ticket, arrival), Intake::kNew);
  arrival.order = OrderId("A");
  EXPECT_EQ(RouteFeedback(kPolicy, &ticket, arrival), Intake::kJoin);
  arrival.product = ProductId("Q");
  EXPECT_EQ(RouteFeedback(kPolicy, &ticket, arrival), Intake::kNew);
  arrival.product = ProductId();
  arrival.customer = CustomerId("C2");
  EXPECT_EQ(RouteFeedback(kPolicy, &ticket, arrival), Intake::kNew);
}

TEST(RouteFeedbackTest, ReopensAnEndedTicketWithinItsReopenWindow) {
  for (const State state : {State::kResolved, State::kClosed}) {
    const Ticket ticket = Chat(state);
    EXPECT_EQ(RouteFeedback(kPolicy, &ticket, At(absl::Hours(72))), Intake::kReopen);
    EXPECT_EQ(RouteFeedback(kPolicy, &ticket, At(absl::Hours(73))), Intake::kNew);
  }
}

TEST(RouteFeedbackTest, NeverReopensForAReview) {
  const Ticket ticket = Chat(State::kResolved);
  EXPECT_EQ(RouteFeedback(kPolicy, &ticket, At(absl::Minutes(1), Channel::kReview)), Intake::kNew);
}

TEST(RouteFeedbackTest, OpensATicketWhenTheOldOneIsFull) {
  Ticket ticket = Chat(State::kOpen);
  ticket.message_count = kMaxMessages;
  EXPECT_EQ(RouteFeedback(kPolicy, &ticket, At(absl::Minutes(1))), Intake::kNew);
}

TEST(RouteReplyTest, JoinsAnActiveTicketHoweverOldItIs) {
  const Ticket ticket = Chat(State::kPendingCustomer);
  EXPECT_EQ(RouteReply(kPolicy, ticket, At(absl::Hours(1000))), Intake::kJoin);
}

TEST(RouteReplyTest, ReopensWithinTheWindowAndFollowsUpAfterIt) {
  const Ticket ticket = Chat(State::kClosed);
  EXPECT_EQ(RouteReply(kPolicy, ticket, At(absl::Hours(72))), Intake::kReopen);
  EXPECT_EQ(RouteReply(kPolicy, ticket, At(absl::Hours(73))), Intake::kFollowUp);
}

TEST(RouteReplyTest, TakesTheWindowFromItsTable) {
  auto table = kDefaultPolicies;
  table[static_cast<int>(Channel::kChat) - 1].reopen = absl::Hours(1);
  const Ticket ticket = Chat(State::kResolved);
  EXPECT_EQ(RouteReply(IntakePolicy(table), ticket, At(absl::Hours(2))), Intake::kFollowUp);
}

TEST(IntakePolicyTest, HasARowForEveryChannelInItsPlace) {
  for (int channel = 1; channel <= kChannels; ++channel) {
    EXPECT_EQ(kPolicy.For(static_cast<Channel>(channel)).channel, static_cast<Channel>(channel));
  }
}

}  // namespace
}  // namespace huiyin::ingest
