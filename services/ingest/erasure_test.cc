// CustomerService over gRPC, as the program puts it together.
#include "huiyin/event/v1/customer_events.pb.h"
#include "libs/core/status.h"
#include "services/ingest/testing/test_host.h"

namespace huiyin::ingest {
namespace {

using huiyin::testing::IsOk;
using huiyin::testing::StatusIs;

class ErasureTest : public ::testing::TestWithParam<db::Dialect> {
 protected:
  v1::Ticket Write(const std::string& user, const std::string& text,
                   const std::string& customer = "") {
    v1::CreateTicketRequest request;
    request.set_request_id(host_.NewId());
    request.mutable_feedback()->set_channel(huiyin::common::v1::CHANNEL_FORM);
    request.mutable_feedback()->set_external_user_id(user);
    request.mutable_feedback()->set_customer_id(customer);
    auto& form = *request.mutable_feedback()->mutable_form();
    form.mutable_fields()->set_customer_name("Canary Name");
    form.set_description(text);
    const auto created = host_.Ask(host_.tickets(), &v1::TicketService::Stub::CreateTicket, request,
                                   host_.As("platform"));
    EXPECT_OK(created);
    return created.ok() ? created->ticket() : v1::Ticket();
  }
  absl::StatusOr<v1::EraseCustomerResponse> Erase(const std::string& customer,
                                                  const std::string& role = "operator",
                                                  const std::string& tenant = "acme") {
    v1::EraseCustomerRequest request;
    request.set_parent("tenants/" + tenant);
    request.set_customer_id(customer);
    request.set_request_id(host_.NewId());
    return host_.Ask(host_.customers(), &v1::CustomerService::Stub::EraseCustomer, request,
                     host_.As(role, "dpo", tenant));
  }
  int Found(const std::string& words) {
    v1::SearchTicketsRequest request;
    request.set_query(words);
    const auto found = host_.Ask(host_.tickets(), &v1::TicketService::Stub::SearchTickets, request,
                                 host_.As("agent"));
    EXPECT_OK(found);
    return found.ok() ? found->matches_size() : -1;
  }
  std::vector<std::string> Column(const std::string& sql) {
    std::vector<std::string> values;
    EXPECT_OK(host_.database().Read([&](db::Session& session) {
      return session.Query(sql, {}, [&](const db::Row& row) { values.push_back(row.Str(0)); });
    }));
    return values;
  }

  // Asks until it does, or long enough.
  template <class Ask>
  static bool Becomes(int64_t wanted, Ask ask) {
    const absl::Time patience = SystemClock().Now() + absl::Seconds(30);
    while (ask() != wanted) {
      if (SystemClock().Now() > patience) return false;
    }
    return true;
  }

  TestHost host_{GetParam()};
};
INSTANTIATE_TEST_SUITE_P(Databases, ErasureTest, ::testing::ValuesIn(testing::AllDatabases()),
                         testing::DatabaseName);

TEST_P(ErasureTest, NothingLeadsToTheCustomerAndTheOthersAreTold) {
  const v1::Ticket ticket = Write("canary-user", "canarytext is broken", "canary-ann");
  const v1::Ticket other = Write("other-user", "othertext is broken", "bob");
  ASSERT_TRUE(Becomes(1, [&] { return Found("canarytext"); }));

  const auto erased = Erase("canary-ann");
  ASSERT_OK(erased);
  EXPECT_EQ(erased->ticket_count(), 1);
  EXPECT_EQ(erased->message_count(), 1);
  // The index forgets soon after.
  EXPECT_TRUE(Becomes(0, [&] { return Found("canarytext"); }));
  EXPECT_EQ(Found("othertext"), 1);

  v1::GetTicketRequest get;
  get.set_name(ticket.name());
  const auto left =
      host_.Ask(host_.tickets(), &v1::TicketService::Stub::GetTicket, get, host_.As("agent"));
  ASSERT_OK(left);
  EXPECT_EQ(left->state(), ticket.state());
  EXPECT_EQ(left->ShortDebugString().find("canary"), std::string::npos);
  EXPECT_EQ(left->customer_id(), "");
  v1::ListMessagesRequest list;
  list.set_parent(ticket.name());
  const auto messages =
      host_.Ask(host_.tickets(), &v1::TicketService::Stub::ListMessages, list, host_.As("agent"));
  ASSERT_OK(messages);
  ASSERT_EQ(messages->messages_size(), 1);
  EXPECT_EQ(messages->ShortDebugString().find("anary"), std::string::npos);

  EXPECT_EQ(host_.Count("message_form"), 1);
  EXPECT_EQ(Column("SELECT customer_id FROM identity"), std::vector<std::string>{"bob"});
  EXPECT_EQ(Column("SELECT requested_by FROM customer_erasure"), std::vector<std::string>{"dpo"});
  const auto bodies = Column("SELECT body FROM outbox WHERE topic = 'customer'");
  ASSERT_EQ(bodies.size(), 1u);
  event::v1::CustomerErased event;
  ASSERT_TRUE(event.ParseFromString(bodies[0]));
  EXPECT_EQ(event.customer_id(), "canary-ann");
  EXPECT_EQ(Column("SELECT aggregate_id FROM outbox WHERE topic = 'customer'"),
            std::vector<std::string>{erased->erasure_id()});
}

TEST_P(ErasureTest, AnswersKeptForRepeatsHoldNoWords) {
  v1::CreateTicketRequest create;
  create.set_request_id(host_.NewId());
  create.mutable_feedback()->set_channel(huiyin::common::v1::CHANNEL_CHAT);
  create.mutable_feedback()->set_external_user_id("canary-user");
  create.mutable_feedback()->set_customer_id("canary-ann");
  create.mutable_feedback()->set_subject("canary subject");
  create.mutable_feedback()->set_text("canary text");
  const auto ask = [&] {
    return host_.Ask(host_.tickets(), &v1::TicketService::Stub::CreateTicket, create,
                     host_.As("platform"));
  };
  const auto created = ask();
  ASSERT_OK(created);
  v1::AppendMessageRequest append;
  append.set_request_id(host_.NewId());
  append.set_ticket(created->ticket().name());
  append.set_author(v1::AUTHOR_KIND_CUSTOMER);
  append.set_body("canary reply");
  const auto reply = [&] {
    return host_.Ask(host_.tickets(), &v1::TicketService::Stub::AppendMessage, append,
                     host_.As("platform"));
  };
  const auto appended = reply();
  ASSERT_OK(appended);
  const auto same = reply();
  ASSERT_OK(same);
  EXPECT_EQ(same->ShortDebugString(), appended->ShortDebugString());
  const auto first = ask();  // the first answer, though the ticket has a second message by now
  ASSERT_OK(first);
  EXPECT_EQ(first->ShortDebugString(), created->ShortDebugString());
  for (const std::string& kept : Column("SELECT answer FROM request_log")) {
    EXPECT_EQ(kept.find("canary"), std::string::npos);
  }
  EXPECT_EQ(host_.Count("request_log"), 2);

  ASSERT_OK(Erase("canary-ann"));
  const auto again = ask();
  ASSERT_OK(again);
  EXPECT_EQ(again->ticket().name(), created->ticket().name());
  EXPECT_EQ(again->message_id(), created->message_id());
  EXPECT_EQ(again->outcome(), created->outcome());
  EXPECT_EQ(again->ShortDebugString().find("canary"), std::string::npos);
  const auto replied = reply();
  ASSERT_OK(replied);
  EXPECT_EQ(replied->message().id(), appended->message().id());
  EXPECT_EQ(replied->ShortDebugString().find("canary"), std::string::npos);
}

TEST_P(ErasureTest, WhoWritesAgainIsSomebodyElse) {
  const v1::Ticket ticket = Write("canary-user", "first", "ann");
  ASSERT_OK(Erase("ann"));
  const v1::Ticket later = Write("canary-user", "second");
  EXPECT_NE(later.name(), ticket.name());
  EXPECT_EQ(later.customer_id(), "");
}

TEST_P(ErasureTest, TicketsFromBeforeTheCustomerWasKnownGoToo) {
  Write("canary-user", "canaryfirst", "ann");
  ASSERT_OK(host_.database().Write([](db::Transaction& tx) {
    return tx.Execute("UPDATE ticket SET customer_id = ''").status();
  }));
  Write("other-user", "other");
  EXPECT_EQ(Erase("ann")->ticket_count(), 1);
  EXPECT_EQ(Column("SELECT body FROM message WHERE body LIKE '%canary%'"),
            std::vector<std::string>());
}

TEST_P(ErasureTest, AgainOrUnknownChangesNothingHere) {
  Write("canary-user", "first", "ann");
  EXPECT_EQ(Erase("ann", "operator", "other")->ticket_count(), 0);
  EXPECT_EQ(Erase("ann")->ticket_count(), 1);
  EXPECT_EQ(Erase("ann")->ticket_count(), 0);
  EXPECT_EQ(host_.Count("customer_erasure"), 3);
}

TEST_P(ErasureTest, TakesAKnownRoleAndAnId) {
  EXPECT_THAT(Erase("x", "agent"), StatusIs(absl::StatusCode::kPermissionDenied));
  EXPECT_THAT(Erase(""), StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST_P(ErasureTest, FilesGoWithTheirBytes) {
  v1::CreateUploadRequest create;
  create.set_request_id(host_.NewId());
  create.mutable_upload()->set_file_name("canary.txt");
  create.mutable_upload()->set_size_bytes(10);
  ASSERT_OK(host_.Ask(host_.evidence(), &v1::EvidenceService::Stub::CreateUpload, create,
                      host_.As("customer", "ann")));
  EXPECT_EQ(Erase("ann")->upload_count(), 1);
  EXPECT_TRUE(Becomes(0, [&] { return host_.Count("upload"); }));
}

}  // namespace
}  // namespace huiyin::ingest
