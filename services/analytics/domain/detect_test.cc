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

}  // namespace
}  // namespace huiyin::analytics
