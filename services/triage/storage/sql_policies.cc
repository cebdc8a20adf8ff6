// Policies and their publications.
#include <algorithm>

#include "libs/core/status.h"
#include "services/triage/storage/sql_desk_store.h"

namespace huiyin::triage {

absl::StatusOr<int> SqlDeskStore::InsertPolicy(const PolicyDocument& policy) {
  int number = 0;
  HUIYIN_RETURN_IF_ERROR(session_.Query(
      "INSERT INTO policy (tenant, kind, number, source, note, created_by, created_at) "
      "SELECT ?, ?, coalesce(max(number), 0) + 1, ?, ?, ?, ? FROM policy "
      "WHERE tenant = ? AND kind = ? RETURNING number",
      {policy.tenant.value(), policy.kind, policy.source, policy.note, policy.created_by,
       policy.created, policy.tenant.value(), policy.kind},
      [&](const db::Row& row) { number = static_cast<int>(row.Int(0)); }));
  return number;
}

absl::StatusOr<std::optional<PolicyDocument>> SqlDeskStore::FindPolicy(const TenantId& tenant,
                                                                       PolicyKind kind,
                                                                       int number) {
  HUIYIN_ASSIGN_OR_RETURN(auto found, ListPolicies(tenant, kind, number + 1, 1));
  if (found.empty() || found[0].number != number) return std::nullopt;
  return std::move(found[0]);
}

absl::StatusOr<std::vector<PolicyDocument>> SqlDeskStore::ListPolicies(const TenantId& tenant,
                                                                       PolicyKind kind, int before,
                                                                       int limit) {
  std::vector<PolicyDocument> policies;
  HUIYIN_RETURN_IF_ERROR(session_.Query(
      "SELECT number, source, note, created_by, created_at FROM policy "
      "WHERE tenant = ? AND kind = ? AND number < ? ORDER BY number DESC LIMIT ?",
      {tenant.value(), kind, before == 0 ? INT32_MAX : before, limit}, [&](const db::Row& row) {
        policies.push_back({.tenant = tenant,
                            .kind = kind,
                            .number = static_cast<int>(row.Int(0)),
                            .source = row.Str(1),
                            .note = row.Str(2),
                            .created_by = row.Str(3),
                            .created = row.Time(4)});
      }));
  return policies;
}

absl::StatusOr<std::vector<Publication>> SqlDeskStore::StandingPublications(const TenantId& tenant,
                                                                            PolicyKind kind,
                                                                            int limit) {
  std::vector<Publication> publications;
  HUIYIN_RETURN_IF_ERROR(session_.Query(
      "SELECT sequence, version, published_by, published_at FROM policy_publication "
      "WHERE tenant = ? AND kind = ? AND rolled_back_by = '' ORDER BY sequence DESC LIMIT ?",
      {tenant.value(), kind, limit}, [&](const db::Row& row) {
        publications.push_back(
            {.sequence = row.Int(0), .version = row.Str(1), .by = row.Str(2), .at = row.Time(3)});
      }));
  return publications;
}

absl::Status SqlDeskStore::InsertPublication(const TenantId& tenant, PolicyKind kind,
                                             const Publication& publication) {
  return session_
      .Execute(
          "INSERT INTO policy_publication (tenant, kind, sequence, version, published_by, "
          "published_at, rolled_back_by) VALUES (?, ?, ?, ?, ?, ?, '')",
          {tenant.value(), kind, publication.sequence, publication.version, publication.by,
           publication.at})
      .status();
}

absl::Status SqlDeskStore::RollBack(const TenantId& tenant, PolicyKind kind, int64_t sequence,
                                    const std::string& by) {
  return session_
      .Execute(
          "UPDATE policy_publication SET rolled_back_by = ? "
          "WHERE tenant = ? AND kind = ? AND sequence = ?",
          {by, tenant.value(), kind, sequence})
      .status();
}

absl::StatusOr<int64_t> SqlDeskStore::LastPublication(const TenantId& tenant, PolicyKind kind) {
  int64_t last = 0;
  HUIYIN_RETURN_IF_ERROR(
      session_.Query("SELECT max(sequence) FROM policy_publication WHERE tenant = ? AND kind = ?",
                     {tenant.value(), kind}, [&](const db::Row& row) { last = row.Int(0); }));
  return last;
}

}  // namespace huiyin::triage
