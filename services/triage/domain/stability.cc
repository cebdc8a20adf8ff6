#include "services/triage/domain/stability.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace huiyin::triage {

void Population::Count(Category category, float confidence) {
  const auto bin = static_cast<int>(confidence * kConfidenceBins);
  ++categories[static_cast<size_t>(category)];
  ++confidences[static_cast<size_t>(std::clamp<int>(bin, 0, kConfidenceBins - 1))];
}

int64_t Population::size() const {
  return std::accumulate(confidences.begin(), confidences.end(), int64_t{0});
}

double PopulationStability(std::span<const int64_t> then, std::span<const int64_t> now) {
  const auto total = [](std::span<const int64_t> counts) {
    return static_cast<double>(std::accumulate(counts.begin(), counts.end(), int64_t{0}));
  };
  const double bins = static_cast<double>(then.size());
  const double then_total = total(then), now_total = total(now);
  if (then_total == 0 || now_total == 0) return 0;
  double psi = 0;
  for (size_t i = 0; i < then.size(); ++i) {
    const double p = (static_cast<double>(then[i]) + 0.5) / (then_total + 0.5 * bins);
    const double q = (static_cast<double>(now[i]) + 0.5) / (now_total + 0.5 * bins);
    psi += (q - p) * std::log(q / p);
  }
  return psi;
}

}  // namespace huiyin::triage
