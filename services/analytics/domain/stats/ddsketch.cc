#include "services/analytics/domain/stats/ddsketch.h"

#include <algorithm>
#include <cmath>

namespace huiyin::analytics {
namespace {

constexpr double kGamma = (1 + kSketchAccuracy) / (1 - kSketchAccuracy);
constexpr double kSmallest = 1e-3;  // one millisecond, values being seconds
const double kLogGamma = std::log(kGamma);

}  // namespace

uint32_t SketchBin(double value) {
  if (!(value >= kSmallest)) return 0;
  const double index = std::ceil(std::log(value / kSmallest) / kLogGamma);
  return 1 + static_cast<uint32_t>(std::clamp(index, 0.0, 1e6));
}

double SketchValue(uint32_t bin) {
  if (bin == 0) return 0;
  return kSmallest * std::exp((static_cast<double>(bin) - 1) * kLogGamma) * 2 / (1 + kGamma);
}

double SketchQuantile(const Sketch& sketch, double q) {
  int64_t total = 0;
  for (const auto& [bin, count] : sketch) total += count;
  if (total <= 0) return 0;
  const double rank = q * static_cast<double>(total - 1);
  int64_t seen = 0;
  double value = 0;
  for (const auto& [bin, count] : sketch) {
    if (count <= 0) continue;
    seen += count;
    value = SketchValue(bin);
    if (static_cast<double>(seen) > rank) break;
  }
  return value;
}

}  // namespace huiyin::analytics
