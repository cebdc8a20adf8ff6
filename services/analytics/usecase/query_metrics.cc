#include "services/analytics/usecase/query_metrics.h"

#include <algorithm>
#include <map>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "libs/core/status.h"
#include "services/analytics/domain/stats/ddsketch.h"
#include "services/analytics/usecase/cube_reader.h"

namespace huiyin::analytics {
namespace {

struct Limit {
  Grain grain;
  absl::Duration longest;
  std::string_view text;
};
constexpr int64_t kDayHours = 24;
const Limit kLimits[] = {{Grain::kMinute, absl::Hours(3 * kDayHours), "3 days by minute"},
                         {Grain::kHour, absl::Hours(93 * kDayHours), "93 days by hour"},
                         {Grain::kDay, absl::Hours(3653 * kDayHours), "10 years by day"},
                         {Grain::kMonth, absl::Hours(36525 * kDayHours), "100 years by month"}};

// Buckets looked at before it is checked whether the page is full: few at first.
constexpr int64_t kFewestBucketsAtOnce = 2, kMostBucketsAtOnce = 64;
constexpr char kSeparator = '\x1f';

struct Plan {
  const CubeInfo* cube = nullptr;
  std::vector<Column> columns;
  std::vector<Dimension> group;
  bool needs_bins = false;
  MeasureSet needed;
};

void CheckMeasures(const MetricsQuestion& question, InputCheck& check, Plan& plan) {
  check.Require(!question.measures.empty() && question.measures.size() <= 8, "measures",
                absl::StrCat("must name 1 to 8 of: ", MeasureNames()));
  for (size_t i = 0; i < question.measures.size(); ++i) {
    Column column;
    const CubeInfo* cube = FindMeasure(question.measures[i], column);
    const std::string field = absl::StrCat("measures[", i, "]");
    if (!check.Require(cube != nullptr, field, absl::StrCat("must be one of: ", MeasureNames()))) {
      continue;
    }
    if (!plan.cube) plan.cube = cube;
    check.Require(cube == plan.cube, field,
                  absl::StrCat("cannot be asked for together with ", question.measures[0]));
    plan.needs_bins |= column.quantile != nullptr;
    plan.needed |= NeededBy(column);
    plan.columns.push_back(column);
  }
}

void CheckPeriod(const MetricsQuestion& question, const CubeInfo* cube, InputCheck& check) {
  if (!check.Require(question.from < question.until, "period", "must end after it starts")) return;
  if (question.baseline) {
    check.Require(question.baseline->first < question.baseline->second, "baseline",
                  "must end after it starts");
    check.Require(!question.granularity, "baseline",
                  "compares whole periods; leave granularity out");
  }
  if (!question.granularity) return;
  for (const Limit& limit : kLimits) {
    if (limit.grain != *question.granularity) continue;
    check.Require(
        question.until - question.from <= limit.longest, "period",
        absl::StrCat("is too long for the granularity: at most ", std::string(limit.text)));
  }
  if (!cube) return;
  check.Require(std::find(cube->grains.begin(), cube->grains.end(), *question.granularity) !=
                    cube->grains.end(),
                "granularity", "is finer than these measures are kept; ask for a coarser one");
}

absl::StatusOr<Plan> MakePlan(const MetricsQuestion& question) {
  InputCheck check;
  Plan plan;
  CheckMeasures(question, check, plan);
  CheckPeriod(question, plan.cube, check);
  check.Require(question.dimensions.size() <= 5, "dimensions", "must be at most 5");
  if (plan.cube) {
    for (size_t i = 0; i < question.dimensions.size(); ++i) {
      const auto dimension = CheckDimension(question.dimensions[i],
                                            absl::StrCat("dimensions[", i, "]"), *plan.cube, check);
      if (dimension) plan.group.push_back(*dimension);
    }
    CheckFilters(question.filters, *plan.cube, check);
  }
  if (!check.ok()) return check.ToStatus();
  if (plan.needs_bins) plan.group.push_back(Dimension::kBin);
  return plan;
}

struct Sums {
  CellValues values{};
  Sketch sketch;
};

double ValueOf(const Column& column, const Sums& sums) {
  if (column.quantile) return SketchQuantile(sums.sketch, column.quantile->q);
  if (!column.ratio) return static_cast<double>(sums.values[column.index]);
  const auto below = static_cast<double>(sums.values[column.ratio->denominator]);
  if (below == 0) return 0;
  return column.ratio->scale * static_cast<double>(column.ratio->Above(sums.values)) / below;
}

// Rows of one point in time, sorted by dimension values. `baseline` may be null.
absl::StatusOr<std::vector<MetricsRow>> MakeRows(const Plan& plan, const CellMap& cells,
                                                 const CellMap* baseline, absl::Time time,
                                                 CubeReader& reader) {
  const size_t named = plan.group.size() - (plan.needs_bins ? 1 : 0);
  std::map<std::vector<std::string>, std::pair<Sums, Sums>> rows;  // now, baseline
  const auto add = [&](const CellMap& from, Sums std::pair<Sums, Sums>::*into) -> absl::Status {
    for (const auto& [key, values] : from) {
      std::vector<std::string> names(named);
      for (size_t i = 0; i < named; ++i) {
        HUIYIN_ASSIGN_OR_RETURN(names[i], reader.Text(plan.group[i], key[i]));
      }
      Sums& sums = rows[names].*into;
      Combine(*plan.cube, sums.values, values);
      if (plan.needs_bins) sums.sketch[key[named]] += values[0];
    }
    return absl::OkStatus();
  };
  HUIYIN_RETURN_IF_ERROR(add(cells, &std::pair<Sums, Sums>::first));
  if (baseline) HUIYIN_RETURN_IF_ERROR(add(*baseline, &std::pair<Sums, Sums>::second));
  std::vector<MetricsRow> result;
  for (const auto& [names, sums] : rows) {
    MetricsRow row{time, names, {}, {}};
    bool any = false;
    for (const Column& column : plan.columns) {
      row.values.push_back(ValueOf(column, sums.first));
      any |= row.values.back() != 0;
      if (!baseline) continue;
      row.baseline_values.push_back(ValueOf(column, sums.second));
      any |= row.baseline_values.back() != 0;
    }
    if (any) result.push_back(std::move(row));
  }
  return result;
}

// Where a page ended: its last row's time and values. Rows are unique by both.
std::string PositionOf(const MetricsRow& row) {
  return absl::StrCat(absl::ToUnixSeconds(row.time), std::string(1, kSeparator),
                      absl::StrJoin(row.dimension_values, std::string(1, kSeparator)));
}

struct Position {
  int64_t seconds;
  std::vector<std::string> values;
};

absl::StatusOr<std::optional<Position>> ParsePosition(const MetricsQuestion& question) {
  if (question.position.empty()) return std::nullopt;
  std::vector<std::string> parts = absl::StrSplit(question.position, kSeparator);
  Position position{0, {}};
  if (!absl::SimpleAtoi(parts[0], &position.seconds)) {
    return BadInput({{"page_token", "is not the token of an answer to this question"}});
  }
  if (!question.dimensions.empty()) position.values.assign(parts.begin() + 1, parts.end());
  return position;
}

}  // namespace

absl::StatusOr<MetricsAnswer> QueryMetrics(const View& view, const Caller& caller,
                                           const MetricsQuestion& question) {
  HUIYIN_ASSIGN_OR_RETURN(const Plan plan, MakePlan(question));
  HUIYIN_ASSIGN_OR_RETURN(const std::optional<Position> after, ParsePosition(question));
  HUIYIN_ASSIGN_OR_RETURN(CubeReader reader, CubeReader::Open(view.store, caller.tenant.value()));

  HUIYIN_ASSIGN_OR_RETURN(const std::vector<NumberFilter> filters,
                          ReadFilters(question.filters, reader));
  MetricsAnswer answer;
  // True when the page is full.
  const auto add = [&](const CellMap& cells, const CellMap* baseline,
                       absl::Time time) -> absl::StatusOr<bool> {
    HUIYIN_ASSIGN_OR_RETURN(std::vector<MetricsRow> rows,
                            MakeRows(plan, cells, baseline, time, reader));
    for (MetricsRow& row : rows) {
      if (after && absl::ToUnixSeconds(time) == after->seconds &&
          row.dimension_values <= after->values) {
        continue;
      }
      if (answer.rows.size() == question.page_size) {
        answer.next_position = PositionOf(answer.rows.back());
        return true;
      }
      answer.rows.push_back(std::move(row));
    }
    return false;
  };

  if (!question.granularity) {
    HUIYIN_ASSIGN_OR_RETURN(const CellMap cells,
                            reader.Sum(plan.cube->cube, question.from, question.until, plan.group,
                                       filters, plan.needed));
    CellMap baseline;
    if (question.baseline) {
      HUIYIN_ASSIGN_OR_RETURN(
          baseline, reader.Sum(plan.cube->cube, question.baseline->first, question.baseline->second,
                               plan.group, filters, plan.needed));
    }
    HUIYIN_RETURN_IF_ERROR(
        add(cells, question.baseline ? &baseline : nullptr, question.from).status());
    return answer;
  }
  const Grain grain = *question.granularity;
  Calendar& calendar = reader.calendar();
  int64_t from = calendar.Floor(grain, question.from);
  if (after) from = std::max(from, after->seconds);
  const int64_t until = calendar.Ceil(
      grain, absl::ToUnixSeconds(question.until + absl::Seconds(1) - absl::Nanoseconds(1)));
  for (int64_t at_once = kFewestBucketsAtOnce; from < until;
       at_once = std::min(kMostBucketsAtOnce, at_once * 2)) {
    Segment segment{grain, from, from};
    for (int64_t i = 0; i < at_once && segment.until < until; ++i) {
      segment.until = calendar.Next(grain, segment.until);
    }
    from = segment.until;
    HUIYIN_ASSIGN_OR_RETURN(
        const auto buckets,
        reader.SumByBucket(plan.cube->cube, segment, plan.group, filters, plan.needed));
    for (const auto& [bucket, cells] : buckets) {
      HUIYIN_ASSIGN_OR_RETURN(const bool full, add(cells, nullptr, absl::FromUnixSeconds(bucket)));
      if (full) return answer;
    }
  }
  return answer;
}

}  // namespace huiyin::analytics
