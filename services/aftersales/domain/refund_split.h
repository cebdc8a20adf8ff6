// How much a refund is, what it is made of, and which payments give it back. Pure arithmetic on
// what is left of an order; every sum is exact.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/aftersales/domain/gateway_rules.h"
#include "services/aftersales/domain/order.h"
#include "services/aftersales/domain/refund.h"

namespace huiyin::aftersales {

// What refunds that have not failed have taken from an order already, summed from their parts.
struct AlreadyRefunded {
  struct Line {
    int64_t goods = 0, discount = 0, tax = 0, duty = 0, withheld = 0;
    int64_t units = 0;
  };
  std::map<std::string, Line> lines;  // by order line; absent: nothing
  int64_t shipping = 0;
  int64_t fee = 0;

  void Add(const RefundPart& part);
};

// Units of one order line to pay for.
struct UnitsToRefund {
  std::string order_line_id;
  int64_t units = 0;
  // How much of the price (goods − discount) is granted, in basis points, 0–10 000; from
  // inspection.
  int64_t granted_bp = 10'000;
  // How much of tax and of duty is granted; as of the price when absent.
  std::optional<int64_t> tax_bp, duty_bp;
  // Kept back on top, at most what is granted; minor units.
  int64_t restocking_fee = 0;
  // Whether outbound shipping is refunded in proportion.
  bool with_shipping = false;
};

// The parts of a refund for units. Units of a line share what is left of it, so that the last unit
// gets the rest and a line returned piece by piece gives back exactly what it cost.
// INVALID_ARGUMENT for an unknown line; FAILED_PRECONDITION (QUANTITY_EXCEEDS_DELIVERED) for more
// units than are left. Parts may be empty (nothing granted).
absl::StatusOr<std::vector<RefundPart>> SplitUnits(const Order& order,
                                                   const AlreadyRefunded& already,
                                                   const std::vector<UnitsToRefund>& units);

// The parts of a refund of `amount` without units (goodwill), over one line or, when
// `order_line_id` is empty, over all lines, shipping and fees in proportion to what is left of
// each. FAILED_PRECONDITION (EXCEEDS_CAPTURED) when less is left.
absl::StatusOr<std::vector<RefundPart>> SplitAmount(const Order& order,
                                                    const AlreadyRefunded& already, int64_t amount,
                                                    const std::string& order_line_id);

// Signed sum.
int64_t Total(const std::vector<RefundPart>& parts);

struct PaymentShare {
  PaymentId payment;
  std::string gateway;
  int64_t captured = 0;  // by the payment, in the currency that it gives back
  int64_t amount = 0;    // > 0
  Money payout;          // what the gateway gives back for that; see captured_rate.h
  std::vector<RefundPart> parts;
};

// Spreads `parts` over the order's payments in proportion to what is left of each (or takes `only`
// alone, when not empty); each share's parts sum exactly to its amount. FAILED_PRECONDITION
// (EXCEEDS_CAPTURED) when the payments have less left, (AMOUNT_NOT_PAYABLE) when their gateways'
// steps do not add up to the amount, (GATEWAY_CURRENCY) when a gateway does not pay the currency.
absl::StatusOr<std::vector<PaymentShare>> SpreadOverPayments(const Order& order,
                                                             const std::vector<RefundPart>& parts,
                                                             const PaymentId& only,
                                                             const GatewayRules& gateways);

// Keeps back what the gateways of the payments cannot pay because of their steps, as one more
// kWithheld part: at most one step less one minor unit. `parts` as it is when all can be paid; none
// when the whole is less than a step.
absl::StatusOr<std::vector<RefundPart>> RoundedToPayable(const Order& order,
                                                         std::vector<RefundPart> parts,
                                                         const PaymentId& only,
                                                         const GatewayRules& gateways);

}  // namespace huiyin::aftersales
