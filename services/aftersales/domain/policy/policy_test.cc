#include "services/aftersales/domain/policy/policy.h"

#include <set>

#include "libs/testing/status.h"

namespace huiyin::aftersales {
namespace {

using testing::StatusIs;

constexpr char kRules[] = R"(version: test-1
rules:
  - id: never
    kind: non_returnable
    when: {flags: [HYGIENE], reasons: [NO_LONGER_WANTED]}
  - id: week
    kind: return_window
    when: {countries: [CN]}
    days: 7
  - id: month
    kind: return_window
    days: 30
  - id: proof
    kind: evidence
    when: {reasons: [DAMAGED_IN_TRANSIT]}
  - id: fee
    kind: restocking_fee
    when: {categories: [PHONE]}
    percent_bp: 1000
    fixed: {CNY: 5}
  - id: shipping
    kind: refund_shipping
    when: {reasons: [DEFECTIVE]}
  - id: keep
    kind: keep_goods
    when: {reasons: [DEFECTIVE]}
    up_to: {CNY: 100}
  - id: limit
    kind: auto_approval
    refund_up_to: {CNY: 5000}
  - id: risk
    kind: risk
    recent_rmas: 3
  - id: hazardous
    kind: review
    when: {flags: [HAZARDOUS]}
  - id: time
    kind: ship_by
    days: 10
  - id: grades
    kind: inspection
    AS_NEW: 10000
    OPENED: 8000
    DAMAGED: 1
    WRONG_ITEM: 0
    MISSING: 0
)";

class PolicyTest : public ::testing::Test {
 protected:
  PolicyTest() : policy_(*Policy::Compile(kRules)) {
    inputs_.country_of_sale = inputs_.country_of_delivery = "CN";
    inputs_.currency = "CNY";
    inputs_.language = "en";
    inputs_.filed_at = absl::FromUnixSeconds(1'767'225'600);
    LineFacts line;
    line.rma_line_id = "1";
    line.reason = "NO_LONGER_WANTED";
    line.quantity = 1;
    line.delivered_at = inputs_.filed_at - absl::Hours(24);
    line.price_refund = 1000;
    line.shipping_share = 50;
    inputs_.lines = {line};
  }
  LineFacts& line() { return inputs_.lines[0]; }
  LineVerdict Say() const { return policy_->Evaluate(inputs_).lines[0]; }

  std::shared_ptr<const Policy> policy_;
  VerdictInputs inputs_;
};

TEST_F(PolicyTest, NonReturnableGoodsAreRefusedAndWorthNothing) {
  line().flags = FlagBit(GoodsFlag::kHygiene);
  EXPECT_EQ(Say().decision, Decision::kReject);
  EXPECT_EQ(Say().reason, "NON_RETURNABLE");
  EXPECT_EQ(Say().refund, 0);
  EXPECT_THAT(Say().rule_ids, ::testing::ElementsAre("never"));
  line().reason = "DEFECTIVE.LEAKS";
  EXPECT_EQ(Say().decision, Decision::kApprove);
}

TEST_F(PolicyTest, WindowsEndToTheMicrosecondAndTheFirstThatFitsCounts) {
  line().delivered_at = inputs_.filed_at - absl::Hours(24 * 7);
  EXPECT_EQ(Say().decision, Decision::kApprove);
  line().delivered_at -= absl::Microseconds(1);
  EXPECT_EQ(Say().reason, "OUTSIDE_WINDOW");
  inputs_.country_of_delivery = "DE";
  EXPECT_EQ(Say().decision, Decision::kApprove);
  EXPECT_THAT(Say().rule_ids, ::testing::ElementsAre("month"));
}

TEST_F(PolicyTest, MissingEvidenceRiskAndHazardsNeedAPersonButNeverRefuse) {
  line().reason = "DAMAGED_IN_TRANSIT";
  EXPECT_EQ(Say().reason, "NEEDS_EVIDENCE");
  line().evidence = 1;
  EXPECT_EQ(Say().decision, Decision::kApprove);
  inputs_.recent_rmas = 3;
  EXPECT_EQ(Say().decision, Decision::kReview);
  EXPECT_EQ(Say().reason, "RISK");
  inputs_.recent_rmas = 0;
  line().flags = FlagBit(GoodsFlag::kHazardous);
  EXPECT_EQ(Say().reason, "NEEDS_REVIEW");
}

TEST_F(PolicyTest, FeesAreTakenOffShippingIsAddedAndLimitsSeeTheSum) {
  line().category = "PHONE";
  EXPECT_EQ(Say().restocking_fee, 105);
  EXPECT_EQ(Say().refund, 895);
  line().category = "HOME";
  line().reason = "DEFECTIVE";
  EXPECT_EQ(Say().refund, 1050);
  EXPECT_TRUE(Say().with_shipping);
  line().price_refund = 4950;
  EXPECT_EQ(Say().decision, Decision::kApprove);
  line().price_refund = 4951;
  EXPECT_EQ(Say().reason, "ABOVE_AUTO_APPROVAL_LIMIT");
  inputs_.currency = "USD";
  line().price_refund = 1;
  EXPECT_EQ(Say().reason, "ABOVE_AUTO_APPROVAL_LIMIT");  // a currency without a limit
}

TEST_F(PolicyTest, CheapGoodsAreKept) {
  line().reason = "DEFECTIVE";
  line().price_refund = 50;
  EXPECT_TRUE(Say().keep_goods);
  line().price_refund = 51;
  EXPECT_FALSE(Say().keep_goods);
}

TEST_F(PolicyTest, InspectionGrantsByGrade) {
  EXPECT_EQ(policy_->Granted(inputs_, line(), Grade::kAsNew), 10'000);
  EXPECT_EQ(policy_->Granted(inputs_, line(), Grade::kOpened), 8000);
  EXPECT_EQ(policy_->Granted(inputs_, line(), Grade::kMissing), 0);
  EXPECT_EQ(policy_->Evaluate(inputs_).ship_within_days, 10);
}

TEST_F(PolicyTest, OneRefusedLineDoesNotRefuseTheOthers) {
  inputs_.lines.push_back(line());
  inputs_.lines[1].rma_line_id = "2";
  inputs_.lines[1].flags = FlagBit(GoodsFlag::kHygiene);
  const Verdict verdict = policy_->Evaluate(inputs_);
  EXPECT_EQ(verdict.decision, Decision::kApprove);
  EXPECT_EQ(verdict.refund, 1000);
  EXPECT_EQ(verdict.lines[1].decision, Decision::kReject);
}

TEST_F(PolicyTest, InputsAndVerdictsSurviveTheirEncoding) {
  const auto inputs = VerdictInputs::Decode(inputs_.Encode());
  ASSERT_OK(inputs);
  EXPECT_EQ(inputs->Encode(), inputs_.Encode());
  const std::string verdict = policy_->Evaluate(inputs_).Encode();
  EXPECT_EQ(policy_->Evaluate(*inputs).Encode(), verdict);
  const auto decoded = Verdict::Decode(verdict);
  ASSERT_OK(decoded);
  EXPECT_EQ(decoded->Encode(), verdict);
  EXPECT_THAT(Verdict::Decode(verdict.substr(1)), StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_THAT(VerdictInputs::Decode(""), StatusIs(absl::StatusCode::kDataLoss));
}

TEST(PolicyDocument, EveryMistakeIsShownWithItsLine) {
  const auto policy = Policy::Compile(R"(version: bad
surprise: 1
rules:
  - id: a
    kind: return_window
    days: soon
  - id: a
    kind: no_such_kind
  - id: b
    kind: auto_approval
    refund_up_to: {XXQ: 5}
    when: {countries: [China], reasons: [BOREDOM]}
)");
  ASSERT_THAT(policy, StatusIs(absl::StatusCode::kInvalidArgument));
  std::set<std::string> lines;
  for (const Violation& violation : Violations(policy.status())) lines.insert(violation.field);
  EXPECT_THAT(lines,
              ::testing::ElementsAre("line 11", "line 12", "line 2", "line 6", "line 7", "line 8"));
  EXPECT_THAT(Policy::Compile("rules: ["), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(Policy::Compile("a: 1\na: 2"), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(Policy::Compile(""), StatusIs(absl::StatusCode::kInvalidArgument));
}

}  // namespace
}  // namespace huiyin::aftersales
