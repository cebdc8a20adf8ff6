// SqlStore: a customer is erased.
#include "libs/core/status.h"
#include "services/survey/storage/sql_store.h"

namespace huiyin::survey {

// What figures are made of stays, under another name: scores, stars, who was asked and when.
absl::StatusOr<std::vector<InvitationId>> SqlStore::EraseCustomer(const TenantId& tenant,
                                                                  const CustomerId& customer,
                                                                  const CustomerId& stand_in) {
  std::vector<InvitationId> removed;
  HUIYIN_RETURN_IF_ERROR(session_.Query(
      "DELETE FROM invitation WHERE tenant = ? AND customer_id = ? AND state = ? RETURNING id",
      {tenant.value(), customer.value(), InvitationState::kScheduled},
      [&](const db::Row& row) { removed.emplace_back(row.Text(0)); }));
  for (const char* sql :
       {"UPDATE answer SET body = '' WHERE body IS NOT NULL AND invitation_id IN (SELECT id FROM "
        "invitation WHERE tenant = ? AND customer_id = ?)",
        "DELETE FROM customer WHERE tenant = ? AND customer_id = ?",
        "DELETE FROM contact WHERE tenant = ? AND customer_id = ?",
        "DELETE FROM purchase WHERE tenant = ? AND customer_id = ?",
        "UPDATE recovery SET comment = '', call_back_note = '' WHERE tenant = ? AND customer_id = "
        "?",
        "UPDATE review SET body = '', media = '', text_key = '', reply = '', reply_author = '', "
        "replied_at = NULL, revision = revision + 1 WHERE tenant = ? AND customer_id = ?"}) {
    HUIYIN_RETURN_IF_ERROR(session_.Execute(sql, {tenant.value(), customer.value()}).status());
  }
  for (const char* sql :
       {"UPDATE invitation SET customer_id = ? WHERE tenant = ? AND customer_id = ?",
        "UPDATE response SET customer_id = ? WHERE tenant = ? AND customer_id = ?",
        "UPDATE recovery SET customer_id = ? WHERE tenant = ? AND customer_id = ?",
        "UPDATE review SET customer_id = ? WHERE tenant = ? AND customer_id = ?",
        "UPDATE review_vote SET customer_id = ? WHERE review_id IN (SELECT id FROM review WHERE "
        "tenant = ?) AND customer_id = ?"}) {
    HUIYIN_RETURN_IF_ERROR(
        session_.Execute(sql, {stand_in.value(), tenant.value(), customer.value()}).status());
  }
  return removed;
}

}  // namespace huiyin::survey
