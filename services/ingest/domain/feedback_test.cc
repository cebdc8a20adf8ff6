#include "services/ingest/domain/feedback.h"

#include "absl/strings/str_cat.h"
#include "libs/testing/status.h"
#include "services/ingest/domain/text.h"
#include "services/ingest/domain/upload.h"

namespace huiyin::ingest {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

const absl::Time kNow = absl::FromUnixSeconds(1767268800);

Feedback Chat(std::string text) {
  return {.identity = {Channel::kChat, "u1"}, .content = std::move(text)};
}

std::vector<std::string> BadFields(const Feedback& feedback) {
  InputCheck check;
  CheckFeedback(check, "", feedback, kNow);
  std::vector<std::string> fields;
  for (const Violation& violation : Violations(check.ToStatus())) fields.push_back(violation.field);
  return fields;
}

std::string Repeat(std::string_view text, size_t count) {
  std::string all;
  for (size_t i = 0; i < count; ++i) all += text;
  return all;
}

TEST(CheckFeedbackTest, TakesOrdinaryFeedbackOfEveryKind) {
  EXPECT_THAT(BadFields(Chat("手机还没发货？\n付款两天了")), IsEmpty());
  EXPECT_THAT(BadFields({.identity = {Channel::kForm, ""},
                         .content = FormSubmission{"broken", {"王芳", "HY100386", {"damaged"}}}}),
              IsEmpty());
  EXPECT_THAT(
      BadFields({.identity = {Channel::kPhone, "p"},
                 .content = PhoneContact{"hello",
                                         {"+86 138-0000-0017", "https://rec.example.com/1.mp3",
                                          absl::Minutes(3)}}}),
      IsEmpty());
  EXPECT_THAT(BadFields({.identity = {Channel::kReview, "r"},
                         .product = ProductId("P-1"),
                         .content = ProductReview{"", 5}}),
              IsEmpty());
}

TEST(CheckFeedbackTest, RefusesEmptyAndBlankText) {
  for (const char* text : {"", "  ", "\n\t", "　", "\xe2\x80\x8b"}) {
    EXPECT_THAT(BadFields(Chat(text)), ElementsAre("text")) << text;
  }
}

TEST(CheckFeedbackTest, CountsCharactersNotBytes) {
  EXPECT_THAT(BadFields(Chat(Repeat("退", kMaxBody))), IsEmpty());
  EXPECT_THAT(BadFields(Chat(Repeat("退", kMaxBody + 1))), ElementsAre("text"));
}

TEST(CheckFeedbackTest, RefusesTenMegabytesWithoutReadingThem) {
  const std::string huge(10 << 20, 'x');
  InputCheck check;
  CheckFeedback(check, "", Chat(huge), kNow);
  const std::vector<Violation> violations = Violations(check.ToStatus());
  ASSERT_EQ(violations.size(), 1u);
  EXPECT_EQ(violations[0].field, "text");
  EXPECT_EQ(violations[0].description, "has 10485760 bytes; at most 20000 characters are allowed");
}

TEST(CheckFeedbackTest, RefusesInvalidUtf8AndControlCharacters) {
  EXPECT_THAT(BadFields(Chat("bad \xff byte")), ElementsAre("text"));
  EXPECT_THAT(BadFields(Chat("surrogate \xed\xa0\x80")), ElementsAre("text"));
  EXPECT_THAT(BadFields(Chat("overlong \xc0\xaf")), ElementsAre("text"));
  EXPECT_THAT(BadFields(Chat(std::string("nul \0 byte", 10))), ElementsAre("text"));
  EXPECT_THAT(BadFields(Chat("escape \x1b[31m")), ElementsAre("text"));
  Feedback feedback = Chat("fine");
  feedback.subject = "two\nlines";
  EXPECT_THAT(BadFields(feedback), ElementsAre("subject"));
}

TEST(CheckFeedbackTest, ReportsEveryViolationAtOnce) {
  Feedback feedback = Chat("");
  feedback.identity.external_user_id = std::string(257, 'u');
  feedback.external_id = "a\x01";
  feedback.customer = CustomerId(std::string(129, 'c'));
  feedback.order = OrderId("\xff");
  feedback.language = "not a language";
  feedback.subject = Repeat("s", 257);
  feedback.sent_at = kNow + absl::Minutes(6);
  feedback.attachments.push_back({.file_name = "../x"});
  EXPECT_THAT(BadFields(feedback),
              UnorderedElementsAre("text", "external_user_id", "external_message_id", "customer_id",
                                   "order_id", "language", "subject", "sent_time",
                                   "attachments[0].file_name"));
}

TEST(CheckFeedbackTest, AllowsClocksThatAreALittleFast) {
  Feedback feedback = Chat("hi");
  feedback.sent_at = kNow + absl::Minutes(5);
  EXPECT_THAT(BadFields(feedback), IsEmpty());
  feedback.sent_at = absl::InfiniteFuture();
  EXPECT_THAT(BadFields(feedback), ElementsAre("sent_time"));
  feedback.sent_at = absl::InfinitePast();
  EXPECT_THAT(BadFields(feedback), ElementsAre("sent_time"));
}

TEST(CheckFeedbackTest, ContentMustFitTheChannel) {
  EXPECT_THAT(BadFields({.identity = {Channel::kPhone, "p"}, .content = std::string("hi")}),
              ElementsAre("text"));
  EXPECT_THAT(BadFields({.identity = {Channel::kChat, "p"}}), ElementsAre("content"));
  EXPECT_THAT(BadFields({.identity = {Channel::kApi, "p"}, .content = std::string("hi")}),
              IsEmpty());
  EXPECT_THAT(
      BadFields({.identity = {static_cast<Channel>(42), "p"}, .content = std::string("hi")}),
      ElementsAre("channel"));
  EXPECT_THAT(BadFields({.identity = {Channel{}, "p"}, .content = std::string("hi")}),
              ElementsAre("channel"));
}

TEST(CheckFeedbackTest, ReviewsNeedARatingAndAProduct) {
  EXPECT_THAT(BadFields({.identity = {Channel::kReview, "r"}, .content = ProductReview{"x", 6}}),
              UnorderedElementsAre("review.rating", "product_id"));
}

TEST(CheckFeedbackTest, CallsNeedACallerAndAWebAddress) {
  EXPECT_THAT(
      BadFields(
          {.identity = {Channel::kPhone, "p"},
           .content = PhoneContact{"t", {"<script>", "file:///etc/passwd", absl::Hours(25)}}}),
      UnorderedElementsAre("call.data.caller", "call.data.recording_url", "call.data.duration"));
}

TEST(CheckFeedbackTest, CountsTagsAndAttachments) {
  FormSubmission form{"d", {}};
  form.fields.type_tags.assign(17, "refund");
  Feedback feedback{.identity = {Channel::kForm, "f"}, .content = form};
  feedback.attachments.assign(21, Attachment{.file_name = "a.jpg"});
  EXPECT_THAT(BadFields(feedback), UnorderedElementsAre("form.fields.type_tags", "attachments"));
}

TEST(BindToCustomerTest, CustomersSpeakForThemselvesOnly) {
  const Caller customer{
      .tenant = TenantId("t"), .subject = "C1", .roles = 1u << static_cast<int>(Role::kCustomer)};
  InputCheck good;
  Feedback own{.identity = {Channel::kChat, ""}, .content = std::string("hi")};
  BindToCustomer(good, "", customer, own);
  EXPECT_TRUE(good.ok());
  EXPECT_EQ(own.identity.external_user_id, "C1");
  EXPECT_EQ(own.customer, CustomerId("C1"));

  InputCheck bad;
  Feedback other{.identity = {Channel::kEmail, "victim@example.com"},
                 .customer = CustomerId("C2"),
                 .external_id = "M1",
                 .content = std::string("hi")};
  BindToCustomer(bad, "", customer, other);
  EXPECT_EQ(Violations(bad.ToStatus()).size(), 4u);
}

TEST(CheckUploadTest, RefusesPathsSizesAndDigests) {
  InputCheck good;
  CheckUpload(good, {.file_name = "照片.jpg", .size = 10, .sha256 = std::string(64, 'a')}, 10);
  EXPECT_TRUE(good.ok());
  InputCheck bad;
  CheckUpload(bad, {.file_name = "a/b", .size = 11, .sha256 = "xyz"}, 10);
  EXPECT_EQ(Violations(bad.ToStatus()).size(), 3u);
}

TEST(MessageIdTest, RoundTripsAndRefusesOtherText) {
  const TicketId ticket("018f3c5e-0000-7000-8000-000000000001");
  const auto ref = ParseMessageId(MessageId(ticket, 12));
  ASSERT_TRUE(ref.has_value());
  EXPECT_EQ(ref->ticket, ticket);
  EXPECT_EQ(ref->number, 12);
  for (const std::string& bad :
       {std::string(), std::string("x"), ticket.value(), ticket.value() + "-",
        ticket.value() + "-0", ticket.value() + "-01", ticket.value() + "-1x",
        ticket.value() + "--1", ticket.value() + "-99999999999"}) {
    EXPECT_FALSE(ParseMessageId(bad).has_value()) << bad;
  }
}

}  // namespace
}  // namespace huiyin::ingest
