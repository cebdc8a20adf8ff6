#include "tests/bench/load/histogram.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace huiyin::bench {
namespace {

TEST(HistogramTest, QuantilesAreWithinOnePercentOfTheSortedValues) {
  std::mt19937 random(7);
  std::lognormal_distribution<double> micros(7, 2);
  Histogram histogram;
  std::vector<int64_t> values;
  for (int i = 0; i < 100'000; ++i) {
    values.push_back(static_cast<int64_t>(micros(random)));
    histogram.Record(absl::Microseconds(values.back()));
  }
  std::sort(values.begin(), values.end());
  for (const double q : {0.01, 0.5, 0.9, 0.99, 0.999, 1.0}) {
    const auto rank = static_cast<size_t>(std::max(0.0, q * values.size() - 1));
    const double truth = static_cast<double>(values[rank]);
    const double found = static_cast<double>(absl::ToInt64Microseconds(histogram.Quantile(q)));
    EXPECT_NEAR(found, truth, truth * 0.01 + 1) << q;
  }
}

TEST(HistogramTest, SmallValuesAreExactAndLimitsHold) {
  Histogram histogram;
  EXPECT_EQ(histogram.Quantile(0.5), absl::ZeroDuration());
  for (int i = 1; i <= 200; ++i) histogram.Record(absl::Microseconds(i));
  EXPECT_EQ(histogram.Quantile(0.5), absl::Microseconds(100));
  EXPECT_EQ(histogram.Quantile(1), absl::Microseconds(200));
  histogram.Record(-absl::Seconds(1));
  EXPECT_EQ(histogram.Quantile(0), absl::ZeroDuration());
  histogram.Record(absl::InfiniteDuration());
  EXPECT_GT(histogram.Quantile(1), absl::Minutes(30));
}

TEST(HistogramTest, MergingAddsUp) {
  Histogram a, b;
  a.Record(absl::Milliseconds(1));
  b.Record(absl::Milliseconds(100));
  b.Record(absl::Milliseconds(100));
  a.Merge(b);
  EXPECT_EQ(a.count(), 3u);
  EXPECT_GT(a.Quantile(0.5), absl::Milliseconds(90));
}

}  // namespace
}  // namespace huiyin::bench
