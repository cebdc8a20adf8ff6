// Measures by dimensions over time.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "libs/core/caller.h"
#include "services/analytics/usecase/measures.h"
#include "services/analytics/usecase/unit.h"

namespace huiyin::analytics {

struct MetricsQuestion {
  using Filter = ValueFilter;
  std::vector<std::string> measures;    // of one cube
  std::vector<std::string> dimensions;  // of that cube
  std::vector<Filter> filters;          // on dimensions of that cube
  absl::Time from, until;
  std::optional<Grain> granularity;  // nothing: one point for the whole period
  // Compared with; only without granularity.
  std::optional<std::pair<absl::Time, absl::Time>> baseline;
  size_t page_size = 1000;
  std::string position;  // next_position of the answer before
};

struct MetricsRow {
  absl::Time time;
  std::vector<std::string> dimension_values;
  std::vector<double> values;
  std::vector<double> baseline_values;  // empty when no baseline was asked for
};

struct MetricsAnswer {
  std::vector<MetricsRow> rows;  // by time, then by dimension values
  std::string next_position;     // empty at the end
};

// INVALID_ARGUMENT with every violation: unknown names (the valid ones are listed), measures that
// do not go together, dimensions they do not have, a period too long for the granularity.
absl::StatusOr<MetricsAnswer> QueryMetrics(const View& view, const Caller& caller,
                                           const MetricsQuestion& question);

}  // namespace huiyin::analytics
