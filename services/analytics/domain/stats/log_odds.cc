#include "services/analytics/domain/stats/log_odds.h"

#include <cmath>

namespace huiyin::analytics {

LogOdds LogOddsRatio(int64_t count_here, int64_t total_here, int64_t count_there,
                     int64_t total_there, double prior, double prior_total) {
  const auto log_odds = [&](int64_t count, int64_t total) {
    const double with = static_cast<double>(count) + prior;
    return std::log(with / (static_cast<double>(total) + prior_total - with));
  };
  LogOdds odds;
  odds.ratio = log_odds(count_here, total_here) - log_odds(count_there, total_there);
  const double variance = 1 / (static_cast<double>(count_here) + prior) +
                          1 / (static_cast<double>(count_there) + prior);
  odds.z = odds.ratio / std::sqrt(variance);
  return odds;
}

}  // namespace huiyin::analytics
