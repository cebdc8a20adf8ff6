// What must be refused, with a clear error and nothing stored.
#include <google/protobuf/stubs/logging.h>

#include "absl/strings/escaping.h"
#include "deploy/client/call.h"
#include "libs/rpc/auth.h"
#include "tests/e2e/whole_test.h"
#include "tests/harness/flows.h"

namespace huiyin {
namespace {

using ::huiyin::testing::ChatMessage;
using ::huiyin::testing::HasReason;
using ::huiyin::testing::IsOkAndHolds;
using ::huiyin::testing::StatusIs;

class BadInputTest : public WholeTest {
 protected:
  void SetUp() override {
    const auto before = testing::CountTickets(connection());
    ASSERT_OK(before);
    before_ = *before;
  }
  // Every test here ends with as many tickets as it began with.
  void TearDown() override {
    EXPECT_THAT(testing::CountTickets(connection()), IsOkAndHolds(before_ + stored_));
  }
  static auto Message(const std::string& text) {
    return ChatMessage(Fresh("user"), text, client::UuidOf(Fresh("request")));
  }
  static bool Violates(const absl::Status& status, const std::string& field) {
    for (const Violation& violation : Violations(status)) {
      if (violation.field == field && !violation.description.empty()) return true;
    }
    return false;
  }
  // A connection that calls with `token`.
  static client::Connection WithToken(const std::string& token) {
    client::Access access = suite().access();
    access.token = token;
    return client::Connection(access, SystemClock());
  }
  void Stored(int64_t tickets) { stored_ = tickets; }

 private:
  int64_t before_ = 0, stored_ = 0;
};

TEST_F(BadInputTest, AnUnknownChannel) {
  auto request = Message("hello");
  request.mutable_feedback()->set_channel(static_cast<huiyin::common::v1::Channel>(999));
  const auto response = testing::Create(connection(), request);
  EXPECT_THAT(response, StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_TRUE(Violates(response.status(), "feedback.channel")) << response.status();
}

TEST_F(BadInputTest, AnEmptyTextAndABadRequestIdAreToldTogether) {
  auto request = Message("");
  request.set_request_id("not-a-uuid");
  const auto response = testing::Create(connection(), request);
  EXPECT_THAT(response, StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_TRUE(Violates(response.status(), "feedback.text")) << response.status();
  EXPECT_TRUE(Violates(response.status(), "request_id")) << response.status();
}

TEST_F(BadInputTest, OnlyBlanks) {
  EXPECT_THAT(testing::Create(connection(), Message(" \n\t\u3000 ")),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST_F(BadInputTest, TenMegabytes) {
  const auto response = testing::Create(connection(), Message(std::string(10 << 20, 'x')));
  EXPECT_THAT(response, StatusIs(absl::StatusCode::kResourceExhausted));
  EXPECT_FALSE(response.status().message().empty());
}

TEST_F(BadInputTest, ATextThatIsTooLongButArrives) {
  const auto response = testing::Create(connection(), Message(std::string(20001, 'x')));
  EXPECT_THAT(response, StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_TRUE(Violates(response.status(), "feedback.text")) << response.status();
}

TEST_F(BadInputTest, InvalidUtf8) {
  google::protobuf::SetLogHandler(nullptr);
  const auto response = testing::Create(connection(), Message("caf\xe9 \xc0\x80"));
  EXPECT_THAT(response, StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(response, HasReason("MALFORMED_REQUEST"));
  EXPECT_THAT(std::string(response.status().message()), ::testing::HasSubstr("UTF-8"));
}

TEST_F(BadInputTest, ControlCharacters) {
  EXPECT_THAT(testing::Create(connection(), Message("a\033[2Jb")),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST_F(BadInputTest, ATimeInTheFuture) {
  auto request = Message("hello");
  request.mutable_feedback()->mutable_sent_time()->set_seconds(
      absl::ToUnixSeconds(SystemClock().Now() + absl::Hours(2)));
  const auto response = testing::Create(connection(), request);
  EXPECT_THAT(response, StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_TRUE(Violates(response.status(), "feedback.sent_time")) << response.status();
}

TEST_F(BadInputTest, AnotherTenantsTicketIsNotThere) {
  const auto created = testing::Create(connection(), Message("mine"));
  ASSERT_OK(created);
  Stored(1);
  const auto other = suite().ConnectAs("other", "agent", {"agent", "lead", "operator"});
  for (const std::string& name :
       {created->ticket().name(), "tenants/-/tickets/" + created->ticket().id(),
        "tenants/other/tickets/" + created->ticket().id()}) {
    EXPECT_THAT(testing::GetTicket(*other, name), StatusIs(absl::StatusCode::kNotFound)) << name;
  }
  EXPECT_THAT(testing::Resolve(*other, created->ticket().name(), client::UuidOf(Fresh("r"))),
              StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(testing::CountTickets(*other), IsOkAndHolds(0));
}

TEST_F(BadInputTest, AnExpiredToken) {
  const auto token = rpc::MintToken(suite().access().keys_file,
                                    {.tenant = "demo", .subject = "late", .roles = {"agent"}},
                                    SystemClock().Now() - absl::Hours(2));
  ASSERT_OK(token);
  client::Connection late = WithToken(*token);
  const auto response = testing::Create(late, Message("hello"));
  EXPECT_THAT(response, StatusIs(absl::StatusCode::kUnauthenticated));
  EXPECT_THAT(response, HasReason("TOKEN_EXPIRED"));
}

TEST_F(BadInputTest, ATokenThatNobodySigned) {
  const auto part = [](const std::string& json) { return absl::WebSafeBase64Escape(json); };
  const std::string claims =
      "{\"iss\":\"huiyin\",\"aud\":\"huiyin\",\"sub\":\"x\",\"tenant\":\"demo\","
      "\"roles\":[\"agent\",\"lead\"],\"exp\":" +
      std::to_string(absl::ToUnixSeconds(SystemClock().Now() + absl::Hours(1))) + "}";
  for (const char* header : {R"({"alg":"none"})", R"({"alg":"none","typ":"JWT","kid":"dev"})",
                             R"({"alg":"HS256","typ":"JWT"})"}) {
    client::Connection nobody = WithToken(part(header) + "." + part(claims) + ".");
    EXPECT_THAT(testing::Create(nobody, Message("hello")),
                StatusIs(absl::StatusCode::kUnauthenticated))
        << header;
  }
}

TEST_F(BadInputTest, ARoleThatMayNot) {
  const auto customer = suite().ConnectAs("demo", "customer-1", {"customer"});
  const auto created = testing::Create(connection(), Message("mine"));
  ASSERT_OK(created);
  Stored(1);
  EXPECT_THAT(testing::Resolve(*customer, created->ticket().name(), client::UuidOf(Fresh("r"))),
              StatusIs(absl::StatusCode::kPermissionDenied));
}

TEST_F(BadInputTest, ARequestIdWithOtherContent) {
  auto request = Message("first");
  const auto first = testing::Create(connection(), request);
  ASSERT_OK(first);
  Stored(1);
  const auto again = testing::Create(connection(), request);
  ASSERT_OK(again);
  EXPECT_EQ(again->message_id(), first->message_id());
  request.mutable_feedback()->set_text("second");
  const auto other = testing::Create(connection(), request);
  EXPECT_THAT(other, StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(other, HasReason("REQUEST_ID_REUSED"));
}

}  // namespace
}  // namespace huiyin
