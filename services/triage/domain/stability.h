// Population stability: how far what is seen now is from what was seen when it was known to be
// right.
#pragma once

#include <cstdint>
#include <span>

namespace huiyin::triage {

// PSI = Σ (now − then) · ln(now / then) over shares of bins, each bin counted half an observation
// more so that empty ones have a logarithm. 0: the same; above 0.25: another population, by the
// usual rule. Both spans have the same size; 0 when either holds nothing.
double PopulationStability(std::span<const int64_t> then, std::span<const int64_t> now);

}  // namespace huiyin::triage
