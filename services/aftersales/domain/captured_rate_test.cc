#include "services/aftersales/domain/captured_rate.h"

#include <cmath>
#include <iostream>
#include <map>
#include <random>

#include "libs/testing/seed.h"
#include "libs/testing/status.h"
#include "services/aftersales/domain/refund.h"

namespace huiyin::aftersales {
namespace {

Order Charged(int64_t captured, const Money& charged) {
  Order order;
  order.currency = "CNY";
  order.payments = {{.id = PaymentId("p"), .captured = captured, .charged = charged}};
  return order;
}

TEST(CapturedRate, IsOneToOneInTheOrdersCurrency) {
  Order order = Charged(100, Money());
  order.payments[0].charged.reset();
  EXPECT_THAT(PayoutOf(order, order.payments[0], 33, 1), testing::IsOkAndHolds(Money(33, "CNY")));
  EXPECT_THAT(WorthOf(order.payments[0], 33), testing::IsOkAndHolds(33));
}

TEST(CapturedRate, TheLastRefundTakesTheRest) {
  Order order = Charged(300, Money(100, "USD"));
  Payment& payment = order.payments[0];
  int64_t given = 0;
  for (const int64_t amount : {100, 100, 100}) {
    const auto payout = PayoutOf(order, payment, amount, 1);
    ASSERT_OK(payout);
    payment.refund_held += amount;
    payment.charged_held += payout->minor();
    given += payout->minor();
  }
  EXPECT_EQ(given, 100);  // 33 + 34 + 33
}

TEST(CapturedRate, WhatIsWorthNothingIsCarriedAlongByTheNextRefund) {
  Order order = Charged(1'350'000, Money(100'000, "USD"));  // 13.5 to 1
  Payment& payment = order.payments[0];
  std::vector<int64_t> payouts;
  for (int i = 0; i < 5; ++i) {
    const auto payout = PayoutOf(order, payment, 6, 1);
    ASSERT_OK(payout);
    payouts.push_back(payout->minor());
    payment.refund_held += 6;
    payment.charged_held += payout->minor();
  }
  EXPECT_THAT(payouts, ::testing::ElementsAre(0, 1, 0, 1, 0));  // 30 are worth 2.2
  EXPECT_THAT(PayoutOf(order, payment, 7, 1), testing::IsOkAndHolds(Money(1, "USD")));
}

TEST(CapturedRate, PayoutsKeepToTheGatewaysSteps) {
  const Order order = Charged(1000, Money(10'000, "KWD"));
  EXPECT_THAT(PayoutOf(order, order.payments[0], 333, 10),
              testing::IsOkAndHolds(Money(3330, "KWD")));
}

// Random payments, refunds that hold or fail again, and chargebacks in the charged currency:
// payouts stay at the captured rate, never exceed what was charged, and add up to all of it in the
// end.
TEST(CapturedRate, HoldsOverRandomRefundsFailuresAndChargebacks) {
  std::mt19937_64 random(testing::Seed());
  const auto up_to = [&](int64_t most) { return static_cast<int64_t>(random() % (most + 1)); };
  int operations = 0;
  for (int round = 0; round < 3000; ++round) {
    const int64_t captured = 1 + up_to(round % 2 ? 1000 : 1'000'000'000);
    const int64_t step = round % 5 == 0 ? 10 : 1;
    const Money charged((1 + up_to(round % 3 ? 1000 : 1'000'000'000)) * step, "USD");
    Order order = Charged(captured, charged);
    Payment& payment = order.payments[0];
    struct Held {
      int64_t amount, payout;
    };
    std::vector<Held> held;
    bool failed = false;
    for (int i = 0; i < 40; ++i, ++operations) {
      if (!held.empty() && up_to(4) == 0) {  // one fails
        payment.refund_held -= held.back().amount;
        payment.charged_held -= held.back().payout;
        held.pop_back();
        failed = true;
        continue;
      }
      const int64_t given = payment.charged_held + payment.charged_taken;
      if (step == 1 && up_to(9) == 0 && given < charged.minor()) {  // the bank takes some
        const int64_t taken = 1 + up_to(charged.minor() - given - 1);
        const auto worth = WorthOf(payment, taken);
        ASSERT_OK(worth);
        payment.charged_taken += taken;
        payment.charged_back += *worth;
        failed = true;  // rounded the other way round
        continue;
      }
      if (payment.Available() == 0) break;
      const int64_t amount = up_to(3) ? 1 + up_to(payment.Available() - 1) : payment.Available();
      const auto payout = PayoutOf(order, payment, amount, step);
      ASSERT_OK(payout);
      ASSERT_GE(payout->minor(), 0);
      const double exact = static_cast<double>(charged.minor()) * amount / captured;
      if (!failed && amount < payment.Available()) {
        ASSERT_LE(std::abs(payout->minor() - exact), 1.01 * step) << amount << " of " << captured;
      }
      payment.refund_held += amount;
      payment.charged_held += payout->minor();
      held.push_back({amount, payout->minor()});
      ASSERT_LE(payment.charged_held + payment.charged_taken, charged.minor());
      if (payment.Available() == 0) {
        ASSERT_EQ(payment.charged_held + payment.charged_taken, charged.minor());
      }
    }
  }
  std::cout << "captured rate: " << operations << " operations\n";
}

TEST(CapturedRate, RefundsBalanceInBothCurrencies) {
  Refund refund;
  refund.id = RefundId("r");
  refund.gateway = "stripe";
  refund.amount = Money(720, "CNY");
  refund.payout = Money(100, "USD");
  refund.parts = {{"l", Component::kGoods, 720}};
  for (const auto& [from, to] : {std::pair(RefundState::kRequested, RefundState::kApproved),
                                 std::pair(RefundState::kSubmitted, RefundState::kSucceeded),
                                 std::pair(RefundState::kSucceeded, RefundState::kReversed)}) {
    std::map<std::string, int64_t> sums;
    for (const LedgerEntry& entry : BookRefund(refund, from, to, absl::UnixEpoch())) {
      sums[entry.amount.currency()] += entry.amount.minor();
      if (entry.account == "gateway.stripe") {
        EXPECT_EQ(entry.amount.currency(), "USD");
      }
    }
    for (const auto& [currency, sum] : sums) EXPECT_EQ(sum, 0) << currency << " " << Name(to);
  }
}

}  // namespace
}  // namespace huiyin::aftersales
