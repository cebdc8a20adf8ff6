#include "libs/rpc/status.h"

#include <grpcpp/support/status.h>

#include "absl/strings/str_cat.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "libs/core/status.h"
#include "libs/testing/status.h"

namespace huiyin::rpc {
namespace {

using ::testing::ElementsAre;
using ::testing::EndsWith;
using testing::HasReason;
using ::testing::Pair;
using testing::StatusIs;

TEST(StatusTest, ReasonMetadataAndRetryDelayComeBack) {
  const absl::Status sent = RetryAfter(Error(absl::StatusCode::kResourceExhausted, "OVERLOADED",
                                             "too much", {{"limit", "8192"}, {"queue", "reads"}}),
                                       absl::Milliseconds(1500));
  const grpc::Status wire = ToGrpc(sent);
  EXPECT_EQ(wire.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(wire.error_message(), "too much");
  const absl::Status received = FromGrpc(wire);
  EXPECT_THAT(received, StatusIs(absl::StatusCode::kResourceExhausted));
  EXPECT_THAT(received, HasReason("OVERLOADED"));
  EXPECT_THAT(Metadata(received), ElementsAre(Pair("limit", "8192"), Pair("queue", "reads")));
  EXPECT_EQ(RetryDelay(received), absl::Milliseconds(1500));
}

TEST(StatusTest, AllViolationsComeBack) {
  const std::vector<Violation> violations = {{"name", "1 to 20 characters"},
                                             {"lines[2].quantity", "must be at least 1"}};
  const absl::Status received = FromGrpc(ToGrpc(BadInput(violations)));
  EXPECT_THAT(received, StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(received, HasReason("INVALID_INPUT"));
  EXPECT_EQ(Violations(received), violations);
}

TEST(StatusTest, DetailsAreTheOnesThatOtherClientsKnow) {
  const grpc::Status wire = ToGrpc(BadInput({{"name", "missing"}}));
  google::rpc::Status details;
  ASSERT_TRUE(details.ParseFromString(wire.error_details()));
  ASSERT_EQ(details.details_size(), 2);
  EXPECT_EQ(details.details(0).type_url(), "type.googleapis.com/google.rpc.ErrorInfo");
  EXPECT_EQ(details.details(1).type_url(), "type.googleapis.com/google.rpc.BadRequest");
  google::rpc::ErrorInfo info;
  ASSERT_TRUE(details.details(0).UnpackTo(&info));
  EXPECT_EQ(info.domain(), "huiyin");
}

TEST(StatusTest, WithoutReasonTheCodeIsTheReason) {
  EXPECT_THAT(FromGrpc(ToGrpc(absl::NotFoundError("no such thing"))), HasReason("NOT_FOUND"));
}

TEST(StatusTest, ManyViolationsAreCutToSizeAndCounted) {
  std::vector<Violation> violations;
  for (int i = 0; i < 500; ++i) {
    violations.push_back({absl::StrCat("items[", i, "]"), "退款原因不能为空,请填写"});
  }
  const grpc::Status wire = ToGrpc(BadInput(violations));
  size_t encoded = 0;
  for (const unsigned char c : wire.error_message()) encoded += c < 0x20 || c > 0x7e ? 3 : 1;
  EXPECT_LE(encoded + wire.error_details().size(), 4096u);
  const std::vector<Violation> received = Violations(FromGrpc(wire));
  ASSERT_GT(received.size(), 10u);
  EXPECT_EQ(received.front(), violations.front());
  EXPECT_EQ(received.back().description,
            absl::StrCat("and ", violations.size() - received.size() + 1, " more"));
}

TEST(StatusTest, ALongMessageIsCutAtACharacter) {
  std::string text = "a";
  while (text.size() < 3000) text += "感";
  const std::string cut = ToGrpc(absl::NotFoundError(text)).error_message();
  EXPECT_LT(cut.size(), 1100u);
  EXPECT_THAT(cut, EndsWith("感…"));
}

TEST(StatusTest, HugeMetadataStaysWithinTheLimit) {
  std::map<std::string, std::string> metadata;
  for (int i = 0; i < 100; ++i) metadata[absl::StrCat("key", i)] = std::string(200, 'x');
  const grpc::Status wire = ToGrpc(Error(absl::StatusCode::kNotFound, "NOT_FOUND", "no", metadata));
  EXPECT_LE(wire.error_details().size(), 3072u);
}

TEST(StatusTest, AStatusOfAnotherMakeKeepsCodeAndMessage) {
  const absl::Status received =
      FromGrpc(grpc::Status(grpc::StatusCode::ABORTED, "later", "not a protobuf \xff"));
  EXPECT_THAT(received, StatusIs(absl::StatusCode::kAborted));
  EXPECT_EQ(received.message(), "later");
}

}  // namespace
}  // namespace huiyin::rpc
