#include <map>

#include "libs/core/status.h"
#include "services/aftersales/domain/text.h"
#include "services/aftersales/storage/sql_store.h"
#include "services/aftersales/storage/sql_where.h"

namespace huiyin::aftersales {
namespace {

constexpr std::string_view kRefundColumns =
    "refund_id, order_id, rma_id, payment_id, gateway, customer_id, ticket_id, currency, "
    "amount_minor, state, reason, state_reason, gateway_refund_id, attempts, requested_by, "
    "approved_by, retried_as, created_at, updated_at, rma_submitted_at, submitted_at, "
    "completed_at, "
    "due_at, version, captured_minor, payout_minor, payout_currency";

// Refunds that hold money, as SQL: see HoldsMoney.
constexpr std::string_view kHoldsMoney = "state NOT IN (5, 7)";
static_assert(static_cast<int>(RefundState::kFailed) == 5 &&
              static_cast<int>(RefundState::kReversed) == 7);

Refund ReadRefund(const db::Row& row) {
  Refund refund;
  refund.id = RefundId(row.Str(0));
  refund.order = OrderId(row.Str(1));
  refund.rma = RmaId(row.Str(2));
  refund.payment = PaymentId(row.Str(3));
  refund.gateway = row.Str(4);
  refund.customer = CustomerId(row.Str(5));
  refund.ticket = TicketId(row.Str(6));
  refund.amount = Money(row.Int(8), row.Str(7));
  refund.state = static_cast<RefundState>(row.Int(9));
  refund.reason = row.Str(10);
  refund.state_reason = row.Str(11);
  refund.gateway_refund_id = row.Str(12);
  refund.attempts = row.Int(13);
  refund.requested_by = row.Str(14);
  refund.approved_by = row.Str(15);
  refund.retried_as = row.Str(16);
  refund.created = row.Time(17);
  refund.updated = row.Time(18);
  refund.rma_submitted = row.OptionalTime(19);
  refund.submitted = row.OptionalTime(20);
  refund.completed = row.OptionalTime(21);
  refund.due = row.OptionalTime(22);
  refund.version = row.Int(23);
  refund.captured = row.Int(24);
  if (!row.Text(26).empty()) refund.payout = Money(row.Int(25), row.Str(26));
  return refund;
}

absl::Status ExceedsCaptured(std::string_view what, std::string_view id) {
  return Error(absl::StatusCode::kFailedPrecondition, "EXCEEDS_CAPTURED",
               Concat("less than the amount is left of ", what, " ", id),
               {{std::string(what), std::string(id)}});
}

}  // namespace

absl::Status SqlStore::Complete(const TenantId& tenant, Refund& refund) {
  HUIYIN_RETURN_IF_ERROR(session_.Query(
      "SELECT order_line_id, component, amount_minor FROM refund_part "
      "WHERE tenant = ? AND refund_id = ? ORDER BY position",
      {tenant.value(), refund.id.value()}, [&](const db::Row& row) {
        refund.parts.push_back({row.Str(0), static_cast<Component>(row.Int(1)), row.Int(2)});
      }));
  return session_.Query(
      "SELECT rma_line_id, order_line_id, quantity FROM refund_units WHERE tenant = ? AND "
      "refund_id = ? ORDER BY rma_line_id",
      {tenant.value(), refund.id.value()}, [&](const db::Row& row) {
        refund.units.push_back({row.Str(0), row.Str(1), row.Int(2)});
      });
}

absl::StatusOr<std::optional<Refund>> SqlStore::FindRefund(const TenantId& tenant,
                                                           const RefundId& id) {
  static const std::string kSql =
      Concat("SELECT ", kRefundColumns, " FROM refund WHERE tenant = ? AND refund_id = ?");
  std::optional<Refund> refund;
  HUIYIN_RETURN_IF_ERROR(session_
                             .QueryOne(kSql, {tenant.value(), id.value()},
                                       [&](const db::Row& row) { refund = ReadRefund(row); })
                             .status());
  if (!refund) return refund;
  HUIYIN_RETURN_IF_ERROR(Complete(tenant, *refund));
  return refund;
}

absl::Status SqlStore::Count(const TenantId& tenant, const Refund& refund, int sign) {
  const std::string& t = tenant.value();
  const int64_t amount = sign * refund.amount.minor();
  const int64_t payout = refund.payout ? sign * refund.payout->minor() : 0;
  HUIYIN_ASSIGN_OR_RETURN(
      int64_t rows,
      session_.Execute(
          sign > 0 ? "UPDATE order_payment SET refund_held_minor = refund_held_minor + ?, "
                     "charged_held_minor = charged_held_minor + ? "
                     "WHERE tenant = ? AND payment_id = ? AND "
                     "refund_held_minor + ? <= captured_minor - charged_back_minor AND "
                     "charged_held_minor + ? <= charged_minor - charged_taken_minor"
                   : "UPDATE order_payment SET refund_held_minor = refund_held_minor + ?, "
                     "charged_held_minor = charged_held_minor + ? "
                     "WHERE tenant = ? AND payment_id = ? AND refund_held_minor + ? >= 0 AND "
                     "charged_held_minor + ? >= 0",
          {amount, payout, t, refund.payment.value(), amount, payout}));
  if (rows != 1) return ExceedsCaptured("payment", refund.payment.value());
  std::map<std::string, int64_t> lines;
  int64_t shipping = 0, fee = 0;
  for (const RefundPart& part : refund.parts) {
    if (part.component == Component::kShipping) {
      shipping += sign * part.amount;
    } else if (part.component == Component::kFee) {
      fee += sign * part.amount;
    } else {
      lines[part.order_line_id] += sign * part.Signed();
    }
  }
  for (const auto& [line, delta] : lines) {
    HUIYIN_ASSIGN_OR_RETURN(
        rows,
        session_.Execute("UPDATE order_line SET refund_held_minor = refund_held_minor + ? WHERE "
                         "tenant = ? AND order_id = ? AND line_id = ? AND "
                         "refund_held_minor + ? BETWEEN 0 AND value_minor",
                         {delta, t, refund.order.value(), line, delta}));
    if (rows != 1) return ExceedsCaptured("line", line);
  }
  if (shipping == 0 && fee == 0) return absl::OkStatus();
  HUIYIN_ASSIGN_OR_RETURN(
      rows,
      session_.Execute("UPDATE customer_order SET shipping_held_minor = shipping_held_minor + ?, "
                       "fee_held_minor = fee_held_minor + ? WHERE tenant = ? AND order_id = ? AND "
                       "shipping_held_minor + ? BETWEEN 0 AND shipping_minor AND "
                       "fee_held_minor + ? BETWEEN 0 AND fee_minor",
                       {shipping, fee, t, refund.order.value(), shipping, fee}));
  return rows == 1 ? absl::OkStatus() : ExceedsCaptured("order", refund.order.value());
}

absl::Status SqlStore::InsertRefund(const TenantId& tenant, const Refund& refund) {
  const std::string& t = tenant.value();
  const std::string& id = refund.id.value();
  const Money payout = refund.payout.value_or(Money());
  HUIYIN_RETURN_IF_ERROR(Count(tenant, refund, +1));
  HUIYIN_RETURN_IF_ERROR(
      session_
          .Execute(
              "INSERT INTO refund (tenant, refund_id, order_id, rma_id, payment_id, gateway, "
              "customer_id, ticket_id, currency, amount_minor, state, reason, state_reason, "
              "gateway_refund_id, attempts, requested_by, approved_by, retried_as, created_at, "
              "updated_at, rma_submitted_at, submitted_at, completed_at, due_at, version, "
              "captured_minor, payout_minor, payout_currency) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, "
              "?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
              {t,
               id,
               refund.order.value(),
               refund.rma.value(),
               refund.payment.value(),
               refund.gateway,
               refund.customer.value(),
               refund.ticket.value(),
               refund.amount.currency(),
               refund.amount.minor(),
               refund.state,
               refund.reason,
               refund.state_reason,
               refund.gateway_refund_id,
               refund.attempts,
               refund.requested_by,
               refund.approved_by,
               refund.retried_as,
               refund.created,
               refund.updated,
               refund.rma_submitted,
               refund.submitted,
               refund.completed,
               refund.due,
               refund.version,
               refund.captured,
               payout.minor(),
               payout.currency()})
          .status());
  std::vector<db::Value> parts;
  int64_t position = 0;
  for (const RefundPart& part : refund.parts) {
    parts.insert(parts.end(), {t, id, position++, part.order_line_id, part.component, part.amount});
  }
  HUIYIN_RETURN_IF_ERROR(
      session_
          .ExecuteMany("INSERT INTO refund_part (tenant, refund_id, position, order_line_id, "
                       "component, amount_minor) VALUES (?, ?, ?, ?, ?, ?)",
                       6, parts)
          .status());
  std::vector<db::Value> units;
  for (const RefundUnits& each : refund.units) {
    units.insert(units.end(), {t, id, each.rma_line_id, each.order_line_id, each.quantity});
  }
  if (units.empty()) return absl::OkStatus();
  return session_
      .ExecuteMany(
          "INSERT INTO refund_units (tenant, refund_id, rma_line_id, order_line_id, "
          "quantity) VALUES (?, ?, ?, ?, ?)",
          5, units)
      .status();
}

absl::Status SqlStore::ReleaseRefund(const TenantId& tenant, const Refund& refund) {
  return Count(tenant, refund, -1);
}

absl::Status SqlStore::SaveRefund(const TenantId& tenant, Refund& refund) {
  HUIYIN_ASSIGN_OR_RETURN(
      const int64_t rows,
      session_.Execute(
          "UPDATE refund SET state = ?, state_reason = ?, gateway_refund_id = ?, attempts = ?, "
          "approved_by = ?, retried_as = ?, updated_at = ?, submitted_at = ?, completed_at = ?, "
          "due_at = ?, version = version + 1 WHERE tenant = ? AND refund_id = ? AND version = ?",
          {refund.state, refund.state_reason, refund.gateway_refund_id, refund.attempts,
           refund.approved_by, refund.retried_as, refund.updated, refund.submitted,
           refund.completed, refund.due, tenant.value(), refund.id.value(), refund.version}));
  if (rows != 1) return absl::AbortedError("the refund was changed meanwhile");
  ++refund.version;
  return absl::OkStatus();
}

absl::StatusOr<std::vector<Refund>> SqlStore::ListRefunds(const TenantId& tenant,
                                                          const RefundFilter& filter,
                                                          const Page& page) {
  Where where;
  where.And("tenant = ?", {tenant.value()});
  if (filter.rma) where.And("rma_id = ?", {filter.rma->value()});
  if (filter.order) where.And("order_id = ?", {filter.order->value()});
  if (filter.customer) where.And("customer_id = ?", {filter.customer->value()});
  where.AndIn("state", filter.states);
  if (!page.after.empty()) where.And("refund_id < ?", {page.after});
  where.AddValue(page.size);
  std::vector<Refund> refunds;
  HUIYIN_RETURN_IF_ERROR(session_.Query(
      Concat("SELECT ", kRefundColumns, " FROM refund", where.sql(),
             " ORDER BY refund_id DESC LIMIT ?"),
      where.values(), [&](const db::Row& row) { refunds.push_back(ReadRefund(row)); }));
  for (Refund& refund : refunds) HUIYIN_RETURN_IF_ERROR(Complete(tenant, refund));
  return refunds;
}

// CROSS JOIN, because SQLite keeps its order: begun with the parts it would read those of every
// refund of the tenant.
absl::StatusOr<AlreadyRefunded> SqlStore::SumRefunds(const TenantId& tenant, const OrderId& order) {
  static const std::string kParts = Concat(
      "SELECT p.order_line_id, p.component, CAST(SUM(p.amount_minor) AS BIGINT) FROM refund r ",
      "CROSS JOIN refund_part p WHERE p.tenant = r.tenant AND p.refund_id = r.refund_id ",
      "AND r.tenant = ? AND r.order_id = ? AND r.", kHoldsMoney,
      " GROUP BY p.order_line_id, p.component");
  static const std::string kUnits = Concat(
      "SELECT u.order_line_id, CAST(SUM(u.quantity) AS BIGINT) FROM refund r ",
      "CROSS JOIN refund_units u WHERE u.tenant = r.tenant AND u.refund_id = r.refund_id ",
      "AND r.tenant = ? AND r.order_id = ? AND r.", kHoldsMoney, " GROUP BY u.order_line_id");
  AlreadyRefunded already;
  HUIYIN_RETURN_IF_ERROR(
      session_.Query(kParts, {tenant.value(), order.value()}, [&](const db::Row& row) {
        already.Add({row.Str(0), static_cast<Component>(row.Int(1)), row.Int(2)});
      }));
  HUIYIN_RETURN_IF_ERROR(
      session_.Query(kUnits, {tenant.value(), order.value()},
                     [&](const db::Row& row) { already.lines[row.Str(0)].units += row.Int(1); }));
  return already;
}

absl::StatusOr<int64_t> SqlStore::GivenAlone(const TenantId& tenant, const OrderId& order,
                                             const std::string& agent) {
  static const std::string kSql = Concat(
      "SELECT CAST(COALESCE(SUM(amount_minor), 0) AS BIGINT) FROM refund WHERE tenant = ? AND "
      "order_id = ? AND rma_id = '' AND requested_by = ? AND approved_by = ? AND ",
      kHoldsMoney);
  int64_t given = 0;
  HUIYIN_RETURN_IF_ERROR(session_.Query(kSql, {tenant.value(), order.value(), agent, agent},
                                        [&](const db::Row& row) { given = row.Int(0); }));
  return given;
}

absl::StatusOr<std::vector<DueRefund>> SqlStore::DueRefunds(absl::Time now, size_t limit) {
  std::vector<DueRefund> due;
  HUIYIN_RETURN_IF_ERROR(session_.Query(
      "SELECT tenant, refund_id FROM refund WHERE due_at IS NOT NULL AND due_at <= ? "
      "ORDER BY due_at LIMIT ?",
      {now, limit}, [&](const db::Row& row) {
        due.push_back({TenantId(row.Str(0)), RefundId(row.Str(1))});
      }));
  return due;
}

}  // namespace huiyin::aftersales
