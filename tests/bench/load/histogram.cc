#include "tests/bench/load/histogram.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace huiyin::bench {
namespace {

// Values below 2^kBits µs have a bucket each; above, every power of two has 2^(kBits - 1).
constexpr int kBits = 8;
constexpr uint64_t kHalf = 1u << (kBits - 1);
constexpr int kMaxShift = 24;
constexpr size_t kBuckets = (kMaxShift + 2) * kHalf;

size_t BucketOf(uint64_t micros) {
  const int shift = std::max(0, static_cast<int>(std::bit_width(micros)) - kBits);
  if (shift > kMaxShift) return kBuckets - 1;
  return shift * kHalf + (micros >> shift);
}

// The largest value of a bucket.
uint64_t UpperEnd(size_t bucket) {
  if (bucket < 2 * kHalf) return bucket;
  const size_t shift = bucket / kHalf - 1;
  return ((bucket - shift * kHalf + 1) << shift) - 1;
}

}  // namespace

Histogram::Histogram() : counts_(kBuckets) {}

void Histogram::Record(absl::Duration value) {
  const int64_t micros = std::max<int64_t>(0, absl::ToInt64Microseconds(value));
  ++counts_[BucketOf(static_cast<uint64_t>(micros))];
  ++count_;
}

void Histogram::Merge(const Histogram& other) {
  for (size_t i = 0; i < kBuckets; ++i) counts_[i] += other.counts_[i];
  count_ += other.count_;
}

absl::Duration Histogram::Quantile(double q) const {
  const auto wanted =
      std::max<uint64_t>(1, static_cast<uint64_t>(std::ceil(q * static_cast<double>(count_))));
  uint64_t seen = 0;
  for (size_t i = 0; i < kBuckets && count_ > 0; ++i) {
    seen += counts_[i];
    if (seen >= wanted) return absl::Microseconds(UpperEnd(i));
  }
  return absl::ZeroDuration();
}

}  // namespace huiyin::bench
