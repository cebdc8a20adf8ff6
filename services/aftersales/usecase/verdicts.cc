#include "services/aftersales/usecase/verdicts.h"

#include "services/aftersales/domain/text.h"
#include "services/aftersales/usecase/access.h"

namespace huiyin::aftersales {
namespace {

constexpr size_t kBatch = 1000;
constexpr int64_t kMaxFindings = 1000;

// Hands every stored verdict to `each` in the order of filing; `after_batch` may stop it.
absl::Status EachVerdict(View& view, const TenantId& tenant, const VerdictFilter& filter,
                         absl::FunctionRef<absl::Status(const VerdictBytes&)> each,
                         absl::FunctionRef<bool()> after_batch) {
  std::string after;
  while (true) {
    HUIYIN_ASSIGN_OR_RETURN(const std::vector<VerdictBytes> batch,
                            view.store.ListVerdicts(tenant, filter, after, kBatch));
    for (const VerdictBytes& bytes : batch) HUIYIN_RETURN_IF_ERROR(each(bytes));
    if (!after_batch()) return absl::CancelledError("stopped by the caller");
    if (batch.size() < kBatch) return absl::OkStatus();
    after = batch.back().rma.value();
  }
}

// What the stored bytes should be; DATA_LOSS when the inputs cannot be read.
absl::StatusOr<Verdict> Again(View view, const TenantId& tenant, const VerdictBytes& stored) {
  HUIYIN_ASSIGN_OR_RETURN(const VerdictInputs inputs, VerdictInputs::Decode(stored.inputs));
  HUIYIN_ASSIGN_OR_RETURN(const PolicyPtr policy,
                          view.policies.Version(view.store, tenant, stored.policy_version));
  return policy->Evaluate(inputs);
}

std::string WhereTheyDiffer(const VerdictBytes& stored, const Verdict& again) {
  const absl::StatusOr<Verdict> before = Verdict::Decode(stored.verdict);
  if (!before.ok()) return "the stored verdict cannot be read";
  if (before->decision != again.decision) {
    return Concat("decision ", Name(before->decision), " became ", Name(again.decision));
  }
  if (before->refund != again.refund) {
    return Concat("refund ", before->refund, " became ", again.refund);
  }
  if (before->inputs_hash != again.inputs_hash) return "the stored inputs were changed";
  if (before->sentence != again.sentence) return "the sentence to the customer is another";
  return "the bytes differ";
}

// Keeps changed decisions before changed amounts, the first of each.
class Examples {
 public:
  explicit Examples(size_t max) : max_(max) {}
  void Add(VerdictChange change) {
    auto& list = change.before.decision != change.after.decision ? decisions_ : amounts_;
    if (list.size() < max_) list.push_back(std::move(change));
  }
  std::vector<VerdictChange> Take() {
    for (VerdictChange& change : amounts_) {
      if (decisions_.size() < max_) decisions_.push_back(std::move(change));
    }
    return std::move(decisions_);
  }

 private:
  const size_t max_;
  std::vector<VerdictChange> decisions_, amounts_;
};

}  // namespace

absl::StatusOr<Simulation> SimulatePolicy(View& view, const TenantId& tenant,
                                          const SimulateCommand& command,
                                          absl::FunctionRef<bool(const Simulation&)> report) {
  absl::StatusOr<PolicyPtr> policy =
      command.yaml.empty() ? view.policies.Version(view.store, tenant, command.version)
                           : Policy::Compile(command.yaml);
  HUIYIN_RETURN_IF_ERROR(policy.status());
  Simulation simulation;
  Examples examples(command.max_examples);
  const auto each = [&](const VerdictBytes& bytes) -> absl::Status {
    HUIYIN_ASSIGN_OR_RETURN(const VerdictInputs inputs, VerdictInputs::Decode(bytes.inputs));
    HUIYIN_ASSIGN_OR_RETURN(Verdict before, Verdict::Decode(bytes.verdict));
    Verdict after = (*policy)->Evaluate(inputs);
    ++simulation.examined;
    ++simulation.decisions[{before.decision, after.decision}];
    auto& [sum_before, sum_after] = simulation.money[before.currency];
    sum_before += before.refund;
    sum_after += after.refund;
    if (before.decision == after.decision && before.refund == after.refund) {
      return absl::OkStatus();
    }
    ++simulation.changed;
    examples.Add({bytes.rma, std::move(before), std::move(after)});
    return absl::OkStatus();
  };
  HUIYIN_RETURN_IF_ERROR(
      EachVerdict(view, tenant, command.filter, each, [&] { return report(simulation); }));
  simulation.examples = examples.Take();
  return simulation;
}

absl::StatusOr<ReplayedVerdict> ReplayVerdict(View& view, const Caller& caller, const RmaId& id) {
  HUIYIN_ASSIGN_OR_RETURN(const Rma rma, GetRma(view.store, caller, id));
  HUIYIN_ASSIGN_OR_RETURN(const std::optional<VerdictBytes> bytes,
                          view.store.FindVerdictBytes(caller.tenant, rma.id));
  if (!bytes) return absl::DataLossError(Concat("RMA ", id.value(), " has no verdict"));
  ReplayedVerdict result;
  HUIYIN_ASSIGN_OR_RETURN(result.stored, Verdict::Decode(bytes->verdict));
  HUIYIN_ASSIGN_OR_RETURN(result.replayed, Again(view, caller.tenant, *bytes));
  result.identical = result.replayed.Encode() == bytes->verdict;
  return result;
}

absl::Status CheckVerdicts(View& view, const TenantId& tenant,
                           absl::FunctionRef<bool(VerdictCheck&)> report) {
  VerdictCheck check;
  const auto find = [&](const RmaId& rma, std::string_view problem, std::string detail) {
    if (++check.total_findings > kMaxFindings) return;
    check.new_findings.push_back({rma, std::string(problem), std::move(detail)});
  };
  const auto each = [&](const VerdictBytes& bytes) -> absl::Status {
    ++check.checked;
    const absl::StatusOr<Verdict> again = Again(view, tenant, bytes);
    if (absl::IsNotFound(again.status())) {
      find(bytes.rma, "POLICY_MISSING", Concat("there is no policy ", bytes.policy_version));
    } else if (absl::IsDataLoss(again.status())) {
      find(bytes.rma, "DAMAGED", std::string(again.status().message()));
    } else if (!again.ok()) {
      return again.status();
    } else if (again->Encode() != bytes.verdict) {
      find(bytes.rma, "DIFFERENT", WhereTheyDiffer(bytes, *again));
    }
    return absl::OkStatus();
  };
  return EachVerdict(view, tenant, {}, each, [&] {
    const bool go_on = report(check);
    check.new_findings.clear();
    return go_on;
  });
}

}  // namespace huiyin::aftersales
