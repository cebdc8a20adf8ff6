// Confidence intervals of the figures that surveys and reports show. Pure functions; 95 %
// two-sided unless a parameter says otherwise.
#pragma once

#include <cstdint>
#include <span>

namespace huiyin::stats {

struct Estimate {
  double value = 0;
  double lower = 0;
  double upper = 0;
};

// z of a two-sided 95 % interval.
inline constexpr double kZ95 = 1.959963984540054;

// Share of `hits` in `trials` with the Wilson score interval; 0 ≤ hits ≤ trials. No trials: {0, 0,
// 1}, nothing is known.
Estimate Wilson(int64_t hits, int64_t trials, double z = kZ95);

// Mean of a histogram of whole scores, counts[i] being how often `lowest` + i was given, with
// Student's t interval, cut off where the scale ends. No score: zeros; one score says nothing of
// the others: the whole scale.
Estimate MeanOfScores(std::span<const int64_t> counts, int lowest);

// (positives − negatives) ÷ total, as the net promoter score is, with the normal interval of a
// difference of multinomial shares, clipped to [-1, 1]. total ≥ positives + negatives; 0: zeros.
Estimate NetShare(int64_t positives, int64_t negatives, int64_t total, double z = kZ95);

// Rate of `events` per unit of `exposure` (> 0) with the exact Poisson interval (Garwood).
Estimate PoissonRate(int64_t events, double exposure);

}  // namespace huiyin::stats
