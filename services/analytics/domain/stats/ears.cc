#include "services/analytics/domain/stats/ears.h"

#include <algorithm>
#include <cmath>

namespace huiyin::analytics {
namespace {

constexpr size_t kLag = 2;  // days left out by C2 and C3

EarsBound Bound(std::span<const int64_t> counts, size_t lag, const EarsOptions& options) {
  const auto baseline = static_cast<size_t>(options.baseline);
  if (counts.size() < baseline + lag + 1) return {};
  const auto days = counts.subspan(counts.size() - 1 - lag - baseline, baseline);
  double sum = 0, squares = 0;
  for (const int64_t day : days) sum += static_cast<double>(day);
  EarsBound result;
  result.mean = sum / static_cast<double>(baseline);
  for (const int64_t day : days) squares += std::pow(static_cast<double>(day) - result.mean, 2);
  result.sd = std::max(options.min_sd, std::sqrt(squares / (static_cast<double>(baseline) - 1)));
  result.bound = result.mean + options.z * result.sd;
  result.alarm = static_cast<double>(counts.back()) > result.bound;
  return result;
}

}  // namespace

EarsBound EarsC1(std::span<const int64_t> counts, const EarsOptions& options) {
  return Bound(counts, 0, options);
}

EarsBound EarsC2(std::span<const int64_t> counts, const EarsOptions& options) {
  return Bound(counts, kLag, options);
}

EarsBound EarsC3(std::span<const int64_t> counts, const EarsOptions& options) {
  if (counts.size() < static_cast<size_t>(options.baseline) + 2 * kLag + 1) return {};
  EarsBound today = Bound(counts, kLag, options);
  double excess = 0;
  for (size_t ago = 1; ago <= kLag; ++ago) {
    const auto until = counts.first(counts.size() - ago);
    const EarsBound then = Bound(until, kLag, options);
    if (then.sd <= 0) continue;
    const double standardised = (static_cast<double>(until.back()) - then.mean) / then.sd;
    excess += std::max(0.0, standardised - 1);
  }
  today.bound = today.mean + today.sd * std::max(0.0, options.z - excess);
  today.alarm = static_cast<double>(counts.back()) > today.bound;
  return today;
}

}  // namespace huiyin::analytics
