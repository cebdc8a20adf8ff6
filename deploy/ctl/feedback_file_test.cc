#include "deploy/ctl/feedback_file.h"

#include <gtest/gtest.h>

#include <sstream>

#include "huiyin/ingest/v1/ticket.pb.h"
#include "libs/testing/status.h"

namespace huiyin::ctl {
namespace {

using ::huiyin::testing::HasReason;
using ::huiyin::testing::IsOkAndHolds;
namespace pb = huiyin::ingest::v1;
namespace common = huiyin::common::v1;

const FileOptions kTsvColumn2 = {FileFormat::kTsv, 2, common::CHANNEL_CHAT};

TEST(FeedbackFileTest, ReadsAColumnAndSkipsBlankLines) {
  std::istringstream in("a\t快递没到\textra\r\n\n   \nb\tsecond\n");
  FeedbackFile file(in, kTsvColumn2);
  pb::Feedback feedback;
  ASSERT_THAT(file.Next(feedback), IsOkAndHolds(true));
  EXPECT_EQ(feedback.text(), "快递没到");
  EXPECT_EQ(feedback.channel(), common::CHANNEL_CHAT);
  EXPECT_EQ(file.line(), 1);
  ASSERT_THAT(file.Next(feedback), IsOkAndHolds(true));
  EXPECT_EQ(feedback.text(), "second");
  EXPECT_EQ(file.line(), 4);
  EXPECT_THAT(file.Next(feedback), IsOkAndHolds(false));
}

TEST(FeedbackFileTest, TakesTheLastColumnUnlessToldOtherwise) {
  std::istringstream in("a\tb\tlast\nalone\n");
  FeedbackFile file(in, {FileFormat::kTsv, 0, common::CHANNEL_CHAT});
  pb::Feedback feedback;
  ASSERT_THAT(file.Next(feedback), IsOkAndHolds(true));
  EXPECT_EQ(feedback.text(), "last");
  ASSERT_THAT(file.Next(feedback), IsOkAndHolds(true));
  EXPECT_EQ(feedback.text(), "alone");
}

TEST(FeedbackFileTest, GivesEqualLinesDifferentIdsAndTheSameIdsEveryTime) {
  const std::string text = "x\tsame\nx\tsame\n";
  std::string ids[2];
  for (std::string& id : ids) {
    std::istringstream in(text);
    FeedbackFile file(in, kTsvColumn2);
    pb::Feedback first, second;
    ASSERT_THAT(file.Next(first), IsOkAndHolds(true));
    ASSERT_THAT(file.Next(second), IsOkAndHolds(true));
    EXPECT_NE(first.external_message_id(), second.external_message_id());
    id = first.external_message_id() + second.external_message_id();
  }
  EXPECT_EQ(ids[0], ids[1]);
}

TEST(FeedbackFileTest, GoesOnAfterALineItCannotRead) {
  std::istringstream in("only one column\na\tb\n");
  FeedbackFile file(in, kTsvColumn2);
  pb::Feedback feedback;
  EXPECT_THAT(file.Next(feedback), HasReason("BAD_LINE"));
  ASSERT_THAT(file.Next(feedback), IsOkAndHolds(true));
  EXPECT_EQ(feedback.text(), "b");
}

TEST(FeedbackFileTest, ReadsFeedbackInJson) {
  std::istringstream in(
      "{\"text\": \"hi\", \"externalMessageId\": \"m1\", \"channel\": \"CHANNEL_EMAIL\"}\n"
      "{\"review\": {\"rating\": 2}, \"product_id\": \"P\"}\n"
      "{\"texxt\": \"hi\"}\n");
  FeedbackFile file(in, {FileFormat::kJsonl, 1, common::CHANNEL_REVIEW});
  pb::Feedback feedback;
  ASSERT_THAT(file.Next(feedback), IsOkAndHolds(true));
  EXPECT_EQ(feedback.external_message_id(), "m1");
  EXPECT_EQ(feedback.channel(), common::CHANNEL_EMAIL);
  ASSERT_THAT(file.Next(feedback), IsOkAndHolds(true));
  EXPECT_EQ(feedback.review().rating(), 2u);
  EXPECT_EQ(feedback.channel(), common::CHANNEL_REVIEW);
  EXPECT_THAT(file.Next(feedback), HasReason("BAD_LINE"));
}

TEST(FeedbackFileTest, PutsTheTextWhereTheChannelWantsIt) {
  std::istringstream in("a\tbroken\n");
  FeedbackFile file(in, {FileFormat::kTsv, 2, common::CHANNEL_FORM});
  pb::Feedback feedback;
  ASSERT_THAT(file.Next(feedback), IsOkAndHolds(true));
  EXPECT_EQ(feedback.form().description(), "broken");
}

}  // namespace
}  // namespace huiyin::ctl
