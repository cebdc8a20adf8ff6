#include "services/analytics/domain/stats/adtributor.h"

#include <algorithm>
#include <cmath>

namespace huiyin::analytics {
namespace {

struct Candidate {
  ExplainedPart contribution;
  double surprise;
};

Explanation ExplainBy(const DimensionChange& dimension, const AdtributorOptions& options) {
  double forecast = 0, actual = 0;
  for (const auto& element : dimension.elements) {
    forecast += element.forecast;
    actual += element.actual;
  }
  Explanation result{dimension.dimension, {}, 0};
  const double change = actual - forecast;
  if (change == 0) return result;

  std::vector<Candidate> candidates;
  for (const auto& element : dimension.elements) {
    const double p = forecast > 0 ? element.forecast / forecast : 0;
    const double q = actual > 0 ? element.actual / actual : 0;
    candidates.push_back({{element.value, element.forecast, element.actual,
                           (element.actual - element.forecast) / change},
                          Surprise(p, q)});
  }
  std::stable_sort(candidates.begin(), candidates.end(),
                   [](const auto& x, const auto& y) { return x.surprise > y.surprise; });
  double power = 0;
  for (Candidate& candidate : candidates) {
    if (candidate.contribution.explanatory_power <= options.min_element_power) continue;
    power += candidate.contribution.explanatory_power;
    result.surprise += candidate.surprise;
    result.contributions.push_back(std::move(candidate.contribution));
    if (power > options.min_set_power) return result;
  }
  result.contributions.clear();  // does not explain enough
  return result;
}

}  // namespace

double Surprise(double p, double q) {
  const double sum = p + q;
  double result = 0;
  if (p > 0) result += p * std::log(2 * p / sum);
  if (q > 0) result += q * std::log(2 * q / sum);
  return result / 2;
}

std::vector<Explanation> Explain(std::span<const DimensionChange> dimensions,
                                 const AdtributorOptions& options) {
  std::vector<Explanation> result;
  for (const DimensionChange& dimension : dimensions) {
    Explanation explanation = ExplainBy(dimension, options);
    if (!explanation.contributions.empty()) result.push_back(std::move(explanation));
  }
  std::stable_sort(result.begin(), result.end(),
                   [](const auto& x, const auto& y) { return x.surprise > y.surprise; });
  if (result.size() > options.max_explanations) result.resize(options.max_explanations);
  return result;
}

}  // namespace huiyin::analytics
