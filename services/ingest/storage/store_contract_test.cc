// What every Store promises, on both databases.
#include "services/ingest/storage/testing/store_fixture.h"

namespace huiyin::ingest {
namespace {

using huiyin::testing::IsOk;
using huiyin::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class StoreContractTest : public StoreTest {
 protected:
  const TenantId acme{"acme"};

  Ticket FullTicket() {
    const absl::Time now = clock.Now();
    Ticket ticket{.id = TicketId(ids.NewId()), .tenant = acme, .state = State::kSnoozed};
    ticket.identity = {Channel::kWechat, "openid-7"};
    ticket.customer = CustomerId("C7");
    ticket.subject = "水壶坏了 'quoted' \"double\"";
    ticket.order = OrderId("HY1");
    ticket.product = ProductId("P-1");
    ticket.assignee = "ann";
    ticket.triage = {"d1", 3, 6, 7, 1, 4, 1, "zh", "refunds", true};
    ticket.rating = 2;
    ticket.message_count = 4;
    ticket.reopened_count = 1;
    ticket.follows = TicketId(ids.NewId());
    ticket.created_at = now;
    ticket.updated_at = now + absl::Seconds(1);
    ticket.last_activity_at = now + absl::Seconds(2);
    ticket.first_response_at = now + absl::Seconds(3);
    ticket.last_customer_message_at = now + absl::Seconds(4);
    ticket.last_agent_message_at = now + absl::Seconds(5);
    ticket.waiting_since = now + absl::Seconds(6);
    ticket.resolved_at = now + absl::Seconds(7);
    ticket.closed_at = now + absl::Seconds(8);
    ticket.snoozed_until = now + absl::Microseconds(9);
    return ticket;
  }
  Ticket Stored(Ticket ticket) {
    EXPECT_OK(Write([&](Unit& unit) { return unit.store.InsertTicket(ticket); }));
    return ticket;
  }
  std::optional<Ticket> Find(const TicketId& id, const char* tenant = "acme") {
    std::optional<Ticket> found;
    EXPECT_OK(Read([&](Unit& unit) -> absl::Status {
      HUIYIN_ASSIGN_OR_RETURN(found, unit.store.FindTicket(TenantId(tenant), id));
      return absl::OkStatus();
    }));
    return found;
  }
  std::vector<std::string> List(const TicketFilter& filter, int limit = 100) {
    std::vector<std::string> subjects;
    EXPECT_OK(Read([&](Unit& unit) -> absl::Status {
      HUIYIN_ASSIGN_OR_RETURN(
          const auto tickets,
          unit.store.ListTickets(acme, filter, std::numeric_limits<int64_t>::max(), limit));
      for (const Ticket& ticket : tickets) subjects.push_back(ticket.subject);
      return absl::OkStatus();
    }));
    return subjects;
  }
};
HUIYIN_ON_ALL_DATABASES(StoreContractTest);

TEST_P(StoreContractTest, GivesBackEveryFieldOfATicket) {
  const Ticket ticket = Stored(FullTicket());
  EXPECT_GT(ticket.no, 0);
  EXPECT_EQ(Find(ticket.id), ticket);
  EXPECT_EQ(Find(ticket.id, "other"), std::nullopt);
  EXPECT_EQ(Find(TicketId("none")), std::nullopt);
}

TEST_P(StoreContractTest, UpdatesEveryFieldThatMayChange) {
  const Ticket before = Stored(FullTicket());
  Ticket after = before;
  after.state = State::kMerged;
  after.state_before_merge = State::kOpen;
  after.customer = CustomerId("C8");
  after.subject = "new";
  after.order = OrderId("HY2");
  after.product = ProductId("P-2");
  after.assignee = "";
  after.triage = {"d2", 4, 1, 0, 2, 2, 3, "en", "", false};
  after.message_count = 5;
  after.reopened_count = 2;
  after.merged_into = TicketId(ids.NewId());
  after.updated_at += absl::Hours(1);
  after.last_activity_at += absl::Hours(1);
  after.first_response_at.reset();
  after.last_customer_message_at.reset();
  after.last_agent_message_at.reset();
  after.waiting_since.reset();
  after.resolved_at.reset();
  after.closed_at.reset();
  after.snoozed_until.reset();
  ASSERT_OK(Write([&](Unit& unit) { return unit.store.UpdateTicket(before, after); }));
  EXPECT_EQ(after.revision, before.revision + 1);
  EXPECT_EQ(Find(before.id), after);
}

TEST_P(StoreContractTest, RollsBackWithItsTransaction) {
  Ticket ticket = FullTicket();
  EXPECT_THAT(Write([&](Unit& unit) -> absl::Status {
                HUIYIN_RETURN_IF_ERROR(unit.store.InsertTicket(ticket));
                return absl::InternalError("after all");
              }),
              StatusIs(absl::StatusCode::kInternal));
  EXPECT_EQ(Find(ticket.id), std::nullopt);
}

TEST_P(StoreContractTest, FiltersByEveryField) {
  Ticket a = FullTicket();
  a.subject = "a";
  Stored(a);
  Ticket b{.id = TicketId(ids.NewId()), .tenant = acme, .identity = {Channel::kEmail, "b@x"}};
  b.subject = "b";
  b.created_at = b.updated_at = b.last_activity_at = clock.Now() + absl::Hours(1);
  Stored(b);
  Ticket c = b;
  c.id = TicketId(ids.NewId());
  c.tenant = TenantId("other");
  c.subject = "c";
  Stored(c);
  Ticket d = b;
  d.id = TicketId(ids.NewId());
  d.subject = "d";
  d.state = State::kMerged;
  Stored(d);

  EXPECT_THAT(List({}), ElementsAre("b", "a"));
  EXPECT_THAT(List({}, 1), ElementsAre("b"));
  EXPECT_THAT(List({.states = {State::kMerged, State::kNew}}), ElementsAre("d", "b"));
  EXPECT_THAT(List({.categories = {6}}), ElementsAre("a"));
  EXPECT_THAT(List({.categories = {1, 7}}), ElementsAre("a"));
  EXPECT_THAT(List({.categories = {1}}), IsEmpty());
  EXPECT_THAT(List({.priorities = {1}}), ElementsAre("a"));
  EXPECT_THAT(List({.channels = {Channel::kEmail}}), ElementsAre("b"));
  EXPECT_THAT(List({.queue = "refunds"}), ElementsAre("a"));
  EXPECT_THAT(List({.assignee = "ann"}), ElementsAre("a"));
  EXPECT_THAT(List({.unassigned = true}), ElementsAre("b"));
  EXPECT_THAT(List({.customer = CustomerId("C7")}), ElementsAre("a"));
  EXPECT_THAT(List({.created_from = clock.Now() + absl::Minutes(1)}), ElementsAre("b"));
  EXPECT_THAT(List({.created_before = clock.Now() + absl::Minutes(1)}), ElementsAre("a"));
  EXPECT_THAT(List({.needs_review = true}), ElementsAre("a"));
  EXPECT_THAT(List({.channels = {Channel::kEmail}, .needs_review = true}), IsEmpty());
}

TEST_P(StoreContractTest, ListsChangesInOrderFromAPosition) {
  std::vector<Ticket> stored;
  for (int i = 0; i < 3; ++i) {
    Ticket ticket{.id = TicketId(ids.NewId()), .tenant = acme};
    ticket.created_at = ticket.last_activity_at = clock.Now();
    ticket.updated_at = clock.Now() + absl::Seconds(i == 0 ? 5 : 1);
    stored.push_back(Stored(ticket));
  }
  ASSERT_OK(Read([&](Unit& unit) -> absl::Status {
    TicketFilter all{.states = {kStates.begin(), kStates.end()}};
    HUIYIN_ASSIGN_OR_RETURN(auto changed, unit.store.ListChanged(acme, all, clock.Now(), 0, 10));
    EXPECT_THAT(changed, ElementsAre(stored[1], stored[2], stored[0]));
    HUIYIN_ASSIGN_OR_RETURN(
        changed, unit.store.ListChanged(acme, all, stored[1].updated_at, stored[1].no, 10));
    EXPECT_THAT(changed, ElementsAre(stored[2], stored[0]));
    return absl::OkStatus();
  }));
}

TEST_P(StoreContractTest, GivesBackEveryPartOfAMessage) {
  const Ticket ticket = Stored(FullTicket());
  Message message{.ticket = ticket.id, .ticket_no = ticket.no, .number = 1};
  message.author = Author::kCustomer;
  message.identity = {Channel::kForm, "f"};
  message.external_id = "M1";
  message.body = "line one\nline two";
  message.language = "zh-Hant";
  message.rating = 4;
  message.form = FormFields{"王芳", "HY 1", {"refund", "damaged"}};
  message.call = CallData{"+86", "https://x", absl::Seconds(90)};
  message.attachments = {{UploadId("u1"), "a.jpg", "image/jpeg", 12}, {UploadId(), "b.txt", "", 0}};
  message.answers = "x-1";
  message.sent_at = clock.Now() - absl::Hours(3);
  message.created_at = clock.Now();
  ASSERT_OK(Write([&](Unit& unit) { return unit.store.InsertMessage(ticket, message); }));
  ASSERT_OK(Read([&](Unit& unit) -> absl::Status {
    HUIYIN_ASSIGN_OR_RETURN(const auto found, unit.store.FindMessage(ticket.no, 1));
    EXPECT_EQ(found, message);
    HUIYIN_ASSIGN_OR_RETURN(const auto none, unit.store.FindMessage(ticket.no, 2));
    EXPECT_EQ(none, std::nullopt);
    HUIYIN_ASSIGN_OR_RETURN(const auto ref, unit.store.FindExternal(acme, Channel::kForm, "M1"));
    EXPECT_TRUE(ref.has_value() && ref->ticket == ticket.id && ref->number == 1);
    HUIYIN_ASSIGN_OR_RETURN(const auto other, unit.store.FindExternal(acme, Channel::kChat, "M1"));
    EXPECT_FALSE(other.has_value());
    HUIYIN_ASSIGN_OR_RETURN(const auto theirs,
                            unit.store.FindExternal(TenantId("other"), Channel::kForm, "M1"));
    EXPECT_FALSE(theirs.has_value());
    return absl::OkStatus();
  }));
}

TEST_P(StoreContractTest, TakesAnExternalIdOnce) {
  const Ticket ticket = Stored(FullTicket());
  Message message{.ticket = ticket.id, .ticket_no = ticket.no, .number = 1};
  message.external_id = "M1";
  message.body = "x";
  ASSERT_OK(Write([&](Unit& unit) { return unit.store.InsertMessage(ticket, message); }));
  message.number = 2;
  EXPECT_THAT(Write([&](Unit& unit) { return unit.store.InsertMessage(ticket, message); }),
              StatusIs(absl::StatusCode::kAborted));
  message.external_id = "";
  ASSERT_OK(Write([&](Unit& unit) { return unit.store.InsertMessage(ticket, message); }));
  message.number = 3;
  EXPECT_OK(Write([&](Unit& unit) { return unit.store.InsertMessage(ticket, message); }));
}

TEST_P(StoreContractTest, RemembersIdentities) {
  const Identity identity{Channel::kEmail, "a@example.com"};
  const IdentityRecord first{CustomerId(), 7};
  const IdentityRecord second{CustomerId("C1"), 8};
  const auto find = [&] {
    std::optional<IdentityRecord> record;
    EXPECT_OK(Read([&](Unit& unit) -> absl::Status {
      HUIYIN_ASSIGN_OR_RETURN(record, unit.store.FindIdentity(acme, identity));
      return absl::OkStatus();
    }));
    return record;
  };
  EXPECT_EQ(find(), std::nullopt);
  ASSERT_OK(Write([&](Unit& unit) { return unit.store.InsertIdentity(acme, identity, first); }));
  EXPECT_EQ(find(), first);
  EXPECT_THAT(Write([&](Unit& unit) { return unit.store.InsertIdentity(acme, identity, second); }),
              StatusIs(absl::StatusCode::kAborted));
  ASSERT_OK(Write([&](Unit& unit) { return unit.store.UpdateIdentity(acme, identity, second); }));
  EXPECT_EQ(find(), second);
}

TEST_P(StoreContractTest, SetsAndCancelsDeadlines) {
  const Ticket ticket = Stored(FullTicket());
  ASSERT_OK(Write([&](Unit& unit) -> absl::Status {
    HUIYIN_RETURN_IF_ERROR(unit.store.SetDeadline(Deadline::kClose, ticket, clock.Now()));
    HUIYIN_RETURN_IF_ERROR(unit.store.SetDeadline(Deadline::kClose, ticket, clock.Now()));
    return unit.store.SetDeadline(Deadline::kSnoozeEnd, ticket, clock.Now());
  }));
  EXPECT_EQ(Count("timer"), 2);
  ASSERT_OK(Write([&](Unit& unit) { return unit.store.CancelDeadline(Deadline::kClose, ticket); }));
  EXPECT_EQ(Count("timer"), 1);
}

TEST_P(StoreContractTest, KeepsUploads) {
  Upload upload{.id = UploadId("u1"),
                .tenant = acme,
                .owner = "C1",
                .file_name = "照片.jpg",
                .size = 100,
                .sha256 = "",
                .created_at = clock.Now()};
  ASSERT_OK(Write(
      [&](Unit& unit) { return unit.store.InsertUpload(upload, clock.Now() + absl::Hours(1)); }));
  EXPECT_EQ(Count("timer"), 1);
  upload.received = 100;
  upload.finished = true;
  upload.sha256 = "abc";
  upload.content_type = "image/jpeg";
  upload.finished_at = clock.Now();
  const auto open = [&] {
    int count = -1;
    EXPECT_OK(Read([&](Unit& unit) -> absl::Status {
      HUIYIN_ASSIGN_OR_RETURN(count, unit.store.CountOpenUploads(acme, "C1"));
      return absl::OkStatus();
    }));
    return count;
  };
  EXPECT_EQ(open(), 1);
  ASSERT_OK(Write([&](Unit& unit) { return unit.store.UpdateUpload(upload); }));
  EXPECT_EQ(open(), 0);
  EXPECT_EQ(Count("timer"), 0);
  ASSERT_OK(Read([&](Unit& unit) -> absl::Status {
    HUIYIN_ASSIGN_OR_RETURN(const auto found, unit.store.FindUpload(acme, upload.id));
    EXPECT_EQ(found, upload);
    HUIYIN_ASSIGN_OR_RETURN(const auto other, unit.store.FindUpload(TenantId("x"), upload.id));
    EXPECT_EQ(other, std::nullopt);
    return absl::OkStatus();
  }));
}

}  // namespace
}  // namespace huiyin::ingest
