#include <algorithm>
#include <charconv>

#include "libs/core/status.h"
#include "services/aftersales/domain/digest.h"
#include "services/aftersales/domain/text.h"
#include "services/aftersales/storage/order_bytes.h"
#include "services/aftersales/storage/sql_store.h"
#include "services/aftersales/storage/sql_where.h"

namespace huiyin::aftersales {
namespace {

constexpr std::string_view kOrderColumns =
    "order_id, customer_id, version, tier, country_of_sale, country_of_delivery, currency, "
    "language, "
    "ordered_at, shipping_minor, fee_minor, shipping_held_minor, fee_held_minor, created_at, "
    "updated_at, shipments";

// An order as its row has it: without its lines and payments.
absl::StatusOr<Order> ReadOrder(const db::Row& row) {
  Order order;
  order.id = OrderId(row.Str(0));
  order.customer = CustomerId(row.Str(1));
  order.version = static_cast<uint64_t>(row.Int(2));
  order.tier = static_cast<CustomerTier>(row.Int(3));
  order.country_of_sale = row.Str(4);
  order.country_of_delivery = row.Str(5);
  order.currency = row.Str(6);
  order.language = row.Str(7);
  order.ordered_at = row.Time(8);
  order.shipping = row.Int(9);
  order.fee = row.Int(10);
  order.shipping_held = row.Int(11);
  order.fee_held = row.Int(12);
  order.created = row.Time(13);
  order.updated = row.Time(14);
  HUIYIN_RETURN_IF_ERROR(DecodeShipments(row.Text(15), order.shipments));
  return order;
}

}  // namespace

std::string OrderCursor(const Order& order) {
  return FactWriter().Int(absl::ToUnixMicros(order.ordered_at)).Text(order.id.value()).bytes();
}

absl::Status SqlStore::LockOrder(const TenantId& tenant, const OrderId& order) {
  if (session_.dialect() == db::Dialect::kSqlite) return absl::OkStatus();  // has one writer
  return session_
      .Execute(
          "UPDATE customer_order SET lock_count = lock_count + 1 "
          "WHERE tenant = ? AND order_id = ?",
          {tenant.value(), order.value()})
      .status();
}

absl::Status SqlStore::AddLines(const TenantId& tenant, Order& order) {
  // Sorted here, for SQLite's sorter costs more than reading the few lines of an order.
  std::vector<std::pair<int64_t, OrderLine>> lines;
  HUIYIN_RETURN_IF_ERROR(session_.Query(
      "SELECT line_id, sku, product_id, product_name, category, lot, quantity, unit_price_minor, "
      "discount_minor, tax_minor, duty_minor, flags, units_held, refund_held_minor, "
      "hs_code, origin_country, position FROM order_line WHERE tenant = ? AND order_id = ?",
      {tenant.value(), order.id.value()}, [&](const db::Row& row) {
        OrderLine line{.line_id = row.Str(0),
                       .sku = row.Str(1),
                       .product_id = row.Str(2),
                       .product_name = row.Str(3),
                       .category = row.Str(4),
                       .lot = row.Str(5),
                       .quantity = row.Int(6),
                       .unit_price = row.Int(7),
                       .discount = row.Int(8),
                       .tax = row.Int(9),
                       .duty = row.Int(10),
                       .flags = static_cast<uint32_t>(row.Int(11)),
                       .units_held = row.Int(12),
                       .refund_held = row.Int(13)};
        line.hs_code = row.Str(14);
        line.origin_country = row.Str(15);
        lines.emplace_back(row.Int(16), std::move(line));
      }));
  std::sort(lines.begin(), lines.end(),
            [](const auto& a, const auto& b) { return a.first < b.first; });
  order.lines.reserve(lines.size());
  for (auto& [position, line] : lines) order.lines.push_back(std::move(line));
  return absl::OkStatus();
}

absl::Status SqlStore::AddPayments(const TenantId& tenant, Order& order) {
  return session_.Query(
      "SELECT payment_id, method, gateway, captured_minor, captured_at, refund_held_minor, "
      "charged_back_minor, charged_minor, charged_currency, charged_held_minor, "
      "charged_taken_minor FROM order_payment WHERE tenant = ? AND order_id = ? ORDER BY position",
      {tenant.value(), order.id.value()}, [&](const db::Row& row) {
        order.payments.push_back({.id = PaymentId(row.Str(0)),
                                  .method = row.Str(1),
                                  .gateway = row.Str(2),
                                  .captured = row.Int(3),
                                  .captured_at = row.Time(4),
                                  .refund_held = row.Int(5),
                                  .charged_back = row.Int(6),
                                  .charged = std::nullopt,
                                  .charged_held = row.Int(9),
                                  .charged_taken = row.Int(10)});
        if (!row.Text(8).empty()) order.payments.back().charged = Money(row.Int(7), row.Str(8));
      });
}

absl::StatusOr<std::optional<Order>> SqlStore::FindOrder(const TenantId& tenant,
                                                         const OrderId& order_id) {
  static const std::string kSql =
      Concat("SELECT ", kOrderColumns, " FROM customer_order WHERE tenant = ? AND order_id = ?");
  absl::StatusOr<Order> order;
  HUIYIN_ASSIGN_OR_RETURN(const bool found,
                          session_.QueryOne(kSql, {tenant.value(), order_id.value()},
                                            [&](const db::Row& row) { order = ReadOrder(row); }));
  if (!found) return std::nullopt;
  HUIYIN_RETURN_IF_ERROR(order.status());
  HUIYIN_RETURN_IF_ERROR(AddLines(tenant, *order));
  HUIYIN_RETURN_IF_ERROR(AddPayments(tenant, *order));
  return *std::move(order);
}

absl::Status SqlStore::PutOrder(const TenantId& tenant, const Order& order) {
  const std::string& t = tenant.value();
  const std::string& id = order.id.value();
  const std::string hash = ContentHash(order);
  HUIYIN_RETURN_IF_ERROR(
      session_
          .Execute(
              "INSERT INTO customer_order (tenant, order_id, customer_id, version, content_hash, "
              "tier, country_of_sale, country_of_delivery, currency, language, ordered_at, "
              "shipping_minor, fee_minor, created_at, updated_at, shipments) "
              "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
              "ON CONFLICT (tenant, order_id) DO UPDATE SET customer_id = excluded.customer_id, "
              "version = excluded.version, content_hash = excluded.content_hash, "
              "tier = excluded.tier, country_of_sale = excluded.country_of_sale, "
              "country_of_delivery = excluded.country_of_delivery, language = excluded.language, "
              "ordered_at = excluded.ordered_at, shipping_minor = excluded.shipping_minor, "
              "fee_minor = excluded.fee_minor, updated_at = excluded.updated_at, "
              "shipments = excluded.shipments",
              {t, id, order.customer.value(), order.version, hash, order.tier,
               order.country_of_sale, order.country_of_delivery, order.currency, order.language,
               order.ordered_at, order.shipping, order.fee, order.created, order.updated,
               EncodeShipments(order.shipments)})
          .status());
  // What a newer snapshot no longer has keeps its negative position and goes at the end; use cases
  // have made sure that nothing hangs on it.
  for (const std::string_view mark :
       {"UPDATE order_line SET position = -1 WHERE tenant = ? AND order_id = ?",
        "UPDATE order_payment SET position = -1 WHERE tenant = ? AND order_id = ?"}) {
    HUIYIN_RETURN_IF_ERROR(session_.Execute(mark, {t, id}).status());
  }
  int64_t position = 0;
  for (const OrderLine& line : order.lines) {
    HUIYIN_RETURN_IF_ERROR(
        session_
            .Execute(
                "INSERT INTO order_line (tenant, order_id, line_id, position, sku, product_id, "
                "product_name, category, lot, quantity, unit_price_minor, discount_minor, "
                "tax_minor, duty_minor, flags, value_minor, delivered, hs_code, origin_country) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
                "ON CONFLICT (tenant, order_id, line_id) DO UPDATE SET "
                "position = excluded.position, sku = excluded.sku, "
                "product_id = excluded.product_id, product_name = excluded.product_name, "
                "category = excluded.category, lot = excluded.lot, quantity = excluded.quantity, "
                "unit_price_minor = excluded.unit_price_minor, "
                "discount_minor = excluded.discount_minor, tax_minor = excluded.tax_minor, "
                "duty_minor = excluded.duty_minor, flags = excluded.flags, "
                "value_minor = excluded.value_minor, delivered = excluded.delivered, "
                "hs_code = excluded.hs_code, origin_country = excluded.origin_country",
                {t, id, line.line_id, position++, line.sku, line.product_id, line.product_name,
                 line.category, line.lot, line.quantity, line.unit_price, line.discount, line.tax,
                 line.duty, line.flags, line.Value(), order.Delivered(line.line_id), line.hs_code,
                 line.origin_country})
            .status());
  }
  position = 0;
  for (const Payment& payment : order.payments) {
    const Money charged = payment.charged.value_or(Money());
    HUIYIN_ASSIGN_OR_RETURN(
        const int64_t rows,
        session_.Execute(
            "INSERT INTO order_payment (tenant, payment_id, order_id, position, method, gateway, "
            "captured_minor, captured_at, charged_minor, charged_currency) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
            "ON CONFLICT (tenant, payment_id) DO UPDATE SET position = excluded.position, "
            "method = excluded.method, gateway = excluded.gateway, "
            "captured_minor = excluded.captured_minor, captured_at = excluded.captured_at, "
            "charged_minor = excluded.charged_minor, charged_currency = excluded.charged_currency "
            "WHERE order_payment.order_id = excluded.order_id",
            {t, payment.id.value(), id, position++, payment.method, payment.gateway,
             payment.captured, payment.captured_at, charged.minor(), charged.currency()}));
    if (rows == 0) {
      return Error(absl::StatusCode::kAlreadyExists, "PAYMENT_ID_TAKEN",
                   Concat("payment ", payment.id.value(), " belongs to another order"));
    }
  }
  for (const std::string_view sweep :
       {"DELETE FROM order_line WHERE tenant = ? AND order_id = ? AND position < 0",
        "DELETE FROM order_payment WHERE tenant = ? AND order_id = ? AND position < 0"}) {
    HUIYIN_RETURN_IF_ERROR(session_.Execute(sweep, {t, id}).status());
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<Order>> SqlStore::ListOrders(const TenantId& tenant,
                                                        const OrderFilter& filter,
                                                        const Page& page) {
  Where where;
  where.And("tenant = ?", {tenant.value()});
  if (filter.customer) where.And("customer_id = ?", {filter.customer->value()});
  std::string after_id;
  if (!page.after.empty()) {
    FactReader cursor(page.after);
    const int64_t micros = cursor.Int();
    after_id = cursor.Text();
    if (!cursor.ok()) return absl::InvalidArgumentError("page_token is damaged");
    where.And("(ordered_at < ? OR (ordered_at = ? AND order_id < ?))", {micros, micros, after_id});
  }
  where.AddValue(page.size);
  std::vector<Order> orders;
  absl::Status status;
  HUIYIN_RETURN_IF_ERROR(
      session_.Query(Concat("SELECT ", kOrderColumns, " FROM customer_order", where.sql(),
                            " ORDER BY ordered_at DESC, order_id DESC LIMIT ?"),
                     where.values(), [&](const db::Row& row) {
                       absl::StatusOr<Order> order = ReadOrder(row);
                       status.Update(order.status());
                       if (order.ok()) orders.push_back(*std::move(order));
                     }));
  HUIYIN_RETURN_IF_ERROR(status);
  for (Order& order : orders) {
    HUIYIN_RETURN_IF_ERROR(AddLines(tenant, order));
    HUIYIN_RETURN_IF_ERROR(AddPayments(tenant, order));
  }
  return orders;
}

absl::StatusOr<std::optional<OrderId>> SqlStore::OrderOfPayment(const TenantId& tenant,
                                                                const PaymentId& payment) {
  std::optional<OrderId> order;
  HUIYIN_RETURN_IF_ERROR(
      session_
          .QueryOne("SELECT order_id FROM order_payment WHERE tenant = ? AND payment_id = ?",
                    {tenant.value(), payment.value()},
                    [&](const db::Row& row) { order = OrderId(row.Str(0)); })
          .status());
  return order;
}

absl::Status SqlStore::HoldUnits(const TenantId& tenant, const OrderId& order,
                                 const std::string& line, int64_t units) {
  HUIYIN_ASSIGN_OR_RETURN(
      const int64_t rows,
      session_.Execute("UPDATE order_line SET units_held = units_held + ? WHERE tenant = ? AND "
                       "order_id = ? AND line_id = ? AND units_held + ? BETWEEN 0 AND delivered",
                       {units, tenant.value(), order.value(), line, units}));
  if (rows == 1) return absl::OkStatus();
  return Error(absl::StatusCode::kFailedPrecondition, "QUANTITY_EXCEEDS_DELIVERED",
               Concat("line ", line, ": more units than were delivered and are not in another RMA"),
               {{"line", line}});
}

}  // namespace huiyin::aftersales
