// Latencies counted in buckets whose width grows with the value (as HdrHistogram does): any
// quantile is right to 0.8 %, and recording costs the same for every value.
#pragma once

#include <cstdint>
#include <vector>

#include "absl/time/time.h"

namespace huiyin::bench {

// Not thread-safe: one per thread, merged at the end.
class Histogram {
 public:
  Histogram();
  // From 1 µs to about an hour; what is beyond counts as the limit.
  void Record(absl::Duration value);
  void Merge(const Histogram& other);
  uint64_t count() const { return count_; }
  // The smallest value that a share of `q` (0 … 1) of the values does not exceed; zero when empty.
  absl::Duration Quantile(double q) const;

 private:
  std::vector<uint32_t> counts_;
  uint64_t count_ = 0;
};

}  // namespace huiyin::bench
