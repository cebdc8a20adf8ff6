// HyperLogLog: how many distinct customers, in 4 096 small registers (standard error 1.04/√4096 =
// 1.6 %). Registers are kept as cells of a rollup, merged by maximum; the estimator is Ertl's
// (arXiv:1702.01284), unbiased from 0 on without tables.
#pragma once

#include <cstdint>
#include <map>
#include <string_view>

namespace huiyin::analytics {

inline constexpr int kHllBits = 12;

struct HllObservation {
  uint32_t register_index;  // 0 … 2^kHllBits − 1
  int64_t rank;             // 1 … 64 − kHllBits + 1
};

// Where `item` leaves its trace. The same on every machine, for ever.
HllObservation HllObserve(std::string_view item);

// `registers`: index → largest rank seen; those never touched may be absent.
double HllEstimate(const std::map<uint32_t, int64_t>& registers);

}  // namespace huiyin::analytics
