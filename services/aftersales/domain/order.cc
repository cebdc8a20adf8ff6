#include "services/aftersales/domain/order.h"

#include <algorithm>
#include <map>
#include <set>

#include "libs/core/money.h"
#include "services/aftersales/domain/credit.h"
#include "services/aftersales/domain/digest.h"
#include "services/aftersales/domain/text.h"

namespace huiyin::aftersales {
namespace {

constexpr size_t kMaxId = 64;
constexpr size_t kMaxText = 500;
constexpr int64_t kMaxQuantity = 100'000;

bool IsId(const std::string& text, size_t max = kMaxId) {
  return !text.empty() && text.size() <= max &&
         std::all_of(text.begin(), text.end(), [](unsigned char c) { return c > 32 && c != 127; });
}

bool IsCountry(const std::string& text) {
  return text.size() == 2 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

bool IsAmount(int64_t minor) { return minor >= 0 && minor <= kMaxOrderMinor; }

void CheckLine(const OrderLine& line, const std::string& path, InputCheck& check) {
  check.Require(IsId(line.line_id), path + ".line_id", "must have 1 to 64 visible characters");
  check.Require(IsId(line.sku), path + ".sku", "must have 1 to 64 visible characters");
  check.Require(IsId(line.product_id), path + ".product_id",
                "must have 1 to 64 visible characters");
  check.Require(line.product_name.size() <= kMaxText, path + ".product_name",
                "must have at most 500 bytes");
  check.Require(line.category.size() <= kMaxId, path + ".product_category",
                "must have at most 64 characters");
  check.Require(line.lot.size() <= kMaxId, path + ".lot", "must have at most 64 characters");
  const bool digits = std::all_of(line.hs_code.begin(), line.hs_code.end(),
                                  [](char c) { return c >= '0' && c <= '9'; });
  check.Require(
      line.hs_code.empty() || (digits && line.hs_code.size() >= 6 && line.hs_code.size() <= 12),
      path + ".hs_code", "must have 6 to 12 digits");
  check.Require(line.origin_country.empty() || IsCountry(line.origin_country),
                path + ".origin_country", "must be an ISO 3166-1 alpha-2 code, for example CN");
  bool amounts = check.Require(line.quantity >= 1 && line.quantity <= kMaxQuantity,
                               path + ".quantity", "must be 1 to 100000");
  for (const auto& [name, amount] :
       {std::pair("unit_price_minor", line.unit_price), std::pair("discount_minor", line.discount),
        std::pair("tax_minor", line.tax), std::pair("duty_minor", line.duty)}) {
    amounts &=
        check.Require(IsAmount(amount), Concat(path, ".", name), "must be 0 to 10^15 minor units");
  }
  if (!amounts) return;
  const __int128 goods = static_cast<__int128>(line.quantity) * line.unit_price;
  if (!check.Require(goods <= kMaxOrderMinor, path + ".unit_price_minor",
                     "quantity times price must be at most 10^15 minor units")) {
    return;
  }
  check.Require(line.discount <= line.Goods(), path + ".discount_minor",
                "must not exceed quantity times price");
}

void CheckShipments(const Order& order, InputCheck& check) {
  std::map<std::string, int64_t> shipped;
  std::set<std::string> ids;
  for (size_t i = 0; i < order.shipments.size(); ++i) {
    const Shipment& shipment = order.shipments[i];
    const std::string path = Concat("order.shipments[", i, "]");
    check.Require(IsId(shipment.shipment_id), path + ".shipment_id",
                  "must have 1 to 64 visible characters");
    check.Require(ids.insert(shipment.shipment_id).second, path + ".shipment_id",
                  "is used twice in this order");
    check.Require(shipment.carrier.size() <= kMaxId, path + ".carrier",
                  "must have at most 64 characters");
    check.Require(shipment.tracking_number.size() <= 128, path + ".tracking_number",
                  "must have at most 128 characters");
    check.Require(shipment.invoice_number.size() <= kMaxId, path + ".invoice_number",
                  "must have at most 64 characters");
    check.Require(shipment.warehouse.size() <= kMaxId, path + ".warehouse",
                  "must have at most 64 characters");
    check.Require(!shipment.items.empty(), path + ".items", "must not be empty");
    for (size_t k = 0; k < shipment.items.size(); ++k) {
      const ShipmentItem& item = shipment.items[k];
      const std::string item_path = Concat(path, ".items[", k, "]");
      const OrderLine* line = order.Line(item.line_id);
      if (!check.Require(line != nullptr, item_path + ".line_id", "is not a line of this order")) {
        continue;
      }
      if (!check.Require(item.quantity >= 1 && item.quantity <= kMaxQuantity,
                         item_path + ".quantity", "must be 1 to 100000")) {
        continue;
      }
      check.Require((shipped[item.line_id] += item.quantity) <= line->quantity,
                    item_path + ".quantity", "ships more units than were ordered");
    }
  }
}

void CheckPayments(const Order& order, InputCheck& check) {
  std::set<std::string> ids;
  __int128 captured = 0;
  for (size_t i = 0; i < order.payments.size(); ++i) {
    const Payment& payment = order.payments[i];
    const std::string path = Concat("order.payments[", i, "]");
    check.Require(IsId(payment.id.value()), path + ".payment_id",
                  "must have 1 to 64 visible characters");
    check.Require(ids.insert(payment.id.value()).second, path + ".payment_id",
                  "is used twice in this order");
    check.Require(IsId(payment.method), path + ".method", "must have 1 to 64 visible characters");
    check.Require(IsId(payment.gateway), path + ".gateway", "must have 1 to 64 visible characters");
    check.Require(payment.captured > 0 && payment.captured <= kMaxOrderMinor,
                  path + ".captured_minor", "must be 1 to 10^15 minor units");
    captured += payment.captured;
    if (!payment.charged) continue;
    const Money& charged = *payment.charged;
    check.Require(charged.currency() != order.currency && CurrencyExponent(charged.currency()).ok(),
                  path + ".charged.currency",
                  "must be an ISO 4217 code other than the order's currency");
    check.Require(charged.minor() > 0 && charged.minor() <= kMaxOrderMinor,
                  path + ".charged.minor_units", "must be 1 to 10^15");
    check.Require(!TenderOf(payment.gateway), path + ".charged",
                  "is not for store credit or points: they are in the order's currency");
  }
  if (!check.ok()) return;
  __int128 total = static_cast<__int128>(order.shipping) + order.fee;
  for (const OrderLine& line : order.lines) total += line.Value();
  if (!check.Require(total <= kMaxOrderMinor, "order.lines",
                     "the order must be worth at most 10^15 minor units")) {
    return;
  }
  check.Require(
      captured <= total, "order.payments",
      Concat("captures ", static_cast<int64_t>(captured),
             " minor units, more than the order is worth (", static_cast<int64_t>(total), ")"));
}

}  // namespace

int64_t Payment::Available() const {
  return std::max<int64_t>(0, captured - charged_back - refund_held);
}

const OrderLine* Order::Line(std::string_view line_id) const {
  for (const OrderLine& line : lines) {
    if (line.line_id == line_id) return &line;
  }
  return nullptr;
}

const Payment* Order::FindPayment(const PaymentId& payment) const {
  for (const Payment& each : payments) {
    if (each.id == payment) return &each;
  }
  return nullptr;
}

int64_t Order::Delivered(std::string_view line_id) const {
  int64_t units = 0;
  for (const Shipment& shipment : shipments) {
    if (!shipment.delivered_at) continue;
    for (const ShipmentItem& item : shipment.items) {
      if (item.line_id == line_id) units += item.quantity;
    }
  }
  return units;
}

std::optional<absl::Time> Order::DeliveredAt(std::string_view line_id) const {
  std::optional<absl::Time> last;
  for (const Shipment& shipment : shipments) {
    if (!shipment.delivered_at) continue;
    for (const ShipmentItem& item : shipment.items) {
      if (item.line_id == line_id && (!last || *last < *shipment.delivered_at)) {
        last = shipment.delivered_at;
      }
    }
  }
  return last;
}

int64_t Order::LinesValue() const {
  int64_t value = 0;
  for (const OrderLine& line : lines) value += line.Value();
  return value;
}

bool Order::HoldsRefunds() const {
  return std::any_of(payments.begin(), payments.end(),
                     [](const Payment& payment) { return payment.refund_held > 0; });
}

void CheckOrder(const Order& order, InputCheck& check) {
  check.Require(IsId(order.id.value()), "order.order_id", "must have 1 to 64 visible characters");
  check.Require(IsId(order.customer.value()), "order.customer_id",
                "must have 1 to 64 visible characters");
  check.Require(order.version >= 1 && order.version <= INT64_MAX, "order.version",
                "must be at least 1");
  check.Require(IsCountry(order.country_of_sale), "order.country_of_sale",
                "must be an ISO 3166-1 alpha-2 code, for example CN");
  check.Require(IsCountry(order.country_of_delivery), "order.country_of_delivery",
                "must be an ISO 3166-1 alpha-2 code, for example CN");
  check.Require(CurrencyExponent(order.currency).ok(), "order.currency",
                "must be an ISO 4217 code, for example CNY");
  check.Require(order.ordered_at > absl::UnixEpoch(), "order.ordered_at", "is mandatory");
  check.Require(order.language.size() <= 35, "order.language", "must be a BCP 47 tag");
  check.Require(IsAmount(order.shipping), "order.shipping_minor", "must be 0 to 10^15");
  check.Require(IsAmount(order.fee), "order.fee_minor", "must be 0 to 10^15");
  check.Require(!order.lines.empty() && order.lines.size() <= 200, "order.lines",
                "must hold 1 to 200 lines");
  check.Require(order.payments.size() <= 20, "order.payments", "must hold at most 20 payments");
  check.Require(order.shipments.size() <= 200, "order.shipments",
                "must hold at most 200 shipments");
  if (!check.ok()) return;  // sizes first: what follows walks all of it
  std::set<std::string> ids;
  for (size_t i = 0; i < order.lines.size(); ++i) {
    const std::string path = Concat("order.lines[", i, "]");
    CheckLine(order.lines[i], path, check);
    check.Require(ids.insert(order.lines[i].line_id).second, path + ".line_id",
                  "is used twice in this order");
  }
  CheckShipments(order, check);
  CheckPayments(order, check);
}

std::string ContentHash(const Order& order) {
  FactWriter facts;
  facts.Text(order.id.value()).Text(order.customer.value()).Int(static_cast<int>(order.tier));
  facts.Text(order.country_of_sale).Text(order.country_of_delivery).Text(order.currency);
  facts.Text(order.language).Int(absl::ToUnixMicros(order.ordered_at));
  facts.Int(order.shipping).Int(order.fee).Int(static_cast<int64_t>(order.lines.size()));
  for (const OrderLine& line : order.lines) {
    facts.Text(line.line_id).Text(line.sku).Text(line.product_id).Text(line.product_name);
    facts.Text(line.category).Text(line.lot).Int(line.quantity).Int(line.unit_price);
    facts.Int(line.discount).Int(line.tax).Int(line.duty).Int(line.flags);
  }
  facts.Int(static_cast<int64_t>(order.payments.size()));
  for (const Payment& payment : order.payments) {
    facts.Text(payment.id.value()).Text(payment.method).Text(payment.gateway);
    facts.Int(payment.captured).Int(absl::ToUnixMicros(payment.captured_at));
  }
  facts.Int(static_cast<int64_t>(order.shipments.size()));
  for (const Shipment& shipment : order.shipments) {
    facts.Text(shipment.shipment_id).Text(shipment.carrier).Text(shipment.tracking_number);
    facts.Int(shipment.shipped_at ? absl::ToUnixMicros(*shipment.shipped_at) : -1);
    facts.Int(shipment.delivered_at ? absl::ToUnixMicros(*shipment.delivered_at) : -1);
    for (const ShipmentItem& item : shipment.items) facts.Text(item.line_id).Int(item.quantity);
  }
  // Later fields only where they are set, so that what was stored before them stays equal.
  for (const OrderLine& line : order.lines) {
    if (line.hs_code.empty() && line.origin_country.empty()) continue;
    facts.Text("customs").Text(line.line_id).Text(line.hs_code).Text(line.origin_country);
  }
  for (const Shipment& shipment : order.shipments) {
    if (shipment.invoice_number.empty()) continue;
    facts.Text("invoice").Text(shipment.shipment_id).Text(shipment.invoice_number);
  }
  for (const Shipment& shipment : order.shipments) {
    if (shipment.warehouse.empty()) continue;
    facts.Text("warehouse").Text(shipment.shipment_id).Text(shipment.warehouse);
  }
  for (const Payment& payment : order.payments) {
    if (!payment.charged) continue;
    facts.Text("charged").Text(payment.id.value());
    facts.Int(payment.charged->minor()).Text(payment.charged->currency());
  }
  return Sha256Hex(facts.bytes());
}

std::string DefaultLanguage(std::string_view country) {
  static const auto& kLanguages = *new std::map<std::string, std::string, std::less<>>{
      {"CN", "zh"}, {"TW", "zh"}, {"HK", "zh"}, {"MO", "zh"}, {"SG", "en"}, {"JP", "ja"},
      {"KR", "ko"}, {"ES", "es"}, {"MX", "es"}, {"AR", "es"}, {"CL", "es"}, {"CO", "es"},
      {"PE", "es"}, {"BR", "pt"}, {"PT", "pt"}, {"FR", "fr"}, {"BE", "fr"}, {"DE", "de"},
      {"AT", "de"}, {"CH", "de"}, {"RU", "ru"}, {"BY", "ru"}, {"KZ", "ru"}, {"VN", "vi"},
      {"TH", "th"}, {"ID", "id"}, {"AE", "ar"}, {"SA", "ar"}, {"KW", "ar"}, {"EG", "ar"},
      {"QA", "ar"}};
  const auto found = kLanguages.find(country);
  return found == kLanguages.end() ? "en" : found->second;
}

}  // namespace huiyin::aftersales
