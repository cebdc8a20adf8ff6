// How each kind of payment gateway writes amounts down. Ours are integer minor units with the ISO
// 4217 exponent; a gateway may count in other units, pay only round amounts, or not know a currency
// at all. Nothing is ever rounded on the way to a gateway: what it cannot pay exactly is refused.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "libs/core/money.h"

namespace huiyin::aftersales {

enum class GatewayProtocol {
  kSignedHttp,  // deploy/gateway_sim/README.md; ISO exponents
  kStripe,      // docs.stripe.com/currencies, "Zero-decimal", "Three-decimal", "Special cases"
  kAlipay,      // CNY, as a decimal number of yuan
  kWechatPay,   // CNY, in fen
};
inline constexpr GatewayProtocol kGatewayProtocols[] = {
    GatewayProtocol::kSignedHttp, GatewayProtocol::kStripe, GatewayProtocol::kAlipay,
    GatewayProtocol::kWechatPay};

// "signed_http", "stripe", "alipay", "wechat_pay".
std::string_view Name(GatewayProtocol protocol);
std::optional<GatewayProtocol> ProtocolNamed(std::string_view name);

struct CurrencyRule {
  int exponent = 2;  // decimals of the gateway's unit
  int64_t step = 1;  // payable amounts are multiples of this, in ISO minor units
};

// FAILED_PRECONDITION (GATEWAY_CURRENCY) when the gateway does not pay this currency.
absl::StatusOr<CurrencyRule> RuleFor(GatewayProtocol protocol, std::string_view currency);

// Exact both ways. FAILED_PRECONDITION (AMOUNT_NOT_PAYABLE) for an amount between two steps,
// OUT_OF_RANGE when it does not fit.
absl::StatusOr<int64_t> ToGatewayAmount(GatewayProtocol protocol, const Money& amount);
absl::StatusOr<Money> FromGatewayAmount(GatewayProtocol protocol, int64_t amount,
                                        std::string_view currency);

// "12.34" for 1234 and 2; `units` ≥ 0.
std::string Decimal(int64_t units, int exponent);
// Its inverse: digits with at most `exponent` decimals. INVALID_ARGUMENT for anything else.
absl::StatusOr<int64_t> FromDecimal(std::string_view text, int exponent);

// Which kind of gateway is behind each name in Payment.gateway. Immutable; thread-safe.
class GatewayRules {
 public:
  // Names that are not in the table speak kSignedHttp.
  GatewayRules() = default;
  explicit GatewayRules(std::map<std::string, GatewayProtocol, std::less<>> protocols)
      : protocols_(std::move(protocols)) {}

  GatewayProtocol ProtocolOf(std::string_view gateway) const;
  // RuleFor(…).step.
  absl::StatusOr<int64_t> Step(std::string_view gateway, std::string_view currency) const;

 private:
  std::map<std::string, GatewayProtocol, std::less<>> protocols_;
};

}  // namespace huiyin::aftersales
