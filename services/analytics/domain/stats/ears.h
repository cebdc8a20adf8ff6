// EARS C1–C3: is today's count out of line with the days before? Used where there is little
// history (Hutwagner et al., 2003; formulas as in the R package surveillance, function earsC).
#pragma once

#include <cstdint>
#include <span>

namespace huiyin::analytics {

struct EarsOptions {
  int baseline = 7;   // days the mean and deviation are taken from
  double z = 3.0902;  // one-sided 0.1 %
  double min_sd = 0;  // floor on the deviation, so that a constant baseline does not alarm on +1
};

struct EarsBound {
  double mean = 0;
  double sd = 0;     // after the floor
  double bound = 0;  // the count is out of line above this
  bool alarm = false;
};

// `counts` are consecutive days, today last. C1 takes its baseline from the days just before today,
// C2 leaves two days out, so that an outbreak's start does not raise its own bound, and C3 adds the
// excess of the last two days. Too few days: no alarm, all zero. Need: C1 baseline + 1 days, C2
// baseline + 3, C3 baseline + 5.
EarsBound EarsC1(std::span<const int64_t> counts, const EarsOptions& options = {});
EarsBound EarsC2(std::span<const int64_t> counts, const EarsOptions& options = {});
EarsBound EarsC3(std::span<const int64_t> counts, const EarsOptions& options = {});

}  // namespace huiyin::analytics
