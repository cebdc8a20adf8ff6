// Reads whole tables for the audit, a piece at a time, so that no statement runs long and no answer
// is large. Keys are compared bytewise on both databases: the audit merges these scans.
#include "libs/core/status.h"
#include "services/aftersales/domain/text.h"
#include "services/aftersales/storage/sql_store.h"

namespace huiyin::aftersales {
namespace {

// SQLite compares bytes by itself.
std::string_view Bytewise(db::Dialect dialect) {
  return dialect == db::Dialect::kPostgres ? " COLLATE \"C\"" : "";
}

}  // namespace

absl::StatusOr<bool> SqlStore::ScanLedger(const TenantId& tenant, const std::string& after_cause,
                                          size_t limit,
                                          absl::FunctionRef<void(const LedgerRow&)> each) {
  const std::string_view c = Bytewise(session_.dialect());
  // Where the piece ends: the last cause that begins within `limit` entries.
  std::string last;
  HUIYIN_ASSIGN_OR_RETURN(
      const bool more,
      session_.QueryOne(Concat("SELECT cause_id FROM (SELECT cause_id FROM ledger_entry WHERE "
                               "tenant = ? AND cause_id",
                               c, " > ? ORDER BY cause_id", c, " LIMIT ?) piece ORDER BY cause_id",
                               c, " DESC LIMIT 1"),
                        {tenant.value(), after_cause, limit},
                        [&](const db::Row& row) { last = row.Str(0); }));
  if (!more) return false;
  LedgerRow entry;
  HUIYIN_RETURN_IF_ERROR(session_.Query(
      Concat("SELECT cause_id, transfer_id, currency, account, amount_minor FROM ledger_entry "
             "WHERE tenant = ? AND cause_id",
             c, " > ? AND cause_id", c, " <= ? ORDER BY cause_id", c, ", transfer_id", c,
             ", currency", c),
      {tenant.value(), after_cause, last}, [&](const db::Row& row) {
        entry.cause = row.Text(0);
        entry.transfer = row.Text(1);
        entry.currency = row.Text(2);
        entry.account = row.Text(3);
        entry.amount = row.Int(4);
        each(entry);
      }));
  return true;
}

absl::StatusOr<std::vector<Store::RefundSums>> SqlStore::ScanRefunds(const TenantId& tenant,
                                                                     const RefundId& after,
                                                                     size_t limit) {
  const std::string_view c = Bytewise(session_.dialect());
  std::vector<RefundSums> refunds;
  HUIYIN_RETURN_IF_ERROR(session_.Query(
      Concat("SELECT r.refund_id, r.state, r.amount_minor, "
             "CASE WHEN r.payout_currency = '' THEN r.amount_minor ELSE r.payout_minor END, "
             "CAST(COALESCE((SELECT SUM(CASE WHEN p.component IN (2, 7) THEN -p.amount_minor "
             "ELSE p.amount_minor END) FROM refund_part p "
             "WHERE p.tenant = r.tenant AND p.refund_id = r.refund_id), 0) AS BIGINT) "
             "FROM refund r WHERE r.tenant = ? AND r.refund_id",
             c, " > ? ORDER BY r.refund_id", c, " LIMIT ?"),
      {tenant.value(), after.value(), limit}, [&](const db::Row& row) {
        refunds.push_back({.refund = RefundId(row.Str(0)),
                           .state = static_cast<RefundState>(row.Int(1)),
                           .amount = row.Int(2),
                           .payout = row.Int(3),
                           .parts = row.Int(4)});
      }));
  return refunds;
}

absl::StatusOr<std::vector<Store::PaymentSums>> SqlStore::ScanPayments(const TenantId& tenant,
                                                                       const PaymentId& after,
                                                                       size_t limit) {
  std::vector<PaymentSums> payments;
  HUIYIN_RETURN_IF_ERROR(session_.Query(
      "SELECT p.payment_id, p.captured_minor, p.refund_held_minor, p.charged_back_minor, "
      "CAST(COALESCE((SELECT SUM(r.amount_minor) FROM refund r WHERE r.tenant = p.tenant AND "
      "r.payment_id = p.payment_id AND r.state NOT IN (5, 7)), 0) AS BIGINT), "
      "CAST(COALESCE((SELECT SUM(c.amount_minor) FROM chargeback c WHERE c.tenant = p.tenant AND "
      "c.payment_id = p.payment_id AND c.won_at IS NULL), 0) AS BIGINT), "
      "p.charged_minor, p.charged_held_minor, p.charged_taken_minor, "
      "CASE WHEN p.charged_currency = '' THEN 0 ELSE CAST(COALESCE((SELECT SUM(r.payout_minor) "
      "FROM refund r WHERE r.tenant = p.tenant AND r.payment_id = p.payment_id AND "
      "r.state NOT IN (5, 7)), 0) AS BIGINT) END, "
      "CASE WHEN p.charged_currency = '' THEN 0 ELSE CAST(COALESCE((SELECT SUM(c.taken_minor) "
      "FROM chargeback c WHERE c.tenant = p.tenant AND c.payment_id = p.payment_id AND "
      "c.won_at IS NULL), 0) AS BIGINT) END "
      "FROM order_payment p WHERE p.tenant = ? AND p.payment_id > ? ORDER BY p.payment_id LIMIT ?",
      {tenant.value(), after.value(), limit}, [&](const db::Row& row) {
        payments.push_back({.payment = PaymentId(row.Str(0)),
                            .captured = row.Int(1),
                            .held = row.Int(2),
                            .charged_back = row.Int(3),
                            .refunds = row.Int(4),
                            .chargebacks = row.Int(5),
                            .charged = row.Int(6),
                            .charged_held = row.Int(7),
                            .charged_taken = row.Int(8),
                            .payouts = row.Int(9),
                            .charged_chargebacks = row.Int(10)});
      }));
  return payments;
}

absl::StatusOr<std::vector<Store::LineSums>> SqlStore::ScanOrderLines(const TenantId& tenant,
                                                                      const OrderId& after_order,
                                                                      const std::string& after_line,
                                                                      size_t limit) {
  std::vector<LineSums> lines;
  HUIYIN_RETURN_IF_ERROR(session_.Query(
      "SELECT l.order_id, l.line_id, l.delivered, l.units_held, l.value_minor, "
      "l.refund_held_minor, CAST(COALESCE((SELECT SUM(CASE WHEN p.component IN (2, 7) "
      "THEN -p.amount_minor ELSE p.amount_minor END) FROM refund r CROSS JOIN refund_part p "
      "WHERE p.tenant = r.tenant AND p.refund_id = r.refund_id AND r.tenant = l.tenant AND "
      "r.order_id = l.order_id AND r.state NOT IN (5, 7) AND p.order_line_id = l.line_id), 0) "
      "AS BIGINT) FROM order_line l WHERE l.tenant = ? AND (l.order_id, l.line_id) > (?, ?) "
      "ORDER BY l.order_id, l.line_id LIMIT ?",
      {tenant.value(), after_order.value(), after_line, limit}, [&](const db::Row& row) {
        lines.push_back({.order = OrderId(row.Str(0)),
                         .line = row.Str(1),
                         .delivered = row.Int(2),
                         .units_held = row.Int(3),
                         .value = row.Int(4),
                         .refund_held = row.Int(5),
                         .refunds = row.Int(6)});
      }));
  return lines;
}

}  // namespace huiyin::aftersales
