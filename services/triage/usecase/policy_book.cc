#include "services/triage/usecase/policy_book.h"

#include "libs/core/status.h"

namespace huiyin::triage {

absl::Status PolicyNotFound(std::string_view version) {
  return Error(absl::StatusCode::kNotFound, "POLICY_NOT_FOUND", "there is no such policy",
               {{"version", std::string(version)}});
}

absl::StatusOr<std::string> SourceOf(DeskStore& store, const TenantId& tenant, PolicyKind kind,
                                     const std::string& version) {
  if (const auto built_in = BuiltInSource(kind, version)) return std::string(*built_in);
  const std::optional<PolicyNumber> name = ParseVersion(version);
  if (!name.has_value() || name->kind != kind) return PolicyNotFound(version);
  HUIYIN_ASSIGN_OR_RETURN(auto document, store.FindPolicy(tenant, kind, name->number));
  if (!document.has_value()) return PolicyNotFound(version);
  return std::move(document->source);
}

absl::StatusOr<std::string> VersionInForce(DeskStore& store, const TenantId& tenant,
                                           PolicyKind kind) {
  HUIYIN_ASSIGN_OR_RETURN(const auto standing, store.StandingPublications(tenant, kind, 1));
  return standing.empty() ? std::string(DefaultVersion(kind)) : standing[0].version;
}

template <class Policy>
absl::StatusOr<std::shared_ptr<const Policy>> PolicyBook::Find(DeskStore& store,
                                                               const TenantId& tenant,
                                                               PolicyKind kind,
                                                               const std::string& version) {
  // What ships is the same for all tenants.
  const Key key(BuiltInSource(kind, version).has_value() ? TenantId() : tenant, version);
  {
    std::lock_guard lock(mutex_);
    if (const auto found = compiled_.find(key); found != compiled_.end()) {
      return std::static_pointer_cast<const Policy>(found->second);
    }
  }
  HUIYIN_ASSIGN_OR_RETURN(const std::string source, SourceOf(store, tenant, kind, version));
  absl::StatusOr<std::shared_ptr<const Policy>> policy = Policy::Compile(version, source);
  if (!policy.ok()) {
    return absl::DataLossError("stored policy " + version + " does not compile any more");
  }
  std::lock_guard lock(mutex_);
  if (compiled_.size() >= kKept) compiled_.clear();
  compiled_[key] = *policy;
  return policy;
}

absl::StatusOr<std::shared_ptr<const PriorityPolicy>> PolicyBook::Priority(
    DeskStore& store, const TenantId& tenant, const std::string& version) {
  return Find<PriorityPolicy>(store, tenant, PolicyKind::kPriority, version);
}

absl::StatusOr<std::shared_ptr<const PriorityPolicy>> PolicyBook::Priority(DeskStore& store,
                                                                           const TenantId& tenant) {
  HUIYIN_ASSIGN_OR_RETURN(const std::string version,
                          VersionInForce(store, tenant, PolicyKind::kPriority));
  return Priority(store, tenant, version);
}

absl::StatusOr<std::shared_ptr<const SlaPlan>> PolicyBook::Sla(DeskStore& store,
                                                               const TenantId& tenant,
                                                               const std::string& version) {
  return Find<SlaPlan>(store, tenant, PolicyKind::kSla, version);
}

absl::StatusOr<std::shared_ptr<const SlaPlan>> PolicyBook::Sla(DeskStore& store,
                                                               const TenantId& tenant) {
  HUIYIN_ASSIGN_OR_RETURN(const std::string version,
                          VersionInForce(store, tenant, PolicyKind::kSla));
  return Sla(store, tenant, version);
}

absl::StatusOr<std::shared_ptr<const RoutingPlan>> PolicyBook::Routing(DeskStore& store,
                                                                       const TenantId& tenant) {
  HUIYIN_ASSIGN_OR_RETURN(const std::string version,
                          VersionInForce(store, tenant, PolicyKind::kRouting));
  return Find<RoutingPlan>(store, tenant, PolicyKind::kRouting, version);
}

}  // namespace huiyin::triage
