#include "services/analytics/domain/stats/disproportionality.h"

#include <algorithm>
#include <boost/math/special_functions/beta.hpp>
#include <boost/math/special_functions/gamma.hpp>
#include <cmath>
#include <numeric>

namespace huiyin::analytics {
namespace {

constexpr double kZ = 1.96;  // as the field rounds it, so that figures compare with published ones

stats::Estimate RatioWithInterval(double ratio, double log_error) {
  const double factor = std::exp(kZ * log_error);
  return {ratio, ratio / factor, ratio * factor};
}

}  // namespace

stats::Estimate ReportingRatio(const Table2x2& t) {
  if (t.a <= 0 || t.c <= 0 || t.c + t.d <= 0) return {};
  const double ratio = (t.a / (t.a + t.b)) / (t.c / (t.c + t.d));
  return RatioWithInterval(ratio, std::sqrt(1 / t.a - 1 / (t.a + t.b) + 1 / t.c - 1 / (t.c + t.d)));
}

stats::Estimate OddsRatio(const Table2x2& t) {
  if (t.a <= 0 || t.b <= 0 || t.c <= 0 || t.d <= 0) return {};
  return RatioWithInterval((t.a * t.d) / (t.b * t.c),
                           std::sqrt(1 / t.a + 1 / t.b + 1 / t.c + 1 / t.d));
}

double ChiSquaredYates(const Table2x2& t) {
  const double n = t.a + t.b + t.c + t.d;
  const double margins = (t.a + t.b) * (t.c + t.d) * (t.a + t.c) * (t.b + t.d);
  if (margins <= 0) return 0;
  const double difference = std::max(0.0, std::abs(t.a * t.d - t.b * t.c) - n / 2);
  return n * difference * difference / margins;
}

double InformationComponent(const Table2x2& t) {
  const double n = t.a + t.b + t.c + t.d;
  if (n <= 0) return 0;
  const double expected = (t.a + t.b) * (t.a + t.c) / n;
  return std::log2((t.a + 0.5) / (expected + 0.5));
}

bool IsSignal(const Table2x2& t) {
  if (t.a < 3 || ChiSquaredYates(t) < 4 || t.a + t.b <= 0) return false;
  // No case elsewhere: the ratio is unbounded, and the χ² has spoken.
  return t.c <= 0 || ReportingRatio(t).value >= 2;
}

double PoissonTail(int64_t count, double expected) {
  if (count <= 0) return 1;
  if (expected <= 0) return 0;
  return boost::math::gamma_p(static_cast<double>(count), expected);
}

double NegativeBinomialTail(int64_t count, double mean, double dispersion) {
  constexpr double kNearlyPoisson = 1e-6;
  if (dispersion < kNearlyPoisson || count <= 0 || mean <= 0) return PoissonTail(count, mean);
  const double size = 1 / dispersion;
  return boost::math::ibeta(static_cast<double>(count), size, mean / (size + mean));
}

std::vector<double> QValues(std::span<const double> p_values) {
  std::vector<size_t> order(p_values.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::sort(order.begin(), order.end(),
            [&](size_t x, size_t y) { return p_values[x] < p_values[y]; });
  std::vector<double> q(p_values.size());
  const double n = static_cast<double>(p_values.size());
  double smallest = 1;
  for (size_t rank = order.size(); rank > 0; --rank) {
    const size_t i = order[rank - 1];
    smallest = std::min(smallest, p_values[i] * n / static_cast<double>(rank));
    q[i] = smallest;
  }
  return q;
}

double ScanLogLikelihoodRatio(double count, double expected, double total) {
  if (count <= expected || expected <= 0) return 0;
  const double rest = total - count;
  const double outside = rest > 0 ? rest * std::log(rest / (total - expected)) : 0;
  return count * std::log(count / expected) + outside;
}

}  // namespace huiyin::analytics
