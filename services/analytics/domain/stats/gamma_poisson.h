// The multi-item gamma-Poisson shrinker (DuMouchel, 1999; parameters as in the R package openEBGM):
// observed over expected, shrunk towards what is usual, so that 1 seen where 0.1 was expected does
// not outrank 50 where 5 were.
#pragma once

#include <cstdint>
#include <span>

namespace huiyin::analytics {

// Prior of the relative rate: a mixture of two gamma distributions (shape, rate), the first with
// weight p.
struct GammaMixture {
  double alpha1 = 0.2;
  double beta1 = 0.1;
  double alpha2 = 2;
  double beta2 = 4;
  double p = 1.0 / 3;
};

struct ShrunkRate {
  double weight1 = 0;  // posterior weight of the first component
  double ebgm = 0;     // geometric mean of the posterior
  double eb05 = 0;     // 5 % and 95 % points
  double eb95 = 0;
};

// observed ≥ 0, expected > 0.
ShrunkRate Shrink(int64_t observed, double expected, const GammaMixture& prior);

struct ObservedExpected {
  int64_t observed;
  double expected;
};

// The prior under which `cells` are most likely (EM on the weight, coordinate search on the shapes
// and rates, a fixed number of steps: deterministic). Needs some cells to say anything; with fewer
// than 10 it returns DuMouchel's default.
GammaMixture FitPrior(std::span<const ObservedExpected> cells);

}  // namespace huiyin::analytics
