#include <charconv>

#include "libs/core/status.h"
#include "services/aftersales/domain/text.h"
#include "services/aftersales/storage/sql_store.h"
#include "services/aftersales/storage/sql_where.h"

namespace huiyin::aftersales {
namespace {

constexpr std::string_view kColumns =
    "sequence, transfer_id, account, currency, amount_minor, cause_id, order_id, at";

LedgerEntry ReadEntry(const db::Row& row) {
  return {.sequence = row.Int(0),
          .transfer_id = row.Str(1),
          .account = row.Str(2),
          .amount = Money(row.Int(4), row.Text(3)),
          .cause_id = row.Str(5),
          .order = OrderId(row.Str(6)),
          .at = row.Time(7)};
}

}  // namespace

absl::Status SqlStore::AppendLedger(const TenantId& tenant,
                                    const std::vector<LedgerEntry>& entries) {
  std::vector<db::Value> values;
  for (const LedgerEntry& entry : entries) {
    values.insert(values.end(),
                  {tenant.value(), entry.transfer_id, entry.account, entry.amount.currency(),
                   entry.amount.minor(), entry.cause_id, entry.order.value(), entry.at});
  }
  if (values.empty()) return absl::OkStatus();
  return session_
      .ExecuteMany(
          "INSERT INTO ledger_entry (tenant, transfer_id, account, currency, "
          "amount_minor, cause_id, order_id, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
          8, values)
      .status();
}

absl::StatusOr<std::vector<LedgerEntry>> SqlStore::ListLedger(const TenantId& tenant,
                                                              const LedgerFilter& filter,
                                                              const Page& page) {
  Where where;
  where.And("tenant = ?", {tenant.value()});
  if (filter.order) where.And("order_id = ?", {filter.order->value()});
  if (filter.cause) where.And("cause_id = ?", {*filter.cause});
  if (!page.after.empty()) {
    int64_t after = 0;
    const char* end = page.after.data() + page.after.size();
    if (std::from_chars(page.after.data(), end, after).ptr != end) {
      return absl::InvalidArgumentError("page_token is damaged");
    }
    where.And("sequence > ?", {after});
  }
  where.AddValue(page.size);
  std::vector<LedgerEntry> entries;
  HUIYIN_RETURN_IF_ERROR(session_.Query(
      Concat("SELECT ", kColumns, " FROM ledger_entry", where.sql(), " ORDER BY sequence LIMIT ?"),
      where.values(), [&](const db::Row& row) { entries.push_back(ReadEntry(row)); }));
  return entries;
}

absl::Status SqlStore::EachLedgerEntry(const TenantId& tenant,
                                       absl::FunctionRef<void(const LedgerEntry&)> each) {
  static const std::string kSql =
      Concat("SELECT ", kColumns, " FROM ledger_entry WHERE tenant = ? ORDER BY sequence");
  return session_.Query(kSql, {tenant.value()}, [&](const db::Row& row) { each(ReadEntry(row)); });
}

absl::Status SqlStore::EachRefund(const TenantId& tenant,
                                  absl::FunctionRef<void(const RefundSums&)> each) {
  return session_.Query(
      "SELECT r.refund_id, r.payment_id, r.state, r.currency, r.amount_minor, "
      "CAST(COALESCE((SELECT SUM(CASE WHEN p.component IN (2, 7) THEN -p.amount_minor "
      "ELSE p.amount_minor END) FROM refund_part p "
      "WHERE p.tenant = r.tenant AND p.refund_id = r.refund_id), 0) AS BIGINT) "
      "FROM refund r WHERE r.tenant = ? ORDER BY r.refund_id",
      {tenant.value()}, [&](const db::Row& row) {
        each({.refund = RefundId(row.Str(0)),
              .payment = PaymentId(row.Str(1)),
              .state = static_cast<RefundState>(row.Int(2)),
              .currency = row.Str(3),
              .amount = row.Int(4),
              .parts = row.Int(5)});
      });
}

absl::Status SqlStore::EachPayment(const TenantId& tenant,
                                   absl::FunctionRef<void(const PaymentSums&)> each) {
  return session_.Query(
      "SELECT p.payment_id, p.captured_minor, p.refund_held_minor, p.charged_back_minor, "
      "CAST(COALESCE(r.total, 0) AS BIGINT), CAST(COALESCE(c.total, 0) AS BIGINT) FROM "
      "order_payment p "
      "LEFT JOIN (SELECT payment_id, SUM(amount_minor) AS total FROM refund WHERE tenant = ? AND "
      "state NOT IN (5, 7) GROUP BY payment_id) r ON r.payment_id = p.payment_id "
      "LEFT JOIN (SELECT payment_id, SUM(amount_minor) AS total FROM chargeback WHERE tenant = ? "
      "GROUP BY payment_id) c ON c.payment_id = p.payment_id "
      "WHERE p.tenant = ? ORDER BY p.payment_id",
      {tenant.value(), tenant.value(), tenant.value()}, [&](const db::Row& row) {
        each({.payment = PaymentId(row.Str(0)),
              .captured = row.Int(1),
              .held = row.Int(2),
              .charged_back = row.Int(3),
              .refunds = row.Int(4),
              .chargebacks = row.Int(5)});
      });
}

absl::Status SqlStore::EachOrderLine(const TenantId& tenant,
                                     absl::FunctionRef<void(const LineSums&)> each) {
  return session_.Query(
      "SELECT l.order_id, l.line_id, l.delivered, l.units_held, l.value_minor, "
      "l.refund_held_minor, CAST(COALESCE(s.total, 0) AS BIGINT) FROM order_line l "
      "LEFT JOIN (SELECT r.order_id, p.order_line_id, SUM(CASE WHEN p.component IN (2, 7) "
      "THEN -p.amount_minor ELSE p.amount_minor END) AS total FROM refund r JOIN refund_part p "
      "ON p.tenant = r.tenant AND p.refund_id = r.refund_id WHERE r.tenant = ? AND "
      "r.state NOT IN (5, 7) GROUP BY r.order_id, p.order_line_id) s "
      "ON s.order_id = l.order_id AND s.order_line_id = l.line_id "
      "WHERE l.tenant = ? ORDER BY l.order_id, l.line_id",
      {tenant.value(), tenant.value()}, [&](const db::Row& row) {
        each({.order = OrderId(row.Str(0)),
              .line = row.Str(1),
              .delivered = row.Int(2),
              .units_held = row.Int(3),
              .value = row.Int(4),
              .refund_held = row.Int(5),
              .refunds = row.Int(6)});
      });
}

}  // namespace huiyin::aftersales
