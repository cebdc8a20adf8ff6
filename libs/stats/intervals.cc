#include "libs/stats/intervals.h"

#include <algorithm>
#include <boost/math/distributions/chi_squared.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>

namespace huiyin::stats {

Estimate Wilson(int64_t hits, int64_t trials, double z) {
  if (trials <= 0) return {0, 0, 1};
  const double n = static_cast<double>(trials);
  const double p = static_cast<double>(hits) / n;
  const double z2 = z * z;
  const double centre = p + z2 / (2 * n);
  const double half = z * std::sqrt(p * (1 - p) / n + z2 / (4 * n * n));
  const double scale = 1 + z2 / n;
  return {p, std::max(0.0, (centre - half) / scale), std::min(1.0, (centre + half) / scale)};
}

Estimate MeanOfScores(std::span<const int64_t> counts, int lowest) {
  double n = 0, sum = 0, squares = 0;
  for (size_t i = 0; i < counts.size(); ++i) {
    const double score = lowest + static_cast<double>(i);
    const double count = static_cast<double>(counts[i]);
    n += count;
    sum += count * score;
    squares += count * score * score;
  }
  if (n == 0) return {};
  const double mean = sum / n;
  const double highest = lowest + static_cast<double>(counts.size() - 1);
  if (n < 2) return {mean, static_cast<double>(lowest), highest};
  const double variance = std::max(0.0, (squares - n * mean * mean) / (n - 1));
  const double t = boost::math::quantile(boost::math::students_t(n - 1), 0.975);
  const double half = t * std::sqrt(variance / n);
  return {mean, std::max<double>(lowest, mean - half), std::min(highest, mean + half)};
}

Estimate NetShare(int64_t positives, int64_t negatives, int64_t total, double z) {
  if (total <= 0) return {};
  const double n = static_cast<double>(total);
  const double p = static_cast<double>(positives) / n;
  const double q = static_cast<double>(negatives) / n;
  const double net = p - q;
  const double half = z * std::sqrt(std::max(0.0, p + q - net * net) / n);
  return {net, std::max(-1.0, net - half), std::min(1.0, net + half)};
}

Estimate PoissonRate(int64_t events, double exposure) {
  using boost::math::chi_squared;
  using boost::math::quantile;
  const double c = static_cast<double>(events);
  const double lower = events == 0 ? 0 : quantile(chi_squared(2 * c), 0.025) / 2;
  const double upper = quantile(chi_squared(2 * (c + 1)), 0.975) / 2;
  return {c / exposure, lower / exposure, upper / exposure};
}

}  // namespace huiyin::stats
