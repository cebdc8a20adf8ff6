#include "deploy/ctl/proto_text.h"

#include <gtest/gtest.h>

#include "huiyin/common/v1/feedback.pb.h"
#include "libs/testing/status.h"

namespace huiyin::ctl {
namespace {

using ::huiyin::testing::HasReason;
namespace common = huiyin::common::v1;

const absl::Time kNow = absl::FromUnixSeconds(1767225600);  // 2026-01-01 00:00 UTC

TEST(EnumLabelTest, IsTheNameWithoutItsPrefix) {
  EXPECT_EQ(Label(common::CATEGORY_WRONG_OR_MISSING_ITEM), "wrong_or_missing_item");
  EXPECT_EQ(Label(common::PRIORITY_P1), "p1");
  EXPECT_EQ(Label(common::CHANNEL_UNSPECIFIED), "");
}

TEST(FindEnumTest, TakesLabelsInAnyCaseAndFullNames) {
  const auto& type = *common::Category_descriptor();
  EXPECT_EQ(FindEnum(type, "wrong-or-missing-item")->number(),
            common::CATEGORY_WRONG_OR_MISSING_ITEM);
  EXPECT_EQ(FindEnum(type, "QUALITY")->number(), common::CATEGORY_QUALITY);
  EXPECT_EQ(FindEnum(type, "CATEGORY_QUALITY")->number(), common::CATEGORY_QUALITY);
  EXPECT_EQ(FindEnum(type, "unspecified"), nullptr);
  EXPECT_EQ(FindEnum(type, "bogus"), nullptr);
}

TEST(ParseTimeTest, TakesInstantsAndHowLongAgo) {
  EXPECT_EQ(ToTime(*ParseTime("2026-01-01T00:00:00Z", kNow)), kNow);
  EXPECT_EQ(ToTime(*ParseTime("2026-01-01T08:00:00+08:00", kNow)), kNow);
  EXPECT_EQ(ToTime(*ParseTime("now", kNow)), kNow);
  EXPECT_EQ(ToTime(*ParseTime("90m", kNow)), kNow - absl::Minutes(90));
  EXPECT_EQ(ToTime(*ParseTime("7d", kNow)), kNow - absl::Hours(168));
  EXPECT_THAT(ParseTime("yesterday", kNow), HasReason("BAD_USAGE"));
  EXPECT_THAT(ParseTime("-5m", kNow), HasReason("BAD_USAGE"));
}

TEST(ParseMoneyTest, IsExactInEveryCurrency) {
  EXPECT_EQ(ParseMoney("12.34 CNY")->minor_units(), 1234);
  EXPECT_EQ(ParseMoney("12.3 cny")->minor_units(), 1230);
  EXPECT_EQ(ParseMoney("1200 JPY")->minor_units(), 1200);
  EXPECT_EQ(ParseMoney("0.5 KWD")->minor_units(), 500);
  for (const char* bad :
       {"12.345 CNY", "1.5 JPY", "CNY", "12", "x CNY", "1 XXQ", ".5 CNY", "1e3 CNY", "1.-5 CNY"}) {
    EXPECT_THAT(ParseMoney(bad), HasReason("BAD_USAGE")) << bad;
  }
}

TEST(ResourceNameTest, CompletesBareIdsOnly) {
  EXPECT_EQ(ResourceName("-", "tickets", "7"), "tenants/-/tickets/7");
  EXPECT_EQ(ResourceName("-", "tickets", "tenants/a/tickets/7"), "tenants/a/tickets/7");
  EXPECT_EQ(BareId("tenants/a/tickets/7"), "7");
  EXPECT_EQ(BareId("7"), "7");
}

}  // namespace
}  // namespace huiyin::ctl
