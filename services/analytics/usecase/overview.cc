#include "services/analytics/usecase/overview.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "libs/core/status.h"
#include "services/analytics/domain/contributions.h"
#include "services/analytics/domain/stats/ddsketch.h"
#include "services/analytics/domain/stats/hyperloglog.h"
#include "services/analytics/usecase/cube_reader.h"

namespace huiyin::analytics {
namespace {

constexpr int kAlertsShown = 20;

// Reads cubes of the period into an overview.
class Builder {
 public:
  Builder(CubeReader& reader, Overview& overview) : reader_(reader), o_(overview) {}

  absl::Status Tickets() {
    HUIYIN_ASSIGN_OR_RETURN(const CellMap total, Sum(Cube::kTickets, {}));
    for (const auto& [key, values] : total) {
      o_.created = values[0];
      o_.decided = values[1];
      o_.resolved = values[2];
      o_.reopened = values[3];
    }
    const std::pair<Dimension, std::vector<ValueCount>*> lists[] = {
        {Dimension::kCategory, &o_.by_category},   {Dimension::kPriority, &o_.by_priority},
        {Dimension::kLanguage, &o_.by_language},   {Dimension::kChannel, &o_.by_channel},
        {Dimension::kSentiment, &o_.by_sentiment}, {Dimension::kUrgency, &o_.by_urgency}};
    for (const auto& [dimension, list] : lists) {
      HUIYIN_ASSIGN_OR_RETURN(*list, CountBy(Cube::kTickets, dimension));
    }
    const Dimension group[] = {Dimension::kRegister};
    HUIYIN_ASSIGN_OR_RETURN(const CellMap cells, Sum(Cube::kCustomers, group));
    std::map<uint32_t, int64_t> registers;
    for (const auto& [key, values] : cells) registers[key[0]] = values[0];
    o_.distinct_customers = std::llround(HllEstimate(registers));
    return absl::OkStatus();
  }

  absl::Status Returns() {
    HUIYIN_ASSIGN_OR_RETURN(const CellMap rmas, Sum(Cube::kRmas, {}));
    for (const auto& [key, values] : rmas) {
      o_.rmas_submitted = values[0];
      o_.rmas_approved = values[1];
      o_.rmas_rejected = values[2];
      o_.rmas_completed = values[3];
    }
    HUIYIN_ASSIGN_OR_RETURN(o_.rma_lines_by_reason, CountBy(Cube::kRmaLines, Dimension::kReason));
    HUIYIN_ASSIGN_OR_RETURN(o_.rma_lines_by_kind, CountBy(Cube::kRmaLines, Dimension::kRmaKind));
    const Dimension group[] = {Dimension::kCurrency};
    HUIYIN_ASSIGN_OR_RETURN(const CellMap refunds, Sum(Cube::kRefunds, group));
    for (const auto& [key, values] : refunds) {
      HUIYIN_ASSIGN_OR_RETURN(const std::string currency,
                              reader_.Text(Dimension::kCurrency, key[0]));
      if (values[0] != 0 || values[1] != 0) {
        o_.refunds.push_back({values[0], Money(values[1], currency)});
      }
      o_.refunds_failed += values[2];
    }
    std::sort(o_.refunds.begin(), o_.refunds.end(), [](const auto& x, const auto& y) {
      return x.amount.currency() < y.amount.currency();
    });
    // Pending ones count from when they were requested, however long ago.
    HUIYIN_ASSIGN_OR_RETURN(const CellMap ever,
                            reader_.Sum(Cube::kRefunds, absl::UnixEpoch(), o_.until, {}));
    for (const auto& [key, values] : ever) o_.refunds_pending = values[4];
    return absl::OkStatus();
  }

  absl::Status Surveys() {
    const Dimension by_kind[] = {Dimension::kSurvey};
    HUIYIN_ASSIGN_OR_RETURN(const CellMap invited, Sum(Cube::kInvitations, by_kind));
    const Dimension by_score[] = {Dimension::kSurvey, Dimension::kScore};
    HUIYIN_ASSIGN_OR_RETURN(const CellMap scores, Sum(Cube::kScores, by_score));
    for (uint32_t kind = 1; kind <= 3; ++kind) {
      const SurveyScale scale = ScaleOf(kind);
      SurveyFigures figures;
      figures.kind = ValueName(Dimension::kSurvey, kind);
      const auto asked = invited.find(CellKey{kind});
      if (asked != invited.end()) figures.invited = asked->second[0];
      std::vector<int64_t> histogram(static_cast<size_t>(scale.highest - scale.lowest) + 1);
      int64_t good = 0, low = 0;
      for (const auto& [key, values] : scores) {
        const int score = static_cast<int>(key[1]);
        if (key[0] != kind || score < scale.lowest || score > scale.highest) continue;
        histogram[static_cast<size_t>(score - scale.lowest)] += values[0];
        figures.count += values[0];
        if (score >= scale.good_at_least) good += values[0];
        if (score <= scale.low_at_most) low += values[0];
      }
      if (figures.count == 0 && figures.invited == 0) continue;
      figures.mean = stats::MeanOfScores(histogram, scale.lowest);
      if (figures.count > 0) {
        figures.headline = figures.kind == "NPS" ? stats::NetShare(good, low, figures.count)
                                                 : stats::Wilson(good, figures.count);
      }
      o_.surveys.push_back(std::move(figures));
    }
    return absl::OkStatus();
  }

  absl::Status Durations() {
    const Dimension group[] = {Dimension::kDuration, Dimension::kBin};
    HUIYIN_ASSIGN_OR_RETURN(const CellMap cells, Sum(Cube::kDurations, group));
    std::map<uint32_t, std::pair<Sketch, CellValues>> by_kind;
    for (const auto& [key, values] : cells) {
      auto& [sketch, sums] = by_kind[key[0]];
      sketch[key[1]] += values[0];
      Combine(InfoOf(Cube::kDurations), sums, values);
    }
    for (const auto& [kind, figures] : by_kind) {
      const auto& [sketch, sums] = figures;
      if (sums[0] <= 0) continue;
      o_.durations.push_back({ValueName(Dimension::kDuration, kind), sums[0],
                              SketchQuantile(sketch, 0.5), SketchQuantile(sketch, 0.9),
                              SketchQuantile(sketch, 0.99),
                              static_cast<double>(sums[1]) / 1000 / static_cast<double>(sums[0])});
    }
    return absl::OkStatus();
  }

 private:
  absl::StatusOr<CellMap> Sum(Cube cube, std::span<const Dimension> group) {
    return reader_.Sum(cube, o_.from, o_.until, group);
  }
  // The cube's first measure by one dimension.
  absl::StatusOr<std::vector<ValueCount>> CountBy(Cube cube, Dimension dimension) {
    const Dimension group[] = {dimension};
    HUIYIN_ASSIGN_OR_RETURN(const CellMap cells, Sum(cube, group));
    std::vector<ValueCount> counts;
    for (const auto& [key, values] : cells) {
      if (values[0] == 0) continue;
      HUIYIN_ASSIGN_OR_RETURN(std::string value, reader_.Text(dimension, key[0]));
      counts.push_back({std::move(value), values[0]});
    }
    std::sort(counts.begin(), counts.end(), [](const ValueCount& x, const ValueCount& y) {
      return x.count != y.count ? x.count > y.count : x.value < y.value;
    });
    return counts;
  }

  CubeReader& reader_;
  Overview& o_;
};

}  // namespace

absl::StatusOr<Overview> GetOverview(const View& view, const Caller& caller, absl::Time from,
                                     absl::Time until) {
  if (from >= until) return BadInput({{"period", "must end after it starts"}});
  Overview overview;
  overview.from = from;
  overview.until = until;
  HUIYIN_ASSIGN_OR_RETURN(CubeReader reader, CubeReader::Open(view.store, caller.tenant.value()));
  overview.position = reader.generation().position;
  Builder builder(reader, overview);
  HUIYIN_RETURN_IF_ERROR(builder.Tickets());
  HUIYIN_RETURN_IF_ERROR(builder.Returns());
  HUIYIN_RETURN_IF_ERROR(builder.Surveys());
  HUIYIN_RETURN_IF_ERROR(builder.Durations());
  AlertFilter filter;
  filter.state = AlertState::kOpen;
  HUIYIN_ASSIGN_OR_RETURN(overview.alerts,
                          view.store.ListAlerts(caller.tenant, filter, kAlertsShown, 0));
  return overview;
}

}  // namespace huiyin::analytics
