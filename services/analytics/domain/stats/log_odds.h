// How much more often a word is said in one set of texts than in another: the log-odds ratio with
// an informative Dirichlet prior (Monroe, Colaresi & Quinn, "Fightin' Words", Political Analysis
// 16:4, 2008). The prior says what share the word has in general, with the weight of `prior_total`
// words: it keeps words that are rare everywhere from standing out by chance.
#pragma once

#include <cstdint>

namespace huiyin::analytics {

struct LogOdds {
  double ratio = 0;  // log of the ratio of odds, here to there
  double z = 0;      // the ratio in standard deviations
};

// `count` of `total` words in either set; `prior` of `prior_total`. 0 < prior < prior_total.
LogOdds LogOddsRatio(int64_t count_here, int64_t total_here, int64_t count_there,
                     int64_t total_there, double prior, double prior_total);

}  // namespace huiyin::analytics
