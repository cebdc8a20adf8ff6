#include "services/aftersales/domain/gateway_rules.h"

#include <algorithm>
#include <charconv>
#include <limits>

#include "libs/core/status.h"
#include "services/aftersales/domain/text.h"

namespace huiyin::aftersales {
namespace {

struct Row {
  GatewayProtocol protocol;
  std::string_view currencies;  // separated by blanks; "" stands for every other
  int exponent;                 // -1: as in ISO 4217; -2: not paid
  int64_t step;
};

constexpr int kIso = -1;
constexpr int kUnknown = -2;

// The first row that names the currency counts.
constexpr Row kRows[] = {
    {GatewayProtocol::kSignedHttp, "", kIso, 1},
    // No decimals any more, but still counted in hundredths.
    {GatewayProtocol::kStripe, "ISK UGX", 2, 1},
    // Two decimals by ISO, none at Stripe.
    {GatewayProtocol::kStripe, "MGA", 0, 100},
    // The last digit must be 0.
    {GatewayProtocol::kStripe, "BHD IQD JOD KWD LYD OMR TND", 3, 10},
    {GatewayProtocol::kStripe, "CLF UYI UYW", kUnknown, 1},
    {GatewayProtocol::kStripe, "", kIso, 1},
    {GatewayProtocol::kAlipay, "CNY", 2, 1},
    {GatewayProtocol::kAlipay, "", kUnknown, 1},
    {GatewayProtocol::kWechatPay, "CNY", 2, 1},
    {GatewayProtocol::kWechatPay, "", kUnknown, 1},
};

constexpr std::string_view kNames[] = {"signed_http", "stripe", "alipay", "wechat_pay"};

int64_t PowerOfTen(int exponent) {
  int64_t power = 1;
  while (exponent-- > 0) power *= 10;
  return power;
}

absl::Status TooLarge() {
  return Error(absl::StatusCode::kOutOfRange, "AMOUNT_TOO_LARGE",
               "the amount does not fit into 64 bits of the gateway's units");
}

}  // namespace

std::string_view Name(GatewayProtocol protocol) { return kNames[static_cast<int>(protocol)]; }

std::optional<GatewayProtocol> ProtocolNamed(std::string_view name) {
  for (const GatewayProtocol protocol : kGatewayProtocols) {
    if (Name(protocol) == name) return protocol;
  }
  return std::nullopt;
}

absl::StatusOr<CurrencyRule> RuleFor(GatewayProtocol protocol, std::string_view currency) {
  HUIYIN_ASSIGN_OR_RETURN(const int iso, CurrencyExponent(currency));
  for (const Row& row : kRows) {
    if (row.protocol != protocol) continue;
    if (!row.currencies.empty() && row.currencies.find(currency) == row.currencies.npos) continue;
    if (row.exponent == kUnknown) break;
    return CurrencyRule{.exponent = row.exponent == kIso ? iso : row.exponent, .step = row.step};
  }
  return Error(absl::StatusCode::kFailedPrecondition, "GATEWAY_CURRENCY",
               Concat("a gateway of kind ", Name(protocol), " does not pay ", currency),
               {{"currency", std::string(currency)}, {"protocol", std::string(Name(protocol))}});
}

absl::StatusOr<int64_t> ToGatewayAmount(GatewayProtocol protocol, const Money& amount) {
  HUIYIN_ASSIGN_OR_RETURN(const CurrencyRule rule, RuleFor(protocol, amount.currency()));
  HUIYIN_ASSIGN_OR_RETURN(const int iso, CurrencyExponent(amount.currency()));
  if (amount.minor() % rule.step != 0) {
    return Error(absl::StatusCode::kFailedPrecondition, "AMOUNT_NOT_PAYABLE",
                 Concat("the gateway pays ", amount.currency(), " in steps of ", rule.step,
                        " minor units only"),
                 {{"step_minor", Concat(rule.step)}});
  }
  if (rule.exponent <= iso) return amount.minor() / PowerOfTen(iso - rule.exponent);
  int64_t units = 0;
  if (__builtin_mul_overflow(amount.minor(), PowerOfTen(rule.exponent - iso), &units)) {
    return TooLarge();
  }
  return units;
}

absl::StatusOr<Money> FromGatewayAmount(GatewayProtocol protocol, int64_t amount,
                                        std::string_view currency) {
  HUIYIN_ASSIGN_OR_RETURN(const CurrencyRule rule, RuleFor(protocol, currency));
  HUIYIN_ASSIGN_OR_RETURN(const int iso, CurrencyExponent(currency));
  if (rule.exponent > iso) {
    const int64_t unit = PowerOfTen(rule.exponent - iso);
    if (amount % unit != 0) {
      return absl::InvalidArgumentError("the gateway's amount has decimals that do not exist");
    }
    return Money(amount / unit, currency);
  }
  int64_t minor = 0;
  if (__builtin_mul_overflow(amount, PowerOfTen(iso - rule.exponent), &minor)) return TooLarge();
  return Money(minor, currency);
}

std::string Decimal(int64_t units, int exponent) {
  std::string digits = Concat(units);
  if (exponent <= 0) return digits;
  const auto decimals = static_cast<size_t>(exponent);
  if (digits.size() <= decimals) digits.insert(0, decimals + 1 - digits.size(), '0');
  return digits.insert(digits.size() - decimals, ".");
}

absl::StatusOr<int64_t> FromDecimal(std::string_view text, int exponent) {
  const absl::Status bad = absl::InvalidArgumentError("not an amount");
  const size_t point = text.find('.');
  std::string digits(text.substr(0, point));
  size_t decimals = 0;
  if (point != text.npos) {
    digits += text.substr(point + 1);
    decimals = text.size() - point - 1;
    if (point == 0 || decimals == 0) return bad;
  }
  if (digits.empty() || decimals > static_cast<size_t>(std::max(exponent, 0))) return bad;
  if (digits.find_first_not_of("0123456789") != digits.npos) return bad;
  digits.append(static_cast<size_t>(exponent) - decimals, '0');
  int64_t units = 0;
  const char* const end = digits.data() + digits.size();
  const auto [at, error] = std::from_chars(digits.data(), end, units);
  if (error != std::errc() || at != end) return bad;
  return units;
}

GatewayProtocol GatewayRules::ProtocolOf(std::string_view gateway) const {
  const auto found = protocols_.find(gateway);
  return found == protocols_.end() ? GatewayProtocol::kSignedHttp : found->second;
}

absl::StatusOr<int64_t> GatewayRules::Step(std::string_view gateway,
                                           std::string_view currency) const {
  HUIYIN_ASSIGN_OR_RETURN(const CurrencyRule rule, RuleFor(ProtocolOf(gateway), currency));
  return rule.step;
}

}  // namespace huiyin::aftersales
