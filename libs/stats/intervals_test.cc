#include "libs/stats/intervals.h"

#include <gtest/gtest.h>

#include <vector>

namespace huiyin::stats {
namespace {

TEST(WilsonTest, MatchesReference) {
  const Estimate e = Wilson(80, 100);
  EXPECT_NEAR(e.value, 0.8, 1e-12);
  EXPECT_NEAR(e.lower, 0.7112, 1e-4);
  EXPECT_NEAR(e.upper, 0.8666, 1e-4);
}

TEST(WilsonTest, StaysWithinZeroAndOne) {
  EXPECT_EQ(Wilson(0, 5).lower, 0);
  EXPECT_GT(Wilson(0, 5).upper, 0.3);
  EXPECT_EQ(Wilson(5, 5).upper, 1);
  EXPECT_EQ(Wilson(0, 0).upper, 1);
}

TEST(MeanOfScoresTest, MatchesTextbookExample) {
  // 1, 2, 3, 4, 5: mean 3, sd 1.5811, t(4) = 2.7764, half width 1.9632.
  const std::vector<int64_t> counts = {1, 1, 1, 1, 1};
  const Estimate e = MeanOfScores(counts, 1);
  EXPECT_NEAR(e.value, 3, 1e-12);
  EXPECT_NEAR(e.lower, 3 - 1.9632, 1e-4);
  EXPECT_NEAR(e.upper, 3 + 1.9632, 1e-4);
}

TEST(MeanOfScoresTest, StaysOnTheScale) {
  const std::array<int64_t, 5> apart = {0, 0, 0, 1, 1};
  EXPECT_EQ(MeanOfScores(apart, 1).lower, 1);
  EXPECT_EQ(MeanOfScores(apart, 1).value, 4.5);
  EXPECT_EQ(MeanOfScores(apart, 1).upper, 5);
}

TEST(MeanOfScoresTest, KnowsNothingBeyondOneScore) {
  const std::vector<int64_t> one = {0, 0, 1, 0, 0};
  EXPECT_EQ(MeanOfScores(one, 1).value, 3);
  EXPECT_EQ(MeanOfScores(one, 1).lower, 1);
  EXPECT_EQ(MeanOfScores(one, 1).upper, 5);
  EXPECT_EQ(MeanOfScores({}, 1).value, 0);
}

TEST(NetShareTest, IsPromotersLessDetractors) {
  // 50 promoters, 20 detractors of 100: NPS 0.30, half width 1.96·sqrt((0.7 − 0.09)/100) = 0.1531.
  const Estimate e = NetShare(50, 20, 100);
  EXPECT_NEAR(e.value, 0.30, 1e-12);
  EXPECT_NEAR(e.lower, 0.30 - 0.1531, 1e-4);
  EXPECT_NEAR(e.upper, 0.30 + 0.1531, 1e-4);
}

TEST(PoissonRateTest, MatchesGarwoodsTable) {
  // Exact 95 % limits for 10 events: 4.7954 … 18.3904.
  const Estimate e = PoissonRate(10, 2);
  EXPECT_NEAR(e.value, 5, 1e-12);
  EXPECT_NEAR(e.lower, 4.7954 / 2, 1e-4);
  EXPECT_NEAR(e.upper, 18.3904 / 2, 1e-4);
  EXPECT_NEAR(PoissonRate(0, 1).upper, 3.6889, 1e-4);
}

}  // namespace
}  // namespace huiyin::stats
