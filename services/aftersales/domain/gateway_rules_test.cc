#include "services/aftersales/domain/gateway_rules.h"

#include "libs/testing/status.h"

namespace huiyin::aftersales {
namespace {

using testing::HasReason;
using testing::IsOkAndHolds;
using testing::StatusIs;

constexpr GatewayProtocol kStripe = GatewayProtocol::kStripe;

TEST(GatewayRules, WritesEachExponentAsTheGatewayWantsIt) {
  struct {
    GatewayProtocol protocol;
    Money money;
    int64_t amount;
  } const kCases[] = {
      {GatewayProtocol::kSignedHttp, Money(500, "JPY"), 500},
      {GatewayProtocol::kSignedHttp, Money(12345, "CLF"), 12345},
      {GatewayProtocol::kSignedHttp, Money(1234, "KWD"), 1234},
      {kStripe, Money(1000, "USD"), 1000},
      {kStripe, Money(500, "JPY"), 500},
      {kStripe, Money(5, "ISK"), 500},
      {kStripe, Money(5, "UGX"), 500},
      {kStripe, Money(1230, "KWD"), 1230},
      {kStripe, Money(300, "MGA"), 3},
      {kStripe, Money(1999, "HUF"), 1999},
      {GatewayProtocol::kAlipay, Money(1234, "CNY"), 1234},
      {GatewayProtocol::kWechatPay, Money(1234, "CNY"), 1234},
  };
  for (const auto& each : kCases) {
    EXPECT_THAT(ToGatewayAmount(each.protocol, each.money), IsOkAndHolds(each.amount))
        << each.money.ToString();
    EXPECT_THAT(FromGatewayAmount(each.protocol, each.amount, each.money.currency()),
                IsOkAndHolds(each.money));
  }
}

TEST(GatewayRules, RefusesWhatCannotBePaidExactly) {
  EXPECT_THAT(ToGatewayAmount(kStripe, Money(1234, "KWD")), HasReason("AMOUNT_NOT_PAYABLE"));
  EXPECT_THAT(ToGatewayAmount(kStripe, Money(301, "MGA")), HasReason("AMOUNT_NOT_PAYABLE"));
  EXPECT_THAT(ToGatewayAmount(kStripe, Money(10'000, "CLF")), HasReason("GATEWAY_CURRENCY"));
  EXPECT_THAT(ToGatewayAmount(GatewayProtocol::kAlipay, Money(1, "JPY")),
              HasReason("GATEWAY_CURRENCY"));
  EXPECT_THAT(ToGatewayAmount(GatewayProtocol::kWechatPay, Money(1, "USD")),
              HasReason("GATEWAY_CURRENCY"));
  EXPECT_THAT(ToGatewayAmount(kStripe, Money(INT64_MAX / 10, "ISK")),
              StatusIs(absl::StatusCode::kOutOfRange));
  EXPECT_THAT(FromGatewayAmount(kStripe, 501, "ISK"), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(ToGatewayAmount(kStripe, Money(1, "XXX")),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST(GatewayRules, DecimalsReadBackAndNonsenseDoesNot) {
  EXPECT_EQ(Decimal(1234, 2), "12.34");
  EXPECT_EQ(Decimal(5, 2), "0.05");
  EXPECT_EQ(Decimal(5, 0), "5");
  EXPECT_THAT(FromDecimal("12.34", 2), IsOkAndHolds(1234));
  EXPECT_THAT(FromDecimal("12.3", 2), IsOkAndHolds(1230));
  EXPECT_THAT(FromDecimal("12", 2), IsOkAndHolds(1200));
  for (const char* bad :
       {"", ".", "1.", ".5", "1.234", "-1", "+1", "1e3", " 1", "1,0", "99999999999999999999"}) {
    EXPECT_THAT(FromDecimal(bad, 2), StatusIs(absl::StatusCode::kInvalidArgument)) << bad;
  }
}

}  // namespace
}  // namespace huiyin::aftersales
