#include "services/aftersales/usecase/policies.h"

#include "services/aftersales/domain/digest.h"
#include "services/aftersales/domain/text.h"
#include "services/aftersales/usecase/access.h"

namespace huiyin::aftersales {
namespace {

PolicyDocument DocumentOf(const Policy& policy) {
  PolicyDocument document;
  document.version = policy.version();
  document.yaml = policy.yaml();
  document.content_hash = Sha256Hex(policy.yaml());
  document.rules = static_cast<int64_t>(policy.rule_count());
  return document;
}

// What is in force, and how often anything was published.
struct State {
  std::string in_force;
  int64_t publications = 0;
  int64_t below = 0;  // of the last publication

  PolicyView ViewOf(PolicyDocument document, bool shipped) const {
    const bool current = document.version == in_force;
    return {.document = std::move(document),
            .in_force = current,
            .shipped = shipped,
            .publications = publications};
  }
};

absl::StatusOr<State> Now(View view, const TenantId& tenant) {
  HUIYIN_ASSIGN_OR_RETURN(const std::optional<Publication> last,
                          view.store.LastPublication(tenant));
  State state{.in_force = view.policies.shipped().back()->version()};
  if (last) {
    state.publications = last->sequence;
    state.below = last->below;
    if (!last->version.empty()) state.in_force = last->version;
  }
  return state;
}

absl::StatusOr<PolicyView> ReadPolicy(View view, const TenantId& tenant, const State& state,
                                      const std::string& version) {
  if (const PolicyPtr shipped = view.policies.Shipped(version)) {
    return state.ViewOf(DocumentOf(*shipped), true);
  }
  HUIYIN_ASSIGN_OR_RETURN(std::optional<PolicyDocument> document,
                          view.store.FindPolicy(tenant, version));
  if (!document) return NotFound("policy", version);
  return state.ViewOf(*std::move(document), false);
}

absl::StatusOr<PolicyView> PutInForce(Unit& unit, const Caller& caller, Publication publication) {
  publication.by = caller.subject;
  publication.at = unit.clock.Now();
  HUIYIN_RETURN_IF_ERROR(unit.store.InsertPublication(caller.tenant, publication));
  HUIYIN_ASSIGN_OR_RETURN(const State state, Now(unit, caller.tenant));
  return ReadPolicy(unit, caller.tenant, state, state.in_force);
}

}  // namespace

absl::StatusOr<PolicyView> CreatePolicy(Unit& unit, const Caller& caller,
                                        const CreatePolicyCommand& command) {
  HUIYIN_ASSIGN_OR_RETURN(const PolicyPtr policy, Policy::Compile(command.yaml));
  PolicyDocument document = DocumentOf(*policy);
  document.id = unit.ids.NewId();
  document.note = command.note;
  document.created_by = caller.subject;
  document.created = unit.clock.Now();
  HUIYIN_ASSIGN_OR_RETURN(const State state, Now(unit, caller.tenant));
  const absl::StatusOr<PolicyView> known = ReadPolicy(unit, caller.tenant, state, document.version);
  if (known.ok()) {
    if (known->document.content_hash == document.content_hash) return known;
    return Error(absl::StatusCode::kAlreadyExists, "VERSION_REUSED",
                 Concat("policy ", document.version,
                        " exists with other content: give the changed document another version"));
  }
  if (!absl::IsNotFound(known.status())) return known.status();
  if (!command.validate_only) {
    HUIYIN_RETURN_IF_ERROR(unit.store.InsertPolicy(caller.tenant, document));
  }
  return state.ViewOf(std::move(document), false);
}

absl::StatusOr<PolicyView> GetPolicy(View& view, const Caller& caller, const std::string& version) {
  HUIYIN_ASSIGN_OR_RETURN(const State state, Now(view, caller.tenant));
  return ReadPolicy(view, caller.tenant, state, version.empty() ? state.in_force : version);
}

absl::StatusOr<std::vector<PolicyView>> ListPolicies(View& view, const Caller& caller,
                                                     const Page& page) {
  HUIYIN_ASSIGN_OR_RETURN(const State state, Now(view, caller.tenant));
  std::vector<PolicyView> policies;
  const bool in_shipped = view.policies.Shipped(page.after) != nullptr;
  if (!in_shipped) {
    HUIYIN_ASSIGN_OR_RETURN(std::vector<PolicyDocument> documents,
                            view.store.ListPolicies(caller.tenant, page.after, page.size));
    for (PolicyDocument& document : documents) {
      policies.push_back(state.ViewOf(std::move(document), false));
    }
  }
  const std::vector<PolicyPtr>& shipped = view.policies.shipped();
  bool reached = !in_shipped;
  for (auto policy = shipped.rbegin(); policy != shipped.rend(); ++policy) {
    if (reached && policies.size() < page.size) {
      PolicyDocument document = DocumentOf(**policy);
      document.yaml.clear();
      policies.push_back(state.ViewOf(std::move(document), true));
    }
    reached |= (*policy)->version() == page.after;
  }
  return policies;
}

std::string PolicyCursor(const PolicyView& policy) {
  return policy.shipped ? policy.document.version : policy.document.id;
}

absl::StatusOr<PolicyView> PublishPolicy(Unit& unit, const Caller& caller,
                                         const std::string& version, const std::string& etag,
                                         const std::string& note) {
  HUIYIN_ASSIGN_OR_RETURN(const State state, Now(unit, caller.tenant));
  HUIYIN_RETURN_IF_ERROR(CheckEtag(etag, state.publications));
  HUIYIN_ASSIGN_OR_RETURN(const PolicyView policy, ReadPolicy(unit, caller.tenant, state, version));
  if (policy.in_force) return policy;
  if (policy.shipped) {
    return Error(absl::StatusCode::kFailedPrecondition, "SHIPPED_POLICY",
                 "what ships is in force when nothing is published: roll back instead, or store a "
                 "copy under a version of your own");
  }
  return PutInForce(unit, caller,
                    {.sequence = state.publications + 1,
                     .version = version,
                     .below = state.publications,
                     .note = note});
}

absl::StatusOr<PolicyView> RollbackPolicy(Unit& unit, const Caller& caller, const std::string& etag,
                                          const std::string& note) {
  HUIYIN_ASSIGN_OR_RETURN(const State state, Now(unit, caller.tenant));
  HUIYIN_RETURN_IF_ERROR(CheckEtag(etag, state.publications));
  HUIYIN_ASSIGN_OR_RETURN(const std::optional<Publication> last,
                          unit.store.LastPublication(caller.tenant));
  if (!last || last->version.empty()) {
    return Error(absl::StatusCode::kFailedPrecondition, "NOTHING_TO_ROLL_BACK",
                 "nothing is published: what ships is in force");
  }
  Publication back{.sequence = state.publications + 1, .note = note};
  HUIYIN_ASSIGN_OR_RETURN(const std::optional<Publication> below,
                          unit.store.FindPublication(caller.tenant, last->below));
  if (below) {
    back.version = below->version;
    back.below = below->below;
  }
  return PutInForce(unit, caller, std::move(back));
}

}  // namespace huiyin::aftersales
