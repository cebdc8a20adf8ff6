// Compiled policies, kept in memory: a version never changes, so what was compiled once stays
// right.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "services/triage/domain/priority.h"
#include "services/triage/domain/routing/plan.h"
#include "services/triage/domain/sla/plan.h"
#include "services/triage/storage/desk_store.h"

namespace huiyin::triage {

// Thread-safe. One per process.
class PolicyBook {
 public:
  // The version; NOT_FOUND (POLICY_NOT_FOUND) when the tenant has none of that name.
  absl::StatusOr<std::shared_ptr<const PriorityPolicy>> Priority(DeskStore& store,
                                                                 const TenantId& tenant,
                                                                 const std::string& version);
  // The one in force.
  absl::StatusOr<std::shared_ptr<const PriorityPolicy>> Priority(DeskStore& store,
                                                                 const TenantId& tenant);
  // The same for SLA plans.
  absl::StatusOr<std::shared_ptr<const SlaPlan>> Sla(DeskStore& store, const TenantId& tenant,
                                                     const std::string& version);
  absl::StatusOr<std::shared_ptr<const SlaPlan>> Sla(DeskStore& store, const TenantId& tenant);
  // The routing plan in force.
  absl::StatusOr<std::shared_ptr<const RoutingPlan>> Routing(DeskStore& store,
                                                             const TenantId& tenant);

 private:
  // Beyond this many everything is forgotten and read again.
  static constexpr size_t kKept = 1024;
  using Key = std::pair<TenantId, std::string>;

  template <class Policy>
  absl::StatusOr<std::shared_ptr<const Policy>> Find(DeskStore& store, const TenantId& tenant,
                                                     PolicyKind kind, const std::string& version);

  std::mutex mutex_;
  std::map<Key, std::shared_ptr<const void>> compiled_;
};

// NOT_FOUND with reason POLICY_NOT_FOUND.
absl::Status PolicyNotFound(std::string_view version);
// The text of a version, whether it ships or was created; NOT_FOUND (POLICY_NOT_FOUND).
absl::StatusOr<std::string> SourceOf(DeskStore& store, const TenantId& tenant, PolicyKind kind,
                                     const std::string& version);
// Version in force.
absl::StatusOr<std::string> VersionInForce(DeskStore& store, const TenantId& tenant,
                                           PolicyKind kind);

}  // namespace huiyin::triage
