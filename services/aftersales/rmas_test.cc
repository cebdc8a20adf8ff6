// RMAs from filing to their end. Both databases.
#include <atomic>
#include <thread>

#include "services/aftersales/test_world.h"

namespace huiyin::aftersales {
namespace {

using testing::HasReason;
using testing::StatusIs;

class Rmas : public World {
 protected:
  Rmas() { dispatcher_ = NewDispatcher(metrics_); }

  absl::StatusOr<Rma> Receive(const Rma& rma) {
    return Do<Rma>([&](Unit& unit) { return ReceiveRma(unit, agent_, {rma.id, ""}, {}); });
  }
  absl::StatusOr<Rma> Inspect(const Rma& rma, int64_t quantity, Grade grade) {
    return Do<Rma>([&](Unit& unit) {
      return InspectRma(unit, agent_, {rma.id, ""},
                        {{.line = "l1", .quantity = quantity, .grade = grade}});
    });
  }
  void PayOut() {
    ASSERT_OK(dispatcher_->RunOnce());
    ASSERT_TRUE(dispatcher_->WaitUntilIdle(absl::Seconds(30)));
  }
  std::vector<std::string> EventTypes() {
    std::vector<std::string> types;
    EXPECT_OK(database().Read([&](db::Session& session) {
      return session.Query("SELECT type FROM outbox ORDER BY id", {}, [&](const db::Row& row) {
        const std::string type = row.Str(0).substr(row.Str(0).rfind('.') + 1);
        if (type != "CustomerNotice") types.push_back(type);
      });
    }));
    return types;
  }

  obs::Metrics metrics_;
  std::unique_ptr<CallLoop> dispatcher_;
};
HUIYIN_ON_ALL_DATABASES(Rmas);

TEST_P(Rmas, AReturnGoesFromFilingToMoney) {
  ASSERT_OK(Put(MakeOrder("o1", 3, 3333)));
  auto rma = File(customer_, "o1", 2);
  ASSERT_OK(rma);
  EXPECT_EQ(rma->approval, Approval::kApproved);
  EXPECT_EQ(rma->logistics, Logistics::kAwaitingShipment);
  ASSERT_OK(Receive(*rma));
  rma = Inspect(*rma, 2, Grade::kAsNew);
  ASSERT_OK(rma);
  EXPECT_EQ(rma->logistics, Logistics::kInspected);
  EXPECT_EQ(rma->outcome, Outcome::kNone);
  PayOut();
  const Rma done = Read(rma->id);
  EXPECT_EQ(done.outcome, Outcome::kCompleted);
  EXPECT_EQ(done.lines[0].q.refunded, 2);
  EXPECT_EQ(gateway_.total(), 6666);
  EXPECT_THAT(EventTypes(),
              ::testing::ElementsAre("OrderUpserted", "RmaSubmitted", "RmaDecided", "RmaInspected",
                                     "RefundStateChanged", "RefundStateChanged",
                                     "RefundStateChanged", "RefundStateChanged", "RmaClosed"));
  ExpectSound();
}

TEST_P(Rmas, ReturningTheOneUnitSixteenTimesAtOnceIsAcceptedOnce) {
  ASSERT_OK(Put(MakeOrder("o1", 1, 100'00)));
  std::atomic<int> accepted{0};
  std::vector<std::thread> clients;
  for (int i = 0; i < 16; ++i) {
    clients.emplace_back([&] {
      const auto rma = File(customer_, "o1", 1);
      if (rma.ok()) {
        ++accepted;
      } else {
        EXPECT_THAT(rma, HasReason("QUANTITY_EXCEEDS_DELIVERED"));
      }
    });
  }
  for (std::thread& client : clients) client.join();
  EXPECT_EQ(accepted, 1);
  ExpectSound();
}

TEST_P(Rmas, WhatTheWarehouseMissesIsNotPaidAndWhatItFindsUsedIsPaidInPart) {
  ASSERT_OK(Put(MakeOrder("o1", 3, 1000)));
  const auto rma = File(customer_, "o1", 3);
  ASSERT_OK(rma);
  ASSERT_OK(Receive(*rma));
  ASSERT_OK(Inspect(*rma, 1, Grade::kAsNew));
  ASSERT_OK(Inspect(*rma, 1, Grade::kDamaged));  // no fault of ours: half
  ASSERT_OK(Inspect(*rma, 1, Grade::kMissing));
  PayOut();
  EXPECT_EQ(gateway_.total(), 1500);
  EXPECT_EQ(Read(rma->id).outcome, Outcome::kCompleted);
  // The unit that never came back may be asked for again.
  EXPECT_EQ(Read(OrderId("o1")).lines[0].units_held, 2);
  EXPECT_OK(File(customer_, "o1", 1));
  ExpectSound();
}

TEST_P(Rmas, KeptGoodsArePaidForAtOnce) {
  ASSERT_OK(Put(MakeOrder("o1", 2, 9900)));
  const auto rma = File(customer_, "o1", 1, RmaKind::kRefundOnly, "DAMAGED_IN_TRANSIT");
  ASSERT_OK(rma);
  EXPECT_EQ(rma->logistics, Logistics::kNotNeeded);
  PayOut();
  EXPECT_EQ(gateway_.total(), 9900);
  EXPECT_EQ(Read(rma->id).outcome, Outcome::kCompleted);
  ExpectSound();
}

TEST_P(Rmas, AnExchangeEndsWhenTheCustomerHasTheOtherGoods) {
  ASSERT_OK(Put(MakeOrder("o1", 1, 9900)));
  auto rma = File(customer_, "o1", 1, RmaKind::kExchange, "WRONG_SIZE");
  ASSERT_OK(rma);
  const auto ship = [&] {
    return Do<Rma>([&](Unit& unit) { return ShipRmaBack(unit, agent_, {rma->id, ""}, "SF1"); });
  };
  EXPECT_THAT(ship(), HasReason("WRONG_STATE"));  // not before inspection
  ASSERT_OK(Receive(*rma));
  ASSERT_OK(Inspect(*rma, 1, Grade::kOpened));
  ASSERT_OK(ship());
  rma = Do<Rma>([&](Unit& unit) { return DeliverRmaBack(unit, agent_, {rma->id, ""}); });
  ASSERT_OK(rma);
  EXPECT_EQ(rma->outcome, Outcome::kCompleted);
  EXPECT_EQ(rma->lines[0].q.replaced, 1);
  PayOut();
  EXPECT_EQ(gateway_.effects(), 0);
  EXPECT_THAT(File(customer_, "o1", 1), HasReason("QUANTITY_EXCEEDS_DELIVERED"));
  ExpectSound();
}

TEST_P(Rmas, AFailedRefundKeepsTheRmaOpenAndIsRequestedAgain) {
  ASSERT_OK(Put(MakeOrder("o1", 1, 9900)));
  gateway_.Next({FakeGateway::Fault::kDecline});
  const auto rma = File(customer_, "o1", 1, RmaKind::kRefundOnly, "DEFECTIVE");
  ASSERT_OK(rma);
  PayOut();
  EXPECT_EQ(Read(rma->id).outcome, Outcome::kNone);
  const auto again = [&] {
    return Do<std::vector<Refund>>([&](Unit& unit) {
      return RequestRefund(unit, lead_, {.rma = rma->id, .reason = "again"});
    });
  };
  ASSERT_OK(again());
  EXPECT_THAT(again(), HasReason("NOTHING_DUE"));
  PayOut();
  EXPECT_EQ(gateway_.total(), 9900);
  EXPECT_EQ(Read(rma->id).outcome, Outcome::kCompleted);
  ExpectSound();
}

TEST_P(Rmas, ARefusalCanBeAppealedAndApprovedByAPerson) {
  ASSERT_OK(Put(MakeOrder("o1", 1, 9900)));
  clock_.Advance(absl::Hours(24 * 10));
  auto rma = File(customer_, "o1", 1);
  ASSERT_OK(rma);
  EXPECT_EQ(rma->approval, Approval::kRejected);
  EXPECT_EQ(Read(OrderId("o1")).lines[0].units_held, 0);
  rma = Do<Rma>([&](Unit& unit) { return AppealRma(unit, customer_, {rma->id, ""}, "please"); });
  ASSERT_OK(rma);
  EXPECT_EQ(Read(OrderId("o1")).lines[0].units_held, 1);
  rma = Do<Rma>([&](Unit& unit) { return ApproveRma(unit, lead_, {rma->id, ""}, {}, ""); });
  ASSERT_OK(rma);
  ASSERT_OK(Receive(*rma));
  ASSERT_OK(Inspect(*rma, 1, Grade::kAsNew));
  PayOut();
  EXPECT_EQ(gateway_.total(), 9900);
  ExpectSound();
}

TEST_P(Rmas, ExpireWhenTheGoodsAreNotSentAndNotWhenMoreTimeWasGiven) {
  ASSERT_OK(Put(MakeOrder("o1", 1, 9900)));
  const auto rma = File(customer_, "o1", 1);
  ASSERT_OK(rma);
  const auto expire = [&] {
    return Do<int>([&](Unit& unit) -> absl::StatusOr<int> {
      HUIYIN_RETURN_IF_ERROR(ExpireRma(unit, TenantId("acme"), rma->id));
      return 0;
    });
  };
  ASSERT_OK(Do<Rma>([&](Unit& unit) {
    return ExtendRma(unit, agent_, {rma->id, ""}, clock_.Now() + absl::Hours(24 * 20));
  }));
  clock_.Advance(absl::Hours(24 * 15));
  ASSERT_OK(expire());
  EXPECT_EQ(Read(rma->id).approval, Approval::kApproved);
  clock_.Advance(absl::Hours(24 * 6));
  ASSERT_OK(expire());
  EXPECT_EQ(Read(rma->id).outcome, Outcome::kExpired);
  EXPECT_EQ(Read(OrderId("o1")).lines[0].units_held, 0);
  ExpectSound();
}

TEST_P(Rmas, NobodySeesOrChangesWhatIsNotTheirs) {
  ASSERT_OK(Put(MakeOrder("o1", 1, 9900)));
  const auto rma = File(customer_, "o1", 1);
  ASSERT_OK(rma);
  for (const Caller& stranger :
       {CallerWith(Role::kCustomer, "c2"), CallerWith(Role::kAgent, "agent-1", "other"),
        CallerWith(Role::kCustomer, "c1", "other")}) {
    EXPECT_THAT(File(stranger, "o1", 1), StatusIs(absl::StatusCode::kNotFound));
    EXPECT_THAT(Do<Rma>([&](Unit& unit) {
                  return CancelRma(unit, stranger, {rma->id, ""}, "");
                }),
                StatusIs(absl::StatusCode::kNotFound));
    EXPECT_OK(Look([&](View& view) -> absl::Status {
      EXPECT_THAT(GetOrder(view.store, stranger, OrderId("o1")),
                  StatusIs(absl::StatusCode::kNotFound));
      const auto rmas = ListRmas(view, stranger, {}, {});
      EXPECT_OK(rmas);
      EXPECT_TRUE(rmas->empty());
      return absl::OkStatus();
    }));
  }
  EXPECT_THAT(Do<Rma>([&](Unit& unit) {
                return CancelRma(unit, customer_, {rma->id, "\"99\""}, "");
              }),
              HasReason("ETAG_MISMATCH"));
  EXPECT_OK(Do<Rma>([&](Unit& unit) { return CancelRma(unit, customer_, {rma->id, ""}, ""); }));
}

TEST_P(Rmas, AVerdictEvaluatedAgainIsTheSameByteForByte) {
  ASSERT_OK(Put(MakeOrder("o1", 2, 9900)));
  const auto rma = File(customer_, "o1", 2, RmaKind::kReturnRefund, "DEFECTIVE.OVERHEATS");
  ASSERT_OK(rma);
  clock_.Advance(absl::Hours(24 * 365));
  ASSERT_OK(Look([&](View& view) -> absl::Status {
    HUIYIN_ASSIGN_OR_RETURN(const auto stored, view.store.FindVerdict(TenantId("acme"), rma->id));
    EXPECT_TRUE(stored.has_value());
    HUIYIN_ASSIGN_OR_RETURN(
        const PolicyPtr policy,
        view.policies.Version(view.store, TenantId("acme"), stored->verdict.policy_version));
    EXPECT_EQ(policy->Evaluate(stored->inputs).Encode(), stored->verdict.Encode());
    return absl::OkStatus();
  }));
}

TEST_P(Rmas, OptionsSayWhatIsPossibleUntilWhenAndForHowMuch) {
  ASSERT_OK(Put(MakeOrder("o1", 2, 9900)));
  ASSERT_OK(Look([&](View& view) -> absl::Status {
    HUIYIN_ASSIGN_OR_RETURN(
        const ReturnOptions options,
        GetReturnOptions(view, customer_,
                         {.order = OrderId("o1"), .reasons = {"NO_LONGER_WANTED"}}));
    const ReturnOption& option = options.lines.at(0).options.at(0);
    EXPECT_EQ(options.lines[0].returnable, 2);
    EXPECT_EQ(option.verdict.decision, Decision::kApprove);
    EXPECT_EQ(option.verdict.refund, 19800);
    // Seven days after 31 December, to the end of the day in Shanghai.
    EXPECT_EQ(option.verdict.window_ends_at,
              absl::FromUnixSeconds(1'767'801'600) - absl::Microseconds(1));
    return absl::OkStatus();
  }));
}

TEST_P(Rmas, OrdersAreStoredOncePerVersionAndNeverBelowWhatHangsOnThem) {
  Order order = MakeOrder("o1", 2, 9900);
  EXPECT_THAT(Put(order), testing::IsOkAndHolds(UpsertResult::kCreated));
  EXPECT_THAT(Put(order), testing::IsOkAndHolds(UpsertResult::kUnchanged));
  order.lines[0].lot = "other";
  EXPECT_THAT(Put(order), HasReason("VERSION_REUSED"));
  order.version = 3;
  EXPECT_THAT(Put(order), testing::IsOkAndHolds(UpsertResult::kUpdated));
  order.version = 2;
  EXPECT_THAT(Put(order), testing::IsOkAndHolds(UpsertResult::kStale));
  ASSERT_OK(File(customer_, "o1", 2));
  order.version = 4;
  order.shipments[0].items[0].quantity = 1;
  EXPECT_THAT(Put(order), HasReason("BELOW_RETURNED"));
  Order thief = MakeOrder("o2", 1, 100);
  thief.payments[0].id = PaymentId("o1-pay");
  EXPECT_THAT(Put(thief), HasReason("PAYMENT_ID_TAKEN"));
  ExpectSound();
}

}  // namespace
}  // namespace huiyin::aftersales
