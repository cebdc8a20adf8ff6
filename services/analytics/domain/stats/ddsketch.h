// DDSketch (Masson et al., VLDB 2019): quantiles within 1 % of the true value, whatever the
// distribution. A sketch is nothing but counts of bins, so rollups keep the bins as one more
// dimension and merge, subtract and store sketches like any other counts.
#pragma once

#include <cstdint>
#include <map>

namespace huiyin::analytics {

inline constexpr double kSketchAccuracy = 0.01;

// Bin of a value ≥ 0. Values below 1e-3 share bin 0.
uint32_t SketchBin(double value);
// The value that stands for a bin: at most kSketchAccuracy away from each of its members,
// relatively.
double SketchValue(uint32_t bin);

// Bins → counts; counts of 0 are harmless.
using Sketch = std::map<uint32_t, int64_t>;

// The value of rank q·(n − 1), 0 ≤ q ≤ 1; 0 for an empty sketch.
double SketchQuantile(const Sketch& sketch, double q);

}  // namespace huiyin::analytics
