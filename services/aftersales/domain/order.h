// Orders: snapshots that platform teams push in. Aftersales reads them and keeps beside them what
// it has promised (units in RMAs, money in refunds); it never changes the snapshot itself.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "libs/core/money.h"
#include "libs/core/status.h"
#include "libs/core/strong_id.h"

namespace huiyin::aftersales {

using PaymentId = StrongId<struct PaymentTag>;

// Numbers of huiyin.common.v1.CustomerTier; stored.
enum class CustomerTier { kUnknown = 0, kStandard = 1, kSilver = 2, kGold = 3, kVip = 4 };

// Numbers of huiyin.aftersales.v1.GoodsFlag; stored as bits 1 << flag.
enum class GoodsFlag {
  kHygiene = 1,
  kPerishable = 2,
  kCustomMade = 3,
  kDigital = 4,
  kOversize = 5,
  kHazardous = 6
};
inline constexpr int kGoodsFlags = 6;
constexpr uint32_t FlagBit(GoodsFlag flag) { return 1u << static_cast<int>(flag); }

// Largest amount that an order may carry anywhere, so that sums of 200 lines cannot overflow.
inline constexpr int64_t kMaxOrderMinor = 1'000'000'000'000'000;

struct OrderLine {
  std::string line_id;
  std::string sku;
  std::string product_id;
  std::string product_name;
  std::string category;  // UPPER_SNAKE
  std::string lot;
  std::string hs_code;         // Harmonized System, 6 to 12 digits; empty when unknown
  std::string origin_country;  // ISO 3166-1 alpha-2; empty when unknown
  int64_t quantity = 0;
  // Minor units of the order's currency; discount, tax and duty are for the whole line.
  int64_t unit_price = 0;
  int64_t discount = 0;
  int64_t tax = 0;
  int64_t duty = 0;
  uint32_t flags = 0;
  // Kept by aftersales: units in RMAs that are not over without them, and money in refunds that
  // have not failed.
  int64_t units_held = 0;
  int64_t refund_held = 0;

  int64_t Goods() const { return quantity * unit_price; }
  // What the customer paid for the line.
  int64_t Value() const { return Goods() - discount + tax + duty; }
};

struct Payment {
  PaymentId id;
  std::string method;
  std::string gateway;
  int64_t captured = 0;
  absl::Time captured_at;
  // Kept by aftersales: refunds that have not failed; taken back by the bank.
  int64_t refund_held = 0;
  int64_t charged_back = 0;
  // What was taken from the customer, when in another currency than the order's: `captured` is what
  // that was worth, and the two are the captured rate (captured_rate.h). The counters say the same
  // as those above, in this currency.
  std::optional<Money> charged = std::nullopt;
  int64_t charged_held = 0;
  int64_t charged_taken = 0;

  // What may still be refunded; never negative.
  int64_t Available() const;
};

struct ShipmentItem {
  std::string line_id;
  int64_t quantity = 0;
};

struct Shipment {
  std::string shipment_id;
  std::string carrier;
  std::string tracking_number;
  std::string invoice_number;  // of the customs invoice it left with; empty without one
  std::string warehouse;       // it left from; empty when unknown
  std::optional<absl::Time> shipped_at;
  std::optional<absl::Time> delivered_at;
  std::vector<ShipmentItem> items;
};

struct Order {
  OrderId id;
  CustomerId customer;
  uint64_t version = 0;
  CustomerTier tier = CustomerTier::kUnknown;
  std::string country_of_sale;      // ISO 3166-1 alpha-2
  std::string country_of_delivery;  // ISO 3166-1 alpha-2
  std::string currency;             // ISO 4217
  std::string language;             // BCP 47; never empty once stored
  absl::Time ordered_at;
  std::vector<OrderLine> lines;
  int64_t shipping = 0;
  int64_t fee = 0;
  std::vector<Payment> payments;
  std::vector<Shipment> shipments;
  // Kept by aftersales.
  int64_t shipping_held = 0;  // of `shipping`, in refunds that have not failed
  int64_t fee_held = 0;
  absl::Time created;
  absl::Time updated;

  // nullptr when there is no such line. Valid as long as `lines` is not changed.
  const OrderLine* Line(std::string_view line_id) const;
  const Payment* FindPayment(const PaymentId& payment) const;
  // Units of the line in delivered shipments.
  int64_t Delivered(std::string_view line_id) const;
  // When the last of them arrived; windows count from here.
  std::optional<absl::Time> DeliveredAt(std::string_view line_id) const;
  // Σ Value() of all lines.
  int64_t LinesValue() const;
  // True when refunds that have not failed hold money of a payment.
  bool HoldsRefunds() const;
};

// Adds every violation of the limits in order.proto to `check`, with paths below "order.".
void CheckOrder(const Order& order, InputCheck& check);

// SHA-256 (hex) over everything the platform sent, nothing that aftersales keeps: equal for equal
// content.
std::string ContentHash(const Order& order);

// The language of texts to customers in `country` (ISO 3166-1 alpha-2) when nothing better is
// known.
std::string DefaultLanguage(std::string_view country);

}  // namespace huiyin::aftersales
