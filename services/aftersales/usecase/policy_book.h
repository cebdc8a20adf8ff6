// Which policy speaks: compiled documents, those that ship and those that tenants publish.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "services/aftersales/domain/policy/policy.h"
#include "services/aftersales/storage/store.h"

namespace huiyin::aftersales {

using PolicyPtr = std::shared_ptr<const Policy>;

// Thread-safe. Documents never change, so what is compiled once is kept.
class PolicyBook {
 public:
  // `shipped` oldest first, not empty; the last one is for tenants that have published none.
  explicit PolicyBook(std::vector<PolicyPtr> shipped) : shipped_(std::move(shipped)) {}
  PolicyBook(const PolicyBook&) = delete;

  const std::vector<PolicyPtr>& shipped() const { return shipped_; }
  // nullptr when none of that version ships.
  PolicyPtr Shipped(std::string_view version) const;

  // What decides about the tenant's new RMAs.
  absl::StatusOr<PolicyPtr> InForce(PolicyStore& store, const TenantId& tenant) const;
  // The document of that version, shipped or stored. NOT_FOUND.
  absl::StatusOr<PolicyPtr> Version(PolicyStore& store, const TenantId& tenant,
                                    const std::string& version) const;

 private:
  absl::StatusOr<PolicyPtr> Load(PolicyStore& store, const TenantId& tenant,
                                 const std::string& version) const;

  const std::vector<PolicyPtr> shipped_;
  mutable std::mutex mutex_;
  // By SHA-256 of the document.
  mutable absl::flat_hash_map<std::string, PolicyPtr> compiled_;
};

}  // namespace huiyin::aftersales
