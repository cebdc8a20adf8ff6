// What banks take and give back, and payments that were charged in another currency.
#include "libs/obs/metrics.h"
#include "services/aftersales/test_world.h"

namespace huiyin::aftersales {
namespace {

using testing::HasReason;

class Chargebacks : public World {
 protected:
  Chargebacks() { dispatcher_ = NewDispatcher(metrics_); }

  absl::StatusOr<bool> Take(const Money& amount, bool won = false, const std::string& id = "cb") {
    return Do<bool>([&](Unit& unit) {
      return RecordChargeback(
          unit, platform_,
          {.chargeback_id = id, .payment = PaymentId("o1-pay"), .amount = amount, .won = won});
    });
  }
  void PayOut() {
    ASSERT_OK(dispatcher_->RunOnce());
    ASSERT_TRUE(dispatcher_->WaitUntilIdle(absl::Seconds(30)));
  }
  Payment Paid() { return Read(OrderId("o1")).payments.at(0); }
  // Of all of the account's entries.
  int64_t Balance(const std::string& account, const std::string& currency) {
    int64_t sum = 0;
    EXPECT_OK(Look([&](View& view) -> absl::Status {
      HUIYIN_ASSIGN_OR_RETURN(const auto entries,
                              view.store.ListLedger(TenantId("acme"), {}, {.size = 1000}));
      for (const LedgerEntry& entry : entries) {
        if (entry.account == account && entry.amount.currency() == currency) {
          sum += entry.amount.minor();
        }
      }
      return absl::OkStatus();
    }));
    return sum;
  }
  void PutCharged() {
    Order order = MakeOrder("o1", 3, 240'00);  // 720 CNY …
    order.payments[0].charged = Money(100'01, "USD");
    ASSERT_OK(Put(order));
  }

  obs::Metrics metrics_;
  std::unique_ptr<CallLoop> dispatcher_;
};
HUIYIN_ON_ALL_DATABASES(Chargebacks);

TEST_P(Chargebacks, WonBackGiveTheMoneyBackOnceHoweverOftenAndInWhateverOrder) {
  const Money all(100'00, "CNY");
  for (const std::vector<bool>& order : std::vector<std::vector<bool>>{
           {false, true}, {true, false}, {true}, {false, true, true, false, true, false}}) {
    const std::string id = Concat("cb-", order.size(), order.front() ? "w" : "t");
    ASSERT_OK(Put(MakeOrder("o1", 1, 100'00)));
    for (const bool won : order) ASSERT_OK(Take(all, won, id));
    EXPECT_EQ(Paid().charged_back, 0);
    EXPECT_EQ(Balance("chargebacks", "CNY"), 0);
    EXPECT_EQ(Balance("gateway.stripe", "CNY"), 0);
    ExpectSound();
  }
  ASSERT_OK(Goodwill(lead_, "o1", 100'00));  // all can be refunded again
  ExpectSound();
}

TEST_P(Chargebacks, WonBackByAnotherPaymentsNameChangesNothing) {
  ASSERT_OK(Put(MakeOrder("o1", 1, 100'00)));
  ASSERT_OK(Put(MakeOrder("o2", 1, 100'00)));
  ASSERT_OK(Take(Money(60'00, "CNY")));
  ASSERT_OK(Do<bool>([&](Unit& unit) {
    return RecordChargeback(unit, platform_,
                            {.chargeback_id = "cb",
                             .payment = PaymentId("o2-pay"),
                             .amount = Money(60'00, "CNY"),
                             .won = true});
  }));
  EXPECT_EQ(Paid().charged_back, 60'00);
  ExpectSound();
}

TEST_P(Chargebacks, WhatWasOverCapturedIsNotAnyMoreOnceItIsWon) {
  ASSERT_OK(Put(MakeOrder("o1", 1, 100'00)));
  ASSERT_OK(Goodwill(lead_, "o1", 80'00));
  PayOut();
  EXPECT_THAT(Take(Money(50'00, "CNY")), testing::IsOkAndHolds(true));
  EXPECT_THAT(Goodwill(lead_, "o1", 1), HasReason("EXCEEDS_CAPTURED"));
  EXPECT_THAT(Take(Money(50'00, "CNY"), true), testing::IsOkAndHolds(false));
  ASSERT_OK(Goodwill(lead_, "o1", 20'00));
  EXPECT_THAT(Goodwill(lead_, "o1", 1), HasReason("EXCEEDS_CAPTURED"));
  ExpectSound();
}

TEST_P(Chargebacks, RefundsOfAPaymentInAnotherCurrencyKeepTheCapturedRateAndGiveAllBack) {
  PutCharged();
  for (int i = 0; i < 3; ++i) {
    const auto made = Goodwill(lead_, "o1", 240'00);
    ASSERT_OK(made);
    EXPECT_EQ(made->at(0).PaidOut().currency(), "USD");
    EXPECT_EQ(made->at(0).captured, 100'01);
  }
  PayOut();
  EXPECT_EQ(gateway_.total(), 100'01);
  EXPECT_EQ(Paid().charged_held, 100'01);
  EXPECT_EQ(Balance("gateway.stripe", "USD"), -100'01);
  EXPECT_EQ(Balance("currency_exchange", "USD"), 100'01);
  EXPECT_EQ(Balance("currency_exchange", "CNY"), -720'00);
  EXPECT_THAT(Goodwill(lead_, "o1", 1), HasReason("EXCEEDS_CAPTURED"));
  ExpectSound();
}

TEST_P(Chargebacks, AFailedRefundInAnotherCurrencyReleasesExactlyWhatItHeld) {
  PutCharged();
  ASSERT_OK(Goodwill(lead_, "o1", 100'00));
  gateway_.Next({FakeGateway::Fault::kDecline});
  PayOut();
  EXPECT_EQ(Paid().refund_held, 0);
  EXPECT_EQ(Paid().charged_held, 0);
  ASSERT_OK(Goodwill(lead_, "o1", 720'00));
  PayOut();
  EXPECT_EQ(gateway_.total(), 100'01);
  ExpectSound();
}

TEST_P(Chargebacks, AreTakenInTheCurrencyThatWasCharged) {
  PutCharged();
  EXPECT_THAT(Take(Money(50'00, "CNY")), testing::StatusIs(absl::StatusCode::kInvalidArgument));
  ASSERT_OK(Take(Money(50'00, "USD")));
  EXPECT_EQ(Paid().charged_taken, 50'00);
  EXPECT_EQ(Paid().charged_back, 359'96);  // 720 × 50 / 100.01
  ASSERT_OK(Goodwill(lead_, "o1", 720'00 - 359'96));
  PayOut();
  EXPECT_EQ(gateway_.total(), 50'01);  // the rest
  ASSERT_OK(Take(Money(50'00, "USD"), true));
  EXPECT_EQ(Paid().charged_taken, 0);
  ASSERT_OK(Goodwill(lead_, "o1", 359'96));
  PayOut();
  EXPECT_EQ(gateway_.total(), 100'01);
  ExpectSound();
}

TEST_P(Chargebacks, TheCapturedRateIsFixedOnceMoneyWentBack) {
  PutCharged();
  Order order = Read(OrderId("o1"));
  order.version = 2;
  order.payments[0].charged = Money(99'00, "USD");
  ASSERT_OK(Put(order));  // nothing went back yet
  ASSERT_OK(Goodwill(lead_, "o1", 1'00));
  order.version = 3;
  order.payments[0].charged = Money(98'00, "USD");
  EXPECT_THAT(Put(order), HasReason("RATE_FIXED"));
  order.payments[0].charged.reset();
  EXPECT_THAT(Put(order), HasReason("RATE_FIXED"));
  order.payments[0].charged = Money(99'00, "USD");
  EXPECT_OK(Put(order));
  order.version = 4;
  order.payments[0].charged = Money(99'00, "CNY");
  EXPECT_THAT(Put(order), testing::StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST_P(Chargebacks, AReturnWorthLessThanAPayableAmountEndsAndIsCarriedAlongByTheNext) {
  Order order = MakeOrder("o1", 3, 99'00);
  order.payments[0].charged = Money(1, "USD");
  ASSERT_OK(Put(order));
  std::vector<int64_t> paid;
  for (int i = 0; i < 3; ++i) {
    const auto rma = File(customer_, "o1", 1);
    ASSERT_OK(rma);
    const RmaTarget it{rma->id, ""};
    if (rma->approval == Approval::kSubmitted) {  // a third return is looked at
      ASSERT_OK(Do<Rma>([&](Unit& unit) { return ApproveRma(unit, lead_, it, {}, ""); }));
    }
    ASSERT_OK(Do<Rma>([&](Unit& unit) { return ShipRma(unit, agent_, it, "SF1"); }));
    ASSERT_OK(Do<Rma>([&](Unit& unit) { return ReceiveRma(unit, agent_, it, {}); }));
    ASSERT_OK(Do<Rma>([&](Unit& unit) {
      return InspectRma(unit, agent_, it, {{.line = "l1", .quantity = 1, .grade = Grade::kAsNew}});
    }));
    PayOut();
    EXPECT_EQ(Read(rma->id).outcome, Outcome::kCompleted);
    paid.push_back(gateway_.total());
  }
  EXPECT_THAT(paid, ::testing::ElementsAre(0, 1, 1));
  EXPECT_EQ(Paid().Available(), 0);
  EXPECT_EQ(Balance("gateway.stripe", "USD"), -1);
  EXPECT_EQ(Balance("currency_exchange", "USD"), 1);
  EXPECT_EQ(Balance("currency_exchange", "CNY"), -3 * 99'00);
  EXPECT_EQ(Balance("refunds_payable", "CNY"), 0);
  ExpectSound();
}

TEST_P(Chargebacks, APersonWhoChoosesAnAmountThatCannotBePaidIsToldSo) {
  Order order = MakeOrder("o1", 3, 99'00);
  order.payments[0].charged = Money(100, "USD");
  ASSERT_OK(Put(order));
  EXPECT_THAT(Goodwill(lead_, "o1", 100), HasReason("AMOUNT_NOT_PAYABLE"));
  EXPECT_EQ(Paid().refund_held, 0);
  EXPECT_OK(Goodwill(lead_, "o1", 200));
}

}  // namespace
}  // namespace huiyin::aftersales
