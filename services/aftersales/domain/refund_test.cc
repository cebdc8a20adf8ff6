#include "services/aftersales/domain/refund.h"

#include <map>
#include <set>

#include "libs/testing/status.h"

namespace huiyin::aftersales {
namespace {

using S = RefundState;
using E = RefundEvent;

TEST(RefundStates, OnlyTheseStepsExist) {
  const std::map<std::pair<S, E>, S> kSteps = {
      {{S::kRequested, E::kApprove}, S::kApproved}, {{S::kRequested, E::kReject}, S::kFailed},
      {{S::kApproved, E::kReject}, S::kFailed},     {{S::kApproved, E::kSubmit}, S::kSubmitted},
      {{S::kSubmitted, E::kPaid}, S::kSucceeded},   {{S::kSubmitted, E::kDeclined}, S::kFailed},
      {{S::kSubmitted, E::kNoAnswer}, S::kUnknown}, {{S::kUnknown, E::kPaid}, S::kSucceeded},
      {{S::kUnknown, E::kDeclined}, S::kFailed},    {{S::kSucceeded, E::kReverse}, S::kReversed},
  };
  for (int s = 0; s <= kRefundStates; ++s) {
    for (int e = 0; e < kRefundEvents; ++e) {
      const auto from = static_cast<S>(s);
      const auto event = static_cast<E>(e);
      const auto step = kSteps.find({from, event});
      EXPECT_EQ(Next(from, event),
                step == kSteps.end() ? std::nullopt : std::optional(step->second))
          << Name(from) << " " << Name(event);
    }
  }
}

TEST(RefundStates, AFailedRefundIsNotCountedAsSpentAndAnUnknownOneIs) {
  for (const S state : {S::kRequested, S::kApproved, S::kSubmitted, S::kSucceeded, S::kUnknown}) {
    EXPECT_TRUE(HoldsMoney(state)) << Name(state);
  }
  EXPECT_FALSE(HoldsMoney(S::kFailed));
  EXPECT_FALSE(HoldsMoney(S::kReversed));
}

Refund Example() {
  Refund refund;
  refund.id = RefundId("r1");
  refund.gateway = "stripe";
  refund.amount = Money(85, "CNY");
  refund.parts = {{"l", Component::kGoods, 100},
                  {"l", Component::kDiscount, 20},
                  {"l", Component::kTax, 10},
                  {"l", Component::kWithheld, 5}};
  return refund;
}

TEST(Ledger, EveryWayThroughTheStatesSumsToZeroAndLeavesNothingOwed) {
  const std::vector<std::vector<S>> kWays = {
      {S::kRequested, S::kApproved, S::kSubmitted, S::kSucceeded},
      {S::kRequested, S::kApproved, S::kSubmitted, S::kSucceeded, S::kReversed},
      {S::kRequested, S::kApproved, S::kSubmitted, S::kFailed},
      {S::kRequested, S::kApproved, S::kSubmitted, S::kUnknown, S::kSucceeded},
      {S::kRequested, S::kApproved, S::kSubmitted, S::kUnknown, S::kFailed},
      {S::kRequested, S::kFailed}};
  for (const std::vector<S>& way : kWays) {
    std::map<std::string, int64_t> balance;
    for (size_t i = 1; i < way.size(); ++i) {
      int64_t transfer = 0;
      for (const LedgerEntry& entry : BookRefund(Example(), way[i - 1], way[i], absl::Time())) {
        transfer += entry.amount.minor();
        balance[entry.account] += entry.amount.minor();
      }
      EXPECT_EQ(transfer, 0) << Name(way[i]);
    }
    EXPECT_EQ(balance["refunds_payable"], 0);
    EXPECT_EQ(balance["gateway.stripe"], way.back() == S::kSucceeded ? -85 : 0);
    EXPECT_EQ(balance["returns.goods"], way.back() == S::kSucceeded ? 100 : 0);
    EXPECT_EQ(balance["returns.discount"], way.back() == S::kSucceeded ? -20 : 0);
  }
}

TEST(RefundSplitCheck, FindsEverySumThatIsOff) {
  EXPECT_OK(CheckSplit(Example()));
  Refund off = Example();
  off.parts[0].amount = 101;
  EXPECT_FALSE(CheckSplit(off).ok());
  off = Example();
  off.amount = Money(0, "CNY");
  EXPECT_FALSE(CheckSplit(off).ok());
  off = Example();
  off.parts[2].amount = -10;
  EXPECT_FALSE(CheckSplit(off).ok());
}

}  // namespace
}  // namespace huiyin::aftersales
