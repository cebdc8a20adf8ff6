// What orders tell of customers.
#include "libs/core/status.h"
#include "services/triage/storage/sql_desk_store.h"

namespace huiyin::triage {

absl::Status SqlDeskStore::PutOrder(const OrderFacts& order) {
  HUIYIN_RETURN_IF_ERROR(
      session_
          .Execute("INSERT INTO customer_order (tenant, order_id, version, customer_id, minor, "
                   "currency) "
                   "VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (tenant, order_id) DO UPDATE SET "
                   "version = excluded.version, customer_id = excluded.customer_id, "
                   "minor = excluded.minor, currency = excluded.currency "
                   "WHERE excluded.version >= customer_order.version",
                   {order.tenant.value(), order.id.value(), static_cast<int64_t>(order.version),
                    order.customer.value(), order.value.minor(), order.value.currency()})
          .status());
  if (order.customer.empty()) return absl::OkStatus();
  return session_
      .Execute(
          "INSERT INTO customer (tenant, customer_id, tier, as_of) VALUES (?, ?, ?, ?) "
          "ON CONFLICT (tenant, customer_id) DO UPDATE SET tier = excluded.tier, "
          "as_of = excluded.as_of WHERE excluded.as_of >= customer.as_of",
          {order.tenant.value(), order.customer.value(), order.tier, order.as_of})
      .status();
}

absl::StatusOr<Standing> SqlDeskStore::FindStanding(const TenantId& tenant,
                                                    const CustomerId& customer,
                                                    const OrderId& order) {
  Standing standing;
  CustomerId who = customer;
  if (!order.empty()) {
    HUIYIN_RETURN_IF_ERROR(session_.Query(
        "SELECT customer_id, minor, currency FROM customer_order WHERE tenant = ? AND order_id = ?",
        {tenant.value(), order.value()}, [&](const db::Row& row) {
          if (who.empty()) who = CustomerId(row.Text(0));
          standing.order_value = Money(row.Int(1), row.Text(2));
        }));
  }
  if (who.empty()) return standing;
  HUIYIN_RETURN_IF_ERROR(session_.Query(
      "SELECT tier FROM customer WHERE tenant = ? AND customer_id = ?",
      {tenant.value(), who.value()},
      [&](const db::Row& row) { standing.tier = static_cast<CustomerTier>(row.Int(0)); }));
  return standing;
}

absl::StatusOr<int> SqlDeskStore::CountTickets(const TenantId& tenant, const CustomerId& customer,
                                               const TicketId& other_than, absl::Time from,
                                               absl::Time before, int most) {
  if (customer.empty()) return 0;
  int count = 0;
  HUIYIN_RETURN_IF_ERROR(session_.Query(
      "SELECT count(*) FROM (SELECT 1 FROM ticket WHERE tenant = ? AND customer_id = ? "
      "AND customer_id <> '' AND created_at >= ? AND created_at < ? AND ticket_id <> ? "
      "LIMIT ?) AS others",
      {tenant.value(), customer.value(), from, before, other_than.value(), most},
      [&](const db::Row& row) { count = static_cast<int>(row.Int(0)); }));
  return count;
}

}  // namespace huiyin::triage
