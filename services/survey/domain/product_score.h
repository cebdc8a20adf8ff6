// What the published reviews of a product come to.
#pragma once

#include <array>
#include <cstdint>

#include "libs/stats/intervals.h"

namespace huiyin::survey {

// Weight of the tenant's mean in Bayesian averages, in reviews: a product has to have this many of
// its own to count as much as all products together.
inline constexpr double kPriorWeight = 10;
// Mean of a tenant without reviews: the middle of the scale.
inline constexpr double kUnknownMean = 3;

// How often each number of stars was given; of a product or of all.
struct RatingCounts {
  std::array<int64_t, 5> stars = {};  // one star first
  int64_t verified = 0;               // of these

  int64_t Count() const;
  int64_t Sum() const;
  // `sign` +1 or −1; rating 1–5.
  void Add(int rating, bool is_verified, int sign);

  friend bool operator==(const RatingCounts&, const RatingCounts&) = default;
};

struct ProductScore {
  RatingCounts counts;
  stats::Estimate mean;            // meaningful when there are reviews
  stats::Estimate positive_share;  // four and five stars; likewise
  double bayesian_average = kUnknownMean;
  double tenant_mean = kUnknownMean;
};

// `all`: of every product of the tenant, this one included.
ProductScore ScoreOf(const RatingCounts& product, const RatingCounts& all);

}  // namespace huiyin::survey
