// Replies, changes of state, merging: what the use cases do to stored tickets, on both databases.
#include "services/ingest/storage/testing/store_fixture.h"
#include "services/ingest/usecase/apply_decision.h"

namespace huiyin::ingest {
namespace {

using huiyin::testing::HasReason;
using huiyin::testing::IsOk;
using huiyin::testing::StatusIs;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class ConversationTest : public StoreTest {
 protected:
  absl::StatusOr<Merged> MergeInto(const TicketId& target, std::vector<TicketId> sources,
                                   bool any_customer = false) {
    return Do([&](Unit& unit) {
      return MergeTickets(unit, As(Role::kAgent, "ann"), target, sources, any_customer);
    });
  }
  Intaken From(Channel channel, const std::string& user, const std::string& customer,
               const std::string& text) {
    const auto taken =
        TakeIn({.identity = {channel, user}, .customer = CustomerId(customer), .content = text});
    EXPECT_OK(taken);
    return taken.value_or(Intaken{});
  }
};
HUIYIN_ON_ALL_DATABASES(ConversationTest);

TEST_P(ConversationTest, RepliesLeaveByTheIdentityTheyAnswer) {
  const Intaken chat = Chat("u1", "by chat");
  const auto mail = Append({.ticket = chat.ticket.id,
                            .body = "by mail",
                            .sender = Identity{Channel::kEmail, "a@example.com"}},
                           As(Role::kPlatform));
  ASSERT_OK(mail);
  const auto to_last = Reply(chat.ticket.id, "answer");
  ASSERT_OK(to_last);
  EXPECT_EQ(to_last->message.identity, (Identity{Channel::kEmail, "a@example.com"}));
  const auto to_first =
      Reply(chat.ticket.id, "answer", MessageId(chat.message.ticket, chat.message.number));
  ASSERT_OK(to_first);
  EXPECT_EQ(to_first->message.identity, (Identity{Channel::kChat, "u1"}));
}

TEST_P(ConversationTest, RepliesAfterAMergeLeaveByTheirOwnIdentity_chatwoot15359) {
  const Intaken a = From(Channel::kChat, "a", "C1", "from a");
  const Intaken b = From(Channel::kEmail, "b@example.com", "C2", "from b");
  ASSERT_OK(MergeInto(a.ticket.id, {b.ticket.id}, true));
  // To the merged ticket: its own customer, although the conversation is carried on elsewhere.
  const auto to_b = Reply(b.ticket.id, "for b");
  ASSERT_OK(to_b);
  EXPECT_EQ(to_b->message.identity, (Identity{Channel::kEmail, "b@example.com"}));
  const auto to_a = Reply(a.ticket.id, "for a", MessageId(a.ticket.id, 1));
  ASSERT_OK(to_a);
  EXPECT_EQ(to_a->message.identity, (Identity{Channel::kChat, "a"}));
  // Each customer sees what is theirs alone, before and after the merge is undone.
  EXPECT_THAT(Bodies(a.ticket.id, As(Role::kCustomer, "C1")), ElementsAre("from a", "for a"));
  EXPECT_THAT(Bodies(b.ticket.id, As(Role::kCustomer, "C2")), ElementsAre("from b", "for b"));
  EXPECT_THAT(Bodies(a.ticket.id), SizeIs(4));
  ASSERT_OK(Do([&](Unit& unit) { return UnmergeTicket(unit, As(Role::kAgent), b.ticket.id); }));
  EXPECT_THAT(Bodies(a.ticket.id), ElementsAre("from a", "for a"));
  EXPECT_THAT(Bodies(b.ticket.id), ElementsAre("from b", "for b"));
}

TEST_P(ConversationTest, RepliesCannotAnswerAnotherTicket) {
  const Intaken a = Chat("a", "from a");
  const Intaken b = Chat("b", "from b");
  const auto reply = Reply(a.ticket.id, "wrong", MessageId(b.ticket.id, 1));
  EXPECT_THAT(reply, StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(Reply(a.ticket.id, "wrong", "nonsense"),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST_P(ConversationTest, SenderOfAnotherCustomerIsRefused) {
  const Intaken a = From(Channel::kChat, "a", "C1", "from a");
  From(Channel::kEmail, "b@example.com", "C2", "from b");
  EXPECT_THAT(Append({.ticket = a.ticket.id,
                      .body = "x",
                      .sender = Identity{Channel::kEmail, "b@example.com"}},
                     As(Role::kPlatform)),
              HasReason("IDENTITY_OF_OTHER_CUSTOMER"));
  EXPECT_EQ(Count("message"), 2);
}

TEST_P(ConversationTest, MergedTicketsFollowUpsCountForTheTarget_chatwoot9264) {
  const Intaken a = Chat("a", "one");
  const Intaken b = Chat("b", "two");
  ASSERT_OK(MergeInto(a.ticket.id, {b.ticket.id}));
  ASSERT_OK(Act(a.ticket.id, Action::kResolve));
  const Intaken more = Chat("b", "three");
  EXPECT_EQ(more.outcome, Outcome::kReopened);
  EXPECT_EQ(more.ticket.id, a.ticket.id);
  EXPECT_EQ(more.message.ticket, b.ticket.id);
  EXPECT_EQ(Get(b.ticket.id).state, State::kMerged);
  EXPECT_THAT(Bodies(a.ticket.id), ElementsAre("one", "two", "three"));
}

TEST_P(ConversationTest, MergingOrphansNothingAndIsReversible_freescout4986) {
  const Intaken a = Chat("a", "one");
  const Intaken b = Chat("b", "two");
  const Intaken c = Chat("c", "three");
  ASSERT_OK(Act(c.ticket.id, Action::kResolve));
  ASSERT_OK(MergeInto(b.ticket.id, {c.ticket.id}));
  ASSERT_OK(MergeInto(a.ticket.id, {b.ticket.id}));
  EXPECT_THAT(Bodies(a.ticket.id), ElementsAre("one", "two", "three"));
  EXPECT_THAT(MergeInto(b.ticket.id, {a.ticket.id}), HasReason("INVALID_MERGE_TARGET"));
  EXPECT_THAT(MergeInto(a.ticket.id, {b.ticket.id}), HasReason("INVALID_TRANSITION"));
  published.events.clear();
  ASSERT_OK(Do([&](Unit& unit) { return UnmergeTicket(unit, As(Role::kAgent), b.ticket.id); }));
  EXPECT_THAT(published.events,
              ElementsAre("state " + b.ticket.id.value() + " MERGED>NEW",
                          "unmerged " + b.ticket.id.value() + " " + a.ticket.id.value()));
  EXPECT_THAT(Bodies(a.ticket.id), ElementsAre("one"));
  EXPECT_THAT(Bodies(b.ticket.id), ElementsAre("two", "three"));
  ASSERT_OK(Do([&](Unit& unit) { return UnmergeTicket(unit, As(Role::kAgent), c.ticket.id); }));
  EXPECT_EQ(Get(c.ticket.id).state, State::kResolved);
  EXPECT_THAT(Bodies(c.ticket.id), ElementsAre("three"));
}

TEST_P(ConversationTest, MergeIsAllOrNothing) {
  const Intaken a = From(Channel::kChat, "a", "C1", "one");
  const Intaken b = From(Channel::kChat, "b", "C1", "two");
  const Intaken c = From(Channel::kChat, "c", "C2", "three");
  EXPECT_THAT(MergeInto(a.ticket.id, {b.ticket.id, c.ticket.id}), HasReason("DIFFERENT_CUSTOMERS"));
  EXPECT_EQ(Get(b.ticket.id).state, State::kNew);
}

TEST_P(ConversationTest, EtagGuardsAgainstLostUpdates) {
  const Intaken taken = Chat("u1", "one");
  const std::string etag = std::to_string(taken.ticket.revision);
  const auto update = [&](const std::string& with, const std::string& assignee) {
    return Do([&](Unit& unit) {
      return UpdateTicket(unit, As(Role::kAgent), taken.ticket.id, with, {.assignee = assignee});
    });
  };
  ASSERT_OK(update(etag, "ann"));
  EXPECT_THAT(update(etag, "bob"), HasReason("ETAG_MISMATCH"));
  EXPECT_EQ(Get(taken.ticket.id).assignee, "ann");
  EXPECT_OK(update("", "bob"));
}

TEST_P(ConversationTest, CustomersSeeOwnTicketsAndNoNotes) {
  const Intaken taken = From(Channel::kChat, "a", "C1", "one");
  ASSERT_OK(Append({.ticket = taken.ticket.id,
                    .author = Author::kAgent,
                    .author_id = "ann",
                    .internal = true,
                    .body = "secret"}));
  EXPECT_THAT(Bodies(taken.ticket.id, As(Role::kCustomer, "C1")), ElementsAre("one"));
  for (const Caller& stranger : {As(Role::kCustomer, "C2"), As(Role::kAgent, "x", "other")}) {
    EXPECT_THAT(
        Read([&](Unit& unit) { return GetTicket(unit, stranger, taken.ticket.id).status(); }),
        HasReason("TICKET_NOT_FOUND"));
    EXPECT_THAT(Read([&](Unit& unit) {
                  return ListMessages(unit, stranger, taken.ticket.id, std::nullopt, 10).status();
                }),
                HasReason("TICKET_NOT_FOUND"));
  }
}

TEST_P(ConversationTest, DeadlinesFollowTheState) {
  const Intaken taken = Chat("u1", "one");
  ASSERT_OK(Do([&](Unit& unit) {
    return ActOnTicket(unit, As(Role::kAgent), taken.ticket.id, "", Action::kSnooze,
                       clock.Now() + absl::Hours(1));
  }));
  EXPECT_EQ(Count("timer"), 1);
  Chat("u1", "never mind the snooze");
  EXPECT_EQ(Get(taken.ticket.id).state, State::kOpen);
  EXPECT_EQ(Count("timer"), 0);
  ASSERT_OK(Act(taken.ticket.id, Action::kResolve));
  EXPECT_EQ(Count("timer"), 1);
  ASSERT_OK(Write([&](Unit& unit) {
    return ReachDeadline(unit, TenantId("acme"), taken.ticket.id, Deadline::kClose);
  }));
  EXPECT_EQ(Get(taken.ticket.id).state, State::kClosed);
  // Late or for a ticket that moved on: nothing happens.
  ASSERT_OK(Write([&](Unit& unit) {
    return ReachDeadline(unit, TenantId("acme"), taken.ticket.id, Deadline::kSnoozeEnd);
  }));
  EXPECT_EQ(Get(taken.ticket.id).state, State::kClosed);
}

TEST_P(ConversationTest, NewerDecisionsAreNeverReplacedByOlderOnes) {
  const Intaken taken = Chat("u1", "one");
  const auto decide = [&](int64_t sequence, int category) {
    return Write([&](Unit& unit) {
      return ApplyDecision(unit, TenantId("acme"), taken.ticket.id,
                           {.decision_id = "d" + std::to_string(sequence),
                            .sequence = sequence,
                            .category = category});
    });
  };
  ASSERT_OK(decide(2, 6));
  ASSERT_OK(decide(1, 1));
  ASSERT_OK(decide(2, 1));
  EXPECT_EQ(Get(taken.ticket.id).triage.category, 6);
  EXPECT_EQ(Get(taken.ticket.id).triage.decision_id, "d2");
  ASSERT_OK(decide(3, 7));
  EXPECT_EQ(Get(taken.ticket.id).triage.category, 7);
}

TEST_P(ConversationTest, AssignmentsShowButNeverReplaceAPersonsChoice) {
  const Intaken taken = Chat("u1", "one");
  const auto assign = [&](int64_t sequence, const char* to, const char* from) {
    return Write([&](Unit& unit) {
      return ApplyAssignment(
          unit, TenantId("acme"), taken.ticket.id,
          {.sequence = sequence, .queue = "general", .assignee = to, .previous = from});
    });
  };
  ASSERT_OK(assign(2, "li.na", ""));
  EXPECT_EQ(Get(taken.ticket.id).assignee, "li.na");
  EXPECT_EQ(Get(taken.ticket.id).triage.queue, "general");
  ASSERT_OK(assign(1, "late", ""));
  EXPECT_EQ(Get(taken.ticket.id).assignee, "li.na");
  ASSERT_OK(assign(3, "", "li.na"));
  EXPECT_EQ(Get(taken.ticket.id).assignee, "");
  ASSERT_OK(assign(4, "wei", ""));
  ASSERT_OK(assign(5, "zhao", "somebody else"));
  EXPECT_EQ(Get(taken.ticket.id).assignee, "wei");
}

TEST_P(ConversationTest, TimelineShowsOneCustomerAcrossChannelsNewestFirst) {
  const Intaken chat = From(Channel::kChat, "a", "C1", "one");
  clock.Advance(absl::Minutes(1));
  From(Channel::kEmail, "a@example.com", "C1", "two");
  From(Channel::kEmail, "b@example.com", "C2", "not theirs");
  clock.Advance(absl::Minutes(1));
  ASSERT_OK(Act(chat.ticket.id, Action::kResolve));
  clock.Advance(absl::Minutes(1));
  From(Channel::kChat, "a", "C1", "three");

  std::vector<std::string> seen;
  std::optional<TimelinePosition> from;
  do {  // one entry a page, so that every border is crossed
    ASSERT_OK(Read([&](Unit& unit) -> absl::Status {
      HUIYIN_ASSIGN_OR_RETURN(const auto page,
                              ListTimeline(unit, As(Role::kAgent), CustomerId("C1"), from, 1));
      for (const TimelineEntry& entry : page.items) {
        const auto* message = std::get_if<Message>(&entry);
        seen.push_back(message != nullptr ? message->body
                                          : std::string(Name(std::get<StateChange>(entry).to)));
      }
      from = page.next;
      return absl::OkStatus();
    }));
  } while (from.has_value());
  EXPECT_THAT(seen, ElementsAre("OPEN", "three", "RESOLVED", "two", "one"));
}

TEST_P(ConversationTest, MessagesAreFoundByTheIdsInEvents) {
  const Intaken taken = From(Channel::kChat, "a", "C1", "one");
  Chat("b", "two");
  const std::string id = MessageId(taken.ticket.id, 1);
  ASSERT_OK(Read([&](Unit& unit) -> absl::Status {
    HUIYIN_ASSIGN_OR_RETURN(const auto found,
                            BatchGetMessages(unit, As(Role::kService),
                                             {"nonsense", id, MessageId(taken.ticket.id, 2), id}));
    EXPECT_EQ(found.size(), 2u);
    EXPECT_EQ(found.at(0).message.body, "one");
    EXPECT_EQ(found.at(0).customer, CustomerId("C1"));
    HUIYIN_ASSIGN_OR_RETURN(const auto theirs,
                            BatchGetMessages(unit, As(Role::kService, "x", "other"), {id}));
    EXPECT_THAT(theirs, IsEmpty());
    return absl::OkStatus();
  }));
}

}  // namespace
}  // namespace huiyin::ingest
