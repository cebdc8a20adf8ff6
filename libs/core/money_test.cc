#include "libs/core/money.h"

#include <gtest/gtest.h>

#include <limits>
#include <numeric>
#include <random>

#include "libs/testing/status.h"

namespace huiyin {
namespace {

using ::huiyin::testing::HasReason;
using ::huiyin::testing::IsOkAndHolds;
using ::huiyin::testing::StatusIs;

TEST(Money, KnowsTheDecimalsOfCurrencies) {
  EXPECT_THAT(CurrencyExponent("CNY"), IsOkAndHolds(2));
  EXPECT_THAT(CurrencyExponent("JPY"), IsOkAndHolds(0));
  EXPECT_THAT(CurrencyExponent("ISK"), IsOkAndHolds(0));
  EXPECT_THAT(CurrencyExponent("KWD"), IsOkAndHolds(3));
  EXPECT_THAT(CurrencyExponent("CLF"), IsOkAndHolds(4));
  EXPECT_THAT(CurrencyExponent("RMB"), HasReason("UNKNOWN_CURRENCY"));
  EXPECT_THAT(CurrencyExponent("cny"), HasReason("UNKNOWN_CURRENCY"));
  EXPECT_THAT(CurrencyExponent(""), HasReason("UNKNOWN_CURRENCY"));
  EXPECT_THAT(CurrencyExponent("P G"), HasReason("UNKNOWN_CURRENCY"));
}

TEST(Money, PrintsWithTheCurrencysDecimals) {
  EXPECT_EQ(Money(1234, "CNY").ToString(), "12.34 CNY");
  EXPECT_EQ(Money(1234, "JPY").ToString(), "1234 JPY");
  EXPECT_EQ(Money(-500, "KWD").ToString(), "-0.500 KWD");
  EXPECT_EQ(Money(5, "CLF").ToString(), "0.0005 CLF");
  EXPECT_EQ(Money(std::numeric_limits<int64_t>::min(), "CNY").ToString(),
            "-92233720368547758.08 CNY");
}

TEST(Money, RefusesToMixCurrenciesOrToOverflow) {
  EXPECT_THAT(Add(Money(1, "CNY"), Money(1, "USD")), HasReason("CURRENCY_MISMATCH"));
  EXPECT_THAT(Add(Money(std::numeric_limits<int64_t>::max(), "CNY"), Money(1, "CNY")),
              HasReason("AMOUNT_TOO_LARGE"));
  EXPECT_THAT(Subtract(Money(100, "CNY"), Money(30, "CNY")), IsOkAndHolds(Money(70, "CNY")));
}

TEST(Allocate, GivesTheRestToTheLargestRemainders) {
  const int64_t thirds[] = {1, 1, 1};
  EXPECT_THAT(Allocate(100, thirds), IsOkAndHolds(::testing::ElementsAre(34, 33, 33)));
  const int64_t uneven[] = {50, 30, 20, 0};
  EXPECT_THAT(Allocate(-7, uneven), IsOkAndHolds(::testing::ElementsAre(-4, -2, -1, 0)));
}

TEST(Allocate, RefusesUnusableWeights) {
  const int64_t negative[] = {5, -1};
  const int64_t zero[] = {0, 0};
  EXPECT_THAT(Allocate(1, negative), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(Allocate(1, zero), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(Allocate(1, {}), StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST(Allocate, AlwaysSumsExactlyAndNeverExceedsAWeight) {
  const uint64_t seed = 20240917;
  SCOPED_TRACE(seed);
  std::mt19937_64 random(seed);
  for (int round = 0; round < 100000; ++round) {
    std::vector<int64_t> weights(1 + random() % 8);
    for (int64_t& weight : weights) weight = random() % (random() % 2 ? 10 : 1'000'000'000'000);
    const int64_t sum = std::accumulate(weights.begin(), weights.end(), int64_t{0});
    if (sum == 0) continue;
    const int64_t total = static_cast<int64_t>(random() % (sum + 1)) * (random() % 2 ? 1 : -1);
    const auto parts = Allocate(total, weights);
    ASSERT_OK(parts);
    ASSERT_EQ(std::accumulate(parts->begin(), parts->end(), int64_t{0}), total);
    for (size_t i = 0; i < weights.size(); ++i) {
      ASSERT_LE(std::abs((*parts)[i]), weights[i]);
      ASSERT_TRUE((*parts)[i] == 0 || ((*parts)[i] > 0) == (total > 0));
    }
  }
}

TEST(MulDiv, RoundsHalfAwayFromZero) {
  EXPECT_THAT(MulDiv(5, 1, 2), IsOkAndHolds(3));
  EXPECT_THAT(MulDiv(-5, 1, 2), IsOkAndHolds(-3));
  EXPECT_THAT(MulDiv(1'000'000'007, 999'999'937, 1'000'000'007), IsOkAndHolds(999'999'937));
  EXPECT_THAT(MulDiv(std::numeric_limits<int64_t>::max(), 2, 1), HasReason("AMOUNT_TOO_LARGE"));
  EXPECT_THAT(MulDiv(1, 1, 0), StatusIs(absl::StatusCode::kInvalidArgument));
}

}  // namespace
}  // namespace huiyin
