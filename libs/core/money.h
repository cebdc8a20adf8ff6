// Money: an integer count of minor units and an ISO 4217 code. No floating point anywhere.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace huiyin {

// Number of decimals of an ISO 4217 currency (JPY 0, CNY 2, KWD 3, CLF 4); INVALID_ARGUMENT when
// the code is not in ISO 4217.
absl::StatusOr<int> CurrencyExponent(std::string_view currency);

class Money {
 public:
  Money() = default;  // zero of no currency; equal to nothing but itself
  Money(int64_t minor, std::string_view currency) : minor_(minor), currency_(currency) {}

  int64_t minor() const { return minor_; }
  const std::string& currency() const { return currency_; }
  bool IsZero() const { return minor_ == 0; }

  // "12.34 CNY", "1200 JPY", "-0.500 KWD"; a code that is not ISO 4217 is shown with no decimals.
  std::string ToString() const;

  friend bool operator==(const Money&, const Money&) = default;

 private:
  int64_t minor_ = 0;
  std::string currency_;
};

// Exact arithmetic. INVALID_ARGUMENT when currencies differ, OUT_OF_RANGE on overflow.
absl::StatusOr<Money> Add(const Money& a, const Money& b);
absl::StatusOr<Money> Subtract(const Money& a, const Money& b);

// Splits `total` (any sign) in proportion to `weights` (each ≥ 0, sum > 0) so that the parts sum
// exactly to it: largest remainder method, ties to the earlier part. No part has the other sign,
// none exceeds its weight when |total| ≤ Σ weights. INVALID_ARGUMENT for unusable weights.
absl::StatusOr<std::vector<int64_t>> Allocate(int64_t total, std::span<const int64_t> weights);

// total × numerator / denominator, rounded half away from zero; 128-bit inside. OUT_OF_RANGE on
// overflow, INVALID_ARGUMENT when denominator ≤ 0.
absl::StatusOr<int64_t> MulDiv(int64_t total, int64_t numerator, int64_t denominator);

}  // namespace huiyin
