// What signals of risk are made of.
#include <algorithm>

#include "libs/core/status.h"
#include "services/aftersales/domain/text.h"
#include "services/aftersales/storage/sql_store.h"
#include "services/aftersales/storage/sql_where.h"

namespace huiyin::aftersales {

absl::StatusOr<CustomerHistory> SqlStore::ReadHistory(const TenantId& tenant,
                                                      const CustomerId& customer,
                                                      absl::Time recent_since,
                                                      absl::Time mismatches_since) {
  const std::string& t = tenant.value();
  const std::string& c = customer.value();
  CustomerHistory history;
  HUIYIN_RETURN_IF_ERROR(
      session_
          .QueryOne("SELECT (SELECT MIN(ordered_at) FROM customer_order "
                    "WHERE tenant = ? AND customer_id = ?), "
                    "(SELECT COUNT(*) FROM customer_order "
                    "WHERE tenant = ? AND customer_id = ? AND ordered_at >= ?), "
                    "COALESCE(SUM(CASE WHEN created_at >= ? THEN 1 ELSE 0 END), 0), "
                    "CAST(COALESCE(SUM(CASE WHEN created_at >= ? THEN mismatches ELSE 0 END), 0) "
                    "AS BIGINT) FROM rma WHERE tenant = ? AND customer_id = ? AND created_at >= ?",
                    {t, c, t, c, recent_since, recent_since, mismatches_since, t, c,
                     std::min(recent_since, mismatches_since)},
                    [&](const db::Row& row) {
                      history.first_order = row.OptionalTime(0);
                      history.recent_orders = row.Int(1);
                      history.recent_rmas = row.Int(2);
                      history.mismatches = row.Int(3);
                    })
          .status());
  return history;
}

absl::StatusOr<int64_t> SqlStore::CountUsedEvidence(const TenantId& tenant,
                                                    const std::vector<std::string>& evidence) {
  int64_t count = 0;
  if (evidence.empty()) return count;
  Where where;
  where.And("tenant = ?", {tenant.value()});
  where.AndIn("evidence_id", evidence);
  HUIYIN_RETURN_IF_ERROR(
      session_.Query(Concat("SELECT COUNT(DISTINCT evidence_id) FROM rma_evidence", where.sql()),
                     where.values(), [&](const db::Row& row) { count = row.Int(0); }));
  return count;
}

absl::Status SqlStore::KeepEvidence(const TenantId& tenant, const RmaId& rma,
                                    const std::vector<std::string>& evidence) {
  std::vector<db::Value> values;
  for (const std::string& id : evidence) {
    values.insert(values.end(), {tenant.value(), id, rma.value()});
  }
  if (values.empty()) return absl::OkStatus();
  return session_
      .ExecuteMany(
          "INSERT INTO rma_evidence (tenant, evidence_id, rma_id) VALUES (?, ?, ?) "
          "ON CONFLICT DO NOTHING",
          3, values)
      .status();
}

}  // namespace huiyin::aftersales
