#include "services/survey/domain/results.h"

#include <numeric>
#include <utility>

namespace huiyin::survey {

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

}  // namespace huiyin::survey
