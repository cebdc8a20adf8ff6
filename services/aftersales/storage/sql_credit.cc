#include "libs/core/status.h"
#include "services/aftersales/domain/text.h"
#include "services/aftersales/storage/sql_store.h"

namespace huiyin::aftersales {
namespace {

CreditBalance ReadBalance(const db::Row& row) {
  return {.tender = static_cast<Tender>(row.Int(0)), .amount = Money(row.Int(2), row.Text(1))};
}

}  // namespace

absl::StatusOr<int64_t> SqlStore::MoveCredit(const TenantId& tenant, const CustomerId& customer,
                                             Tender tender, const Money& amount) {
  int64_t rows = 0;
  if (amount.minor() >= 0) {
    HUIYIN_ASSIGN_OR_RETURN(
        rows,
        session_.Execute(
            "INSERT INTO credit_balance (tenant, customer_id, tender, currency, balance_minor) "
            "VALUES (?, ?, ?, ?, ?) ON CONFLICT (tenant, customer_id, tender, currency) DO UPDATE "
            "SET balance_minor = credit_balance.balance_minor + excluded.balance_minor",
            {tenant.value(), customer.value(), tender, amount.currency(), amount.minor()}));
  } else {
    HUIYIN_ASSIGN_OR_RETURN(
        rows, session_.Execute(
                  "UPDATE credit_balance SET balance_minor = balance_minor + ? WHERE tenant = ? "
                  "AND customer_id = ? AND tender = ? AND currency = ? AND balance_minor + ? >= 0",
                  {amount.minor(), tenant.value(), customer.value(), tender, amount.currency(),
                   amount.minor()}));
  }
  if (rows != 1) {
    return Error(absl::StatusCode::kFailedPrecondition, "INSUFFICIENT_CREDIT",
                 Concat("the customer holds less than that in ", Name(tender)));
  }
  int64_t balance = 0;
  HUIYIN_RETURN_IF_ERROR(session_.Query(
      "SELECT balance_minor FROM credit_balance WHERE tenant = ? AND customer_id = ? AND "
      "tender = ? AND currency = ?",
      {tenant.value(), customer.value(), tender, amount.currency()},
      [&](const db::Row& row) { balance = row.Int(0); }));
  return balance;
}

absl::StatusOr<std::vector<CreditBalance>> SqlStore::CreditBalances(const TenantId& tenant,
                                                                    const CustomerId& customer) {
  std::vector<CreditBalance> balances;
  HUIYIN_RETURN_IF_ERROR(session_.Query(
      "SELECT tender, currency, balance_minor FROM credit_balance WHERE tenant = ? AND "
      "customer_id = ? AND balance_minor <> 0 ORDER BY tender, currency",
      {tenant.value(), customer.value()},
      [&](const db::Row& row) { balances.push_back(ReadBalance(row)); }));
  return balances;
}

absl::StatusOr<std::vector<CreditBalance>> SqlStore::CreditTotals(const TenantId& tenant) {
  std::vector<CreditBalance> totals;
  HUIYIN_RETURN_IF_ERROR(session_.Query(
      "SELECT tender, currency, CAST(SUM(balance_minor) AS BIGINT) FROM credit_balance WHERE "
      "tenant = ? GROUP BY tender, currency",
      {tenant.value()}, [&](const db::Row& row) { totals.push_back(ReadBalance(row)); }));
  return totals;
}

absl::Status SqlStore::InsertGrant(const TenantId& tenant, const CreditGrant& grant) {
  return session_
      .Execute(
          "INSERT INTO credit_grant (tenant, grant_id, customer_id, order_id, tender, "
          "amount_minor, currency, state, reason, requested_by, decided_by, created_at, "
          "decided_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
          {tenant.value(), grant.id, grant.customer.value(), grant.order.value(), grant.tender,
           grant.amount.minor(), grant.amount.currency(), grant.state, grant.reason,
           grant.requested_by, grant.decided_by, grant.created, grant.decided})
      .status();
}

absl::StatusOr<std::optional<CreditGrant>> SqlStore::FindGrant(const TenantId& tenant,
                                                               const std::string& id) {
  std::optional<CreditGrant> found;
  HUIYIN_RETURN_IF_ERROR(session_.Query(
      "SELECT customer_id, order_id, tender, amount_minor, currency, state, reason, requested_by, "
      "decided_by, created_at, decided_at FROM credit_grant WHERE tenant = ? AND grant_id = ?",
      {tenant.value(), id}, [&](const db::Row& row) {
        found = CreditGrant{.id = id,
                            .customer = CustomerId(row.Str(0)),
                            .order = OrderId(row.Str(1)),
                            .tender = static_cast<Tender>(row.Int(2)),
                            .amount = Money(row.Int(3), row.Text(4)),
                            .state = static_cast<GrantState>(row.Int(5)),
                            .reason = row.Str(6),
                            .requested_by = row.Str(7),
                            .decided_by = row.Str(8),
                            .created = row.Time(9),
                            .decided = row.OptionalTime(10)};
      }));
  return found;
}

absl::StatusOr<int64_t> SqlStore::GrantedAlone(const TenantId& tenant, const CustomerId& customer,
                                               const std::string& agent,
                                               const std::string& currency, absl::Time since) {
  int64_t granted = 0;
  HUIYIN_RETURN_IF_ERROR(session_.Query(
      "SELECT CAST(COALESCE(SUM(amount_minor), 0) AS BIGINT) FROM credit_grant WHERE tenant = ? "
      "AND customer_id = ? AND created_at >= ? AND requested_by = ? AND decided_by = ? AND "
      "currency = ? AND state = ?",
      {tenant.value(), customer.value(), since, agent, agent, currency, GrantState::kGranted},
      [&](const db::Row& row) { granted = row.Int(0); }));
  return granted;
}

absl::StatusOr<bool> SqlStore::DecideGrant(const TenantId& tenant, const CreditGrant& grant) {
  HUIYIN_ASSIGN_OR_RETURN(
      const int64_t rows,
      session_.Execute("UPDATE credit_grant SET state = ?, decided_by = ?, decided_at = ? WHERE "
                       "tenant = ? AND grant_id = ? AND state = ?",
                       {grant.state, grant.decided_by, grant.decided, tenant.value(), grant.id,
                        GrantState::kRequested}));
  return rows == 1;
}

}  // namespace huiyin::aftersales
