// An erased customer, as the program puts it together, on SQLite: the words go, the decision stays.
#include <gmock/gmock.h>

#include "huiyin/event/v1/aftersales_events.pb.h"
#include "huiyin/event/v1/customer_events.pb.h"
#include "huiyin/triage/v1/policy_service.grpc.pb.h"
#include "services/triage/test_desk.h"

namespace huiyin::triage {
namespace {

using ::huiyin::testing::HasReason;

constexpr char kPaidTwice[] = "付款失败了，钱扣了两次，共299元，订单还是未支付，马上给我处理！";

class ErasureTest : public ::testing::Test {
 protected:
  void SetUp() override {
    event::v1::OrderUpserted order;
    order.set_order_id("o-ann");
    order.set_customer_id("ann");
    order.set_version(1);
    order.set_tier(common::v1::CUSTOMER_TIER_VIP);
    order.mutable_captured()->set_minor_units(29900);
    order.mutable_captured()->set_currency("CNY");
    desk_.Hear("order", "o-ann", order);
    desk_.CustomerOpens("anns", kPaidTwice, "ann", "o-ann");
    desk_.CustomerOpens("bobs", kPaidTwice, "bob");
    before_ = desk_.DecisionOn("anns");
    ASSERT_GT(before_.classification().terms_size(), 0);
    ASSERT_GT(before_.classification().entities_size(), 0);
    ASSERT_EQ(before_.inputs().tier(), common::v1::CUSTOMER_TIER_VIP);
  }

  void Erase(const std::string& customer) {
    event::v1::CustomerErased erased;
    erased.set_customer_id(customer);
    desk_.Hear("customer", "erasure-1", erased);
  }
  void Adds(const std::string& ticket, const std::string& message) {
    event::v1::TicketMessageAdded added;
    added.set_ticket_id(desk_.Ticket(ticket));
    added.set_message_id(message);
    added.set_author(event::v1::MESSAGE_AUTHOR_CUSTOMER);
    added.set_public_(true);
    desk_.Hear("ticket", added.ticket_id(), added);
  }
  absl::StatusOr<v1::ReplayDecisionResponse> Replay(const v1::Decision& decision) {
    v1::ReplayDecisionRequest replay;
    replay.set_decision_id(decision.decision_id());
    return desk_.Call(&v1::PolicyService::Stub::ReplayDecision, replay);
  }
  int64_t Count(const std::string& from) {
    int64_t count = -1;
    EXPECT_OK(desk_.host().database().Read([&](db::Session& session) {
      return session.Query("SELECT count(*) FROM " + from, {},
                           [&](const db::Row& row) { count = row.Int(0); });
    }));
    return count;
  }

  TestDesk desk_;
  v1::Decision before_;
};

TEST_F(ErasureTest, NothingLeadsToTheCustomerAndTheDecisionStays) {
  for (int i = 0; i < 2; ++i) Erase("ann");
  const v1::Decision left = desk_.DecisionOn("anns");
  EXPECT_EQ(left.decision_id(), before_.decision_id());
  EXPECT_EQ(left.classification().category(), before_.classification().category());
  EXPECT_EQ(left.priority(), before_.priority());
  EXPECT_EQ(left.classification().terms_size(), 0);
  EXPECT_EQ(left.classification().entities_size(), 0);
  EXPECT_EQ(left.inputs().tier(), common::v1::CUSTOMER_TIER_UNSPECIFIED);
  EXPECT_FALSE(left.inputs().has_order_value());
  EXPECT_EQ(Count("ticket WHERE customer_id = 'ann' OR order_id = 'o-ann'"), 0);
  EXPECT_EQ(Count("customer WHERE customer_id = 'ann'"), 0);
  EXPECT_EQ(Count("customer_order WHERE customer_id = 'ann'"), 0);
  EXPECT_EQ(Count("decision"), 2);

  EXPECT_GT(desk_.DecisionOn("bobs").classification().terms_size(), 0);
  EXPECT_EQ(Count("ticket WHERE customer_id = 'bob'"), 1);
}

TEST_F(ErasureTest, AReplaySaysThatTheInputsAreGone) {
  Erase("ann");
  EXPECT_THAT(Replay(before_), HasReason("INPUTS_ERASED"));
  const auto others = Replay(desk_.DecisionOn("bobs"));
  ASSERT_OK(others);
  EXPECT_TRUE(others->identical());

  v1::SimulatePolicyRequest simulate;
  simulate.set_source("P1 from 50\nP2 from 20\nP3 from 10\nrule all +50 when messages >= 1\n");
  EXPECT_EQ(desk_.Must(&v1::PolicyService::Stub::SimulatePolicy, simulate).examined(), 1);
}

TEST_F(ErasureTest, AMessageFromBeforeThatArrivesLateIsNotRead) {
  Erase("ann");
  // Its text is that of the opening, as if it had been fetched before the erasure.
  Adds("anns", desk_.Ticket("bobs") + "-1");
  EXPECT_EQ(desk_.DecisionOn("anns").decision_id(), before_.decision_id());
  EXPECT_EQ(desk_.DecisionOn("anns").classification().terms_size(), 0);

  // What is said afterwards is said by somebody new.
  desk_.clock().Advance(absl::Minutes(1));
  Adds("anns", desk_.Ticket("bobs") + "-1");
  const v1::Decision anew = desk_.DecisionOn("anns");
  EXPECT_NE(anew.decision_id(), before_.decision_id());
  EXPECT_EQ(anew.inputs().tier(), common::v1::CUSTOMER_TIER_UNSPECIFIED);
  EXPECT_OK(Replay(anew));
}

}  // namespace
}  // namespace huiyin::triage
