// Contact data stays where it was told: in ingest's database. Values that occur nowhere else go in
// by every channel; no log, metric, stream or other service's database shows them afterwards.
#include <filesystem>
#include <fstream>
#include <sstream>

#include "deploy/client/call.h"
#include "deploy/client/delivery.h"
#include "huiyin/analytics/v1/analytics_service.grpc.pb.h"
#include "huiyin/ingest/v1/customer_service.grpc.pb.h"
#include "huiyin/ingest/v1/ticket_service.grpc.pb.h"
#include "huiyin/triage/v1/triage_service.grpc.pb.h"
#include "tests/e2e/whole_test.h"
#include "tests/harness/flows.h"

namespace huiyin {
namespace {

using ::huiyin::testing::IsOk;
namespace common = huiyin::common::v1;
namespace ingest = huiyin::ingest::v1;

// The identity card's check digit and the bank card's Luhn sum are right, so that what looks for
// such numbers finds them.
constexpr const char* kCanaries[] = {"13900977531", "11010519491231002X", "6222021001116245702",
                                     "canary.zhang@post.example"};

std::string Everything() {
  std::string all = "请退款";
  for (const char* canary : kCanaries) all += std::string(" ") + canary;
  return all;
}

std::string Contents(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::stringstream bytes;
  bytes << in.rdbuf();
  return bytes.str();
}

class PrivacyTest : public WholeTest {
 protected:
  static absl::Status Send(ingest::Feedback feedback) {
    ingest::CreateTicketRequest request;
    request.set_request_id(client::UuidOf(Fresh("privacy")));
    *request.mutable_feedback() = std::move(feedback);
    return testing::Create(connection(), request).status();
  }

  static ingest::Feedback From(common::Channel channel, const std::string& user) {
    ingest::Feedback feedback;
    feedback.set_channel(channel);
    feedback.set_external_user_id(user);
    return feedback;
  }

  static void ExpectNone(const std::filesystem::path& file) {
    const std::string bytes = Contents(file);
    ASSERT_FALSE(bytes.empty()) << file << " was not there to be looked at";
    for (const char* canary : kCanaries) {
      EXPECT_EQ(bytes.find(canary), std::string::npos)
          << file << " holds " << canary << ": …"
          << bytes.substr(std::max<size_t>(bytes.find(canary), 60) - 60, 120);
    }
  }
};

TEST_F(PrivacyTest, NoContactDataOutsideIngestsDatabase) {
  auto chat = From(common::CHANNEL_CHAT, Fresh("user"));
  chat.set_text(Everything());
  ASSERT_OK(Send(chat));
  auto mail = From(common::CHANNEL_EMAIL, "canary.zhang@post.example");
  mail.set_subject(Everything());
  mail.set_text(Everything());
  ASSERT_OK(Send(mail));
  auto form = From(common::CHANNEL_FORM, Fresh("user"));
  form.mutable_form()->mutable_fields()->set_customer_name(Everything());
  form.mutable_form()->set_description(Everything());
  ASSERT_OK(Send(form));
  auto call = From(common::CHANNEL_PHONE, "13900977531");
  call.mutable_call()->mutable_data()->set_caller("13900977531");
  call.mutable_call()->set_transcript(Everything());
  ASSERT_OK(Send(call));
  // Refused: the error and its log line must not repeat what was wrong.
  auto refused = From(common::CHANNEL_CHAT, Everything() + "\x01");
  refused.set_text(std::string(30'000, 'x') + Everything());
  refused.set_language(Everything());
  const absl::Status status = Send(refused);
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  for (const char* canary : kCanaries) {
    EXPECT_EQ(status.ToString().find(canary), std::string::npos) << status;
  }
  huiyin::triage::v1::ClassifyTextRequest text;
  text.set_text(Everything());
  const auto classified =
      client::Call(connection(), &triage::v1::TriageService::Stub::ClassifyText, text);
  ASSERT_OK(classified);
  for (const char* canary : kCanaries) {
    EXPECT_EQ(classified->ShortDebugString().find(canary), std::string::npos) << canary;
  }
  ASSERT_OK(client::WaitUntilDelivered(connection(), absl::Seconds(60)));

  for (const std::string& service : client::Services()) {
    ExpectNone(suite().log(service));
    if (service == "ingest") continue;
    ExpectNone(suite().database(service));
    ExpectNone(suite().database(service) + "-wal");
  }
  int streams = 0;
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(suite().redis().folder())) {
    if (!entry.is_regular_file() ||
        entry.path().filename().string().find(".incr.aof") == std::string::npos)
      continue;
    ExpectNone(entry.path());
    ++streams;
  }
  EXPECT_GT(streams, 0) << "Redis' append-only file was not found";
}

TEST_F(PrivacyTest, AnErasedCustomerIsForgottenByEveryService) {
  auto chat = From(common::CHANNEL_CHAT, Fresh("user"));
  const std::string customer = Fresh("customer");
  chat.set_customer_id(customer);
  chat.set_text("erasemesoon " + Everything());
  ingest::CreateTicketRequest create;
  create.set_request_id(client::UuidOf(Fresh("erased")));
  *create.mutable_feedback() = std::move(chat);
  const auto created = testing::Create(connection(), create);
  ASSERT_OK(created);
  ASSERT_OK(client::WaitUntilDelivered(connection(), absl::Seconds(60)));

  ingest::EraseCustomerRequest erase;
  erase.set_parent(connection().parent());
  erase.set_customer_id(customer);
  erase.set_request_id(client::UuidOf(Fresh("erase")));
  const auto erased =
      client::Call(connection(), &ingest::CustomerService::Stub::EraseCustomer, erase);
  ASSERT_OK(erased);
  EXPECT_EQ(erased->ticket_count(), 1);
  ASSERT_OK(client::WaitUntilDelivered(connection(), absl::Seconds(60)));

  ingest::ListMessagesRequest list;
  list.set_parent(created->ticket().name());
  const auto messages =
      client::Call(connection(), &ingest::TicketService::Stub::ListMessages, list);
  ASSERT_OK(messages);
  ASSERT_EQ(messages->messages_size(), 1);
  EXPECT_EQ(messages->messages(0).body(), "");
  // Analytics has applied the event already: nothing is known of the customer any more.
  analytics::v1::EraseCustomerRequest again;
  again.set_parent(connection().parent());
  again.set_customer_id(customer);
  again.set_request_id(client::UuidOf(Fresh("again")));
  const auto forgotten =
      client::Call(connection(), &analytics::v1::AnalyticsService::Stub::EraseCustomer, again);
  ASSERT_OK(forgotten);
  EXPECT_FALSE(forgotten->known());
}

}  // namespace
}  // namespace huiyin
