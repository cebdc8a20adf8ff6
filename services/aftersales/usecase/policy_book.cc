#include "services/aftersales/usecase/policy_book.h"

#include "libs/core/status.h"
#include "services/aftersales/domain/text.h"

namespace huiyin::aftersales {
namespace {

constexpr size_t kMostCompiled = 1024;  // then all are dropped and compiled again as needed

}  // namespace

PolicyPtr PolicyBook::Shipped(std::string_view version) const {
  for (const PolicyPtr& policy : shipped_) {
    if (policy->version() == version) return policy;
  }
  return nullptr;
}

absl::StatusOr<PolicyPtr> PolicyBook::InForce(PolicyStore& store, const TenantId& tenant) const {
  HUIYIN_ASSIGN_OR_RETURN(const std::optional<PolicyStore::InForce> published,
                          store.PolicyInForce(tenant));
  if (!published) return shipped_.back();
  {
    std::lock_guard lock(mutex_);
    if (const auto found = compiled_.find(published->content_hash); found != compiled_.end()) {
      return found->second;
    }
  }
  return Load(store, tenant, published->version);
}

absl::StatusOr<PolicyPtr> PolicyBook::Version(PolicyStore& store, const TenantId& tenant,
                                              const std::string& version) const {
  if (PolicyPtr policy = Shipped(version)) return policy;
  return Load(store, tenant, version);
}

absl::StatusOr<PolicyPtr> PolicyBook::Load(PolicyStore& store, const TenantId& tenant,
                                           const std::string& version) const {
  HUIYIN_ASSIGN_OR_RETURN(const std::optional<PolicyDocument> document,
                          store.FindPolicy(tenant, version));
  if (!document) {
    return Error(absl::StatusCode::kNotFound, "NOT_FOUND",
                 Concat("there is no policy ", version, " in this tenant"));
  }
  {
    std::lock_guard lock(mutex_);
    if (const auto found = compiled_.find(document->content_hash); found != compiled_.end()) {
      return found->second;
    }
  }
  absl::StatusOr<PolicyPtr> policy = Policy::Compile(document->yaml);
  if (!policy.ok()) {
    return absl::DataLossError(
        Concat("stored policy ", version, " does not compile: ", policy.status().ToString()));
  }
  std::lock_guard lock(mutex_);
  if (compiled_.size() >= kMostCompiled) compiled_.clear();
  return compiled_.emplace(document->content_hash, *std::move(policy)).first->second;
}

}  // namespace huiyin::aftersales
