// DriftStore in SQL (schema/0024_drift.sql).
#pragma once

#include "libs/db/database.h"
#include "services/triage/storage/drift_store.h"

namespace huiyin::triage {

class SqlDriftStore final : public DriftStore {
 public:
  // `session` must outlive this; writes need a Transaction.
  explicit SqlDriftStore(db::Session& session) : session_(session) {}

  absl::StatusOr<std::vector<TenantId>> ListTenants(const TenantId& after, int limit) override;
  absl::StatusOr<Population> NewestDecisions(const TenantId& tenant,
                                             const std::string& model_version, int limit) override;
  absl::StatusOr<std::optional<Population>> FindReference(
      const TenantId& tenant, const std::string& model_version) override;
  absl::Status InsertReference(const TenantId& tenant, const std::string& model_version,
                               const Population& reference, absl::Time taken) override;

 private:
  db::Session& session_;
};

}  // namespace huiyin::triage
