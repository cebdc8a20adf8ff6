#include "services/triage/usecase/policies.h"

#include "libs/core/status.h"

namespace huiyin::triage {
namespace {

PolicyView ShippedPolicy(const TenantId& tenant, PolicyKind kind, const std::string& version) {
  PolicyView view;
  view.document.tenant = tenant;
  view.document.kind = kind;
  view.document.source = BuiltInSource(kind, version).value();
  view.document.note = "ships with Huiyin";
  view.document.created = absl::UnixEpoch();
  view.version = version;
  return view;
}

// Another version is in force: what was derived from the one before is derived again.
absl::Status InForceChanged(Unit& unit, const TenantId& tenant, PolicyKind kind) {
  if (kind != PolicyKind::kSla) return absl::OkStatus();
  return unit.desk.ScheduleRefold(tenant, TicketId(), unit.clock.Now());
}

}  // namespace

absl::StatusOr<PolicyView> CreatePolicy(Unit& unit, const Caller& caller,
                                        const CreatePolicyCommand& command) {
  HUIYIN_RETURN_IF_ERROR(CheckSource(command.kind, command.source));
  PolicyView view;
  view.document = {.tenant = caller.tenant,
                   .kind = command.kind,
                   .source = command.source,
                   .note = command.note,
                   .created_by = caller.subject,
                   .created = unit.clock.Now()};
  HUIYIN_ASSIGN_OR_RETURN(view.document.number, unit.desk.InsertPolicy(view.document));
  view.version = VersionOf(command.kind, view.document.number);
  return view;
}

absl::StatusOr<PolicyView> PublishPolicy(Unit& unit, const Caller& caller, PolicyKind kind,
                                         const std::string& version) {
  HUIYIN_ASSIGN_OR_RETURN(PolicyView view, GetPolicy(unit.desk, caller.tenant, kind, version));
  if (view.in_force) {
    return Error(absl::StatusCode::kFailedPrecondition, "POLICY_IN_FORCE",
                 "this version is in force already", {{"version", version}});
  }
  HUIYIN_ASSIGN_OR_RETURN(const int64_t last, unit.desk.LastPublication(caller.tenant, kind));
  HUIYIN_RETURN_IF_ERROR(unit.desk.InsertPublication(
      caller.tenant, kind,
      {.sequence = last + 1, .version = version, .by = caller.subject, .at = unit.clock.Now()}));
  view.in_force = true;
  HUIYIN_RETURN_IF_ERROR(InForceChanged(unit, caller.tenant, kind));
  return view;
}

absl::StatusOr<PolicyView> RollbackPolicy(Unit& unit, const Caller& caller, PolicyKind kind) {
  HUIYIN_ASSIGN_OR_RETURN(const auto standing,
                          unit.desk.StandingPublications(caller.tenant, kind, 1));
  if (standing.empty()) {
    return Error(absl::StatusCode::kFailedPrecondition, "NOTHING_PUBLISHED",
                 "the default is in force; there is nothing to take back");
  }
  HUIYIN_RETURN_IF_ERROR(
      unit.desk.RollBack(caller.tenant, kind, standing[0].sequence, caller.subject));
  HUIYIN_RETURN_IF_ERROR(InForceChanged(unit, caller.tenant, kind));
  return GetPolicy(unit.desk, caller.tenant, kind, "");
}

absl::StatusOr<PolicyView> GetPolicy(DeskStore& store, const TenantId& tenant, PolicyKind kind,
                                     const std::string& version) {
  HUIYIN_ASSIGN_OR_RETURN(const std::string in_force, VersionInForce(store, tenant, kind));
  const std::string& wanted = version.empty() ? in_force : version;
  PolicyView view;
  if (BuiltInSource(kind, wanted).has_value()) {
    view = ShippedPolicy(tenant, kind, wanted);
  } else {
    const std::optional<PolicyNumber> name = ParseVersion(wanted);
    if (!name.has_value() || name->kind != kind) return PolicyNotFound(wanted);
    HUIYIN_ASSIGN_OR_RETURN(auto document, store.FindPolicy(tenant, kind, name->number));
    if (!document.has_value()) return PolicyNotFound(wanted);
    view.document = *std::move(document);
    view.version = wanted;
  }
  view.in_force = wanted == in_force;
  return view;
}

absl::StatusOr<std::vector<PolicyView>> ListPolicies(DeskStore& store, const TenantId& tenant,
                                                     PolicyKind kind, int before, int limit) {
  HUIYIN_ASSIGN_OR_RETURN(const std::string in_force, VersionInForce(store, tenant, kind));
  HUIYIN_ASSIGN_OR_RETURN(auto documents, store.ListPolicies(tenant, kind, before, limit));
  std::vector<PolicyView> views;
  for (PolicyDocument& document : documents) {
    const std::string version = VersionOf(kind, document.number);
    views.push_back({std::move(document), version, version == in_force});
  }
  if (static_cast<int>(views.size()) < limit) {
    const std::string shipped(DefaultVersion(kind));
    views.push_back(ShippedPolicy(tenant, kind, shipped));
    views.back().in_force = shipped == in_force;
  }
  return views;
}

}  // namespace huiyin::triage
