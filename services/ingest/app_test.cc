// TicketService over gRPC, as the program puts it together.
#include <thread>

#include "huiyin/event/v1/triage_events.pb.h"
#include "libs/core/status.h"
#include "services/ingest/testing/test_host.h"

namespace huiyin::ingest {
namespace {

using huiyin::testing::HasReason;
using huiyin::testing::IsOk;
using huiyin::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;
using Tickets = v1::TicketService::Stub;

class AppTest : public ::testing::Test {
 protected:
  v1::CreateTicketRequest Chat(const std::string& user, const std::string& text) {
    v1::CreateTicketRequest request;
    request.set_request_id(host.NewId());
    request.mutable_feedback()->set_channel(huiyin::common::v1::CHANNEL_CHAT);
    request.mutable_feedback()->set_external_user_id(user);
    request.mutable_feedback()->set_text(text);
    return request;
  }
  absl::StatusOr<v1::CreateTicketResponse> Create(const v1::CreateTicketRequest& request,
                                                  const std::string& role = "platform",
                                                  const std::string& subject = "shop") {
    return host.Ask(host.tickets(), &Tickets::CreateTicket, request, host.As(role, subject));
  }
  v1::Ticket Created(const std::string& user, const std::string& text) {
    const auto created = Create(Chat(user, text));
    EXPECT_OK(created);
    return created.ok() ? created->ticket() : v1::Ticket();
  }
  absl::StatusOr<v1::Ticket> Get(const std::string& name) {
    v1::GetTicketRequest request;
    request.set_name(name);
    return host.Ask(host.tickets(), &Tickets::GetTicket, request, host.As("agent"));
  }
  template <class Request>
  Request Named(const std::string& name) {
    Request request;
    request.set_request_id(host.NewId());
    request.set_name(name);
    return request;
  }
  absl::StatusOr<v1::Ticket> Resolve(const std::string& name) {
    return host.Ask(host.tickets(), &Tickets::ResolveTicket, Named<v1::ResolveTicketRequest>(name),
                    host.As("agent", "ann"));
  }
  static std::vector<std::string> Fields(const absl::Status& status) {
    std::vector<std::string> fields;
    for (const Violation& violation : Violations(status)) fields.push_back(violation.field);
    return fields;
  }

  TestHost host;
};

TEST_F(AppTest, CreateTicketAnswersWithTheTicketOnceItAndItsEventAreStored) {
  const auto created = Create(Chat("u1", "我要退款"));
  ASSERT_OK(created);
  EXPECT_EQ(created->outcome(), v1::INTAKE_OUTCOME_CREATED);
  EXPECT_EQ(created->ticket().name(), "tenants/acme/tickets/" + created->ticket().id());
  EXPECT_EQ(created->message_id(), created->ticket().id() + "-1");
  EXPECT_EQ(created->ticket().state(), v1::TICKET_STATE_NEW);
  EXPECT_EQ(host.Count("outbox"), 1);
  const auto found = Get(created->ticket().name());
  ASSERT_OK(found);
  EXPECT_EQ(found->SerializeAsString(), created->ticket().SerializeAsString());
}

TEST_F(AppTest, RepeatedRequestIdGetsTheFirstAnswerAndOtherContentIsRefused) {
  v1::CreateTicketRequest request = Chat("u1", "one");
  const auto first = Create(request);
  const auto second = Create(request);
  ASSERT_OK(first);
  ASSERT_OK(second);
  EXPECT_EQ(first->SerializeAsString(), second->SerializeAsString());
  request.mutable_feedback()->set_text("two");
  EXPECT_THAT(Create(request), HasReason("REQUEST_ID_REUSED"));
  EXPECT_EQ(host.Count("message"), 1);
}

TEST_F(AppTest, BadInputListsEveryViolationAndStoresNothing) {
  v1::CreateTicketRequest request = Chat(std::string(300, 'u'), " ");
  request.set_request_id("");
  request.mutable_feedback()->set_subject("a\nb");
  request.mutable_feedback()->mutable_sent_time()->set_seconds(99999999999);
  const absl::Status status = Create(request).status();
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(Fields(status),
              UnorderedElementsAre("request_id", "feedback.text", "feedback.external_user_id",
                                   "feedback.subject", "feedback.sent_time"));
  request = Chat("u", "x");
  request.mutable_feedback()->set_channel(static_cast<huiyin::common::v1::Channel>(99));
  EXPECT_THAT(Fields(Create(request).status()), ElementsAre("feedback.channel"));
  EXPECT_THAT(Fields(Create(Chat("u", std::string(100000, 'x'))).status()),
              ElementsAre("feedback.text"));
  EXPECT_EQ(host.Count("ticket") + host.Count("outbox") + host.Count("request_log"), 0);
}

TEST_F(AppTest, TextThatIsNoUtf8IsRefused) {
  const absl::Status status = Create(Chat("u", "bad \xff byte")).status();
  EXPECT_FALSE(status.ok());
  EXPECT_EQ(host.Count("ticket"), 0);
}

TEST_F(AppTest, TenMegabytesAreRefusedWithAClearError) {
  const absl::Status status = Create(Chat("u", std::string(10 << 20, 'x'))).status();
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kResourceExhausted));
  EXPECT_THAT(std::string(status.message()), ::testing::HasSubstr("larger than max"));
  EXPECT_EQ(host.Count("ticket"), 0);
}

TEST_F(AppTest, SixtyFourConcurrentSendersOfOneCustomerMakeOneTicket) {
  std::vector<std::thread> senders;
  for (int i = 0; i < 64; ++i) {
    senders.emplace_back([this, i] { EXPECT_OK(Create(Chat("u1", std::to_string(i)))); });
  }
  for (std::thread& sender : senders) sender.join();
  EXPECT_EQ(host.Count("ticket"), 1);
  EXPECT_EQ(host.Count("message"), 64);
}

TEST_F(AppTest, CustomersReachOwnTicketsOnly) {
  v1::CreateTicketRequest request = Chat("", "mine");
  const auto mine = Create(request, "customer", "C1");
  ASSERT_OK(mine);
  EXPECT_EQ(mine->ticket().customer_id(), "C1");
  v1::GetTicketRequest get;
  get.set_name("tenants/-/tickets/" + mine->ticket().id());
  const auto ask = [&](const std::string& role, const std::string& who, const std::string& tenant) {
    return host.Ask(host.tickets(), &Tickets::GetTicket, get, host.As(role, who, tenant));
  };
  EXPECT_OK(ask("customer", "C1", "acme"));
  EXPECT_THAT(ask("customer", "C2", "acme"), HasReason("TICKET_NOT_FOUND"));
  EXPECT_THAT(ask("agent", "ann", "other"), HasReason("TICKET_NOT_FOUND"));
  EXPECT_THAT(ask("operator", "op", "acme"), StatusIs(absl::StatusCode::kPermissionDenied));
  get.set_name("tenants/acme/tickets/" + mine->ticket().id());
  EXPECT_THAT(ask("agent", "ann", "other"), HasReason("TICKET_NOT_FOUND"));
  get.set_name("tickets/" + mine->ticket().id());
  EXPECT_THAT(Fields(ask("agent", "ann", "acme").status()), ElementsAre("name"));
  request = Chat("somebody else", "not mine");
  EXPECT_THAT(Fields(Create(request, "customer", "C1").status()),
              ElementsAre("feedback.external_user_id"));
}

TEST_F(AppTest, ConversationRunsThroughItsStates) {
  const v1::Ticket ticket = Created("u1", "one");
  v1::AppendMessageRequest reply;
  reply.set_request_id(host.NewId());
  reply.set_ticket(ticket.name());
  reply.set_author(v1::AUTHOR_KIND_AGENT);
  reply.set_body("hello");
  const auto replied =
      host.Ask(host.tickets(), &Tickets::AppendMessage, reply, host.As("agent", "ann"));
  ASSERT_OK(replied);
  EXPECT_EQ(replied->message().author_id(), "ann");
  EXPECT_EQ(replied->message().external_user_id(), "u1");
  EXPECT_EQ(replied->message().answers_message_id(), ticket.id() + "-1");
  EXPECT_EQ(replied->ticket().state(), v1::TICKET_STATE_PENDING_CUSTOMER);
  EXPECT_TRUE(replied->ticket().has_first_response_time());

  const auto resolved = Resolve(ticket.name());
  ASSERT_OK(resolved);
  EXPECT_EQ(resolved->state(), v1::TICKET_STATE_RESOLVED);
  EXPECT_THAT(Resolve(ticket.name()), HasReason("INVALID_TRANSITION"));
  auto close = Named<v1::CloseTicketRequest>(ticket.name());
  close.set_etag("stale");
  EXPECT_THAT(host.Ask(host.tickets(), &Tickets::CloseTicket, close, host.As("agent")),
              HasReason("ETAG_MISMATCH"));
  close = Named<v1::CloseTicketRequest>(ticket.name());
  close.set_etag(resolved->etag());
  EXPECT_OK(host.Ask(host.tickets(), &Tickets::CloseTicket, close, host.As("agent")));
  const auto reopened = host.Ask(host.tickets(), &Tickets::ReopenTicket,
                                 Named<v1::ReopenTicketRequest>(ticket.name()), host.As("agent"));
  ASSERT_OK(reopened);
  EXPECT_EQ(reopened->reopened_count(), 1u);

  v1::ListMessagesRequest list;
  list.set_parent(ticket.name());
  list.set_page_size(1);
  const auto page = host.Ask(host.tickets(), &Tickets::ListMessages, list, host.As("agent"));
  ASSERT_OK(page);
  ASSERT_THAT(page->messages(), SizeIs(1));
  list.set_page_token(page->next_page_token());
  const auto rest = host.Ask(host.tickets(), &Tickets::ListMessages, list, host.As("agent"));
  ASSERT_OK(rest);
  EXPECT_EQ(rest->messages(0).body(), "hello");
  EXPECT_EQ(rest->next_page_token(), "");
  list.set_parent("tenants/-/tickets/" + host.NewId());
  EXPECT_THAT(
      Fields(host.Ask(host.tickets(), &Tickets::ListMessages, list, host.As("agent")).status()),
      ElementsAre("page_token"));
}

TEST_F(AppTest, CustomersMayNotWriteAsAgents) {
  const auto mine = Create(Chat("", "mine"), "customer", "C1");
  ASSERT_OK(mine);
  v1::AppendMessageRequest message;
  message.set_request_id(host.NewId());
  message.set_ticket(mine->ticket().name());
  message.set_author(v1::AUTHOR_KIND_AGENT);
  message.set_body("I grant myself a refund");
  message.set_internal(true);
  const absl::Status status =
      host.Ask(host.tickets(), &Tickets::AppendMessage, message, host.As("customer", "C1"))
          .status();
  EXPECT_THAT(Fields(status), ElementsAre("author"));
  EXPECT_EQ(host.Count("message"), 1);
}

TEST_F(AppTest, UpdateChangesWhatTheMaskNames) {
  const v1::Ticket ticket = Created("u1", "one");
  v1::UpdateTicketRequest update;
  update.set_request_id(host.NewId());
  *update.mutable_ticket() = ticket;
  update.mutable_ticket()->set_subject("kettle");
  update.mutable_ticket()->set_assignee("ann");
  update.mutable_ticket()->set_order_id("not in the mask");
  update.mutable_ticket()->set_state(v1::TICKET_STATE_PENDING_INTERNAL);
  for (const char* path : {"subject", "assignee", "state"}) {
    update.mutable_update_mask()->add_paths(path);
  }
  const auto updated = host.Ask(host.tickets(), &Tickets::UpdateTicket, update, host.As("agent"));
  ASSERT_OK(updated);
  EXPECT_EQ(updated->subject(), "kettle");
  EXPECT_EQ(updated->assignee(), "ann");
  EXPECT_EQ(updated->order_id(), "");
  EXPECT_EQ(updated->state(), v1::TICKET_STATE_PENDING_INTERNAL);
  update.set_request_id(host.NewId());
  EXPECT_THAT(host.Ask(host.tickets(), &Tickets::UpdateTicket, update, host.As("agent")),
              HasReason("ETAG_MISMATCH"));
  update.mutable_update_mask()->add_paths("triage");
  update.mutable_ticket()->set_state(v1::TICKET_STATE_CLOSED);
  EXPECT_THAT(
      Fields(host.Ask(host.tickets(), &Tickets::UpdateTicket, update, host.As("agent")).status()),
      UnorderedElementsAre("update_mask", "ticket.state"));
}

TEST_F(AppTest, MergesAndTakesApart) {
  const v1::Ticket a = Created("a", "one");
  const v1::Ticket b = Created("b", "two");
  v1::MergeTicketsRequest merge;
  merge.set_request_id(host.NewId());
  merge.set_target(a.name());
  merge.add_sources(b.name());
  const auto merged = host.Ask(host.tickets(), &Tickets::MergeTickets, merge, host.As("lead"));
  ASSERT_OK(merged);
  EXPECT_EQ(merged->sources(0).merged_into(), a.name());
  merge.set_request_id(host.NewId());
  merge.add_sources(b.name());
  EXPECT_THAT(
      Fields(host.Ask(host.tickets(), &Tickets::MergeTickets, merge, host.As("lead")).status()),
      ElementsAre("sources[1]"));
  const auto apart = host.Ask(host.tickets(), &Tickets::UnmergeTicket,
                              Named<v1::UnmergeTicketRequest>(b.name()), host.As("agent"));
  ASSERT_OK(apart);
  EXPECT_EQ(apart->state(), v1::TICKET_STATE_NEW);
}

TEST_F(AppTest, SnoozeEndsAndResolvedTicketsCloseByThemselves) {
  const v1::Ticket asleep = Created("a", "one");
  auto snooze = Named<v1::SnoozeTicketRequest>(asleep.name());
  EXPECT_THAT(
      Fields(host.Ask(host.tickets(), &Tickets::SnoozeTicket, snooze, host.As("agent")).status()),
      ElementsAre("snooze_until"));
  snooze.mutable_snooze_until()->set_seconds(
      absl::ToUnixSeconds(host.fake_clock().Now() + absl::Hours(1)));
  ASSERT_OK(host.Ask(host.tickets(), &Tickets::SnoozeTicket, snooze, host.As("agent")));
  const v1::Ticket done = Created("b", "two");
  ASSERT_OK(Resolve(done.name()));
  const auto state = [&](const v1::Ticket& ticket) {
    const auto found = Get(ticket.name());
    return found.ok() ? found->state() : v1::TICKET_STATE_UNSPECIFIED;
  };
  host.fake_clock().Advance(absl::Hours(2));
  host.timers().Wake();
  EXPECT_TRUE(huiyin::testing::WaitUntil([&] { return state(asleep) == v1::TICKET_STATE_OPEN; }));
  EXPECT_EQ(state(done), v1::TICKET_STATE_RESOLVED);
  host.fake_clock().Advance(absl::Hours(72));
  host.timers().Wake();
  EXPECT_TRUE(huiyin::testing::WaitUntil([&] { return state(done) == v1::TICKET_STATE_CLOSED; }));
}

TEST_F(AppTest, ListsSearchesAndPages) {
  for (int i = 0; i < 5; ++i) Created("u" + std::to_string(i), "退款 " + std::to_string(i));
  std::vector<std::string> seen;
  v1::ListTicketsRequest list;
  list.set_page_size(2);
  do {
    const auto page = host.Ask(host.tickets(), &Tickets::ListTickets, list, host.As("agent"));
    ASSERT_OK(page);
    for (const v1::Ticket& ticket : page->tickets()) seen.push_back(ticket.external_user_id());
    list.set_page_token(page->next_page_token());
  } while (!list.page_token().empty());
  EXPECT_THAT(seen, ElementsAre("u4", "u3", "u2", "u1", "u0"));

  v1::SearchTicketsRequest search;
  search.set_query("退款");
  EXPECT_TRUE(huiyin::testing::WaitUntil([&] {
    const auto found = host.Ask(host.tickets(), &Tickets::SearchTickets, search, host.As("agent"));
    return found.ok() && found->matches_size() == 5;
  }));
  search.set_query("");
  search.set_page_size(-1);
  EXPECT_THAT(
      Fields(host.Ask(host.tickets(), &Tickets::SearchTickets, search, host.As("agent")).status()),
      UnorderedElementsAre("query", "page_size"));
  list.mutable_filter()->add_states(static_cast<v1::TicketState>(77));
  EXPECT_THAT(
      Fields(host.Ask(host.tickets(), &Tickets::ListTickets, list, host.As("agent")).status()),
      ElementsAre("filter.states"));
  list.Clear();
  list.mutable_filter()->set_text("退款");
  const auto by_text = host.Ask(host.tickets(), &Tickets::ListTickets, list, host.As("agent"));
  ASSERT_OK(by_text);
  EXPECT_THAT(by_text->tickets(), SizeIs(5));
}

TEST_F(AppTest, TimelineShowsOneCustomer) {
  ASSERT_OK(Create(Chat("", "mine"), "customer", "C1"));
  ASSERT_OK(Create(Chat("", "theirs"), "customer", "C2"));
  v1::ListTimelineRequest request;
  request.set_customer_id("C1");
  const auto timeline = host.Ask(host.tickets(), &Tickets::ListTimeline, request, host.As("agent"));
  ASSERT_OK(timeline);
  ASSERT_THAT(timeline->entries(), SizeIs(1));
  EXPECT_EQ(timeline->entries(0).message().body(), "mine");
  const auto peek =
      host.Ask(host.tickets(), &Tickets::ListTimeline, request, host.As("customer", "C2"));
  ASSERT_OK(peek);
  EXPECT_THAT(peek->entries(), IsEmpty());
}

TEST_F(AppTest, OtherServicesFetchMessagesByTheIdsInEvents) {
  const v1::Ticket ticket = Created("u1", "one");
  v1::BatchGetMessagesRequest request;
  request.add_message_ids(ticket.id() + "-1");
  request.add_message_ids(ticket.id() + "-2");
  const auto found =
      host.Ask(host.tickets(), &Tickets::BatchGetMessages, request, host.As("service", "triage"));
  ASSERT_OK(found);
  ASSERT_THAT(found->messages(), SizeIs(1));
  EXPECT_EQ(found->messages(0).message().body(), "one");
  EXPECT_THAT(found->missing_ids(), ElementsAre(ticket.id() + "-2"));
  EXPECT_THAT(host.Ask(host.tickets(), &Tickets::BatchGetMessages, request, host.As("agent")),
              StatusIs(absl::StatusCode::kPermissionDenied));
  request.clear_message_ids();
  EXPECT_THAT(Fields(host.Ask(host.tickets(), &Tickets::BatchGetMessages, request,
                              host.As("service", "triage"))
                         .status()),
              ElementsAre("message_ids"));
}

TEST_F(AppTest, DecisionsShowOnTheTicketAndPoisonIsNotRetried) {
  const v1::Ticket ticket = Created("u1", "one");
  huiyin::event::v1::TicketTriaged triaged;
  triaged.set_ticket_id(ticket.id());
  triaged.set_decision_id("d1");
  triaged.set_category(huiyin::common::v1::CATEGORY_REFUND);
  triaged.set_priority(huiyin::common::v1::PRIORITY_P2);
  triaged.set_language("zh");
  events::Event event{.type = "huiyin.event.v1.TicketTriaged",
                      .tenant = "acme",
                      .topic = "decision",
                      .aggregate_id = ticket.id(),
                      .sequence = 1,
                      .body = triaged.SerializeAsString()};
  const auto handle = [&] { return host.Deliver("ingest", event); };
  ASSERT_OK(handle());
  const auto shown = Get(ticket.name());
  ASSERT_OK(shown);
  EXPECT_EQ(shown->triage().category(), huiyin::common::v1::CATEGORY_REFUND);
  EXPECT_EQ(shown->triage().decision_id(), "d1");
  event.body = "\xff\xff";
  EXPECT_THAT(handle(), StatusIs(absl::StatusCode::kDataLoss));
  event.type = "huiyin.event.v1.SomethingNew";
  EXPECT_OK(handle());
}

}  // namespace
}  // namespace huiyin::ingest
