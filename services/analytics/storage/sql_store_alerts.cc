#include <utility>

#include "libs/core/status.h"
#include "services/analytics/storage/evidence_json.h"
#include "services/analytics/storage/sql_store.h"

namespace huiyin::analytics {
namespace {

constexpr char kAlertColumns[] =
    "id, tenant, state, subject_kind, product_id, subject, issue, evidence, first_seen_at, "
    "last_seen_at, updated_at, muted_until, version";

Alert ReadAlert(const db::Row& row) {
  Alert alert;
  alert.id = AlertId(row.Text(0));
  alert.tenant = TenantId(row.Text(1));
  alert.state = static_cast<AlertState>(row.Int(2));
  alert.finding.subject = {row.Str(3), row.Str(4), row.Str(5)};
  alert.finding.issue = static_cast<uint32_t>(row.Int(6));
  alert.finding.evidence = EvidenceFromJson(row.Text(7));
  alert.first_seen = row.Time(8);
  alert.last_seen = row.Time(9);
  alert.updated_at = row.Time(10);
  alert.muted_until = row.OptionalTime(11);
  alert.version = row.Int(12);
  return alert;
}

}  // namespace

absl::StatusOr<std::vector<Alert>> SqlStore::Alerts(std::string_view sql, db::Values args) {
  std::vector<Alert> found;
  HUIYIN_RETURN_IF_ERROR(session_.Query(
      std::string("SELECT ").append(kAlertColumns).append(" FROM alert ").append(sql), args,
      [&](const db::Row& row) { found.push_back(ReadAlert(row)); }));
  return found;
}

absl::StatusOr<std::optional<Alert>> SqlStore::FindOpenAlert(const TenantId& tenant,
                                                             const Subject& subject) {
  const db::Value args[] = {tenant.value(), subject.kind, subject.product, subject.value};
  HUIYIN_ASSIGN_OR_RETURN(auto found,
                          Alerts("WHERE tenant = ? AND subject_kind = ? AND product_id = ? AND "
                                 "subject = ? AND state <> 4",
                                 args));
  if (found.empty()) return std::nullopt;
  return std::move(found.front());
}

absl::StatusOr<std::optional<Alert>> SqlStore::FindAlert(const TenantId& tenant,
                                                         const AlertId& id) {
  const db::Value args[] = {id.value(), tenant.value()};
  HUIYIN_ASSIGN_OR_RETURN(auto found, Alerts("WHERE id = ? AND tenant = ?", args));
  if (found.empty()) return std::nullopt;
  return std::move(found.front());
}

absl::Status SqlStore::PutAlert(const Alert& a) {
  const std::string evidence = ToJson(a.finding.evidence);
  const Subject& subject = a.finding.subject;
  return session_
      .Execute(
          "INSERT INTO alert (id, tenant, state, subject_kind, product_id, subject, issue, "
          "strength, evidence, first_seen_at, last_seen_at, updated_at, muted_until, version) "
          "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
          "ON CONFLICT (id) DO UPDATE SET state = excluded.state, issue = excluded.issue, "
          "strength = excluded.strength, evidence = excluded.evidence, "
          "last_seen_at = excluded.last_seen_at, updated_at = excluded.updated_at, "
          "muted_until = excluded.muted_until, version = excluded.version",
          {a.id.value(), a.tenant.value(), a.state, subject.kind, subject.product, subject.value,
           a.finding.issue, a.finding.evidence.relative_rate.lower, evidence, a.first_seen,
           a.last_seen, a.updated_at, a.muted_until, a.version})
      .status();
}

absl::StatusOr<std::vector<Alert>> SqlStore::ListAlerts(const TenantId& tenant,
                                                        const AlertFilter& filter, int limit,
                                                        int64_t offset) {
  std::string sql = "WHERE tenant = ?";
  std::vector<db::Value> args = {tenant.value()};
  if (filter.state) {
    sql += " AND state = ?";
    args.emplace_back(*filter.state);
  } else {
    sql += " AND state <> 4";
  }
  if (!filter.product.empty()) {
    sql += " AND product_id = ?";
    args.emplace_back(filter.product);
  }
  sql += " ORDER BY strength DESC, id LIMIT ? OFFSET ?";
  args.emplace_back(limit);
  args.emplace_back(offset);
  return Alerts(sql, args);
}

absl::StatusOr<std::vector<Alert>> SqlStore::AlertsSince(const TenantId& tenant, absl::Time since) {
  const db::Value args[] = {tenant.value(), since};
  return Alerts("WHERE tenant = ? AND updated_at >= ? ORDER BY updated_at, id", args);
}

}  // namespace huiyin::analytics
