// Exchanges on terms, stock, splits, goodwill and parcels that are not as announced. Both
// databases.
#include "services/aftersales/usecase/exchanges.h"

#include "services/aftersales/test_world.h"
#include "services/aftersales/usecase/split_rma.h"
#include "services/aftersales/usecase/stock.h"

namespace huiyin::aftersales {
namespace {

using testing::HasReason;

class Exchanges : public World {
 protected:
  Exchanges() { dispatcher_ = NewDispatcher(metrics_); }

  void PutStock(const std::string& sku, const std::string& product, int64_t on_hand,
                int64_t price) {
    ++stock_version_;
    ASSERT_OK(Do<std::vector<bool>>([&](Unit& unit) {
      return UpsertStock(unit, platform_,
                         {{.sku = sku,
                           .product_id = product,
                           .version = stock_version_,
                           .on_hand = on_hand,
                           .prices = {{"CNY", price}}}});
    }));
  }
  StockItem Stock(const std::string& sku) {
    StockItem found;
    EXPECT_OK(Look([&](View& view) -> absl::Status {
      HUIYIN_ASSIGN_OR_RETURN(const auto item, view.store.FindStockItem(TenantId("acme"), sku));
      found = item.value_or(StockItem());
      return absl::OkStatus();
    }));
    return found;
  }
  absl::StatusOr<Rma> Swap(const std::string& order, const std::string& sku, int64_t units = 1,
                           bool instant = false) {
    return File(customer_, {.order = OrderId(order),
                            .lines = {{.order_line_id = "l1",
                                       .kind = RmaKind::kExchange,
                                       .reason = "WRONG_SIZE",
                                       .quantity = units,
                                       .exchange_sku = sku,
                                       .instant_exchange = instant}}});
  }
  absl::StatusOr<Rma> Confirm(const Rma& rma, int64_t asked) {
    return Do<Rma>([&](Unit& unit) {
      return ConfirmExchange(unit, customer_, {rma.id, ""}, "1", Money(asked, "CNY"));
    });
  }
  absl::StatusOr<Rma> Pay(const Rma& rma, int64_t amount) {
    return Do<Rma>([&](Unit& unit) {
      return RecordExchangePayment(unit, platform_, {rma.id, ""}, "1", "pay-2",
                                   Money(amount, "CNY"));
    });
  }
  absl::StatusOr<Rma> BringBack(const Rma& rma, int64_t units, Grade grade) {
    const auto received = Do<Rma>([&](Unit& unit) {
      return ReceiveRma(unit, agent_, {rma.id, ""}, {});
    });
    if (!received.ok()) return received;
    return Do<Rma>([&](Unit& unit) {
      return InspectRma(unit, agent_, {rma.id, ""},
                        {{.line = "1", .quantity = units, .grade = grade}});
    });
  }
  absl::StatusOr<Rma> SendOut(const Rma& rma) {
    return Do<Rma>([&](Unit& unit) { return ShipRmaBack(unit, agent_, {rma.id, ""}, "SF1"); });
  }
  absl::StatusOr<Rma> Arrive(const Rma& rma) {
    return Do<Rma>([&](Unit& unit) { return DeliverRmaBack(unit, agent_, {rma.id, ""}); });
  }
  void PayOut() {
    ASSERT_OK(dispatcher_->RunOnce());
    ASSERT_TRUE(dispatcher_->WaitUntilIdle(absl::Seconds(30)));
  }
  int64_t Published(const std::string& type) {
    int64_t count = 0;
    EXPECT_OK(database().Read([&](db::Session& session) {
      return session.Query("SELECT COUNT(*) FROM outbox WHERE type = ?",
                           {"huiyin.event.v1." + type},
                           [&](const db::Row& row) { count = row.Int(0); });
    }));
    return count;
  }

  obs::Metrics metrics_;
  std::unique_ptr<CallLoop> dispatcher_;
  uint64_t stock_version_ = 0;
};
HUIYIN_ON_ALL_DATABASES(Exchanges);

TEST_P(Exchanges, ForSomethingDearerTheCustomerAgreesAndPaysFirst) {
  ASSERT_OK(Put(MakeOrder("o1", 1, 100'00)));
  PutStock("big", "other", 1, 130'00);
  auto rma = Swap("o1", "big");
  ASSERT_OK(rma);
  const Exchange& terms = *rma->lines[0].exchange;
  EXPECT_EQ(terms.state, ExchangeState::kOffered);
  EXPECT_EQ(terms.Asked(), 30'00);
  EXPECT_EQ(Stock("big").held, 1);
  EXPECT_THAT(Confirm(*rma, 29'00), HasReason("TERMS_CHANGED"));
  ASSERT_OK(Confirm(*rma, 30'00));
  ASSERT_OK(BringBack(*rma, 1, Grade::kAsNew));
  EXPECT_THAT(SendOut(*rma), HasReason("WRONG_STATE"));
  EXPECT_THAT(Pay(*rma, 10'00), testing::StatusIs(absl::StatusCode::kInvalidArgument));
  rma = Pay(*rma, 30'00);
  ASSERT_OK(rma);
  EXPECT_TRUE(rma->lines[0].exchange->settled);  // all of it is kept
  ASSERT_OK(SendOut(*rma));
  EXPECT_EQ(Stock("big").held, 0);
  EXPECT_EQ(Stock("big").on_hand, 0);
  rma = Arrive(*rma);
  ASSERT_OK(rma);
  EXPECT_EQ(rma->outcome, Outcome::kCompleted);
  EXPECT_EQ(Read(rma->id).lines[0].exchange->payment, "pay-2");
  PayOut();
  EXPECT_EQ(gateway_.effects(), 0);
  ExpectSound();
}

TEST_P(Exchanges, ForSomethingCheaperTheShopRefundsTheRestAfterInspection) {
  ASSERT_OK(Put(MakeOrder("o1", 2, 100'00)));
  PutStock("small", "other", 5, 60'00);
  auto rma = Swap("o1", "small", 2);
  ASSERT_OK(rma);
  EXPECT_EQ(rma->lines[0].exchange->state, ExchangeState::kReady);  // it costs nothing
  ASSERT_OK(Do<Rma>([&](Unit& unit) { return ReceiveRma(unit, agent_, {rma->id, ""}, {}); }));
  rma = Do<Rma>([&](Unit& unit) {
    return InspectRma(unit, agent_, {rma->id, ""},
                      {{.line = "1", .quantity = 1, .grade = Grade::kAsNew},
                       {.line = "1", .quantity = 1, .grade = Grade::kWrongItem}});
  });
  ASSERT_OK(rma);
  ASSERT_OK(SendOut(*rma));
  rma = Arrive(*rma);
  ASSERT_OK(rma);
  PayOut();
  const Rma done = Read(rma->id);
  EXPECT_EQ(done.lines[0].q.replaced, 1);
  EXPECT_EQ(gateway_.total(), 40'00);  // of the one unit that was what was sold
  EXPECT_EQ(done.outcome, Outcome::kCompleted);
  EXPECT_EQ(Stock("small").held, 0);
  EXPECT_EQ(Stock("small").on_hand, 4);
  EXPECT_EQ(Published("RmaMismatchFound"), 1);
  ExpectSound();
}

TEST_P(Exchanges, AVariantAtTheSameListPriceCostsNothingWhateverTheDiscountWas) {
  Order order = MakeOrder("o1", 1, 100'00);
  order.lines[0].discount = 20'00;
  order.payments[0].captured = 80'00;
  ASSERT_OK(Put(order));
  PutStock("sku", "p", 3, 100'00);
  PutStock("sku-red", "p", 3, 100'00);
  const auto rma = Swap("o1", "sku-red");
  ASSERT_OK(rma);
  EXPECT_EQ(rma->lines[0].exchange->Difference(), 0);
  EXPECT_EQ(rma->lines[0].exchange->state, ExchangeState::kReady);
}

TEST_P(Exchanges, WhatIsNotThereIsNotPromised) {
  ASSERT_OK(Put(MakeOrder("o1", 1, 100'00)));
  ASSERT_OK(Put(MakeOrder("o2", 1, 100'00)));
  EXPECT_THAT(Swap("o1", "ghost"), HasReason("UNKNOWN_SKU"));
  PutStock("sku-red", "p", 1, 100'00);
  const auto first = Swap("o1", "sku-red");
  ASSERT_OK(first);
  EXPECT_THAT(Swap("o2", "sku-red"), HasReason("OUT_OF_STOCK"));
  ASSERT_OK(Do<Rma>([&](Unit& unit) { return CancelRma(unit, customer_, {first->id, ""}, ""); }));
  EXPECT_EQ(Stock("sku-red").held, 0);
  EXPECT_OK(Swap("o2", "sku-red"));
}

TEST_P(Exchanges, AnInstantExchangeGoesOutAgainstAHoldThatIsReleasedWhenTheGoodsAreBack) {
  ASSERT_OK(Put(MakeOrder("o1", 1, 100'00)));
  auto rma = Swap("o1", "", 1, /*instant=*/true);
  ASSERT_OK(rma);
  EXPECT_EQ(rma->lines[0].exchange->state, ExchangeState::kPaymentDue);
  EXPECT_EQ(rma->lines[0].exchange->Asked(), 100'00);
  EXPECT_THAT(SendOut(*rma), HasReason("WRONG_STATE"));
  ASSERT_OK(Pay(*rma, 100'00));
  ASSERT_OK(SendOut(*rma));  // before anything came back
  EXPECT_THAT(SendOut(*rma), HasReason("WRONG_STATE"));
  ASSERT_OK(Arrive(*rma));
  EXPECT_EQ(Read(rma->id).outcome, Outcome::kNone);
  rma = BringBack(*rma, 1, Grade::kOpened);
  ASSERT_OK(rma);
  EXPECT_EQ(rma->actions[rma->actions.size() - 2].note, "0.00 CNY");  // kept of the hold
  EXPECT_EQ(rma->outcome, Outcome::kCompleted);
  ExpectSound();
}

TEST_P(Exchanges, AnInstantExchangeWhoseGoodsNeverComeIsPaidFromTheHold) {
  ASSERT_OK(Put(MakeOrder("o1", 1, 100'00)));
  const auto rma = Swap("o1", "", 1, /*instant=*/true);
  ASSERT_OK(rma);
  ASSERT_OK(Pay(*rma, 100'00));
  ASSERT_OK(SendOut(*rma));
  clock_.Advance(absl::Hours(24 * 15));
  ASSERT_OK(Do<int>([&](Unit& unit) -> absl::StatusOr<int> {
    HUIYIN_RETURN_IF_ERROR(ExpireRma(unit, TenantId("acme"), rma->id));
    return 0;
  }));
  const Rma ended = Read(rma->id);
  EXPECT_EQ(ended.outcome, Outcome::kExpired);
  EXPECT_EQ(ended.actions[ended.actions.size() - 2].note, "100.00 CNY");
}

TEST_P(Exchanges, AnOfferNobodyTakesUpBecomesAReturnForMoney) {
  ASSERT_OK(Put(MakeOrder("o1", 1, 100'00)));
  PutStock("big", "other", 1, 130'00);
  const auto rma = Swap("o1", "big");
  ASSERT_OK(rma);
  ASSERT_OK(BringBack(*rma, 1, Grade::kAsNew));
  const auto expire = [&] {
    return Do<int>([&](Unit& unit) -> absl::StatusOr<int> {
      HUIYIN_RETURN_IF_ERROR(ExpireExchange(unit, TenantId("acme"), rma->id, "1"));
      return 0;
    });
  };
  ASSERT_OK(expire());
  EXPECT_EQ(Read(rma->id).lines[0].exchange->state, ExchangeState::kOffered);
  clock_.Advance(absl::Hours(24 * 8));
  ASSERT_OK(expire());
  PayOut();
  const Rma done = Read(rma->id);
  EXPECT_EQ(done.lines[0].kind, RmaKind::kReturnRefund);
  EXPECT_EQ(done.outcome, Outcome::kCompleted);
  EXPECT_EQ(gateway_.total(), 100'00);
  EXPECT_EQ(Stock("big").held, 0);
  ExpectSound();
}

TEST_P(Exchanges, AnAgentOffersOtherGoodsForAReturnAndTheCustomerDeclines) {
  ASSERT_OK(Put(MakeOrder("o1", 1, 100'00)));
  PutStock("big", "other", 1, 130'00);
  const auto rma = File(customer_, "o1", 1);
  ASSERT_OK(rma);
  ASSERT_OK(Do<Rma>([&](Unit& unit) {
    return OfferExchange(unit, agent_, {rma->id, ""}, "l1", "big", false);
  }));
  ASSERT_OK(BringBack(*rma, 1, Grade::kAsNew));
  PayOut();
  EXPECT_EQ(gateway_.effects(), 0);  // the customer decides first
  ASSERT_OK(Do<Rma>([&](Unit& unit) {
    return DeclineExchange(unit, customer_, {rma->id, ""}, "1", "no, thanks");
  }));
  PayOut();
  EXPECT_EQ(gateway_.total(), 100'00);
  EXPECT_EQ(Read(rma->id).outcome, Outcome::kCompleted);
  EXPECT_EQ(Published("RmaExchangeChanged"), 2);
}

TEST_P(Exchanges, ReservedGoodsAreFreeAgainWhenTheReservationEnds) {
  ASSERT_OK(Put(MakeOrder("o1", 1, 100'00)));
  PutStock("sku-red", "p", 1, 100'00);
  const auto rma = Swap("o1", "sku-red");
  ASSERT_OK(rma);
  ASSERT_OK(Do<int>([&](Unit& unit) -> absl::StatusOr<int> {
    HUIYIN_RETURN_IF_ERROR(ReleaseStock(unit, TenantId("acme"), rma->id, "1"));
    return 0;
  }));
  EXPECT_EQ(Stock("sku-red").held, 0);
  ASSERT_OK(BringBack(*rma, 1, Grade::kAsNew));
  PutStock("sku-red", "p", 0, 100'00);
  EXPECT_THAT(SendOut(*rma), HasReason("OUT_OF_STOCK"));
  PutStock("sku-red", "p", 2, 100'00);
  EXPECT_OK(SendOut(*rma));
  EXPECT_EQ(Stock("sku-red").on_hand, 1);
}

TEST_P(Exchanges, ASplitKeepsUnitsMoneyAndVerdictsExact) {
  ASSERT_OK(Put(MakeOrder("o1", 3, 3333)));
  const auto rma = File(customer_, "o1", 3);
  ASSERT_OK(rma);
  const auto split = Do<Rma>([&](Unit& unit) {
    return SplitRma(unit, agent_, {rma->id, ""}, {{.line = "l1", .quantity = 1}}, "two parcels");
  });
  ASSERT_OK(split);
  EXPECT_EQ(split->approval, Approval::kApproved);
  EXPECT_EQ(split->logistics, Logistics::kAwaitingShipment);
  EXPECT_EQ(Read(OrderId("o1")).lines[0].units_held, 3);
  EXPECT_THAT(Do<Rma>([&](Unit& unit) {
                return SplitRma(unit, agent_, {rma->id, ""}, {{.line = "1", .quantity = 2}}, "");
              }),
              HasReason("NOTHING_LEFT"));
  ASSERT_OK(BringBack(*split, 1, Grade::kAsNew));
  ASSERT_OK(BringBack(*rma, 2, Grade::kAsNew));
  PayOut();
  EXPECT_EQ(gateway_.total(), 3 * 3333);
  EXPECT_EQ(Read(split->id).outcome, Outcome::kCompleted);
  EXPECT_EQ(Read(rma->id).outcome, Outcome::kCompleted);
  EXPECT_EQ(Published("RmaSplit"), 1);
  ExpectSound();
}

TEST_P(Exchanges, GoodwillPaysAPartAndLeavesTheGoodsAndTheRight) {
  ASSERT_OK(Put(MakeOrder("o1", 1, 1000'00)));
  const auto file = [&](const Caller& caller, int64_t minor) {
    return File(caller, {.order = OrderId("o1"),
                         .lines = {{.order_line_id = "l1",
                                    .kind = RmaKind::kPartialRefund,
                                    .reason = "NOT_AS_DESCRIBED",
                                    .quantity = 1,
                                    .partial_refund = Money(minor, "CNY")}}});
  };
  EXPECT_THAT(file(customer_, 10'00), testing::StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(file(agent_, 1000'01), HasReason("EXCEEDS_CAPTURED"));
  const auto small = file(agent_, 100'00);
  ASSERT_OK(small);
  PayOut();
  EXPECT_EQ(gateway_.total(), 100'00);
  EXPECT_EQ(Read(small->id).outcome, Outcome::kCompleted);
  EXPECT_EQ(Read(OrderId("o1")).lines[0].units_held, 0);
  const auto big = file(agent_, 300'00);  // above what an agent may give
  ASSERT_OK(big);
  EXPECT_EQ(big->approval, Approval::kSubmitted);
  const auto approve = [&](const Caller& caller) {
    return Do<Rma>([&](Unit& unit) { return ApproveRma(unit, caller, {big->id, ""}, {}, ""); });
  };
  EXPECT_THAT(approve(agent_), HasReason("ABOVE_AGENT_LIMIT"));
  ASSERT_OK(approve(lead_));
  PayOut();
  EXPECT_EQ(gateway_.total(), 400'00);
  // A later return gives back what is left, not more.
  const auto whole = File(customer_, "o1", 1, RmaKind::kReturnRefund, "DEFECTIVE");
  ASSERT_OK(whole);
  ASSERT_OK(BringBack(*whole, 1, Grade::kAsNew));
  PayOut();
  EXPECT_EQ(gateway_.total(), 1000'00);
  ExpectSound();
}

TEST_P(Exchanges, ALostParcelIsPaidForWhenAPersonGivesItUp) {
  ASSERT_OK(Put(MakeOrder("o1", 2, 50'00)));
  const auto rma = File(customer_, "o1", 2);
  ASSERT_OK(rma);
  ASSERT_OK(Do<Rma>([&](Unit& unit) { return ShipRma(unit, customer_, {rma->id, ""}, "SF9"); }));
  ASSERT_OK(Do<Rma>([&](Unit& unit) {
    return LoseParcel(unit, platform_, {rma->id, ""}, "gone");
  }));
  EXPECT_EQ(Published("RmaMismatchFound"), 1);
  ASSERT_OK(Do<Rma>([&](Unit& unit) { return WriteOffRma(unit, lead_, {rma->id, ""}, ""); }));
  PayOut();
  EXPECT_EQ(gateway_.total(), 100'00);
  EXPECT_EQ(Read(rma->id).outcome, Outcome::kCompleted);
  ExpectSound();
}

TEST_P(Exchanges, GoodsNobodyAnnouncedAreOnRecordWithPhotosAndNotPaidFor) {
  ASSERT_OK(Put(MakeOrder("o1", 1, 50'00)));
  const auto rma = File(customer_, "o1", 1);
  ASSERT_OK(rma);
  ASSERT_OK(Do<Rma>([&](Unit& unit) {
    return ReceiveRma(unit, agent_, {rma->id, ""}, {},
                      {{.description = "a second kettle", .quantity = 1, .photo_ids = {"u1"}}});
  }));
  ASSERT_OK(Do<Rma>([&](Unit& unit) {
    return InspectRma(unit, agent_, {rma->id, ""},
                      {{.line = "1", .quantity = 1, .grade = Grade::kAsNew, .photo_ids = {"u2"}}});
  }));
  PayOut();
  EXPECT_EQ(gateway_.total(), 50'00);
  const Rma done = Read(rma->id);
  const auto has = [&](ActionType type, const std::string& photo) {
    return std::any_of(done.actions.begin(), done.actions.end(), [&](const Action& action) {
      return action.type == type && action.evidence_ids == std::vector<std::string>{photo};
    });
  };
  EXPECT_TRUE(has(ActionType::kSurplusReceived, "u1"));
  EXPECT_TRUE(has(ActionType::kInspected, "u2"));
  ExpectSound();
}

}  // namespace
}  // namespace huiyin::aftersales
