#include "services/analytics/usecase/measures.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace huiyin::analytics {
namespace {

constexpr Quantile kQuantiles[] = {
    {"duration_p50_seconds", 0.5}, {"duration_p90_seconds", 0.9}, {"duration_p99_seconds", 0.99}};

constexpr Ratio kRatios[] = {
    {"duration_mean_seconds", Cube::kDurations, 1, 0, 1e-3},
    {"reopen_rate", Cube::kTickets, 3, 2},
    {"negative_share", Cube::kTickets, 4, 0},
    {"repeat_contact_rate", Cube::kService, 1, 0},
    {"first_contact_resolution_rate", Cube::kService, 4, 3},
    {"self_service_rate", Cube::kService, 5, 3},
    {"return_rate", Cube::kShipped, 1, 0},
    {"cohort_return_rate", Cube::kShipped, 2, 0},
    {"cohort_return_rate_30d", Cube::kShipped, 3, 0},
    {"cohort_complaint_rate", Cube::kShipped, 4, 0},
    {"rma_approval_rate", Cube::kRmas, 1, 0},
    {"goodwill_share", Cube::kRefunds, 5, 1},
    {"survey_score_mean", Cube::kScores, 1, 0},
    {"survey_good_share", Cube::kScores, 2, 0},
    {"survey_net_score", Cube::kScores, 2, 0, 1, 3},
    {"sla_hit_rate", Cube::kSla, 1, 0},
    {"review_stars_mean", Cube::kReviews, 1, 0},
    {"review_good_share", Cube::kReviews, 2, 0},
    {"review_low_share", Cube::kReviews, 3, 0},
    {"customer_contact_rate", Cube::kCohorts, 2, 0},
    {"customer_repeat_contact_rate", Cube::kCohorts, 3, 2},
    {"customer_return_rate", Cube::kCohorts, 4, 1},
    {"customer_score_mean", Cube::kCohortScores, 1, 0},
    {"customer_good_share", Cube::kCohortScores, 2, 0},
    {"customer_net_score", Cube::kCohortScores, 2, 0, 1, 3},
};

std::string DimensionNames(const CubeInfo& cube) {
  std::vector<std::string> names;
  for (const Dimension dimension : cube.dimensions) {
    if (!InfoOf(dimension).name.empty()) names.emplace_back(InfoOf(dimension).name);
  }
  return absl::StrJoin(names, ", ");
}

}  // namespace

const CubeInfo* FindMeasure(const std::string& name, Column& column) {
  for (const Quantile& quantile : kQuantiles) {
    if (quantile.name != name) continue;
    column.quantile = &quantile;
    return &InfoOf(Cube::kDurations);
  }
  for (const Ratio& ratio : kRatios) {
    if (ratio.name != name) continue;
    column.ratio = &ratio;
    return &InfoOf(ratio.cube);
  }
  for (const CubeInfo& cube : AllCubes()) {
    if (cube.keeps_maximum) continue;
    for (size_t i = 0; i < cube.measures.size(); ++i) {
      if (cube.measures[i] != name) continue;
      column.index = i;
      return &cube;
    }
  }
  return nullptr;
}

MeasureSet NeededBy(const Column& column) {
  MeasureSet needed;
  if (column.quantile) {
    needed.set(0);
  } else if (column.ratio) {
    needed.set(column.ratio->numerator).set(column.ratio->denominator);
    if (column.ratio->minus) needed.set(*column.ratio->minus);
  } else {
    needed.set(column.index);
  }
  return needed;
}

std::string MeasureNames(bool with_quantiles) {
  std::vector<std::string> names;
  for (const CubeInfo& cube : AllCubes()) {
    if (cube.keeps_maximum) continue;
    for (const std::string_view name : cube.measures) names.emplace_back(name);
  }
  if (with_quantiles) {
    for (const Quantile& quantile : kQuantiles) names.emplace_back(quantile.name);
  }
  for (const Ratio& ratio : kRatios) names.emplace_back(ratio.name);
  return absl::StrJoin(names, ", ");
}

std::optional<Dimension> CheckDimension(const std::string& name, const std::string& field,
                                        const CubeInfo& cube, InputCheck& check) {
  const std::optional<Dimension> dimension = DimensionNamed(name);
  const bool known = dimension && std::find(cube.dimensions.begin(), cube.dimensions.end(),
                                            *dimension) != cube.dimensions.end();
  check.Require(known, field,
                absl::StrCat("must be a dimension of these measures: ", DimensionNames(cube)));
  return known ? dimension : std::nullopt;
}

void CheckFilters(const std::vector<ValueFilter>& filters, const CubeInfo& cube,
                  InputCheck& check) {
  for (size_t i = 0; i < filters.size(); ++i) {
    const std::string field = absl::StrCat("filters[", i, "]");
    CheckDimension(filters[i].dimension, absl::StrCat(field, ".dimension"), cube, check);
    check.Require(!filters[i].values.empty(), absl::StrCat(field, ".values"), "must not be empty");
  }
}

absl::StatusOr<std::vector<NumberFilter>> ReadFilters(const std::vector<ValueFilter>& filters,
                                                      CubeReader& reader) {
  std::vector<NumberFilter> result;
  for (const ValueFilter& filter : filters) {
    NumberFilter numbers{*DimensionNamed(filter.dimension), {}};
    for (const std::string& value : filter.values) {
      HUIYIN_ASSIGN_OR_RETURN(const auto number, reader.Number(numbers.dimension, value));
      if (number) numbers.numbers.push_back(*number);
    }
    result.push_back(std::move(numbers));
  }
  return result;
}

}  // namespace huiyin::analytics
