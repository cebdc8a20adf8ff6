#include "services/analytics/domain/stats/gamma_poisson.h"

#include <algorithm>
#include <array>
#include <boost/math/special_functions/digamma.hpp>
#include <boost/math/special_functions/gamma.hpp>
#include <cmath>
#include <tuple>
#include <vector>

namespace huiyin::analytics {
namespace {

// ln of the negative binomial mass of `n` when the rate is Gamma(alpha, beta) and `e` is expected.
double LogMarginal(double n, double e, double alpha, double beta) {
  return std::lgamma(alpha + n) - std::lgamma(alpha) - std::lgamma(n + 1) +
         alpha * std::log(beta / (beta + e)) + n * std::log(e / (beta + e));
}

double Weight1(double n, double e, const GammaMixture& prior) {
  const double first = std::log(prior.p) + LogMarginal(n, e, prior.alpha1, prior.beta1);
  const double second = std::log1p(-prior.p) + LogMarginal(n, e, prior.alpha2, prior.beta2);
  return 1 / (1 + std::exp(second - first));
}

struct WeightedCell {
  int64_t observed;
  double expected;  // mean of those it stands for
  double weight;    // how many these are
};

double LogLikelihood(std::span<const WeightedCell> cells, const GammaMixture& prior) {
  double sum = 0;
  for (const WeightedCell& cell : cells) {
    const double n = static_cast<double>(cell.observed);
    const double first =
        std::log(prior.p) + LogMarginal(n, cell.expected, prior.alpha1, prior.beta1);
    const double second =
        std::log1p(-prior.p) + LogMarginal(n, cell.expected, prior.alpha2, prior.beta2);
    const double top = std::max(first, second);
    sum += cell.weight * (top + std::log(std::exp(first - top) + std::exp(second - top)));
  }
  return sum;
}

// Many cells of the same count and nearly the same expectation say the same: a few hundred points
// with weights give the same prior in a fraction of the time (data squashing, as openEBGM does).
std::vector<WeightedCell> Squash(std::span<const ObservedExpected> cells) {
  constexpr size_t kPoints = 150;
  std::vector<ObservedExpected> sorted(cells.begin(), cells.end());
  std::sort(sorted.begin(), sorted.end(), [](const auto& x, const auto& y) {
    return std::tie(x.observed, x.expected) < std::tie(y.observed, y.expected);
  });
  const size_t together = 1 + sorted.size() / kPoints;
  std::vector<WeightedCell> points;
  for (size_t i = 0; i < sorted.size();) {
    WeightedCell point{sorted[i].observed, 0, 0};
    for (; i < sorted.size() && sorted[i].observed == point.observed &&
           point.weight < static_cast<double>(together);
         ++i) {
      point.expected += sorted[i].expected;
      point.weight += 1;
    }
    point.expected /= point.weight;
    points.push_back(point);
  }
  return points;
}

}  // namespace

ShrunkRate Shrink(int64_t observed, double expected, const GammaMixture& prior) {
  const double n = static_cast<double>(observed);
  const double shape1 = prior.alpha1 + n, rate1 = prior.beta1 + expected;
  const double shape2 = prior.alpha2 + n, rate2 = prior.beta2 + expected;
  ShrunkRate result;
  result.weight1 = Weight1(n, expected, prior);
  const double w = result.weight1;
  result.ebgm = std::exp(w * (boost::math::digamma(shape1) - std::log(rate1)) +
                         (1 - w) * (boost::math::digamma(shape2) - std::log(rate2)));
  const auto cumulative = [&](double x) {
    return w * boost::math::gamma_p(shape1, x * rate1) +
           (1 - w) * boost::math::gamma_p(shape2, x * rate2);
  };
  const auto point = [&](double share) {
    double low = 0, high = 1;
    while (cumulative(high) < share) high *= 2;
    for (int i = 0; i < 60; ++i) {
      const double middle = (low + high) / 2;
      (cumulative(middle) < share ? low : high) = middle;
    }
    return (low + high) / 2;
  };
  result.eb05 = point(0.05);
  result.eb95 = point(0.95);
  return result;
}

GammaMixture FitPrior(std::span<const ObservedExpected> all) {
  GammaMixture best;
  if (all.size() < 10) return best;
  const std::vector<WeightedCell> cells = Squash(all);
  double best_likelihood = LogLikelihood(cells, best);
  const auto try_prior = [&](const GammaMixture& candidate) {
    const double likelihood = LogLikelihood(cells, candidate);
    if (likelihood <= best_likelihood) return false;
    best = candidate;
    best_likelihood = likelihood;
    return true;
  };
  static constexpr std::array<double GammaMixture::*, 4> kParameters = {
      &GammaMixture::alpha1, &GammaMixture::beta1, &GammaMixture::alpha2, &GammaMixture::beta2};
  double step = 2;
  for (int round = 0; round < 40 && step > 1.005; ++round) {
    bool better = false;
    double weight = 0;
    for (const WeightedCell& cell : cells) {
      weight += cell.weight * Weight1(static_cast<double>(cell.observed), cell.expected, best);
    }
    GammaMixture candidate = best;
    candidate.p = std::clamp(weight / static_cast<double>(all.size()), 1e-3, 1 - 1e-3);
    better |= try_prior(candidate);
    for (const auto parameter : kParameters) {
      for (const double factor : {step, 1 / step}) {
        candidate = best;
        candidate.*parameter = std::clamp(candidate.*parameter * factor, 1e-3, 1e3);
        better |= try_prior(candidate);
      }
    }
    if (!better) step = std::sqrt(step);
  }
  return best;
}

}  // namespace huiyin::analytics
