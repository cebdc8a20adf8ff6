#include "services/survey/domain/results.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <utility>

#include "absl/strings/numbers.h"

namespace huiyin::survey {

namespace {

constexpr size_t kMaxGroups = 200;

void Add(const ResultCounts& from, ResultCounts& to) {
  to.invited += from.invited;
  to.shown += from.shown;
  to.started += from.started;
  to.answered += from.answered;
  to.suppressed += from.suppressed;
  to.recovery_needed += from.recovery_needed;
  for (size_t kind = 0; kind < to.histograms.size(); ++kind) {
    const auto& counts = from.histograms[kind];
    auto& sum = to.histograms[kind];
    sum.resize(std::max(sum.size(), counts.size()));
    for (size_t i = 0; i < counts.size(); ++i) sum[i] += counts[i];
  }
}

std::string NameOf(const std::string& value, ResultDimension by) {
  int64_t day = 0;
  const bool month = by == ResultDimension::kMonth;
  if ((by != ResultDimension::kDay && !month) || !absl::SimpleAtoi(value, &day)) return value;
  return absl::FormatTime(month ? "%Y-%m" : "%Y-%m-%d", absl::UnixEpoch() + absl::Hours(24) * day,
                          absl::UTCTimeZone());
}

double Share(int64_t part, int64_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

}  // namespace

Results Summarise(ResultCounts counts) {
  Results results;
  results.response_rate = stats::Wilson(counts.answered, counts.invited);
  for (const SurveyKind kind : {SurveyKind::kCsat, SurveyKind::kNps, SurveyKind::kCes}) {
    const auto& histogram = counts.histograms[static_cast<size_t>(kind) - 1];
    ScoreResult score{kind, 0, {}, {}, histogram};
    score.count = std::accumulate(histogram.begin(), histogram.end(), int64_t{0});
    if (score.count == 0) continue;
    const Scale& scale = ScaleOf(kind);
    int64_t good = 0, low = 0;
    for (size_t i = 0; i < histogram.size(); ++i) {
      const int value = scale.lowest + static_cast<int>(i);
      if (value >= scale.good_at_least) good += histogram[i];
      if (value <= scale.low_at_most) low += histogram[i];
    }
    score.mean = stats::MeanOfScores(histogram, scale.lowest);
    score.headline = kind == SurveyKind::kNps ? stats::NetShare(good, low, score.count)
                                              : stats::Wilson(good, score.count);
    results.scores.push_back(std::move(score));
  }
  results.counts = std::move(counts);
  return results;
}

Results Summarise(std::vector<ResultGroup> groups, ResultDimension by) {
  ResultCounts all;
  std::map<std::string, ResultCounts> by_name;
  for (const ResultGroup& group : groups) {
    Add(group.counts, all);
    Add(group.counts, by_name[NameOf(group.value, by)]);
  }
  const int64_t invited = all.invited, answered = all.answered;
  Results results = Summarise(std::move(all));
  if (by == ResultDimension::kNone) return results;
  double apart = 0;
  for (auto& [name, counts] : by_name) {
    GroupResults group;
    group.value = name;
    group.share_of_invited = Share(counts.invited, invited);
    group.share_of_answered = Share(counts.answered, answered);
    apart += std::abs(group.share_of_answered - group.share_of_invited);
    group.results = Summarise(std::move(counts));
    results.groups.push_back(std::move(group));
  }
  if (answered > 0) results.non_response_bias = apart / 2;
  std::stable_sort(results.groups.begin(), results.groups.end(), [](const auto& a, const auto& b) {
    return a.results.counts.invited > b.results.counts.invited;
  });
  if (results.groups.size() > kMaxGroups) results.groups.resize(kMaxGroups);
  return results;
}

}  // namespace huiyin::survey
