#include "services/analytics/domain/stats/adtributor.h"

#include <algorithm>
#include <cmath>

namespace huiyin::analytics {
namespace {

using Element = DimensionChange::Element;

struct Candidate {
  ExplainedPart contribution;
  double surprise;
};

double Ratio(double above, double below) { return below == 0 ? 0 : above / below; }

double SurpriseOf(double p, double q) { return Surprise(std::max(0.0, p), std::max(0.0, q)); }

// Explanatory powers are not shares of the change yet.
Candidate Judge(const Element& element, const Element& total) {
  return {{element.value, element.forecast, element.actual, element.actual - element.forecast},
          SurpriseOf(Ratio(element.forecast, total.forecast), Ratio(element.actual, total.actual))};
}

// What the ratio would have become had this element alone changed.
Candidate JudgeRatio(const Element& element, const Element& total) {
  const double above = total.forecast - element.forecast + element.actual;
  const double below = total.forecast_below - element.forecast_below + element.actual_below;
  const double before = Ratio(total.forecast, total.forecast_below);
  const double surprise = Judge(element, total).surprise +
                          SurpriseOf(Ratio(element.forecast_below, total.forecast_below),
                                     Ratio(element.actual_below, total.actual_below));
  return {{element.value, Ratio(element.forecast, element.forecast_below),
           Ratio(element.actual, element.actual_below), below > 0 ? above / below - before : 0},
          surprise};
}

Explanation ExplainBy(const DimensionChange& dimension, const AdtributorOptions& options) {
  Explanation result{dimension.dimension, {}, 0};
  const Element total = Total(dimension);
  // A ratio of nothing cannot have changed.
  if (dimension.ratio && (total.forecast_below <= 0 || total.actual_below <= 0)) return result;

  std::vector<Candidate> candidates;
  double change = 0;
  for (const Element& element : dimension.elements) {
    candidates.push_back(dimension.ratio ? JudgeRatio(element, total) : Judge(element, total));
    change += candidates.back().contribution.explanatory_power;
  }
  if (change == 0) return result;
  for (Candidate& candidate : candidates) candidate.contribution.explanatory_power /= change;
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

DimensionChange::Element Total(const DimensionChange& dimension) {
  Element total;
  for (const Element& element : dimension.elements) {
    total.forecast += element.forecast;
    total.actual += element.actual;
    total.forecast_below += element.forecast_below;
    total.actual_below += element.actual_below;
  }
  return total;
}

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
