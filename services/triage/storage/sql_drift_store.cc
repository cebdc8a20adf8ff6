#include "services/triage/storage/sql_drift_store.h"

#include <algorithm>

#include "absl/strings/numbers.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "libs/core/status.h"

namespace huiyin::triage {
namespace {

// "12,0,7": as many counts as there are bins. Bins that an older release did not have are empty.
void Unpack(std::string_view packed, std::span<int64_t> counts) {
  const std::vector<std::string> numbers =
      absl::StrSplit(absl::string_view(packed.data(), packed.size()), ',', absl::SkipEmpty());
  for (size_t i = 0; i < std::min(numbers.size(), counts.size()); ++i) {
    (void)absl::SimpleAtoi(numbers[i], &counts[i]);
  }
}

}  // namespace

absl::StatusOr<std::vector<TenantId>> SqlDriftStore::ListTenants(const TenantId& after, int limit) {
  // One jump over the index for each tenant; DISTINCT would read every decision.
  std::vector<TenantId> tenants;
  std::string last = after.value();
  while (tenants.size() < static_cast<size_t>(limit)) {
    const size_t before = tenants.size();
    HUIYIN_RETURN_IF_ERROR(
        session_.Query("SELECT tenant FROM decision WHERE tenant > ? ORDER BY tenant LIMIT 1",
                       {last}, [&](const db::Row& row) { tenants.emplace_back(row.Text(0)); }));
    if (tenants.size() == before) break;
    last = tenants.back().value();
  }
  return tenants;
}

absl::StatusOr<Population> SqlDriftStore::NewestDecisions(const TenantId& tenant,
                                                          const std::string& model_version,
                                                          int limit) {
  Population population;
  HUIYIN_RETURN_IF_ERROR(session_.Query(
      "SELECT category, category_p FROM (SELECT category, category_p, model_version, corrected_by "
      "FROM decision WHERE tenant = ? ORDER BY decision_id DESC LIMIT ?) AS newest "
      "WHERE model_version = ? AND corrected_by = ''",
      {tenant.value(), limit, model_version}, [&](const db::Row& row) {
        population.Count(static_cast<Category>(row.Int(0)), static_cast<float>(row.Real(1)));
      }));
  return population;
}

absl::StatusOr<std::optional<Population>> SqlDriftStore::FindReference(
    const TenantId& tenant, const std::string& model_version) {
  std::optional<Population> found;
  HUIYIN_RETURN_IF_ERROR(
      session_.Query("SELECT categories, confidences FROM drift_reference "
                     "WHERE tenant = ? AND model_version = ?",
                     {tenant.value(), model_version}, [&](const db::Row& row) {
                       found.emplace();
                       Unpack(row.Text(0), found->categories);
                       Unpack(row.Text(1), found->confidences);
                     }));
  return found;
}

absl::Status SqlDriftStore::InsertReference(const TenantId& tenant,
                                            const std::string& model_version,
                                            const Population& reference, absl::Time taken) {
  return session_
      .Execute(
          "INSERT INTO drift_reference (tenant, model_version, categories, confidences, taken_at) "
          "VALUES (?, ?, ?, ?, ?) ON CONFLICT (tenant, model_version) DO NOTHING",
          {tenant.value(), model_version, absl::StrJoin(reference.categories, ","),
           absl::StrJoin(reference.confidences, ","), taken})
      .status();
}

}  // namespace huiyin::triage
