// Policies over the wire, on SQLite: created, tried out, published, taken back; and what decisions
// come of them. Texts are read by the model that ships.
#include <gmock/gmock.h>

#include "huiyin/event/v1/aftersales_events.pb.h"
#include "huiyin/event/v1/ticket_events.pb.h"
#include "huiyin/triage/v1/policy_service.grpc.pb.h"
#include "services/triage/test_desk.h"

namespace huiyin::triage {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Property;

class PoliciesTest : public ::testing::Test {
 protected:
  v1::Policy Create(const std::string& source) {
    v1::CreatePolicyRequest request;
    request.set_request_id(desk_.NewId());
    request.set_kind(v1::POLICY_KIND_PRIORITY);
    request.set_source(source);
    return desk_.Must(&v1::PolicyService::Stub::CreatePolicy, request);
  }
  v1::Policy Publish(const std::string& version) {
    v1::PublishPolicyRequest request;
    request.set_request_id(desk_.NewId());
    request.set_kind(v1::POLICY_KIND_PRIORITY);
    request.set_version(version);
    return desk_.Must(&v1::PolicyService::Stub::PublishPolicy, request);
  }

  TestDesk desk_;
};

constexpr char kRefundsFirst[] =
    "P1 from 50\nP2 from 20\nP3 from 10\nrule refunds +50 when category is REFUND\n"
    "rule rest +10 when messages >= 1\n";

TEST_F(PoliciesTest, ReadsATicketWithTheShippedModelAndDecidesByTheDefault) {
  desk_.CustomerOpens("t-1", "付款失败了，钱扣了两次，订单还是未支付，马上给我处理！");
  const v1::Decision decision = desk_.DecisionOn("t-1");
  EXPECT_EQ(decision.classification().category(), common::v1::CATEGORY_PAYMENT);
  EXPECT_EQ(decision.classification().language(), "zh-Hans");
  EXPECT_EQ(decision.priority(), common::v1::PRIORITY_P1);
  EXPECT_EQ(decision.policy_version(), "default-4");
  EXPECT_THAT(decision.rules(), Contains(Property(&v1::ScoredRule::rule_id, "payment_blocked")));
}

TEST_F(PoliciesTest, KnowsTheCustomersTierAndOrderValueFromOrders) {
  event::v1::OrderUpserted order;
  order.set_order_id("o-1");
  order.set_customer_id("c-1");
  order.set_version(2);
  order.set_tier(common::v1::CUSTOMER_TIER_VIP);
  order.mutable_captured()->set_minor_units(250000);
  order.mutable_captured()->set_currency("CNY");
  desk_.Hear("order", "o-1", order);
  order.set_version(1);  // late: changes nothing
  order.mutable_captured()->set_minor_units(1);
  desk_.Hear("order", "o-1", order);

  desk_.CustomerOpens("t-1", "请问发票怎么开？", "c-1", "o-1");
  const v1::PriorityInputs inputs = desk_.DecisionOn("t-1").inputs();
  EXPECT_EQ(inputs.tier(), common::v1::CUSTOMER_TIER_VIP);
  EXPECT_EQ(inputs.order_value().minor_units(), 250000);
  desk_.clock().Advance(absl::Hours(2));
  desk_.CustomerOpens("t-2", "请问发票怎么开？", "c-1", "o-1");
  EXPECT_EQ(desk_.DecisionOn("t-2").inputs().earlier_tickets(), 1u);
}

TEST_F(PoliciesTest, APublishedPolicyDecidesFromThenOnUntilItIsTakenBack) {
  const std::string version = Create(kRefundsFirst).version();
  EXPECT_EQ(version, "priority-1");
  desk_.CustomerOpens("t-1", "我要退款，什么时候退钱给我？");
  EXPECT_EQ(desk_.DecisionOn("t-1").policy_version(), "default-4");

  EXPECT_TRUE(Publish(version).in_force());
  desk_.CustomerOpens("t-2", "我要退款，什么时候退钱给我？");
  EXPECT_EQ(desk_.DecisionOn("t-2").policy_version(), version);
  EXPECT_EQ(desk_.DecisionOn("t-2").priority(), common::v1::PRIORITY_P1);

  v1::RollbackPolicyRequest back;
  back.set_request_id(desk_.NewId());
  back.set_kind(v1::POLICY_KIND_PRIORITY);
  EXPECT_EQ(desk_.Must(&v1::PolicyService::Stub::RollbackPolicy, back).version(), "default-4");
  desk_.CustomerOpens("t-3", "我要退款，什么时候退钱给我？");
  EXPECT_EQ(desk_.DecisionOn("t-3").policy_version(), "default-4");
  back.set_request_id(desk_.NewId());
  EXPECT_THAT(desk_.Call(&v1::PolicyService::Stub::RollbackPolicy, back),
              testing::HasReason("NOTHING_PUBLISHED"));

  // The decision made by it is replayed by it still.
  v1::ReplayDecisionRequest replay;
  replay.set_decision_id(desk_.DecisionOn("t-2").decision_id());
  const auto replayed = desk_.Must(&v1::PolicyService::Stub::ReplayDecision, replay);
  EXPECT_TRUE(replayed.identical());
  EXPECT_THAT(replayed.stored(), HasSubstr("policy=priority-1"));
}

TEST_F(PoliciesTest, SimulationTellsWhatWouldChangePageByPage) {
  for (int i = 0; i < 5; ++i) {
    desk_.CustomerOpens("t-" + std::to_string(i), "我要退款，什么时候退钱给我？");
  }
  v1::SimulatePolicyRequest request;
  request.set_source(kRefundsFirst);
  request.set_page_size(3);
  request.set_max_examples(1);
  const auto first = desk_.Must(&v1::PolicyService::Stub::SimulatePolicy, request);
  EXPECT_EQ(first.examined(), 3);
  EXPECT_EQ(first.changed(), 3);
  ASSERT_EQ(first.examples_size(), 1);
  EXPECT_THAT(first.examples(0).after(), HasSubstr("P1 score=60 policy=simulated refunds+50"));
  request.set_page_token(first.next_page_token());
  const auto second = desk_.Must(&v1::PolicyService::Stub::SimulatePolicy, request);
  EXPECT_EQ(second.examined(), 2);
  EXPECT_EQ(second.next_page_token(), "");
  EXPECT_EQ(desk_.DecisionOn("t-0").policy_version(), "default-4");
}

TEST_F(PoliciesTest, NamesMistakesByLine) {
  v1::CreatePolicyRequest request;
  request.set_request_id("no uuid");
  request.set_kind(v1::POLICY_KIND_PRIORITY);
  EXPECT_THAT(desk_.Call(&v1::PolicyService::Stub::CreatePolicy, request),
              testing::StatusIs(absl::StatusCode::kInvalidArgument));
  request.set_request_id(desk_.NewId());
  request.set_source("P1 from 3\nP2 from 2\nP3 from 1\nrule vip +5 when tier is KING\n");
  const auto refused = desk_.Call(&v1::PolicyService::Stub::CreatePolicy, request);
  ASSERT_EQ(Violations(refused.status()).size(), 1u);
  EXPECT_EQ(Violations(refused.status())[0].field, "source:4");
}

}  // namespace
}  // namespace huiyin::triage
