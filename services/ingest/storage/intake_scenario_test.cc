// One problem, one ticket: what becomes of messages, on both databases. The numbers are bug reports
// of products in the field; each of these tests is one of them that must not happen here.
#include <thread>

#include "libs/db/group_commit.h"
#include "services/ingest/storage/testing/store_fixture.h"

namespace huiyin::ingest {
namespace {

using huiyin::testing::HasReason;
using huiyin::testing::IsOk;
using huiyin::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class IntakeTest : public StoreTest {};
HUIYIN_ON_ALL_DATABASES(IntakeTest);

TEST_P(IntakeTest, BurstOfMessagesMakesOneConversation_chatwoot14058) {
  const Intaken first = Chat("u1", "手机还没发货？");
  EXPECT_EQ(first.outcome, Outcome::kCreated);
  for (const char* text : {"付款两天了", "全款", "说好48小时发货的"}) {
    const Intaken next = Chat("u1", text);
    EXPECT_EQ(next.outcome, Outcome::kJoined);
    EXPECT_EQ(next.ticket.id, first.ticket.id);
  }
  EXPECT_THAT(Bodies(first.ticket.id),
              ElementsAre("手机还没发货？", "付款两天了", "全款", "说好48小时发货的"));
  EXPECT_EQ(Count("ticket"), 1);
}

TEST_P(IntakeTest, SixtyFourConcurrentSendersOfOneCustomerMakeOneTicketInOrder_chatwoot10798) {
  constexpr int kSenders = 64;
  constexpr int kEach = 4;
  db::GroupCommit writer(database(), {});
  std::vector<std::thread> senders;
  for (int sender = 0; sender < kSenders; ++sender) {
    senders.emplace_back([&, sender] {
      for (int i = 0; i < kEach; ++i) {
        const Feedback feedback{.identity = {Channel::kChat, "u1"},
                                .content = std::to_string(sender) + ":" + std::to_string(i)};
        // Every sender its own key: even writers that work side by side must agree on one ticket.
        absl::Status status;
        do {
          status = writer.Run(sender + 1, [&](db::Transaction& tx) -> absl::Status {
            SqlStore store(tx, *search_);
            RecordingPublisher events;
            Unit unit{store, events, clock, ids, rules};
            return TakeInFeedback(unit, As(Role::kPlatform), feedback).status();
          });
        } while (absl::IsAborted(status));  // as clients do
        EXPECT_OK(status);
      }
    });
  }
  for (std::thread& sender : senders) sender.join();
  EXPECT_EQ(Count("ticket"), 1);
  EXPECT_EQ(Count("message"), kSenders * kEach);
  TicketId id;
  ASSERT_OK(Read([&](Unit& unit) -> absl::Status {
    HUIYIN_ASSIGN_OR_RETURN(const auto page,
                            ListTickets(unit, As(Role::kAgent), {}, std::nullopt, 10));
    id = page.items.at(0).id;
    EXPECT_EQ(page.items.at(0).message_count, kSenders * kEach);
    return absl::OkStatus();
  }));
  std::vector<int> next(kSenders, 0);
  int number = 0;
  for (const Message& message : Messages(id)) {
    EXPECT_EQ(message.number, ++number);
    const size_t colon = message.body.find(':');
    const int sender = std::stoi(message.body.substr(0, colon));
    EXPECT_EQ(std::stoi(message.body.substr(colon + 1)), next[sender]++);
  }
}

TEST_P(IntakeTest, MessageDeliveredTwiceIsStoredOnce_zammad1662) {
  const Intaken first = Chat("u1", "hello", "M1");
  published.events.clear();
  const Intaken again = Chat("u1", "hello", "M1");
  EXPECT_EQ(again.outcome, Outcome::kDuplicate);
  EXPECT_EQ(again.ticket.id, first.ticket.id);
  EXPECT_EQ(again.message.number, first.message.number);
  EXPECT_EQ(Count("message"), 1);
  EXPECT_THAT(published.events, IsEmpty());
}

TEST_P(IntakeTest, MessageDeliveredManyTimesAtOnceIsStoredOnce) {
  db::GroupCommit writer(database(), {});
  std::vector<std::thread> senders;
  std::atomic<int> created{0};
  for (int sender = 0; sender < 16; ++sender) {
    senders.emplace_back([&, sender] {
      absl::Status status;
      Outcome outcome = Outcome::kDuplicate;
      do {
        status = writer.Run(sender + 1, [&](db::Transaction& tx) -> absl::Status {
          SqlStore store(tx, *search_);
          RecordingPublisher events;
          Unit unit{store, events, clock, ids, rules};
          // Another identity each time: only the message's own id tells that it is the same.
          HUIYIN_ASSIGN_OR_RETURN(
              const Intaken taken,
              TakeInFeedback(unit, As(Role::kPlatform),
                             {.identity = {Channel::kEmail, "box" + std::to_string(sender)},
                              .external_id = "<1@mail>",
                              .content = std::string("hi")}));
          outcome = taken.outcome;
          return absl::OkStatus();
        });
      } while (absl::IsAborted(status));
      EXPECT_OK(status);
      if (outcome == Outcome::kCreated) ++created;
    });
  }
  for (std::thread& sender : senders) sender.join();
  EXPECT_EQ(created, 1);
  EXPECT_EQ(Count("message"), 1);
}

TEST_P(IntakeTest, OneMailToTwoShopsReachesBoth_zammad1578) {
  const Feedback mail{.identity = {Channel::kEmail, "a@example.com"},
                      .external_id = "<1@mail>",
                      .content = std::string("hi")};
  const auto first = TakeIn(mail, "acme");
  const auto second = TakeIn(mail, "other");
  ASSERT_OK(first);
  ASSERT_OK(second);
  EXPECT_EQ(first->outcome, Outcome::kCreated);
  EXPECT_EQ(second->outcome, Outcome::kCreated);
}

TEST_P(IntakeTest, ReplySentAgainLeavesOnce_freescout3607) {
  const Intaken ticket = Chat("u1", "hello");
  const AppendMessageCommand reply{.ticket = ticket.ticket.id,
                                   .author = Author::kAgent,
                                   .author_id = "ann",
                                   .body = "hi",
                                   .external_id = "out-1"};
  ASSERT_OK(Append(reply));
  for (int i = 0; i < 25; ++i) {
    const auto again = Append(reply);
    ASSERT_OK(again);
    EXPECT_EQ(again->outcome, Outcome::kDuplicate);
  }
  EXPECT_EQ(Count("message"), 2);
}

TEST_P(IntakeTest, ConversationEndsWithItsWindow) {
  const Intaken first = Chat("u1", "one");
  clock.Advance(absl::Hours(2));
  EXPECT_EQ(Chat("u1", "two").ticket.id, first.ticket.id);
  clock.Advance(absl::Hours(2));
  EXPECT_EQ(Chat("u1", "three").ticket.id, first.ticket.id);
  clock.Advance(absl::Hours(2) + absl::Seconds(1));
  const Intaken other = Chat("u1", "another matter");
  EXPECT_EQ(other.outcome, Outcome::kCreated);
  EXPECT_EQ(Chat("u1", "more").ticket.id, other.ticket.id);
}

TEST_P(IntakeTest, AnonymousFeedbackNeverJoins) {
  EXPECT_EQ(Chat("", "one").outcome, Outcome::kCreated);
  EXPECT_EQ(Chat("", "two").outcome, Outcome::kCreated);
}

TEST_P(IntakeTest, SameOrderOnAnotherChannelIsTheSameProblem) {
  Feedback feedback{.identity = {Channel::kChat, "u1"},
                    .customer = CustomerId("C1"),
                    .order = OrderId("HY1"),
                    .content = std::string("where is it")};
  const auto chat = TakeIn(feedback);
  ASSERT_OK(chat);
  feedback.identity = {Channel::kWechat, "w1"};
  const auto wechat = TakeIn(feedback);
  ASSERT_OK(wechat);
  EXPECT_EQ(wechat->outcome, Outcome::kJoined);
  EXPECT_EQ(wechat->ticket.id, chat->ticket.id);
  feedback.identity = {Channel::kEmail, "m1"};
  feedback.order = OrderId("HY2");
  EXPECT_EQ(TakeIn(feedback)->outcome, Outcome::kCreated);
}

TEST_P(IntakeTest, IdentityThatChangesHandsDoesNotJoinTheOldOwnersTicket) {
  Feedback feedback{.identity = {Channel::kPhone, "13800000017"},
                    .customer = CustomerId("C1"),
                    .content = PhoneContact{"hello", {"13800000017", "", absl::Seconds(1)}}};
  const auto first = TakeIn(feedback);
  ASSERT_OK(first);
  feedback.customer = CustomerId("C2");
  const auto second = TakeIn(feedback);
  ASSERT_OK(second);
  EXPECT_EQ(second->outcome, Outcome::kCreated);
  EXPECT_EQ(Get(first->ticket.id).customer, CustomerId("C1"));
  feedback.customer = CustomerId();
  const auto third = TakeIn(feedback);
  ASSERT_OK(third);
  EXPECT_EQ(third->ticket.id, second->ticket.id);
}

TEST_P(IntakeTest, FollowUpReopensAndTellsSo) {
  const Intaken first = Chat("u1", "one");
  ASSERT_OK(Act(first.ticket.id, Action::kResolve));
  clock.Advance(absl::Hours(1));
  published.events.clear();
  const Intaken again = Chat("u1", "still broken");
  EXPECT_EQ(again.outcome, Outcome::kReopened);
  EXPECT_EQ(again.ticket.reopened_count, 1);
  const std::string id = first.ticket.id.value();
  EXPECT_THAT(published.events,
              ElementsAre("added " + id + "-2 to " + id, "state " + id + " RESOLVED>OPEN"));
}

TEST_P(IntakeTest, ReplyToATicketClosedLongAgoOpensALinkedOne) {
  const Intaken first = Chat("u1", "one");
  ASSERT_OK(Act(first.ticket.id, Action::kResolve));
  ASSERT_OK(Act(first.ticket.id, Action::kClose));
  clock.Advance(absl::Hours(24 * 30));
  const AppendMessageCommand reply{.ticket = first.ticket.id, .body = "again"};
  const auto followed = Append(reply, As(Role::kPlatform));
  ASSERT_OK(followed);
  EXPECT_EQ(followed->outcome, Outcome::kFollowUp);
  EXPECT_EQ(followed->ticket.follows, first.ticket.id);
  EXPECT_NE(followed->ticket.id, first.ticket.id);
  EXPECT_EQ(Get(first.ticket.id).state, State::kClosed);
  // The identity goes on with the new one.
  EXPECT_EQ(Chat("u1", "and again").ticket.id, followed->ticket.id);
}

TEST_P(IntakeTest, FormsCallsAndReviewsKeepTheirParts) {
  const auto form = TakeIn({.identity = {Channel::kForm, "f"},
                            .content = FormSubmission{"broken", {"王芳", "HY 1", {"damaged"}}}});
  const auto call =
      TakeIn({.identity = {Channel::kPhone, "p"},
              .content = PhoneContact{"hello", {"1", "https://r", absl::Seconds(9)}}});
  const auto review = TakeIn({.identity = {Channel::kReview, "r"},
                              .product = ProductId("P"),
                              .content = ProductReview{"nice", 4}});
  ASSERT_OK(form);
  ASSERT_OK(call);
  ASSERT_OK(review);
  EXPECT_EQ(Messages(form->ticket.id).at(0).form->order_number, "HY 1");
  EXPECT_EQ(Messages(call->ticket.id).at(0).call->duration, absl::Seconds(9));
  EXPECT_EQ(Get(review->ticket.id).rating, 4);
  EXPECT_EQ(Get(review->ticket.id).product, ProductId("P"));
}

TEST_P(IntakeTest, NothingIsStoredWhenAnAttachmentIsNotThere) {
  EXPECT_THAT(TakeIn({.identity = {Channel::kChat, "u"},
                      .attachments = {{.upload = UploadId("none"), .file_name = "a.jpg"}},
                      .content = std::string("see")}),
              StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_EQ(Count("ticket") + Count("message") + Count("identity"), 0);
  EXPECT_THAT(published.events, IsEmpty());
}

}  // namespace
}  // namespace huiyin::ingest
