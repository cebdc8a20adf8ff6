#include "services/analytics/usecase/explain_change.h"

#include <algorithm>
#include <map>

#include "absl/strings/str_cat.h"
#include "libs/core/status.h"

namespace huiyin::analytics {
namespace {

using Element = DimensionChange::Element;

// What is explained, resolved.
struct Explained {
  const CubeInfo* cube = nullptr;
  Column column;

  double scale() const { return column.ratio ? column.ratio->scale : 1; }
  double Above(const CellValues& values) const {
    return static_cast<double>(column.ratio ? column.ratio->Above(values) : values[column.index]);
  }
  // Of a sum; a ratio of nothing is 0.
  double Value(double above, double below) const {
    if (!column.ratio) return above;
    return below == 0 ? 0 : above / below;
  }
  double Below(const CellValues& values) const {
    return column.ratio ? static_cast<double>(values[column.ratio->denominator]) : 0;
  }
};

absl::StatusOr<Explained> Resolve(const ExplainChangeQuestion& question) {
  InputCheck check;
  Explained subject;
  subject.cube = FindMeasure(question.measure, subject.column);
  check.Require(subject.cube && !subject.column.quantile, "measure",
                absl::StrCat("must be one of: ", MeasureNames(/*with_quantiles=*/false)));
  check.Require(question.from < question.until, "period", "must end after it starts");
  check.Require(question.baseline_from < question.baseline_until, "baseline",
                "must end after it starts");
  if (subject.cube) CheckFilters(question.filters, *subject.cube, check);
  if (!check.ok()) return check.ToStatus();
  return subject;
}

// Of its values, now and before; what was before is scaled to the length of now.
absl::StatusOr<DimensionChange> ReadChange(CubeReader& reader,
                                           const ExplainChangeQuestion& question,
                                           const Explained& subject,
                                           const std::vector<NumberFilter>& filters,
                                           Dimension dimension) {
  const Dimension group[] = {dimension};
  const MeasureSet needed = NeededBy(subject.column);
  HUIYIN_ASSIGN_OR_RETURN(const CellMap now, reader.Sum(subject.cube->cube, question.from,
                                                        question.until, group, filters, needed));
  HUIYIN_ASSIGN_OR_RETURN(const CellMap before,
                          reader.Sum(subject.cube->cube, question.baseline_from,
                                     question.baseline_until, group, filters, needed));
  const double length = absl::FDivDuration(question.until - question.from,
                                           question.baseline_until - question.baseline_from);
  std::map<uint32_t, Element> elements;
  for (const auto& [key, values] : before) {
    elements[key[0]].forecast = subject.Above(values) * length * subject.scale();
    elements[key[0]].forecast_below = subject.Below(values) * length;
  }
  for (const auto& [key, values] : now) {
    elements[key[0]].actual = subject.Above(values) * subject.scale();
    elements[key[0]].actual_below = subject.Below(values);
  }
  DimensionChange change{std::string(InfoOf(dimension).name), {}, subject.column.ratio != nullptr};
  for (auto& [number, element] : elements) {
    HUIYIN_ASSIGN_OR_RETURN(element.value, reader.Text(dimension, number));
    change.elements.push_back(std::move(element));
  }
  return change;
}

}  // namespace

absl::StatusOr<ChangeExplained> ExplainChange(const View& view, const Caller& caller,
                                              const ExplainChangeQuestion& question) {
  HUIYIN_ASSIGN_OR_RETURN(const Explained subject, Resolve(question));
  HUIYIN_ASSIGN_OR_RETURN(CubeReader reader, CubeReader::Open(view.store, caller.tenant.value()));
  HUIYIN_ASSIGN_OR_RETURN(const auto filters, ReadFilters(question.filters, reader));
  const auto is_fixed = [&](Dimension dimension) {
    return std::any_of(filters.begin(), filters.end(), [&](const NumberFilter& filter) {
      return filter.dimension == dimension && filter.numbers.size() <= 1;
    });
  };
  Element total;
  std::vector<DimensionChange> changes;
  for (const Dimension dimension : subject.cube->dimensions) {
    if (InfoOf(dimension).name.empty() || is_fixed(dimension)) continue;
    HUIYIN_ASSIGN_OR_RETURN(changes.emplace_back(),
                            ReadChange(reader, question, subject, filters, dimension));
    total = Total(changes.back());  // every dimension sums to the same
  }
  ChangeExplained result;
  result.actual = subject.Value(total.actual, total.actual_below);
  result.forecast = subject.Value(total.forecast, total.forecast_below);
  result.explanations = Explain(changes);
  return result;
}

}  // namespace huiyin::analytics
