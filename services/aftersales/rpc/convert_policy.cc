#include "services/aftersales/rpc/convert_policy.h"

#include <algorithm>

#include "libs/rpc/proto_time.h"
#include "services/aftersales/domain/text.h"
#include "services/aftersales/usecase/access.h"

namespace huiyin::aftersales {

using rpc::FromProto;
using rpc::ToProto;

namespace {

void Set(common::v1::Money* out, int64_t minor, const std::string& currency) {
  out->set_minor_units(minor);
  out->set_currency(currency);
}

}  // namespace

v1::Policy ToProto(const TenantId& tenant, const PolicyView& policy) {
  const PolicyDocument& document = policy.document;
  v1::Policy out;
  out.set_name(Concat("tenants/", tenant.value(), "/policies/", document.version));
  out.set_version(document.version);
  out.set_yaml(document.yaml);
  out.set_note(document.note);
  out.set_in_force(policy.in_force);
  out.set_shipped(policy.shipped);
  out.set_rule_count(static_cast<int32_t>(document.rules));
  out.set_creator(document.created_by);
  if (!policy.shipped) *out.mutable_create_time() = ToProto(document.created);
  if (document.published) *out.mutable_publish_time() = ToProto(*document.published);
  out.set_etag(Etag(policy.publications));
  return out;
}

absl::StatusOr<CreatePolicyCommand> FromProto(const v1::CreatePolicyRequest& in) {
  InputCheck check;
  CheckRequestId(in.request_id(), check);
  check.Require(!in.policy().yaml().empty(), "policy.yaml", "is mandatory");
  CheckText(in.policy().note(), "policy.note", 0, 1000, check);
  HUIYIN_RETURN_IF_ERROR(check.ToStatus());
  return CreatePolicyCommand{in.policy().yaml(), in.policy().note(), in.validate_only()};
}

absl::StatusOr<SimulateCommand> FromProto(const TenantId& tenant,
                                          const v1::SimulatePolicyRequest& in) {
  InputCheck check;
  SimulateCommand command;
  if (check.Require(in.name().empty() != in.yaml().empty(), "name",
                    "either name or yaml is mandatory")) {
    command.yaml = in.yaml();
    if (command.yaml.empty()) command.version = IdOf(tenant, "policies", in.name(), "name", check);
  }
  if (in.has_start_time()) command.filter.from = FromProto(in.start_time());
  if (in.has_end_time()) command.filter.until = FromProto(in.end_time());
  check.Require(command.filter.from < command.filter.until, "end_time",
                "must be later than start_time");
  check.Require(in.max_examples() >= 0, "max_examples", "must not be negative");
  if (in.max_examples() > 0) {
    command.max_examples = static_cast<size_t>(std::min(in.max_examples(), 1000));
  }
  HUIYIN_RETURN_IF_ERROR(check.ToStatus());
  return command;
}

v1::SimulatePolicyResponse ToProto(const Simulation& simulation) {
  v1::SimulatePolicyResponse out;
  out.set_examined(simulation.examined);
  out.set_changed(simulation.changed);
  for (const auto& [change, count] : simulation.decisions) {
    v1::DecisionChange* to = out.add_decisions();
    to->set_before(static_cast<v1::VerdictDecision>(change.first));
    to->set_after(static_cast<v1::VerdictDecision>(change.second));
    to->set_count(count);
  }
  for (const auto& [currency, sums] : simulation.money) {
    v1::MoneyChange* to = out.add_money();
    Set(to->mutable_before(), sums.first, currency);
    Set(to->mutable_after(), sums.second, currency);
  }
  for (const VerdictChange& change : simulation.examples) {
    v1::VerdictChange* to = out.add_examples();
    to->set_rma_id(change.rma.value());
    to->set_before(static_cast<v1::VerdictDecision>(change.before.decision));
    to->set_after(static_cast<v1::VerdictDecision>(change.after.decision));
    to->set_reason_before(change.before.Reason());
    to->set_reason_after(change.after.Reason());
    Set(to->mutable_refund_before(), change.before.refund, change.before.currency);
    Set(to->mutable_refund_after(), change.after.refund, change.after.currency);
    for (const std::string& id : change.after.rule_ids) {
      const auto& old = change.before.rule_ids;
      if (std::find(old.begin(), old.end(), id) == old.end()) to->add_new_rule_ids(id);
    }
  }
  return out;
}

v1::ReplayVerdictResponse ToProto(const ReplayedVerdict& replayed) {
  v1::ReplayVerdictResponse out;
  out.set_identical(replayed.identical);
  *out.mutable_stored() = ToProto(replayed.stored);
  *out.mutable_replayed() = ToProto(replayed.replayed);
  return out;
}

v1::CheckVerdictsResponse ToProto(const VerdictCheck& check) {
  v1::CheckVerdictsResponse out;
  out.set_checked(check.checked);
  out.set_total_findings(check.total_findings);
  for (const VerdictFinding& finding : check.new_findings) {
    v1::VerdictFinding* to = out.add_findings();
    to->set_rma_id(finding.rma.value());
    to->set_problem(finding.problem);
    to->set_detail(finding.detail);
  }
  return out;
}

}  // namespace huiyin::aftersales
