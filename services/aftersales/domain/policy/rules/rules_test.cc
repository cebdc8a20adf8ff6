// Each kind of rule by itself, in a document of one window and one rule.
#include <gmock/gmock.h>

#include "libs/testing/status.h"
#include "services/aftersales/domain/policy/policy.h"
#include "services/aftersales/domain/text.h"

namespace huiyin::aftersales {
namespace {

using testing::StatusIs;

class Rules : public ::testing::Test {
 protected:
  Rules() {
    inputs_.country_of_sale = "CN";
    inputs_.country_of_delivery = "DE";
    inputs_.zone = "Europe/Berlin";
    inputs_.currency = "CNY";
    inputs_.language = "en";
    inputs_.customer_days = 100;
    inputs_.filed_at = absl::FromUnixSeconds(1'767'225'600);
    for (const std::string id : {"1", "2"}) {
      LineFacts line;
      line.rma_line_id = id;
      line.reason = "DAMAGED_IN_TRANSIT";
      line.quantity = 1;
      line.delivered_at = inputs_.filed_at - absl::Hours(24);
      line.price_refund = 1000;
      line.tax_share = 160;
      line.duty_share = 40;
      inputs_.lines.push_back(line);
    }
  }
  static absl::StatusOr<std::shared_ptr<const Policy>> WithRule(const std::string& rule) {
    return Policy::Compile(
        Concat("version: test\ncalendars:\n  berlin: {zone: Europe/Berlin, weekend: [SAT, SUN]}\n"
               "rules:\n  - {id: window, kind: return_window, days: 30}\n  - ",
               rule, "\n"));
  }
  Verdict Say(const std::string& rule) const {
    const auto policy = WithRule(rule);
    EXPECT_OK(policy);
    return policy.ok() ? (*policy)->Evaluate(inputs_) : Verdict();
  }
  static void ExpectRefused(const std::string& rule) {
    EXPECT_THAT(WithRule(rule), StatusIs(absl::StatusCode::kInvalidArgument)) << rule;
  }

  VerdictInputs inputs_;
};

TEST_F(Rules, EvidenceIsNeededFromAnAmountOn) {
  const std::string rule = "{id: r, kind: evidence, at_least: 2, refund_from: {CNY: 1000}}";
  EXPECT_EQ(Say(rule).lines[0].reason, "NEEDS_EVIDENCE");
  inputs_.lines[0].evidence = 2;
  EXPECT_EQ(Say(rule).lines[0].decision, Decision::kApprove);
  inputs_.lines[1].price_refund = 999;
  EXPECT_EQ(Say(rule).decision, Decision::kApprove);
  ExpectRefused("{id: r, kind: evidence, at_least: 0}");
}

TEST_F(Rules, ImportChargesComeBackFullyInProportionOrNotAtAll) {
  const Verdict none = Say("{id: r, kind: import_charges, tax: NONE, duty: FULL}");
  EXPECT_EQ(none.lines[0].refund, 840);
  EXPECT_EQ(none.lines[0].tax, ImportCharge::kNone);
  EXPECT_EQ(none.lines[0].duty, ImportCharge::kFull);
  EXPECT_EQ(Say("{id: r, kind: import_charges, tax: FULL, duty: NONE}").refund, 2 * 960);
  EXPECT_EQ(Say("{id: r, kind: import_charges, tax: FULL, duty: NONE, when: {cross_border: false}}")
                .refund,
            2000);
  ExpectRefused("{id: r, kind: import_charges, tax: FULL}");
  ExpectRefused("{id: r, kind: import_charges, tax: FULL, duty: HALF}");
}

TEST_F(Rules, TheWayBackIsChargedOncePerRmaAndNeverBelowZero) {
  const std::string rule = "{id: r, kind: return_shipping, payer: CUSTOMER, fee: {CNY: 1500}}";
  Verdict verdict = Say(rule);
  EXPECT_EQ(verdict.lines[0].return_shipping_fee, 800);  // all of the price; tax and duty come back
  EXPECT_EQ(verdict.lines[1].return_shipping_fee, 700);
  EXPECT_EQ(verdict.refund, 500);
  EXPECT_NE(verdict.sentence.find("15.00 CNY"), std::string::npos) << verdict.sentence;
  inputs_.lines[0].kind = RmaKind::kRefundOnly;  // no way back
  verdict = Say(rule);
  EXPECT_EQ(verdict.lines[0].return_shipping_fee, 0);
  EXPECT_FALSE(verdict.lines[0].customer_pays_return);
  EXPECT_TRUE(Say("{id: r, kind: return_shipping, payer: CUSTOMER}").lines[1].customer_pays_return);
  EXPECT_EQ(Say("{id: r, kind: return_shipping, payer: MERCHANT}").refund, 2000);
  ExpectRefused("{id: r, kind: return_shipping, payer: NOBODY}");
  ExpectRefused("{id: r, kind: return_shipping, payer: MERCHANT, fee: {CNY: 1}}");
}

TEST_F(Rules, RoutesGatherAtAHubOrLeaveCheapGoodsWithTheCustomer) {
  const std::string hub =
      "{id: r, kind: return_route, route: LOCAL_HUB, hub: EU-1, keep_up_to: {CNY: 999}, when: "
      "{countries: [DE], cross_border: true}}";
  EXPECT_EQ(Say(hub).lines[0].route, ReturnRoute::kLocalHub);
  EXPECT_EQ(Say(hub).lines[0].hub, "EU-1");
  inputs_.lines[0].price_refund = 999;
  EXPECT_EQ(Say(hub).lines[0].route, ReturnRoute::kKeep);
  EXPECT_TRUE(Say(hub).lines[0].keep_goods);
  inputs_.lines[0].kind = RmaKind::kExchange;  // the goods are wanted
  EXPECT_FALSE(Say(hub).lines[0].keep_goods);
  inputs_.country_of_sale = "DE";
  EXPECT_EQ(Say(hub).lines[1].route, ReturnRoute::kDirect);
  EXPECT_FALSE(
      Say("{id: r, kind: return_route, route: KEEP, keep_up_to: {CNY: 1}}").lines[1].keep_goods);
  ExpectRefused("{id: r, kind: return_route, route: LOCAL_HUB}");
  ExpectRefused("{id: r, kind: return_route, route: KEEP}");
  ExpectRefused("{id: r, kind: return_route, route: DIRECT, hub: X}");
  ExpectRefused("{id: r, kind: return_route, route: ELSEWHERE}");
}

TEST_F(Rules, MoneyMayComeBeforeTheGoodsAreLookedAt) {
  const std::string rule = "{id: r, kind: refund_timing, at: CARRIER_SCAN, up_to: {CNY: 999}}";
  inputs_.lines[1].price_refund = 999;
  EXPECT_EQ(Say(rule).lines[0].refund_at, RefundAt::kInspection);
  EXPECT_EQ(Say(rule).lines[1].refund_at, RefundAt::kCarrierScan);
  const Verdict at_once = Say("{id: r, kind: refund_timing, at: APPROVAL}");
  EXPECT_EQ(at_once.lines[0].refund_at, RefundAt::kApproval);
  EXPECT_NE(at_once.sentence.find("is on its way"), std::string::npos) << at_once.sentence;
  inputs_.lines[0].kind = RmaKind::kExchange;
  EXPECT_EQ(Say("{id: r, kind: refund_timing, at: APPROVAL}").lines[0].refund_at,
            RefundAt::kInspection);
  ExpectRefused("{id: r, kind: refund_timing}");
  ExpectRefused("{id: r, kind: refund_timing, at: NEVER}");
}

TEST_F(Rules, QuestionsAreAskedByReasonAndOpenMandatoryOnesNeedAPerson) {
  const std::string rule =
      "{id: r, kind: questions, when: {reasons: [DAMAGED_IN_TRANSIT]}, ask: [{id: box, mandatory: "
      "true, choices: [\"YES\", \"NO\"], text: {en: 'Was the box damaged?', de: 'War der "
      "Karton beschädigt?'}}, {id: more, text: {en: 'Anything else?'}}]}";
  EXPECT_EQ(Say(rule).lines[0].reason, "NEEDS_ANSWERS");
  inputs_.lines[0].answered = {"box"};
  EXPECT_EQ(Say(rule).lines[0].decision, Decision::kApprove);
  const auto policy = WithRule(rule);
  ASSERT_OK(policy);
  const std::vector<Question> asked = (*policy)->Questions(inputs_, inputs_.lines[0]);
  ASSERT_EQ(asked.size(), 2u);
  EXPECT_EQ(asked[0].Text("de-AT"), "War der Karton beschädigt?");
  EXPECT_EQ(asked[0].Text("fr"), "Was the box damaged?");
  inputs_.lines[0].reason = "DEFECTIVE";
  EXPECT_TRUE((*policy)->Questions(inputs_, inputs_.lines[0]).empty());
  ExpectRefused("{id: r, kind: questions}");
  ExpectRefused("{id: r, kind: questions, ask: [{id: q, text: {de: 'Wie?'}}]}");
  ExpectRefused("{id: r, kind: questions, ask: [{id: q, choices: [], text: {en: 'How?'}}]}");
}

TEST_F(Rules, ALimitMayBeOnTheWholeRma) {
  const std::string rule = "{id: r, kind: auto_approval, rma_refund_up_to: {CNY: 1999}}";
  EXPECT_EQ(Say(rule).decision, Decision::kReview);
  EXPECT_EQ(Say(rule).lines[0].decision, Decision::kApprove);
  inputs_.lines[1].price_refund = 999;
  EXPECT_EQ(Say(rule).decision, Decision::kApprove);
  ExpectRefused("{id: r, kind: auto_approval}");
}

TEST_F(Rules, EverySignalOfRiskMakesAPersonLook) {
  const auto reason = [&](const std::string& own) {
    return Say(Concat("{id: r, kind: risk, ", own, "}")).lines[0].reason;
  };
  EXPECT_EQ(reason("recent_rmas: 2"), "");
  inputs_.recent_rmas = 3;
  EXPECT_EQ(reason("recent_rmas: 2"), "RISK");
  inputs_.recent_orders = 4;
  EXPECT_EQ(reason("return_rate_bp: 7500"), "RISK");
  EXPECT_EQ(reason("return_rate_bp: 7501"), "");
  EXPECT_EQ(reason("customer_days_below: 100"), "");
  EXPECT_EQ(reason("customer_days_below: 101"), "RISK");
  EXPECT_EQ(reason("recent_mismatches: 1"), "");
  inputs_.recent_mismatches = 1;
  EXPECT_EQ(reason("recent_mismatches: 1"), "RISK");
  inputs_.lines[0].reused_evidence = 1;
  EXPECT_EQ(reason("reused_evidence: 1"), "RISK");
  EXPECT_EQ(reason("refund_from: {CNY: 1001}"), "");
  EXPECT_EQ(reason("refund_from: {CNY: 1000}"), "RISK");
  EXPECT_EQ(reason("needed: 2, refund_from: {CNY: 1000}, customer_days_below: 100"), "");
  EXPECT_EQ(reason("needed: 2, refund_from: {CNY: 1000}, customer_days_below: 101"), "RISK");
  ExpectRefused("{id: r, kind: risk}");
  ExpectRefused("{id: r, kind: risk, needed: 2, recent_rmas: 1}");
}

TEST_F(Rules, AWindowWithACalendarEndsWithItsLastDay) {
  inputs_.lines.resize(1);
  const std::string rule = "{id: r, kind: return_window, working_days: 3, calendar: berlin}";
  const auto policy = Policy::Compile(
      Concat("version: test\ncalendars:\n  berlin: {zone: Europe/Berlin, weekend: [SAT, SUN]}\n"
             "rules:\n  - ",
             rule, "\n"));
  ASSERT_OK(policy);
  // Delivered on Thursday evening; Friday, Monday and Tuesday count.
  absl::TimeZone berlin;
  ASSERT_TRUE(absl::LoadTimeZone("Europe/Berlin", &berlin));
  inputs_.lines[0].delivered_at = absl::FromCivil(absl::CivilSecond(2026, 3, 26, 20, 0, 0), berlin);
  inputs_.filed_at = absl::FromCivil(absl::CivilSecond(2026, 3, 31, 23, 59, 59), berlin);
  EXPECT_EQ((*policy)->Evaluate(inputs_).decision, Decision::kApprove);
  inputs_.filed_at += absl::Seconds(1);
  EXPECT_EQ((*policy)->Evaluate(inputs_).Reason(), "OUTSIDE_WINDOW");
  ExpectRefused("{id: r, kind: return_window, days: 3, working_days: 3, calendar: berlin}");
  ExpectRefused("{id: r, kind: return_window, working_days: 3}");
  ExpectRefused("{id: r, kind: return_window, days: 3, calendar: paris}");
}

TEST_F(Rules, TargetsAreThoseOfTheMostUrgentLine) {
  const auto policy = Policy::Compile(
      "version: test\nrules:\n  - {id: a, kind: step_targets, when: {categories: [PHONE]}, DECIDE: "
      "2, PAY: 5}\n  - {id: b, kind: step_targets, DECIDE: 24, INSPECT: 48}\n");
  ASSERT_OK(policy);
  inputs_.lines[1].category = "PHONE";
  const StepTargets targets = (*policy)->Targets(inputs_);
  EXPECT_EQ(targets[static_cast<int>(Step::kDecide)], absl::Hours(2));
  EXPECT_EQ(targets[static_cast<int>(Step::kInspect)], absl::Hours(48));
  EXPECT_EQ(targets[static_cast<int>(Step::kPay)], absl::Hours(5));
  EXPECT_EQ(targets[static_cast<int>(Step::kSend)], absl::ZeroDuration());
  EXPECT_EQ(EncodeTargets(DecodeTargets(EncodeTargets(targets))), EncodeTargets(targets));
  ExpectRefused("{id: r, kind: step_targets}");
  ExpectRefused("{id: r, kind: step_targets, DECIDE: 0}");
}

}  // namespace
}  // namespace huiyin::aftersales
