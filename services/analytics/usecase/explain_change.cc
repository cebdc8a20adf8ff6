#include "services/analytics/usecase/explain_change.h"

#include <map>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "libs/core/status.h"
#include "services/analytics/usecase/cube_reader.h"

namespace huiyin::analytics {
namespace {

const CubeInfo* FindCube(const std::string& measure, size_t& index,
                         std::vector<std::string>& names) {
  for (const CubeInfo& cube : AllCubes()) {
    if (cube.keeps_maximum) continue;
    for (size_t i = 0; i < cube.measures.size(); ++i) {
      names.emplace_back(cube.measures[i]);
      if (cube.measures[i] != measure) continue;
      index = i;
      return &cube;
    }
  }
  return nullptr;
}

}  // namespace

absl::StatusOr<ChangeExplained> ExplainChange(const View& view, const Caller& caller,
                                              const ExplainChangeQuestion& question) {
  InputCheck check;
  size_t index = 0;
  std::vector<std::string> names;
  const CubeInfo* cube = FindCube(question.measure, index, names);
  check.Require(cube != nullptr, "measure",
                absl::StrCat("must be one of: ", absl::StrJoin(names, ", ")));
  check.Require(question.from < question.until, "period", "must end after it starts");
  check.Require(question.baseline_from < question.baseline_until, "baseline",
                "must end after it starts");
  if (!check.ok()) return check.ToStatus();

  HUIYIN_ASSIGN_OR_RETURN(CubeReader reader, CubeReader::Open(view.store, caller.tenant.value()));
  const double scale = absl::FDivDuration(question.until - question.from,
                                          question.baseline_until - question.baseline_from);
  ChangeExplained result;
  std::vector<DimensionChange> changes;
  for (const Dimension dimension : cube->dimensions) {
    if (InfoOf(dimension).name.empty()) continue;
    const Dimension group[] = {dimension};
    HUIYIN_ASSIGN_OR_RETURN(const CellMap now,
                            reader.Sum(cube->cube, question.from, question.until, group));
    HUIYIN_ASSIGN_OR_RETURN(const CellMap before, reader.Sum(cube->cube, question.baseline_from,
                                                             question.baseline_until, group));
    std::map<uint32_t, std::pair<double, double>> elements;  // forecast, actual
    for (const auto& [key, values] : before) {
      elements[key[0]].first = static_cast<double>(values[index]) * scale;
    }
    for (const auto& [key, values] : now) {
      elements[key[0]].second = static_cast<double>(values[index]);
    }
    DimensionChange change{std::string(InfoOf(dimension).name), {}};
    result.actual = result.forecast = 0;  // every dimension sums to the same
    for (const auto& [number, pair] : elements) {
      HUIYIN_ASSIGN_OR_RETURN(std::string value, reader.Text(dimension, number));
      change.elements.push_back({std::move(value), pair.first, pair.second});
      result.forecast += pair.first;
      result.actual += pair.second;
    }
    changes.push_back(std::move(change));
  }
  result.explanations = Explain(changes);
  return result;
}

}  // namespace huiyin::analytics
