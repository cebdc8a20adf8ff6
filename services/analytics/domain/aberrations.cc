#include <algorithm>
#include <cmath>
#include <numeric>
#include <span>

#include "services/analytics/domain/detect.h"
#include "services/analytics/domain/stats/disproportionality.h"
#include "services/analytics/domain/stats/ears.h"

namespace huiyin::analytics {
namespace {

constexpr size_t kLongestWindow = 7;
// Days before the window, at least, to know what is usual.
constexpr size_t kUsualDays = 7;

struct Candidate {
  const DailyCounts* series = nullptr;
  const char* method = "";
  int64_t observed = 0;
  double expected = 0;
  int days = 1;
  double p_value = 1;
};

// C1 sees sudden rises, C2 and C3 those that creep up.
Candidate Today(const DailyCounts& daily) {
  EarsOptions ears;
  if (daily.counts.size() < static_cast<size_t>(ears.baseline) + 1) return {};
  const EarsBound plain = EarsC1(daily.counts, ears);
  ears.min_sd = std::sqrt(std::max(1.0, plain.mean));
  for (const auto method : {EarsC1, EarsC2, EarsC3}) {
    const EarsBound bound = method(daily.counts, ears);
    if (!bound.alarm) continue;
    const int64_t today = daily.counts.back();
    return {
        &daily, "aberration", today, bound.mean, 1, PoissonTail(today, std::max(plain.mean, 0.5))};
  }
  return {};
}

struct Usual {
  double mean = 0;
  double dispersion = 0;  // variance = mean + dispersion · mean²
};

Usual UsualOf(std::span<const int64_t> days) {
  const double n = static_cast<double>(days.size());
  Usual usual;
  usual.mean = static_cast<double>(std::accumulate(days.begin(), days.end(), int64_t{0})) / n;
  double squares = 0;
  for (const int64_t day : days) squares += std::pow(static_cast<double>(day) - usual.mean, 2);
  if (usual.mean > 0) {
    const double variance = squares / (n - 1);
    usual.dispersion = std::max(0.0, (variance - usual.mean) / (usual.mean * usual.mean));
  }
  return usual;
}

// The window of the last days that stands out most.
Candidate LastDays(const DailyCounts& daily) {
  const std::span<const int64_t> counts = daily.counts;
  const auto total = static_cast<double>(std::accumulate(counts.begin(), counts.end(), int64_t{0}));
  Candidate best;
  double best_ratio = 0;
  int windows = 0;
  int64_t inside = 0;
  for (size_t window = 1; window <= kLongestWindow; ++window) {
    if (counts.size() < window + kUsualDays) break;
    ++windows;
    inside += counts[counts.size() - window];
    const double share = static_cast<double>(window) / static_cast<double>(counts.size());
    const double ratio = ScanLogLikelihoodRatio(static_cast<double>(inside), total * share, total);
    if (ratio <= best_ratio) continue;
    best_ratio = ratio;
    const Usual usual = UsualOf(counts.first(counts.size() - window));
    const double days = static_cast<double>(window);
    const double expected = std::max(usual.mean * days, 0.5);
    best = {&daily,
            "scan",
            inside,
            expected,
            static_cast<int>(window),
            NegativeBinomialTail(inside, expected, usual.dispersion / days)};
  }
  best.p_value = std::min(1.0, best.p_value * windows);
  return best;
}

}  // namespace

std::vector<Finding> DetectAberrations(const std::vector<DailyCounts>& series,
                                       const AberrationOptions& options) {
  std::vector<Candidate> candidates;
  std::vector<double> p_values;
  for (const DailyCounts& daily : series) {
    const Candidate today = Today(daily), days = LastDays(daily);
    candidates.push_back(today.p_value <= days.p_value ? today : days);
    p_values.push_back(std::min(1.0, 2 * candidates.back().p_value));  // two looks
  }
  const std::vector<double> q_values = QValues(p_values);
  std::vector<Finding> findings;
  for (size_t i = 0; i < candidates.size(); ++i) {
    const Candidate& c = candidates[i];
    if (!c.series || c.observed < options.min_cases || q_values[i] > options.max_q_value) continue;
    Finding finding{c.series->subject, c.series->issue, {}};
    Evidence& e = finding.evidence;
    e.method = c.method;
    e.observed = c.observed;
    e.expected = c.expected;
    e.window_days = c.days;
    e.relative_rate = stats::PoissonRate(c.observed, std::max(c.expected, 0.5));
    e.q_value = q_values[i];
    findings.push_back(std::move(finding));
  }
  std::stable_sort(findings.begin(), findings.end(), [](const Finding& x, const Finding& y) {
    return x.evidence.relative_rate.lower > y.evidence.relative_rate.lower;
  });
  return findings;
}

}  // namespace huiyin::analytics
