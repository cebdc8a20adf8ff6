// What drift is measured from: decisions as they were stored, and the population that a tenant's
// later ones are compared with. A port: implemented by sql_drift_store.h. An instance lives inside
// one transaction or snapshot and is not thread-safe.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/core/strong_id.h"
#include "services/triage/domain/stability.h"

namespace huiyin::triage {

class DriftStore {
 public:
  virtual ~DriftStore() = default;

  // At most `limit` tenants with decisions, in order, those after `after`.
  virtual absl::StatusOr<std::vector<TenantId>> ListTenants(const TenantId& after, int limit) = 0;
  // Of the tenant's newest `limit` decisions, those that `model_version` made.
  virtual absl::StatusOr<Population> NewestDecisions(const TenantId& tenant,
                                                     const std::string& model_version,
                                                     int limit) = 0;
  virtual absl::StatusOr<std::optional<Population>> FindReference(
      const TenantId& tenant, const std::string& model_version) = 0;
  // The first one stays: another for the same tenant and model changes nothing.
  virtual absl::Status InsertReference(const TenantId& tenant, const std::string& model_version,
                                       const Population& reference, absl::Time taken) = 0;
};

}  // namespace huiyin::triage
