// Money under pressure: races, lost answers, crashes. Both databases.
#include <atomic>
#include <thread>

#include "services/aftersales/test_world.h"

namespace huiyin::aftersales {
namespace {

using testing::HasReason;
using testing::IsOk;
using testing::StatusIs;
using Fault = FakeGateway::Fault;

class Refunds : public World {
 protected:
  Refunds() { dispatcher_ = NewDispatcher(metrics_); }

  // Claims what is due, and waits until the answers that come are recorded.
  size_t Dispatch() {
    const absl::StatusOr<size_t> claimed = dispatcher_->RunOnce();
    EXPECT_OK(claimed);
    EXPECT_TRUE(dispatcher_->WaitUntilIdle(absl::Seconds(30)));
    return claimed.value_or(0);
  }
  // The process dies with calls under way and another takes over.
  void CrashAfterClaim() {
    EXPECT_OK(dispatcher_->RunOnce());
    dispatcher_ = NewDispatcher(metrics_);
  }
  RefundId Approved(int64_t minor) {
    const auto refunds = Goodwill(lead_, "o1", minor);
    EXPECT_OK(refunds);
    EXPECT_EQ(refunds->size(), 1u);
    return refunds->at(0).id;
  }

  // In a transaction of its own, as another replica would: only the database keeps them apart.
  absl::StatusOr<std::vector<Refund>> GoodwillAlone(const std::string& order, int64_t minor) {
    for (;;) {
      std::vector<Refund> made;
      const absl::Status status = database().Write([&](db::Transaction& tx) {
        return InTransaction(tx, [&](Unit& unit) -> absl::Status {
          HUIYIN_ASSIGN_OR_RETURN(made, RequestRefund(unit, lead_,
                                                      {.order = OrderId(order),
                                                       .amount = Money(minor, "CNY"),
                                                       .reason = "sorry"}));
          return absl::OkStatus();
        });
      });
      if (absl::IsAborted(status)) continue;  // lost the race for the row: nothing was done
      if (!status.ok()) return status;
      return made;
    }
  }

  obs::Metrics metrics_;
  std::unique_ptr<CallLoop> dispatcher_;
};
HUIYIN_ON_ALL_DATABASES(Refunds);

TEST_P(Refunds, TwoConcurrentSixtiesOnAHundredPayOnlyOne) {
  ASSERT_OK(Put(MakeOrder("o1", 1, 100)));
  std::atomic<int> accepted{0};
  std::vector<std::thread> clients;
  for (int i = 0; i < 2; ++i) {
    clients.emplace_back([&] { accepted += GoodwillAlone("o1", 60).ok(); });
  }
  for (std::thread& client : clients) client.join();
  EXPECT_EQ(accepted, 1);
  EXPECT_EQ(Read(OrderId("o1")).payments[0].refund_held, 60);
  ExpectSound();
}

TEST_P(Refunds, SixtyFourConcurrentRefundsNeverExceedThePaymentAndEveryAnswerIsTheTruth) {
  ASSERT_OK(Put(MakeOrder("o1", 1, 1000)));
  std::mutex mutex;
  std::vector<RefundId> promised;
  int refused = 0;
  std::vector<std::thread> clients;
  for (int i = 0; i < 64; ++i) {
    clients.emplace_back([&] {
      const auto refunds = GoodwillAlone("o1", 60);
      std::lock_guard lock(mutex);
      if (refunds.ok()) {
        promised.push_back(refunds->at(0).id);
      } else {
        ++refused;
        EXPECT_THAT(refunds, HasReason("EXCEEDS_CAPTURED"));
      }
    });
  }
  for (std::thread& client : clients) client.join();
  EXPECT_EQ(promised.size(), 16u);  // 16 × 60 = 960
  EXPECT_EQ(refused, 48);
  // What was answered is what is committed, no more and no less.
  EXPECT_EQ(Read(OrderId("o1")).payments[0].refund_held, 960);
  for (const RefundId& id : promised) EXPECT_EQ(Read(id).state, RefundState::kApproved);
  while (Dispatch() > 0) {
  }
  EXPECT_EQ(gateway_.total(), 960);
  EXPECT_EQ(gateway_.effects(), 16);
  ExpectSound();
}

TEST_P(Refunds, PendingOnesCountAgainstThePayment) {
  ASSERT_OK(Put(MakeOrder("o1", 1, 100'000)));
  // Above the agent's limit: waits for a lead, and holds the money meanwhile.
  const auto waiting = Goodwill(agent_, "o1", 90'000);
  ASSERT_OK(waiting);
  EXPECT_EQ(waiting->at(0).state, RefundState::kRequested);
  EXPECT_THAT(Goodwill(lead_, "o1", 20'000), HasReason("EXCEEDS_CAPTURED"));
}

TEST_P(Refunds, AFailedOneIsNotCountedAsSpent) {
  ASSERT_OK(Put(MakeOrder("o1", 1, 100)));
  gateway_.Next({Fault::kDecline});
  const RefundId id = Approved(80);
  ASSERT_EQ(Dispatch(), 1u);
  EXPECT_EQ(Read(id).state, RefundState::kFailed);
  EXPECT_EQ(Read(id).state_reason, "no");
  EXPECT_EQ(Read(OrderId("o1")).payments[0].refund_held, 0);
  EXPECT_OK(Goodwill(lead_, "o1", 100));
  ExpectSound();
}

TEST_P(Refunds, AreApprovedByFourEyesAboveTheAgentsLimit) {
  ASSERT_OK(Put(MakeOrder("o1", 1, 100'000)));
  const Caller both{.tenant = TenantId("acme"),
                    .subject = "agent-1",
                    .roles = agent_.roles | lead_.roles,
                    .traceparent = ""};
  const RefundId id = Goodwill(agent_, "o1", 90'000)->at(0).id;
  const auto approve = [&](const Caller& caller) {
    return Do<Refund>([&](Unit& unit) { return ApproveRefund(unit, caller, id, ""); });
  };
  EXPECT_THAT(approve(both), HasReason("FOUR_EYES"));
  EXPECT_EQ(Dispatch(), 0u);
  ASSERT_OK(approve(lead_));
  EXPECT_THAT(approve(lead_), HasReason("WRONG_STATE"));
  EXPECT_EQ(Dispatch(), 1u);
  EXPECT_EQ(Read(id).state, RefundState::kSucceeded);
}

TEST_P(Refunds, AnAgentsLimitIsNotPassedInPieces) {
  for (const std::string order : {"o1", "o2"}) ASSERT_OK(Put(MakeOrder(order, 1, 100'000)));
  const auto gives = [&](const Caller& caller, const std::string& order, int64_t minor) {
    return Goodwill(caller, order, minor)->at(0).state;
  };
  EXPECT_EQ(gives(agent_, "o1", 15'000), RefundState::kApproved);
  EXPECT_EQ(gives(agent_, "o1", 5'001), RefundState::kRequested);
  EXPECT_EQ(gives(agent_, "o1", 5'000), RefundState::kApproved);
  EXPECT_EQ(gives(agent_, "o1", 1), RefundState::kRequested);
  EXPECT_EQ(gives(agent_, "o2", 15'000), RefundState::kApproved);
  EXPECT_EQ(gives(lead_, "o1", 50'000), RefundState::kApproved);
}

TEST_P(Refunds, ALostAnswerIsAskedForAndNothingIsPaidTwice) {
  ASSERT_OK(Put(MakeOrder("o1", 1, 100)));
  gateway_.Next({Fault::kLoseAnswer});
  const RefundId id = Approved(60);
  ASSERT_EQ(Dispatch(), 1u);
  EXPECT_EQ(Read(id).state, RefundState::kUnknown);
  EXPECT_EQ(Read(OrderId("o1")).payments[0].refund_held, 60);  // may have been paid
  EXPECT_EQ(Dispatch(), 0u);                                   // not yet time to ask
  clock_.Advance(absl::Minutes(10));
  ASSERT_EQ(Dispatch(), 1u);
  EXPECT_EQ(Read(id).state, RefundState::kSucceeded);
  EXPECT_EQ(gateway_.calls(), 1);
  EXPECT_EQ(gateway_.effects(), 1);
  ExpectSound();
}

TEST_P(Refunds, ACallThatNeverArrivedIsRepeatedUnderTheSameKey) {
  ASSERT_OK(Put(MakeOrder("o1", 1, 100)));
  gateway_.Next({Fault::kLoseCall});
  const RefundId id = Approved(60);
  Dispatch();
  EXPECT_EQ(Read(id).state, RefundState::kUnknown);
  clock_.Advance(absl::Minutes(10));
  Dispatch();
  EXPECT_EQ(Read(id).state, RefundState::kSucceeded);
  EXPECT_EQ(gateway_.effects(), 1);
  ExpectSound();
}

TEST_P(Refunds, AStaleUnknownOneIsNeverFailedByTimeAndNeverCalledAgainAfterKeyRetention) {
  ASSERT_OK(Put(MakeOrder("o1", 1, 100)));
  gateway_.Next({Fault::kLoseCall});
  const RefundId id = Approved(60);
  Dispatch();
  gateway_.StaySilent(true);
  for (int day = 0; day < 40; ++day) {
    clock_.Advance(absl::Hours(24));
    Dispatch();
    ASSERT_EQ(Read(id).state, RefundState::kUnknown);
  }
  EXPECT_EQ(Read(OrderId("o1")).payments[0].refund_held, 60);
  gateway_.StaySilent(false);  // says now that it never saw the key: it is still not called
  clock_.Advance(absl::Hours(24));
  Dispatch();
  EXPECT_EQ(Read(id).state, RefundState::kUnknown);
  EXPECT_EQ(gateway_.calls(), 1);
  EXPECT_EQ(gateway_.effects(), 0);
}

TEST_P(Refunds, ACrashAtAnyPointLeavesExactlyOneEffect) {
  ASSERT_OK(Put(MakeOrder("o1", 1, 1000)));
  // Between claim and call; between call and record; and, without any fault, before the claim.
  for (const Fault crash : {Fault::kCrashBefore, Fault::kCrashAfter, Fault::kNone}) {
    const int effects = gateway_.effects();
    gateway_.Next({crash});
    const RefundId id = Approved(60);
    if (crash == Fault::kNone) {
      dispatcher_ = NewDispatcher(metrics_);
    } else {
      CrashAfterClaim();
      EXPECT_EQ(Read(id).state, RefundState::kSubmitted);  // durable before the call
      EXPECT_EQ(Dispatch(), 0u);                           // the lease still holds
      clock_.Advance(absl::Minutes(2));
    }
    EXPECT_EQ(Dispatch(), 1u);
    EXPECT_EQ(Read(id).state, RefundState::kSucceeded);
    EXPECT_EQ(gateway_.effects(), effects + 1);
  }
  ExpectSound();
}

TEST_P(Refunds, LateAndRepeatedAnswersChangeNothing) {
  ASSERT_OK(Put(MakeOrder("o1", 1, 100)));
  const RefundId id = Approved(60);
  Dispatch();
  const Refund done = Read(id);
  ASSERT_EQ(done.state, RefundState::kSucceeded);
  for (const GatewayAnswer::Kind kind :
       {GatewayAnswer::Kind::kPaid, GatewayAnswer::Kind::kDeclined, GatewayAnswer::Kind::kPending,
        GatewayAnswer::Kind::kNoAnswer}) {
    const GatewayNotice notice{IdempotencyKey(done), {.kind = kind}};
    EXPECT_OK(Do<int>([&](Unit& unit) -> absl::StatusOr<int> {
      HUIYIN_RETURN_IF_ERROR(RecordNotice(unit, platform_, notice, {}));
      return 0;
    }));
  }
  EXPECT_EQ(Read(id).version, done.version);
  const GatewayNotice foreign{IdempotencyKey(done), {.kind = GatewayAnswer::Kind::kPaid}};
  EXPECT_THAT(Do<int>([&](Unit& unit) -> absl::StatusOr<int> {
                HUIYIN_RETURN_IF_ERROR(
                    RecordNotice(unit, CallerWith(Role::kPlatform, "shop", "other"), foreign, {}));
                return 0;
              }),
              StatusIs(absl::StatusCode::kNotFound));
  ExpectSound();
}

TEST_P(Refunds, MoneyThatCameBackIsFreeAgain) {
  ASSERT_OK(Put(MakeOrder("o1", 1, 100)));
  const RefundId id = Approved(100);
  Dispatch();
  const GatewayNotice notice{IdempotencyKey(Read(id)), {.kind = GatewayAnswer::Kind::kReversed}};
  ASSERT_OK(Do<int>([&](Unit& unit) -> absl::StatusOr<int> {
    HUIYIN_RETURN_IF_ERROR(RecordNotice(unit, platform_, notice, {}));
    return 0;
  }));
  EXPECT_EQ(Read(id).state, RefundState::kReversed);
  EXPECT_EQ(Read(OrderId("o1")).payments[0].refund_held, 0);
  EXPECT_OK(Goodwill(lead_, "o1", 100));
  ExpectSound();
}

TEST_P(Refunds, AChargebackLeavesLessToRefundAndIsBookedOnce) {
  ASSERT_OK(Put(MakeOrder("o1", 1, 100)));
  const auto chargeback = [&] {
    return Do<bool>([&](Unit& unit) {
      return RecordChargeback(
          unit, platform_,
          {.chargeback_id = "cb", .payment = PaymentId("o1-pay"), .amount = Money(70, "CNY")});
    });
  };
  ASSERT_OK(Goodwill(lead_, "o1", 20));
  EXPECT_THAT(chargeback(), testing::IsOkAndHolds(false));
  EXPECT_THAT(chargeback(), testing::IsOkAndHolds(false));
  EXPECT_EQ(Read(OrderId("o1")).payments[0].charged_back, 70);
  EXPECT_THAT(Goodwill(lead_, "o1", 11), HasReason("EXCEEDS_CAPTURED"));
  EXPECT_OK(Goodwill(lead_, "o1", 10));
  ExpectSound();
}

TEST_P(Refunds, TheLedgerCannotBeChanged) {
  ASSERT_OK(Put(MakeOrder("o1", 1, 100)));
  Approved(60);
  for (const std::string_view sql :
       {"UPDATE ledger_entry SET amount_minor = 0", "DELETE FROM ledger_entry"}) {
    EXPECT_FALSE(
        database().Write([&](db::Transaction& tx) { return tx.Execute(sql).status(); }).ok());
  }
}

TEST_P(Refunds, TheAuditFindsWhatIsWrong) {
  ASSERT_OK(Put(MakeOrder("o1", 1, 100)));
  Approved(60);
  ASSERT_OK(database().Write([&](db::Transaction& tx) -> absl::Status {
    HUIYIN_RETURN_IF_ERROR(tx.Execute("UPDATE order_payment SET refund_held_minor = 10").status());
    HUIYIN_RETURN_IF_ERROR(tx.Execute("UPDATE refund_part SET amount_minor = 61").status());
    return tx
        .Execute(
            "INSERT INTO ledger_entry (tenant, transfer_id, account, currency, "
            "amount_minor, cause_id, order_id, at) "
            "VALUES ('acme', 't', 'returns.goods', 'CNY', 1, 'x', 'o1', 0)")
        .status();
  }));
  std::set<std::string> found;
  ASSERT_OK(Look([&](View& view) {
    return Audit(view, TenantId("acme"), [&](AuditProgress& progress) {
      for (const AuditFinding& finding : progress.new_findings) found.insert(finding.invariant);
      return true;
    });
  }));
  EXPECT_THAT(found, ::testing::UnorderedElementsAre("TRANSFER_NOT_ZERO", "PAYMENT_HELD_WRONG",
                                                     "REFUND_SPLIT_WRONG", "LINE_OVER_REFUNDED"));
}

}  // namespace
}  // namespace huiyin::aftersales
