#include "services/survey/domain/product_score.h"

#include <gtest/gtest.h>

namespace huiyin::survey {
namespace {

RatingCounts Counts(std::array<int64_t, 5> stars) { return {stars, 0}; }

TEST(ProductScoreTest, FewReviewsSayLittleManySayAll) {
  const RatingCounts all = Counts({10, 10, 20, 60, 100});  // mean 4.15
  const ProductScore one = ScoreOf(Counts({0, 0, 0, 0, 1}), all);
  EXPECT_NEAR(one.tenant_mean, 4.15, 1e-12);
  EXPECT_NEAR(one.bayesian_average, (41.5 + 5) / 11, 1e-12);
  EXPECT_EQ(one.mean.value, 5);
  const ProductScore many = ScoreOf(Counts({0, 0, 0, 0, 90}), all);
  EXPECT_NEAR(many.bayesian_average, (41.5 + 450) / 100, 1e-12);
  EXPECT_GT(many.bayesian_average, one.bayesian_average);
}

TEST(ProductScoreTest, PositiveShareHasTheWilsonInterval) {
  const ProductScore score = ScoreOf(Counts({5, 5, 10, 30, 50}), Counts({5, 5, 10, 30, 50}));
  EXPECT_NEAR(score.positive_share.value, 0.8, 1e-12);
  EXPECT_NEAR(score.positive_share.lower, 0.7112, 1e-4);
  EXPECT_NEAR(score.positive_share.upper, 0.8666, 1e-4);
}

TEST(ProductScoreTest, WithoutReviewsThePriorSpeaks) {
  EXPECT_EQ(ScoreOf({}, {}).bayesian_average, 3);
  EXPECT_NEAR(ScoreOf({}, Counts({0, 0, 0, 1, 1})).bayesian_average, 4.5, 1e-12);
}

TEST(ProductScoreTest, CountsComeAndGo) {
  RatingCounts counts;
  counts.Add(5, true, 1);
  counts.Add(1, false, 1);
  counts.Add(5, true, -1);
  EXPECT_EQ(counts, Counts({1, 0, 0, 0, 0}));
  EXPECT_EQ(counts.Sum(), 1);
}

}  // namespace
}  // namespace huiyin::survey
