// Full-text search, on both databases.
#include "services/ingest/storage/testing/store_fixture.h"
#include "services/ingest/usecase/change_ticket.h"
#include "services/ingest/usecase/erase_customer.h"

namespace huiyin::ingest {
namespace {

using huiyin::testing::IsOk;
using huiyin::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class SearchTest : public StoreTest {
 protected:
  std::vector<std::string> Find(const std::string& query, const Caller& caller = As(Role::kAgent),
                                const TicketFilter& filter = {}) {
    EXPECT_OK(search_->CatchUp(absl::Seconds(30)));
    std::vector<std::string> found;
    EXPECT_OK(Read([&](Unit& unit) -> absl::Status {
      HUIYIN_ASSIGN_OR_RETURN(const auto page,
                              SearchTickets(unit, caller, query, filter, std::nullopt, 100));
      for (const Match& match : page.items) found.push_back(match.message.body);
      return absl::OkStatus();
    }));
    return found;
  }
};
HUIYIN_ON_ALL_DATABASES(SearchTest);

TEST_P(SearchTest, FindsTwoCharacterChineseWords) {
  Chat("u1", "你好，我要退款，快点");
  Chat("u2", "我要退货，款式不错");
  EXPECT_THAT(Find("退款"), ElementsAre("你好，我要退款，快点"));
  EXPECT_THAT(Find("我要"), SizeIs(2));
  EXPECT_THAT(Find("款"), SizeIs(2));
  EXPECT_THAT(Find("发票"), IsEmpty());
}

TEST_P(SearchTest, FindsWordsWithoutRegardToCaseAndWidth) {
  Chat("u1", "Where is my REFUND for ＨＹ１００３８６?");
  EXPECT_THAT(Find("refund hy100386"), SizeIs(1));
  EXPECT_THAT(Find("refund invoice"), IsEmpty());
}

TEST_P(SearchTest, GivesEachTicketOnceWithItsNewestMatch) {
  Chat("u1", "refund one");
  Chat("u1", "refund two");
  Chat("u1", "thanks");
  Chat("u2", "refund three");
  EXPECT_THAT(Find("refund"), ElementsAre("refund three", "refund two"));
}

TEST_P(SearchTest, PagesWithoutRepeatsOrGaps) {
  for (int i = 0; i < 7; ++i) {
    Chat("u" + std::to_string(i), "refund " + std::to_string(i));
    Chat("u" + std::to_string(i), "refund again " + std::to_string(i));
  }
  ASSERT_OK(search_->CatchUp(absl::Seconds(30)));
  std::vector<std::string> found;
  std::optional<int64_t> from;
  do {
    ASSERT_OK(Read([&](Unit& unit) -> absl::Status {
      HUIYIN_ASSIGN_OR_RETURN(const auto page,
                              SearchTickets(unit, As(Role::kAgent), "refund", {}, from, 3));
      for (const Match& match : page.items) found.push_back(match.message.body);
      from = page.next;
      return absl::OkStatus();
    }));
  } while (from.has_value());
  EXPECT_THAT(found,
              ElementsAre("refund again 6", "refund again 5", "refund again 4", "refund again 3",
                          "refund again 2", "refund again 1", "refund again 0"));
}

TEST_P(SearchTest, KeepsTenantsApart) {
  ASSERT_OK(TakeIn({.identity = {Channel::kChat, "u"}, .content = std::string("refund")}, "other"));
  EXPECT_THAT(Find("refund"), IsEmpty());
  EXPECT_THAT(Find("refund", As(Role::kAgent, "x", "other")), SizeIs(1));
}

TEST_P(SearchTest, ShowsCustomersOwnPublicMessagesOnly) {
  const auto mine = TakeIn({.identity = {Channel::kChat, "u1"},
                            .customer = CustomerId("C1"),
                            .content = std::string("refund mine")});
  ASSERT_OK(mine);
  ASSERT_OK(TakeIn({.identity = {Channel::kChat, "u2"},
                    .customer = CustomerId("C2"),
                    .content = std::string("refund theirs")}));
  ASSERT_OK(Append({.ticket = mine->ticket.id,
                    .author = Author::kAgent,
                    .author_id = "ann",
                    .internal = true,
                    .body = "refund fraudster"}));
  EXPECT_THAT(Find("refund", As(Role::kCustomer, "C1")), ElementsAre("refund mine"));
  EXPECT_THAT(Find("fraudster", As(Role::kCustomer, "C1")), IsEmpty());
  EXPECT_THAT(Find("fraudster"), SizeIs(1));
}

TEST_P(SearchTest, CombinesWithAFilter) {
  Chat("u1", "refund");
  const Intaken second = Chat("u2", "refund please");
  ASSERT_OK(Act(second.ticket.id, Action::kResolve));
  EXPECT_THAT(Find("refund", As(Role::kAgent), {.states = {State::kResolved}}),
              ElementsAre("refund please"));
}

TEST_P(SearchTest, RefusesAQueryWithoutWords) {
  EXPECT_THAT(Read([&](Unit& unit) {
                return SearchTickets(unit, As(Role::kAgent), "!?", {}, std::nullopt, 10).status();
              }),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST_P(SearchTest, FollowsSubjectAndOrderWhetherTheIndexHadThemOrNot) {
  const auto change = [&](const TicketId& id, const TicketChanges& changes) {
    EXPECT_OK(
        Do([&](Unit& unit) { return UpdateTicket(unit, As(Role::kAgent), id, "", changes); }));
  };
  const auto restart = [&] {
    auto search = OpenSearchIndex(database(), temp().dsn());
    ASSERT_OK(search);
    search_ = *std::move(search);
    search_->Start();
  };
  const auto early = TakeIn({.identity = {Channel::kChat, "u1"},
                             .customer = CustomerId("ann"),
                             .subject = "toaster",
                             .order = OrderId("HY1"),
                             .content = std::string("it smokes")});
  ASSERT_OK(early);
  EXPECT_THAT(Find("toaster hy1"), SizeIs(1));
  change(early->ticket.id, {.subject = "kettle"});
  change(early->ticket.id, {.subject = "lamp", .order = OrderId("HY2")});
  // Of the second ticket the index learns only after it has changed twice.
  search_->Stop();
  const auto late = TakeIn({.identity = {Channel::kChat, "u2"},
                            .subject = "toaster",
                            .content = std::string("it sparks")});
  ASSERT_OK(late);
  change(late->ticket.id, {.subject = "kettle"});
  change(late->ticket.id, {.subject = "lamp"});
  restart();
  EXPECT_THAT(Find("smokes lamp hy2"), SizeIs(1));
  EXPECT_THAT(Find("sparks lamp"), SizeIs(1));
  // Changes reach the index soon after messages do.
  const auto gone = [&](const std::string& words) {
    const absl::Time patience = SystemClock().Now() + absl::Seconds(30);
    while (!Find(words).empty()) {
      if (SystemClock().Now() > patience) return false;
    }
    return true;
  };
  EXPECT_TRUE(gone("toaster"));
  EXPECT_TRUE(gone("kettle"));
  EXPECT_TRUE(gone("hy1"));

  ASSERT_OK(
      Do([&](Unit& unit) { return EraseCustomer(unit, As(Role::kPlatform), CustomerId("ann")); }));
  EXPECT_TRUE(gone("smokes"));
  EXPECT_THAT(Find("lamp"), ElementsAre("it sparks"));
  change(early->ticket.id, {.subject = "erased and named again"});
  restart();
  EXPECT_THAT(Find("named"), SizeIs(1));
  EXPECT_THAT(Find("lamp"), ElementsAre("it sparks"));
}

TEST_P(SearchTest, FindsWhatWasStoredBeforeTheIndexStarted) {
  search_->Stop();
  Chat("u1", "refund early");
  auto search = OpenSearchIndex(database(), temp().dsn());
  ASSERT_OK(search);
  search_ = *std::move(search);
  search_->Start();
  EXPECT_THAT(Find("early"), SizeIs(1));
}

TEST_P(SearchTest, ForgetsErasedMessagesWhetherTheIndexHadThemOrNot) {
  const auto take_in = [&](const std::string& customer, const std::string& text) {
    EXPECT_OK(TakeIn({.identity = {Channel::kChat, customer},
                      .customer = CustomerId(customer),
                      .content = text}));
  };
  const auto erase = [&](const std::string& customer) {
    EXPECT_OK(Do([&](Unit& unit) {
      return EraseCustomer(unit, As(Role::kPlatform), CustomerId(customer));
    }));
  };
  search_->Stop();
  take_in("ann", "a late parcel and a long story about it");
  erase("ann");
  auto search = OpenSearchIndex(database(), temp().dsn());
  ASSERT_OK(search);
  search_ = *std::move(search);
  search_->Start();
  take_in("bob", "another parcel");
  EXPECT_THAT(Find("parcel"), ElementsAre("another parcel"));
  erase("bob");
  take_in("eve", "a refund");
  EXPECT_THAT(Find("refund"), SizeIs(1));
  EXPECT_THAT(Find("parcel"), IsEmpty());
}

}  // namespace
}  // namespace huiyin::ingest
