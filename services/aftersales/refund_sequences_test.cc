// Random sequences of everything that can happen to the money of one order, against the real store:
// requests of every kind, decisions, chargebacks, a gateway that loses calls and answers, callbacks
// in any order. The seed is printed; HUIYIN_SEED repeats it.
#include <random>

#include "libs/testing/seed.h"
#include "services/aftersales/test_world.h"

namespace huiyin::aftersales {
namespace {

using Fault = FakeGateway::Fault;

class RefundSequences : public World {
 protected:
  RefundSequences() { dispatcher_ = NewDispatcher(metrics_); }
  int64_t UpTo(int64_t n) { return static_cast<int64_t>(random_() % static_cast<uint64_t>(n + 1)); }

  Order RandomOrder(int number) {
    Order order = MakeOrder(Concat("o", number), 1 + UpTo(3), 1 + UpTo(5'000));
    order.lines[0].tax = UpTo(200);
    order.lines[0].discount = UpTo(order.lines[0].Goods() / 2);
    order.shipping = UpTo(500);
    int64_t left = order.LinesValue() + order.shipping;
    const Payment first = order.payments[0];
    order.payments.clear();
    for (int i = 0; i < 3 && left > 0; ++i) {
      Payment payment = first;
      payment.id = PaymentId(Concat(order.id.value(), "-p", i));
      payment.captured = i == 2 ? left : 1 + UpTo(left - 1);
      left -= payment.captured;
      order.payments.push_back(payment);
    }
    return order;
  }

  void Dispatch() {
    std::vector<Fault> faults;
    static constexpr Fault kFaults[] = {Fault::kNone, Fault::kNone, Fault::kLoseCall,
                                        Fault::kLoseAnswer, Fault::kDecline};
    for (int i = 0; i < 4; ++i) faults.push_back(kFaults[UpTo(4)]);
    gateway_.Next(faults);
    EXPECT_OK(dispatcher_->RunOnce());
    EXPECT_TRUE(dispatcher_->WaitUntilIdle(absl::Seconds(30)));
  }

  // One thing happens. Refusals are fine; what is wrong shows in the invariants.
  void Step(const Order& order) {
    const Caller& who = UpTo(1) == 0 ? lead_ : agent_;
    switch (UpTo(7)) {
      case 0:
      case 1: {
        const auto made = Goodwill(who, order.id.value(), 1 + UpTo(order.LinesValue()));
        if (!made.ok()) break;
        for (const Refund& refund : *made) refunds_.push_back(refund.id);
        break;
      }
      case 2:
        if (!refunds_.empty()) {
          const RefundId id = refunds_[UpTo(static_cast<int64_t>(refunds_.size()) - 1)];
          (void)Do<Refund>([&](Unit& unit) {
            return UpTo(1) == 0 ? ApproveRefund(unit, lead_, id, "")
                                : RejectRefund(unit, lead_, id, "", "no");
          });
        }
        break;
      case 3:
        if (UpTo(5) == 0) {
          const Payment& payment =
              order.payments[UpTo(static_cast<int64_t>(order.payments.size()) - 1)];
          EXPECT_OK(Do<bool>([&](Unit& unit) {
            return RecordChargeback(unit, platform_,
                                    {.chargeback_id = Concat("cb", ++chargebacks_),
                                     .payment = payment.id,
                                     .amount = Money(1 + UpTo(payment.captured / 3), "CNY")});
          }));
        }
        break;
      case 4:
        if (!refunds_.empty()) {  // a callback, at any time, saying anything that is not false
          const Refund refund = Read(refunds_[UpTo(static_cast<int64_t>(refunds_.size()) - 1)]);
          GatewayAnswer answer;
          gateway_.Find({.idempotency_key = IdempotencyKey(refund)},
                        [&](GatewayAnswer said) { answer = std::move(said); });
          if (answer.kind == GatewayAnswer::Kind::kNotFound) break;
          (void)Do<int>([&](Unit& unit) -> absl::StatusOr<int> {
            HUIYIN_RETURN_IF_ERROR(
                RecordNotice(unit, platform_, {IdempotencyKey(refund), answer}, {}));
            return 0;
          });
        }
        break;
      case 5:
        clock_.Advance(absl::Minutes(1 + UpTo(15)));
        break;
      default:
        Dispatch();
    }
  }

  void ExpectInvariants(const OrderId& id) {
    const Order order = Read(id);
    std::map<std::string, int64_t> held;
    for (const RefundId& refund_id : refunds_) {
      const Refund refund = Read(refund_id);
      ASSERT_OK(CheckSplit(refund));
      if (HoldsMoney(refund.state)) held[refund.payment.value()] += refund.amount.minor();
    }
    for (const Payment& payment : order.payments) {
      ASSERT_EQ(payment.refund_held, held[payment.id.value()]);
      ASSERT_LE(payment.refund_held, payment.captured);
    }
    for (const OrderLine& line : order.lines) ASSERT_LE(line.refund_held, line.Value());
  }

  std::mt19937_64 random_{testing::Seed()};
  obs::Metrics metrics_;
  std::unique_ptr<CallLoop> dispatcher_;
  std::vector<RefundId> refunds_;  // of the order at hand
  int chargebacks_ = 0;
};
HUIYIN_ON_ALL_DATABASES(RefundSequences);

TEST_P(RefundSequences, KeepEveryInvariantAtEveryStep) {
  const int orders = GetParam() == db::Dialect::kSqlite ? 40 : 12;
  int steps = 0;
  for (int number = 0; number < orders; ++number) {
    const Order order = RandomOrder(number);
    ASSERT_OK(Put(order));
    refunds_.clear();
    for (int step = 0; step < 50; ++step, ++steps) {
      Step(order);
      ExpectInvariants(order.id);
      if (HasFatalFailure()) return;
    }
    // Whatever was lost on the way is found out by asking.
    gateway_.Next({});
    for (int i = 0; i < 20; ++i) {
      clock_.Advance(absl::Minutes(11));
      EXPECT_OK(dispatcher_->RunOnce());
      EXPECT_TRUE(dispatcher_->WaitUntilIdle(absl::Seconds(30)));
    }
    for (const RefundId& id : refunds_) {
      const RefundState state = Read(id).state;
      EXPECT_TRUE(state == RefundState::kSucceeded || state == RefundState::kFailed ||
                  state == RefundState::kRequested)
          << Name(state);
    }
  }
  int64_t paid = 0;
  ASSERT_OK(Look([&](View& view) -> absl::Status {
    HUIYIN_ASSIGN_OR_RETURN(
        const std::vector<Refund> all,
        view.store.ListRefunds(TenantId("acme"), {.states = {RefundState::kSucceeded}},
                               {.size = 100'000}));
    for (const Refund& refund : all) paid += refund.amount.minor();
    return absl::OkStatus();
  }));
  EXPECT_EQ(gateway_.total(), paid);  // what moved is what is written, to the last unit
  ExpectSound();
  std::cout << "sequences of refunds: " << steps << " operations\n";
}

}  // namespace
}  // namespace huiyin::aftersales
