// SqlStore: a customer is erased.
#include "libs/core/status.h"
#include "services/triage/storage/sql_store.h"

namespace huiyin::triage {

absl::Status SqlStore::EraseCustomer(const TenantId& tenant, const CustomerId& customer,
                                     absl::Time at) {
  std::vector<std::string> tickets;
  const auto collect = [&](const db::Row& row) { tickets.push_back(row.Str(0)); };
  // "<> ''" also says which index helps.
  HUIYIN_RETURN_IF_ERROR(session_.Query(
      "SELECT ticket_id FROM ticket WHERE tenant = ? AND customer_id = ? AND customer_id <> ''",
      {tenant.value(), customer.value()}, collect));
  HUIYIN_RETURN_IF_ERROR(session_.Query(
      "SELECT t.ticket_id FROM customer_order o JOIN ticket t ON t.tenant = o.tenant AND "
      "t.order_id = o.order_id WHERE o.tenant = ? AND o.customer_id = ? AND o.customer_id <> '' "
      "AND t.customer_id = '' AND t.order_id <> ''",
      {tenant.value(), customer.value()}, collect));
  for (const std::string& ticket : tickets) {
    HUIYIN_RETURN_IF_ERROR(
        session_
            .Execute("UPDATE decision SET terms = '', findings = '', tier = 0, "
                     "earlier_tickets = 0, order_minor = 0, order_currency = '', erased = 1 "
                     "WHERE tenant = ? AND ticket_id = ?",
                     {tenant.value(), ticket})
            .status());
    HUIYIN_RETURN_IF_ERROR(
        session_
            .Execute("UPDATE ticket SET customer_id = '', order_id = '', messages = '', "
                     "erased_at = ? WHERE tenant = ? AND ticket_id = ?",
                     {at, tenant.value(), ticket})
            .status());
  }
  for (const char* sql :
       {"UPDATE customer_order SET customer_id = '' WHERE tenant = ? AND customer_id = ? AND "
        "customer_id <> ''",
        "DELETE FROM customer WHERE tenant = ? AND customer_id = ?"}) {
    HUIYIN_RETURN_IF_ERROR(session_.Execute(sql, {tenant.value(), customer.value()}).status());
  }
  return absl::OkStatus();
}

}  // namespace huiyin::triage
