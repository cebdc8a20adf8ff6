#include "services/analytics/domain/detect.h"

#include <gmock/gmock.h>

#include <random>

namespace huiyin::analytics {
namespace {

using ::testing::HasSubstr;

constexpr uint32_t kQuality = 4;

LotCounts Lot(const std::string& product, const std::string& lot, int64_t units, int64_t cases) {
  LotCounts counts{product, "SKU-" + product, lot, units, {}, {}};
  if (cases > 0) {
    counts.cases[kQuality] = cases;
    counts.complaints[kQuality][1] = cases;
  }
  return counts;
}

// `products` products of three lots each, complaints Poisson at `rate` per unit.
std::vector<LotCounts> Shop(int products, double rate, uint32_t seed) {
  std::mt19937 random(seed);
  std::vector<LotCounts> lots;
  for (int p = 0; p < products; ++p) {
    for (int l = 0; l < 3; ++l) {
      const int64_t units = 20 + static_cast<int64_t>(random() % 200);
      const double expected = rate * static_cast<double>(units);
      lots.push_back(Lot("P" + std::to_string(p), "L" + std::to_string(p) + "-" + std::to_string(l),
                         units, std::poisson_distribution<int64_t>(expected)(random)));
    }
  }
  return lots;
}

TEST(DetectTest, FindsTheDefectiveLotAndDoesNotBlameItsProduct) {
  std::vector<LotCounts> lots = Shop(40, 0.02, 11);
  lots.push_back(Lot("P-KET", "GOOD1", 100, 2));
  lots.push_back(Lot("P-KET", "BAD", 60, 18));
  lots.push_back(Lot("P-KET", "GOOD2", 100, 1));
  const auto findings = Detect(lots);
  ASSERT_EQ(findings.size(), 1u);
  const Finding& f = findings[0];
  EXPECT_EQ(f.subject, (Subject{"lot", "P-KET", "BAD"}));
  EXPECT_EQ(f.evidence.observed, 18);
  EXPECT_EQ(f.evidence.units_shipped, 60);
  EXPECT_NEAR(f.evidence.expected, 1.2, 0.6);
  EXPECT_GT(f.evidence.relative_rate.lower, 2);
  EXPECT_LT(f.evidence.q_value, 1e-6);
  EXPECT_EQ(f.evidence.by_source[1], 18);
  EXPECT_THAT(Summary(f), HasSubstr("lot BAD of product P-KET"));
}

TEST(DetectTest, ABadProductIsToldOnceNotPerSku) {
  std::vector<LotCounts> lots = Shop(40, 0.02, 12);
  for (int l = 0; l < 12; ++l) lots.push_back(Lot("P-BAD", "B" + std::to_string(l), 30, 3));
  const auto findings = Detect(lots);
  int product = 0, sku = 0;
  for (const Finding& f : findings) {
    product += f.subject.kind == "product";
    sku += f.subject.kind == "sku";
  }
  EXPECT_EQ(product, 1);
  EXPECT_EQ(sku, 0);
}

TEST(DetectTest, HomogeneousShopsRaiseFalseAlarmsRarely) {
  int alarms = 0;
  for (uint32_t seed = 0; seed < 100; ++seed) {
    alarms += static_cast<int>(Detect(Shop(30, 0.03, seed)).size());
  }
  EXPECT_LE(alarms, 3) << "over 100 shops of 30 products and 90 lots";
}

TEST(DetectTest, FewCasesUnknownUnitsAndNothingAreQuiet) {
  EXPECT_TRUE(Detect({}).empty());
  EXPECT_TRUE(Detect({Lot("P", "L", 10, 9)}).empty());  // nothing to compare with
  std::vector<LotCounts> lots = Shop(20, 0.01, 3);
  lots.push_back(Lot("P-X", "TWO", 2, 2));
  lots.push_back(Lot("P-Y", "UNKNOWN", 0, 50));
  for (const Finding& f : Detect(lots)) {
    EXPECT_NE(f.subject.value, "TWO");
    EXPECT_NE(f.subject.value, "UNKNOWN");
  }
}

// `days` of Poisson counts and `today` at the end.
DailyCounts Series(const std::string& product, double mean, int days, int64_t today,
                   uint32_t seed) {
  std::mt19937 random(seed);
  DailyCounts series{{"product", product, product}, 0, {}};
  for (int i = 0; i < days; ++i) {
    series.counts.push_back(std::poisson_distribution<int64_t>(mean)(random));
  }
  series.counts.push_back(today);
  return series;
}

TEST(DetectAberrationsTest, FindsTheProductWhoseComplaintsJump) {
  std::vector<DailyCounts> series;
  for (uint32_t i = 0; i < 50; ++i) series.push_back(Series("P" + std::to_string(i), 4, 13, 4, i));
  series.push_back(Series("P-JUMP", 4, 13, 20, 99));
  const auto findings = DetectAberrations(series);
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].subject, (Subject{"product", "P-JUMP", "P-JUMP"}));
  EXPECT_EQ(findings[0].evidence.method, "aberration");
  EXPECT_EQ(findings[0].evidence.observed, 20);
  EXPECT_THAT(Summary(findings[0]), HasSubstr("20 complaints today"));
}

TEST(DetectAberrationsTest, SteadyProductsRaiseFalseAlarmsRarely) {
  int alarms = 0;
  std::mt19937 random(5);
  for (uint32_t day = 0; day < 100; ++day) {
    std::vector<DailyCounts> series;
    for (uint32_t i = 0; i < 30; ++i) {
      const int64_t today = std::poisson_distribution<int64_t>(3.0)(random);
      series.push_back(Series("P" + std::to_string(i), 3, 13, today, day * 1000 + i));
    }
    alarms += static_cast<int>(DetectAberrations(series).size());
  }
  EXPECT_LE(alarms, 10) << "over 3000 product-days";
}

TEST(DetectAberrationsTest, TooLittleHistoryOrTooFewCasesAreQuiet) {
  EXPECT_TRUE(DetectAberrations({{{"product", "P", "P"}, 0, {0, 0, 0, 50}}}).empty());
  EXPECT_TRUE(DetectAberrations({{{"product", "P", "P"}, 0, {0, 0, 0, 0, 0, 0, 0, 0, 4}}}).empty());
  EXPECT_TRUE(DetectAberrations({}).empty());
}

TEST(DetectTest, ALateCarrierIsBlamedAndNotTheProductsItBrings) {
  std::mt19937 random(5);
  std::vector<LotCounts> lots;
  constexpr uint32_t kLogistics = 1;
  for (int p = 0; p < 30; ++p) {
    for (int c = 0; c < 4; ++c) {
      LotCounts lot = Lot("P" + std::to_string(p), "L" + std::to_string(p), 40, 1);
      lot.carrier = "C" + std::to_string(c);
      const double late = c == 2 ? 0.15 : 0.03;
      const auto cases = std::poisson_distribution<int64_t>(40 * late)(random);
      lot.cases[kLogistics] = cases;
      lot.complaints[kLogistics][1] = cases;
      lots.push_back(lot);
    }
  }
  const auto findings = Detect(lots);
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].subject, (Subject{"carrier", "", "C2"}));
  EXPECT_EQ(findings[0].issue, kLogistics);
  EXPECT_THAT(Summary(findings[0]), HasSubstr("carrier C2: "));
}

TEST(AberrationTest, AScanSeesDaysThatAreOnlyTogetherTooMany) {
  std::vector<DailyCounts> series;
  for (int i = 0; i < 10; ++i) {
    std::vector<int64_t> counts;
    for (int day = 0; day < 28; ++day) counts.push_back(3 + (day * 7 + i) % 3 - 1);
    series.push_back({{"product", "P" + std::to_string(i), "P" + std::to_string(i)}, 0, counts});
  }
  for (size_t day = 22; day < 28; ++day) series[4].counts[day] = 9;
  const auto findings = DetectAberrations(series);
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].subject.value, "P4");
  EXPECT_EQ(findings[0].evidence.method, "scan");
  EXPECT_EQ(findings[0].evidence.window_days, 6);
  EXPECT_EQ(findings[0].evidence.observed, 54);
}

TEST(AberrationTest, CountsThatAlwaysVaryMuchAreNoAlarm) {
  // Six quiet days and one loud one, week after week: a Poisson scan would cry every week.
  DailyCounts daily{{"country", "", "CN"}, 0, {}};
  for (int day = 0; day < 28; ++day) daily.counts.push_back(day % 7 == 6 ? 30 : 2);
  EXPECT_TRUE(DetectAberrations({daily}).empty());
}

}  // namespace
}  // namespace huiyin::analytics
