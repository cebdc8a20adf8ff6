#include "libs/core/money.h"

#include <algorithm>
#include <array>
#include <limits>
#include <numeric>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "libs/core/status.h"

namespace huiyin {
namespace {

// ISO 4217 (2024), without the X-codes for metals and tests. Everything not in the other lists has
// two decimals.
constexpr std::string_view kNoDecimals =
    "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF";
constexpr std::string_view kThreeDecimals = "BHD IQD JOD KWD LYD OMR TND";
constexpr std::string_view kFourDecimals = "CLF UYW";
constexpr std::string_view kTwoDecimals =
    "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN "
    "BZD "
    "CAD CDF CHE CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL "
    "GHS "
    "GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD "
    "LSL "
    "MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN "
    "PGK "
    "PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB "
    "TJS "
    "TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XCD YER ZAR ZMW ZWG";

struct ExponentList {
  std::string_view codes;
  int exponent;
};
constexpr std::array<ExponentList, 4> kExponents = {
    {{kTwoDecimals, 2}, {kNoDecimals, 0}, {kThreeDecimals, 3}, {kFourDecimals, 4}}};

absl::Status CurrenciesDiffer(const Money& a, const Money& b) {
  return Error(
      absl::StatusCode::kInvalidArgument, "CURRENCY_MISMATCH",
      absl::StrCat("amounts are in different currencies: ", a.currency(), " and ", b.currency()));
}

absl::Status Overflow() {
  return Error(absl::StatusCode::kOutOfRange, "AMOUNT_TOO_LARGE",
               "the amount does not fit into 64 bits of minor units");
}

}  // namespace

absl::StatusOr<int> CurrencyExponent(std::string_view currency) {
  if (currency.size() == 3 && currency.find(' ') == std::string_view::npos) {
    for (const auto& [codes, exponent] : kExponents) {
      for (size_t at = 0; at < codes.size(); at += 4) {
        if (codes.substr(at, 3) == currency) return exponent;
      }
    }
  }
  return Error(absl::StatusCode::kInvalidArgument, "UNKNOWN_CURRENCY",
               "not an ISO 4217 currency code; use for example \"CNY\"");
}

std::string Money::ToString() const {
  const int exponent = CurrencyExponent(currency_).value_or(0);
  // Unsigned magnitude: the most negative value has no positive counterpart.
  const uint64_t magnitude =
      minor_ < 0 ? 0 - static_cast<uint64_t>(minor_) : static_cast<uint64_t>(minor_);
  std::string digits = absl::StrCat(magnitude);
  if (exponent > 0) {
    if (digits.size() <= static_cast<size_t>(exponent)) {
      digits.insert(0, exponent + 1 - digits.size(), '0');
    }
    digits.insert(digits.end() - exponent, '.');
  }
  return absl::StrCat(minor_ < 0 ? "-" : "", digits, currency_.empty() ? "" : " ", currency_);
}

absl::StatusOr<Money> Add(const Money& a, const Money& b) {
  if (a.currency() != b.currency()) return CurrenciesDiffer(a, b);
  int64_t sum;
  if (__builtin_add_overflow(a.minor(), b.minor(), &sum)) return Overflow();
  return Money(sum, a.currency());
}

absl::StatusOr<Money> Subtract(const Money& a, const Money& b) {
  if (a.currency() != b.currency()) return CurrenciesDiffer(a, b);
  int64_t difference;
  if (__builtin_sub_overflow(a.minor(), b.minor(), &difference)) return Overflow();
  return Money(difference, a.currency());
}

absl::StatusOr<std::vector<int64_t>> Allocate(int64_t total, std::span<const int64_t> weights) {
  __int128 sum = 0;
  for (const int64_t weight : weights) {
    if (weight < 0) return absl::InvalidArgumentError("a weight is negative");
    sum += weight;
  }
  if (sum == 0) return absl::InvalidArgumentError("no weight is positive");

  const __int128 magnitude = total < 0 ? -static_cast<__int128>(total) : total;
  std::vector<int64_t> parts(weights.size());
  std::vector<__int128> remainders(weights.size());
  __int128 left = magnitude;
  for (size_t i = 0; i < weights.size(); ++i) {
    const __int128 share = magnitude * weights[i];  // below 2^126
    parts[i] = static_cast<int64_t>(share / sum);
    remainders[i] = share % sum;
    left -= parts[i];
  }
  // `left` is less than the number of parts; the largest remainders get one unit each.
  std::vector<size_t> order(weights.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(),
                   [&](size_t a, size_t b) { return remainders[a] > remainders[b]; });
  for (size_t i = 0; left > 0; ++i, --left) ++parts[order[i]];
  if (total < 0) {
    for (int64_t& part : parts) part = -part;
  }
  return parts;
}

absl::StatusOr<int64_t> MulDiv(int64_t total, int64_t numerator, int64_t denominator) {
  if (denominator <= 0) return absl::InvalidArgumentError("the denominator must be positive");
  const __int128 product = static_cast<__int128>(total) * numerator;
  const __int128 half = product < 0 ? -(denominator / 2) : denominator / 2;
  const __int128 rounded = (product + half) / denominator;
  if (rounded > std::numeric_limits<int64_t>::max() ||
      rounded < std::numeric_limits<int64_t>::min()) {
    return Overflow();
  }
  return static_cast<int64_t>(rounded);
}

}  // namespace huiyin
