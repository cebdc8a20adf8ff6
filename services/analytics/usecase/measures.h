// Measures by their names, and the checks of questions that name them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "libs/core/status.h"
#include "services/analytics/domain/cubes.h"
#include "services/analytics/usecase/cube_reader.h"

namespace huiyin::analytics {

// Measures that are computed from a cube's cells rather than kept in them.
struct Quantile {
  std::string_view name;
  double q;
};
struct Ratio {
  std::string_view name;
  Cube cube;
  size_t numerator, denominator;  // in the cube's values
  double scale = 1;
  std::optional<size_t> minus = std::nullopt;  // taken from the numerator

  int64_t Above(const CellValues& values) const {
    return values[numerator] - (minus ? values[*minus] : 0);
  }
};

// A measure, resolved.
struct Column {
  size_t index = 0;                    // in the cube's values
  const Quantile* quantile = nullptr;  // of the sketch, instead
  const Ratio* ratio = nullptr;        // of two of the cube's values, instead
};

// The cube that the measure is of; nullptr when there is no such measure.
const CubeInfo* FindMeasure(const std::string& name, Column& column);
MeasureSet NeededBy(const Column& column);
// Of all measures; `with_quantiles` false: of all but these.
std::string MeasureNames(bool with_quantiles = true);

// Nothing, and a violation, when the cube is not kept by it.
std::optional<Dimension> CheckDimension(const std::string& name, const std::string& field,
                                        const CubeInfo& cube, InputCheck& check);

// Keeps what has one of some values in a dimension.
struct ValueFilter {
  std::string dimension;
  std::vector<std::string> values;
};
void CheckFilters(const std::vector<ValueFilter>& filters, const CubeInfo& cube, InputCheck& check);
// `filters` must have been checked. Values that never occurred keep nothing.
absl::StatusOr<std::vector<NumberFilter>> ReadFilters(const std::vector<ValueFilter>& filters,
                                                      CubeReader& reader);

}  // namespace huiyin::analytics
