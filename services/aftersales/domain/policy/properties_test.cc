// What holds for all inputs: risk alone never refuses, the index finds what asking each rule finds,
// verdicts are the same again, also those of before.
#include <algorithm>
#include <random>

#include "libs/testing/status.h"
#include "services/aftersales/domain/digest.h"
#include "services/aftersales/domain/policy/policy.h"
#include "services/aftersales/domain/policy/sentences.h"
#include "services/aftersales/domain/text.h"

namespace huiyin::aftersales {
namespace {

constexpr uint32_t kSeed = 20'261'122;

class Anything {
 public:
  int Pick(int n) { return static_cast<int>(random_() % static_cast<uint32_t>(n)); }
  template <size_t N>
  std::string Of(const std::string_view (&values)[N]) {
    return std::string(values[Pick(N)]);
  }

  VerdictInputs Inputs() {
    VerdictInputs inputs;
    inputs.country_of_sale = Of(kCountries);
    inputs.country_of_delivery = Of(kCountries);
    inputs.zone = Of(kZones);
    inputs.tier = static_cast<CustomerTier>(Pick(5));
    inputs.currency = Of(kCurrencies);
    inputs.language = std::string(Languages()[Pick(static_cast<int>(Languages().size()))]);
    inputs.filed_at = absl::FromUnixSeconds(1'767'225'600) + absl::Minutes(Pick(600'000));
    for (int i = 1 + Pick(5); i > 0; --i) {
      LineFacts line;
      line.rma_line_id = std::to_string(i);
      line.kind = kRmaKinds[Pick(4)];
      line.reason = Of(kReasons) + (Pick(3) == 0 ? ".DETAIL" : "");
      line.quantity = 1 + Pick(5);
      line.category = Of(kCategories);
      line.flags = static_cast<uint32_t>(Pick(8) == 0 ? Pick(64) : 0) << 1;
      line.evidence = Pick(3);
      line.delivered_at = inputs.filed_at - absl::Minutes(Pick(Pick(4) == 0 ? 1'200'000 : 20'000));
      line.price_refund = Pick(1'000'000);
      line.shipping_share = Pick(2000);
      line.tax_share = line.price_refund / 10;
      line.duty_share = line.price_refund / 20;
      inputs.lines.push_back(line);
    }
    return inputs;
  }
  void AddRisk(VerdictInputs& inputs) {
    inputs.recent_rmas = Pick(100);
    inputs.recent_orders = Pick(100);
    inputs.recent_mismatches = Pick(20);
    inputs.customer_days = Pick(5);
    for (LineFacts& line : inputs.lines) line.reused_evidence = Pick(3);
  }
  Condition AnyCondition() {
    Condition when;
    const auto set = [&](uint32_t& bits, uint32_t none) {
      bits = Pick(3) == 0 ? static_cast<uint32_t>(Pick(1 << 12)) : none;
    };
    set(when.kinds, ~0u);
    set(when.reasons, ~0u);
    set(when.tiers, ~0u);
    set(when.any_flags, 0);
    if (Pick(6) == 0) when.without_flags = static_cast<uint32_t>(Pick(128));
    if (Pick(4) == 0) when.cross_border = 1u << Pick(2);
    if (Pick(3) == 0) {
      when.any_country = false;
      for (const std::string_view country : kCountries) {
        if (Pick(2) == 0 && CountryBit(country) >= 0) when.countries.set(CountryBit(country));
      }
    }
    if (Pick(3) == 0) when.categories = {Of(kCategories)};
    return when;
  }

 private:
  static constexpr std::string_view kCountries[] = {"CN", "DE", "US", "KR", "BR", "TW", "??"};
  static constexpr std::string_view kZones[] = {"Asia/Shanghai", "Europe/Berlin", "UTC", "?"};
  static constexpr std::string_view kCurrencies[] = {"CNY", "EUR", "JPY", "KWD", "CHF"};
  static constexpr std::string_view kCategories[] = {"PHONE", "HOME", "FOOD", "TOYS", ""};
  std::mt19937 random_{kSeed};
};

// The condition, asked one attribute after another.
bool Holds(const Condition& when, const VerdictInputs& inputs, const LineFacts& line) {
  const auto in = [](uint32_t set, int bit) { return bit >= 0 && (set >> bit & 1) != 0; };
  const int country = CountryBit(inputs.country_of_delivery);
  return in(when.kinds, static_cast<int>(line.kind)) && in(when.reasons, ReasonRoot(line.reason)) &&
         in(when.tiers, static_cast<int>(inputs.tier)) &&
         in(when.cross_border, inputs.country_of_sale != inputs.country_of_delivery) &&
         (when.any_flags == 0 || (when.any_flags & line.flags) != 0) &&
         (when.without_flags & line.flags) == 0 &&
         (when.any_country || (country >= 0 && when.countries.test(country))) &&
         (when.categories.empty() || std::find(when.categories.begin(), when.categories.end(),
                                               line.category) != when.categories.end());
}

TEST(PolicyProperties, TheIndexFindsWhatAskingEveryRuleFinds) {
  Anything any;
  for (int round = 0; round < 30; ++round) {
    std::vector<Condition> conditions;
    for (int i = any.Pick(200); i >= 0; --i) conditions.push_back(any.AnyCondition());
    std::vector<const Condition*> pointers;
    for (const Condition& each : conditions) pointers.push_back(&each);
    const RuleIndex index(pointers);
    for (int n = 0; n < 200; ++n) {
      const VerdictInputs inputs = any.Inputs();
      const LineFacts& line = inputs.lines[0];
      const RuleIndex::Bits found = index.Match(inputs, line);
      for (size_t i = 0; i < conditions.size(); ++i) {
        ASSERT_EQ((found[i / 64] >> i % 64 & 1) != 0, Holds(conditions[i], inputs, line))
            << "seed " << kSeed << " round " << round << " rule " << i;
      }
    }
  }
}

TEST(PolicyProperties, RiskNeverRefusesAndNeverTakesMoney) {
  Anything any;
  int reviewed = 0;
  for (int n = 0; n < 20'000; ++n) {
    VerdictInputs inputs = any.Inputs();
    inputs.customer_days = 10'000;
    const Verdict calm = DefaultPolicy()->Evaluate(inputs);
    any.AddRisk(inputs);
    const Verdict risky = DefaultPolicy()->Evaluate(inputs);
    for (size_t i = 0; i < calm.lines.size(); ++i) {
      const LineVerdict& before = calm.lines[i];
      const LineVerdict& after = risky.lines[i];
      ASSERT_EQ(after.decision == Decision::kReject, before.decision == Decision::kReject)
          << "seed " << kSeed << " case " << n;
      ASSERT_EQ(after.refund, before.refund);
      ASSERT_GE(after.decision, before.decision);
      reviewed += after.reason == "RISK";
    }
  }
  EXPECT_GT(reviewed, 1000);  // the signals were there
}

TEST(PolicyProperties, AVerdictIsTheSameAgainAfterItsInputsWereStored) {
  Anything any;
  for (int n = 0; n < 5000; ++n) {
    VerdictInputs inputs = any.Inputs();
    any.AddRisk(inputs);
    for (const auto& policy : ShippedPolicies()) {
      const std::string verdict = policy->Evaluate(inputs).Encode();
      const auto stored = VerdictInputs::Decode(inputs.Encode());
      ASSERT_OK(stored);
      ASSERT_EQ(policy->Evaluate(*stored).Encode(), verdict) << "seed " << kSeed << " case " << n;
      const auto decoded = Verdict::Decode(verdict);
      ASSERT_OK(decoded);
      ASSERT_EQ(decoded->Encode(), verdict);
    }
  }
}

TEST(PolicyProperties, MoneyIsNeverNegativeAndTheTotalIsItsLines) {
  Anything any;
  for (int n = 0; n < 20'000; ++n) {
    const Verdict verdict = DefaultPolicy()->Evaluate(any.Inputs());
    int64_t total = 0;
    for (const LineVerdict& line : verdict.lines) {
      ASSERT_GE(line.refund, 0);
      ASSERT_EQ(line.decision == Decision::kApprove, line.reason.empty());
      total += line.refund;
    }
    ASSERT_EQ(verdict.refund, total);
  }
}

// What a deployment may have stored before facts had a second format: every kind, reason and a
// choice of countries, tiers, flags, ages and languages, judged by default-1.
std::string OldVerdicts(const Policy& policy) {
  std::string all;
  int n = 0;
  for (const std::string country : {"CN", "DE", "US", "BR", "xx"}) {
    for (const RmaKind kind :
         {RmaKind::kReturnRefund, RmaKind::kExchange, RmaKind::kRepair, RmaKind::kRefundOnly}) {
      for (const std::string_view reason : kReasons) {
        VerdictInputs inputs;
        inputs.format = 1;
        inputs.country_of_sale = "CN";
        inputs.country_of_delivery = country;
        inputs.tier = static_cast<CustomerTier>(n % 5);
        inputs.currency = n % 3 == 0 ? "CNY" : n % 3 == 1 ? "EUR" : "JPY";
        inputs.language = n % 4 == 0 ? "zh-Hant" : n % 4 == 1 ? "de" : n % 4 == 2 ? "ar" : "xx";
        inputs.filed_at = absl::FromUnixSeconds(1'767'225'600);
        inputs.recent_rmas = n % 12;
        for (int i = 0; i < 2; ++i) {
          LineFacts line;
          line.rma_line_id = std::to_string(i + 1);
          line.kind = kind;
          line.reason = reason;
          line.quantity = 1 + n % 3;
          line.category = n % 2 == 0 ? "PHONE" : "HOME";
          line.flags = static_cast<uint32_t>((n * 7 + i) % 64) << 1;
          line.evidence = n % 2;
          line.delivered_at = inputs.filed_at - absl::Hours(24 * (n % 40)) - absl::Hours(i);
          line.price_refund = (n * 7919) % 600'000;
          line.shipping_share = n % 900;
          inputs.lines.push_back(line);
          ++n;
        }
        all += inputs.Encode();
        all += policy.Evaluate(inputs).Encode();
      }
    }
  }
  return Sha256Hex(all);
}

TEST(PolicyProperties, VerdictsStoredBeforeFactsHadASecondFormatAreReplayed) {
  EXPECT_EQ(OldVerdicts(*ShippedPolicies()[0]),
            "23a15bc781a5cc1b1b4eb3411932bed72c2dc66b9c8fa1d176812a3fe33f758a");
}

TEST(PolicyProperties, GoodsWithoutAFaultAreNotPaidForAndKeptUnlessAPersonSaysSo) {
  Anything anything;
  int seen = 0;
  for (int i = 0; i < 5000; ++i) {
    const VerdictInputs inputs = anything.Inputs();
    const Verdict verdict = DefaultPolicy()->Evaluate(inputs);
    for (size_t line = 0; line < inputs.lines.size(); ++line) {
      const LineFacts& facts = inputs.lines[line];
      const std::string_view root = kReasons[ReasonRoot(facts.reason)];
      const bool no_fault = root == "NO_LONGER_WANTED" || root == "WRONG_SIZE" ||
                            root == "LATE_DELIVERY" || root == "OTHER";
      if (facts.kind != RmaKind::kRefundOnly || !no_fault) continue;
      ++seen;
      ASSERT_NE(verdict.lines[line].decision, Decision::kApprove) << facts.reason;
      if ((facts.flags & FlagBit(GoodsFlag::kDigital)) != 0) {
        ASSERT_EQ(verdict.lines[line].decision, Decision::kReject) << facts.reason;
      }
    }
  }
  EXPECT_GT(seen, 500);
}

}  // namespace
}  // namespace huiyin::aftersales
