// Store credit and points: goodwill, refunds into them, paying with them. Both databases.
#include "services/aftersales/usecase/credit.h"

#include <thread>

#include "services/aftersales/test_world.h"

namespace huiyin::aftersales {
namespace {

using testing::HasReason;
using testing::IsOkAndHolds;
using testing::StatusIs;

class Credit : public World {
 protected:
  absl::StatusOr<CreditGrant> Grant(const Caller& caller, int64_t minor,
                                    const std::string& order = "") {
    return Do<CreditGrant>([&](Unit& unit) {
      return GrantCredit(unit, caller,
                         {.customer = CustomerId("c1"),
                          .order = OrderId(order),
                          .amount = Money(minor, "CNY"),
                          .reason = "the courier was rude"});
    });
  }
  absl::StatusOr<CreditGrant> Decide(const Caller& caller, const std::string& id, bool yes) {
    return Do<CreditGrant>([&](Unit& unit) { return DecideCredit(unit, caller, id, yes); });
  }
  absl::StatusOr<Money> Spend(int64_t minor) {
    return Do<Money>([&](Unit& unit) {
      return SpendCredit(
          unit, platform_,
          {.customer = CustomerId("c1"), .order = OrderId("o9"), .amount = Money(minor, "CNY")});
    });
  }
  int64_t Balance(Tender tender = Tender::kStoreCredit) {
    int64_t balance = 0;
    EXPECT_OK(Look([&](View& view) -> absl::Status {
      HUIYIN_ASSIGN_OR_RETURN(const auto balances,
                              view.store.CreditBalances(TenantId("acme"), CustomerId("c1")));
      for (const CreditBalance& each : balances) {
        if (each.tender == tender) balance = each.amount.minor();
      }
      return absl::OkStatus();
    }));
    return balance;
  }
};
HUIYIN_ON_ALL_DATABASES(Credit);

TEST_P(Credit, IsGrantedWithinTheAgentsLimitAndByFourEyesAbove) {
  ASSERT_OK(Grant(agent_, 100));
  EXPECT_EQ(Balance(), 100);
  const auto large = Grant(agent_, 90'000);
  ASSERT_OK(large);
  EXPECT_EQ(large->state, GrantState::kRequested);
  EXPECT_EQ(Balance(), 100);
  const Caller both{.tenant = TenantId("acme"),
                    .subject = "agent-1",
                    .roles = agent_.roles | lead_.roles,
                    .traceparent = ""};
  EXPECT_THAT(Decide(both, large->id, true), HasReason("FOUR_EYES"));
  EXPECT_THAT(Decide(CallerWith(Role::kLead, "lead", "other"), large->id, true),
              StatusIs(absl::StatusCode::kNotFound));
  ASSERT_OK(Decide(lead_, large->id, true));
  EXPECT_EQ(Balance(), 90'100);
  EXPECT_THAT(Decide(lead_, large->id, true), HasReason("WRONG_STATE"));
  EXPECT_EQ(Balance(), 90'100);
  const auto refused = Grant(agent_, 90'000);
  ASSERT_OK(refused);
  ASSERT_OK(Decide(lead_, refused->id, false));
  EXPECT_EQ(Balance(), 90'100);
  ExpectSound();
}

TEST_P(Credit, IsNotGrantedInPiecesPastTheAgentsLimit) {
  int64_t alone = 0;
  for (int i = 0; i < 30; ++i) {
    const auto piece = Grant(agent_, 1'000);
    ASSERT_OK(piece);
    if (piece->state == GrantState::kGranted) alone += 1'000;
  }
  EXPECT_EQ(alone, 20'000);
  EXPECT_EQ(Balance(), alone);
  const auto leads = Grant(lead_, 1'000);
  ASSERT_OK(leads);
  EXPECT_EQ(leads->state, GrantState::kGranted);
  clock_.Advance(absl::Hours(31 * 24));
  const auto later = Grant(agent_, 1'000);
  ASSERT_OK(later);
  EXPECT_EQ(later->state, GrantState::kGranted);
  ExpectSound();
}

TEST_P(Credit, OfAnotherCustomersOrderIsRefused) {
  ASSERT_OK(Put(MakeOrder("o1", 1, 100)));
  ASSERT_OK(Grant(agent_, 10, "o1"));
  Order strangers = MakeOrder("o2", 1, 100);
  strangers.customer = CustomerId("c2");
  ASSERT_OK(Put(strangers));
  EXPECT_THAT(Grant(agent_, 10, "o2"), StatusIs(absl::StatusCode::kNotFound));
}

TEST_P(Credit, IsNeverSpentTwice) {
  ASSERT_OK(Grant(lead_, 100));
  std::atomic<int> accepted{0};
  std::vector<std::thread> clients;
  for (int i = 0; i < 8; ++i) clients.emplace_back([&] { accepted += Spend(60).ok(); });
  for (std::thread& client : clients) client.join();
  EXPECT_EQ(accepted, 1);
  EXPECT_THAT(Spend(41), HasReason("INSUFFICIENT_CREDIT"));
  EXPECT_THAT(Spend(40), IsOkAndHolds(Money(0, "CNY")));
  ExpectSound();
}

TEST_P(Credit, RefundsGoBackToEachTenderAndNoGatewayIsCalledForOurOwn) {
  Order order = MakeOrder("o1", 1, 1000);
  order.payments[0].captured = 500;
  for (const Tender tender : {Tender::kStoreCredit, Tender::kPoints}) {
    Payment payment = order.payments[0];
    payment.id = PaymentId(Concat("o1-", Name(tender)));
    payment.gateway = Name(tender);
    payment.captured = tender == Tender::kPoints ? 200 : 300;
    order.payments.push_back(payment);
  }
  ASSERT_OK(Put(order));
  const auto made = Goodwill(lead_, "o1", 1000);
  ASSERT_OK(made);
  ASSERT_EQ(made->size(), 3u);
  obs::Metrics metrics;
  const auto dispatcher = NewDispatcher(metrics);
  EXPECT_THAT(dispatcher->RunOnce(), IsOkAndHolds(3u));
  EXPECT_TRUE(dispatcher->WaitUntilIdle(absl::Seconds(30)));
  for (const Refund& refund : *made) EXPECT_EQ(Read(refund.id).state, RefundState::kSucceeded);
  EXPECT_EQ(Balance(Tender::kStoreCredit), 300);
  EXPECT_EQ(Balance(Tender::kPoints), 200);
  EXPECT_EQ(gateway_.calls(), 1);
  EXPECT_EQ(gateway_.total(), 500);
  ExpectSound();
}

TEST_P(Credit, TheAuditFindsABalanceThatTheLedgerDoesNotKnow) {
  ASSERT_OK(Grant(lead_, 100));
  ASSERT_OK(database().Write([&](db::Transaction& tx) {
    return tx.Execute("UPDATE credit_balance SET balance_minor = 101").status();
  }));
  std::vector<std::string> found;
  ASSERT_OK(Look([&](View& view) {
    return Audit(view, TenantId("acme"), [&](AuditProgress& progress) {
      for (const AuditFinding& finding : progress.new_findings) found.push_back(finding.invariant);
      return true;
    });
  }));
  EXPECT_THAT(found, ::testing::ElementsAre("CREDIT_BALANCE_WRONG"));
}

}  // namespace
}  // namespace huiyin::aftersales
