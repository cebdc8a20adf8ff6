// Reference numbers were computed from the published formulas with the R packages surveillance and
// openEBGM.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <string>
#include <vector>

#include "services/analytics/domain/stats/adtributor.h"
#include "services/analytics/domain/stats/ddsketch.h"
#include "services/analytics/domain/stats/disproportionality.h"
#include "services/analytics/domain/stats/ears.h"
#include "services/analytics/domain/stats/gamma_poisson.h"
#include "services/analytics/domain/stats/hyperloglog.h"

namespace huiyin::analytics {
namespace {

constexpr double kTolerance = 1e-4;

TEST(EarsTest, MatchesReference) {
  const std::vector<int64_t> counts = {10, 12, 9, 11, 10, 13, 8, 11, 10, 30};
  const EarsBound c1 = EarsC1(counts);
  EXPECT_NEAR(c1.mean, 10.2857, kTolerance);
  EXPECT_NEAR(c1.sd, 1.6036, kTolerance);
  EXPECT_NEAR(c1.bound, 15.2411, kTolerance);
  EXPECT_TRUE(c1.alarm);
  const EarsBound c2 = EarsC2(counts);
  EXPECT_NEAR(c2.mean, 10.4286, kTolerance);
  EXPECT_NEAR(c2.sd, 1.7182, kTolerance);
  EXPECT_NEAR(c2.bound, 15.7383, kTolerance);
  EXPECT_TRUE(c2.alarm);
}

TEST(EarsTest, FloorKeepsAConstantBaselineQuiet) {
  const std::vector<int64_t> counts = {2, 2, 2, 2, 2, 2, 2, 3};
  EXPECT_TRUE(EarsC1(counts).alarm);
  EXPECT_FALSE(EarsC1(counts, {.min_sd = 1}).alarm);
}

TEST(EarsTest, SlowRiseAlarmsInC3First) {
  const std::vector<int64_t> counts = {10, 12, 9, 11, 10, 13, 8, 11, 10, 14, 14, 14};
  EXPECT_FALSE(EarsC1(counts).alarm);
  EXPECT_FALSE(EarsC2(counts).alarm);
  EXPECT_TRUE(EarsC3(counts).alarm);
}

TEST(EarsTest, TooLittleHistoryIsQuiet) {
  const std::vector<int64_t> counts = {0, 0, 0, 50};
  EXPECT_FALSE(EarsC1(counts).alarm);
  EXPECT_FALSE(EarsC3(counts).alarm);
}

TEST(DisproportionalityTest, MatchesReference) {
  const Table2x2 t = {25, 75, 200, 9700};
  const stats::Estimate prr = ReportingRatio(t);
  EXPECT_NEAR(prr.value, 12.3750, kTolerance);
  EXPECT_NEAR(prr.lower, 8.5808, kTolerance);
  EXPECT_NEAR(prr.upper, 17.8469, kTolerance);
  const stats::Estimate ror = OddsRatio(t);
  EXPECT_NEAR(ror.value, 16.1667, kTolerance);
  EXPECT_NEAR(ror.lower, 10.0658, kTolerance);
  EXPECT_NEAR(ror.upper, 25.9651, kTolerance);
  EXPECT_NEAR(ChiSquaredYates(t), 227.366, 1e-3);
  EXPECT_NEAR(InformationComponent(t), 3.2130, kTolerance);
  EXPECT_TRUE(IsSignal(t));
}

TEST(DisproportionalityTest, TwoCasesAreNoSignal) {
  EXPECT_FALSE(IsSignal({2, 0, 5, 10000}));
  EXPECT_FALSE(IsSignal({0, 0, 0, 0}));
  EXPECT_TRUE(IsSignal({5, 10, 0, 1000}));
}

TEST(PoissonTailTest, IsTheUpperTail) {
  EXPECT_EQ(PoissonTail(0, 2), 1);
  EXPECT_NEAR(PoissonTail(1, 2), 1 - std::exp(-2.0), 1e-12);
  EXPECT_NEAR(PoissonTail(5, 1), 0.00365985, 1e-7);
}

TEST(QValuesTest, MatchesBenjaminiHochberg) {
  const std::vector<double> p = {0.01, 0.04, 0.03, 0.5};
  const std::vector<double> q = QValues(p);
  EXPECT_NEAR(q[0], 0.04, 1e-12);
  EXPECT_NEAR(q[1], 0.04 * 4 / 3, 1e-12);
  EXPECT_NEAR(q[2], 0.04 * 4 / 3, 1e-12);
  EXPECT_NEAR(q[3], 0.5, 1e-12);
}

TEST(ScanTest, MatchesReference) {
  EXPECT_NEAR(ScanLogLikelihoodRatio(30, 10, 100), 15.3664, kTolerance);
  EXPECT_EQ(ScanLogLikelihoodRatio(5, 10, 100), 0);
}

TEST(GammaPoissonTest, MatchesReference) {
  const GammaMixture prior = {3.25280367, 0.39983376, 2.02490400, 1.90726819, 0.06536416};
  const struct {
    int64_t n;
    double e, q, ebgm, eb05, eb95;
  } rows[] = {{1, 0.1, .194886, 1.7919, .4528, 10.7159},
              {3, 0.5, .311263, 2.7564, .9210, 9.6266},
              {10, 2, .493568, 3.9452, 2.0001, 7.5210},
              {50, 5, .999554, 9.7683, 7.7465, 12.1847},
              {5, 5, .003002, .9468, .4784, 1.7235}};
  for (const auto& row : rows) {
    const ShrunkRate rate = Shrink(row.n, row.e, prior);
    EXPECT_NEAR(rate.weight1, row.q, kTolerance) << row.n;
    EXPECT_NEAR(rate.ebgm, row.ebgm, kTolerance) << row.n;
    EXPECT_NEAR(rate.eb05, row.eb05, kTolerance) << row.n;
    EXPECT_NEAR(rate.eb95, row.eb95, kTolerance) << row.n;
  }
}

TEST(GammaPoissonTest, FittedPriorShrinksNoiseAndKeepsTheSignal) {
  std::mt19937 random(7);
  std::vector<ObservedExpected> cells;
  for (int i = 0; i < 300; ++i) {
    const double expected = 0.5 + i % 5;
    cells.push_back({std::poisson_distribution<int64_t>(expected)(random), expected});
  }
  cells.push_back({25, 2.0});
  const GammaMixture prior = FitPrior(cells);
  EXPECT_LT(Shrink(3, 0.5, prior).eb05, 2);
  EXPECT_GT(Shrink(25, 2.0, prior).eb05, 2);
}

TEST(AdtributorTest, FindsTheElementThatMoved) {
  const DimensionChange channel = {"channel", {{"CHAT", 50, 100}, {"EMAIL", 50, 100}}};
  const DimensionChange lot = {"lot", {{"A", 90, 95}, {"B", 10, 105}}};
  const std::vector<DimensionChange> dimensions = {channel, lot};
  const auto explanations = Explain(dimensions);
  ASSERT_FALSE(explanations.empty());
  EXPECT_EQ(explanations[0].dimension, "lot");
  ASSERT_EQ(explanations[0].contributions.size(), 1u);
  EXPECT_EQ(explanations[0].contributions[0].value, "B");
  EXPECT_NEAR(explanations[0].contributions[0].explanatory_power, 0.95, 1e-12);
  EXPECT_NEAR(explanations[0].surprise, Surprise(0.1, 0.525), 1e-12);
}

TEST(AdtributorTest, ARatioIsExplainedByWhatMovedItNotByWhatIsLarge) {
  // Refund time: 100 refunds of 10 hours at home, 10 abroad, which now take 65 instead of 10.
  const DimensionChange country = {
      "country", {{"CN", 1000, 1000, 100, 100}, {"DE", 100, 650, 10, 10}}, /*ratio=*/true};
  const auto explanations = Explain(std::span(&country, 1));
  ASSERT_EQ(explanations.size(), 1u);
  ASSERT_EQ(explanations[0].contributions.size(), 1u);
  const ExplainedPart& part = explanations[0].contributions[0];
  EXPECT_EQ(part.value, "DE");
  EXPECT_DOUBLE_EQ(part.forecast, 10);
  EXPECT_DOUBLE_EQ(part.actual, 65);
  EXPECT_NEAR(part.explanatory_power, 1, 1e-12);
}

TEST(AdtributorTest, ARatioIsAlsoMovedByTheMixture) {
  // Nothing became slower; there is more of what was slow.
  const DimensionChange kind = {
      "kind", {{"fast", 100, 100, 100, 100}, {"slow", 100, 1000, 10, 100}}, /*ratio=*/true};
  const auto explanations = Explain(std::span(&kind, 1));
  ASSERT_EQ(explanations.size(), 1u);
  EXPECT_EQ(explanations[0].contributions.at(0).value, "slow");
}

TEST(AdtributorTest, ARatioOfNothingHasNotChanged) {
  const DimensionChange country = {"country", {{"CN", 0, 100, 0, 10}}, /*ratio=*/true};
  EXPECT_TRUE(Explain(std::span(&country, 1)).empty());
}

TEST(AdtributorTest, SurpriseFollowsItsFormula) {
  EXPECT_EQ(Surprise(0.3, 0.3), 0);
  EXPECT_NEAR(Surprise(0, 0.5), 0.25 * std::log(2.0), 1e-12);
  EXPECT_NEAR(Surprise(0.2, 0.4), 0.5 * (0.2 * std::log(0.4 / 0.6) + 0.4 * std::log(0.8 / 0.6)),
              1e-12);
}

TEST(DdSketchTest, EveryQuantileIsWithinTheBound) {
  std::mt19937_64 random(42);
  std::lognormal_distribution<double> seconds(5, 3);
  std::vector<double> values;
  Sketch sketch;
  for (int i = 0; i < 20000; ++i) {
    values.push_back(std::max(0.001, seconds(random)));
    ++sketch[SketchBin(values.back())];
  }
  std::sort(values.begin(), values.end());
  for (int percent = 0; percent <= 100; ++percent) {
    const double q = percent / 100.0;
    const double truth = values[static_cast<size_t>(q * (values.size() - 1))];
    EXPECT_LE(std::abs(SketchQuantile(sketch, q) - truth) / truth, kSketchAccuracy + 1e-9) << q;
  }
}

TEST(DdSketchTest, MergeIsAddition) {
  Sketch all, left, right;
  for (int i = 1; i <= 1000; ++i) {
    ++all[SketchBin(i)];
    ++(i % 3 == 0 ? left : right)[SketchBin(i)];
  }
  for (const auto& [bin, count] : left) right[bin] += count;
  EXPECT_EQ(right, all);
  EXPECT_EQ(SketchQuantile({}, 0.5), 0);
}

TEST(HyperLogLogTest, ErrorIsAsPromised) {
  for (const int customers : {1, 10, 1000, 20000, 200000}) {
    std::map<uint32_t, int64_t> registers;
    for (int i = 0; i < customers; ++i) {
      const HllObservation seen = HllObserve("customer-" + std::to_string(i));
      int64_t& rank = registers[seen.register_index];
      rank = std::max(rank, seen.rank);
    }
    EXPECT_NEAR(HllEstimate(registers), customers, 3 * 0.01625 * customers + 0.5) << customers;
  }
  EXPECT_EQ(HllEstimate({}), 0);
}

TEST(NegativeBinomialTest, WithoutDispersionIsPoissonAndWithItTailsAreHeavier) {
  EXPECT_EQ(NegativeBinomialTail(0, 3, 0.5), 1);
  EXPECT_DOUBLE_EQ(NegativeBinomialTail(9, 3, 0), PoissonTail(9, 3));
  EXPECT_GT(NegativeBinomialTail(9, 3, 0.5), 5 * PoissonTail(9, 3));
  // Size 2, mean 3: P(X ≥ 1) = 1 − (2/5)².
  EXPECT_NEAR(NegativeBinomialTail(1, 3, 0.5), 1 - 0.16, 1e-12);
}

}  // namespace
}  // namespace huiyin::analytics
