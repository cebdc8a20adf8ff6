#include "services/triage/usecase/simulate.h"

#include <algorithm>
#include <cstdlib>

#include "libs/core/status.h"

namespace huiyin::triage {
namespace {

constexpr int kReadAtOnce = 500;

int Bands(const PriorityShift& shift) {
  return std::abs(static_cast<int>(shift.before.priority) - static_cast<int>(shift.after.priority));
}

void KeepExample(PriorityShift shift, size_t most, std::vector<PriorityShift>& examples) {
  const auto further = [](const PriorityShift& a, const PriorityShift& b) {
    return Bands(a) > Bands(b);
  };
  examples.insert(std::upper_bound(examples.begin(), examples.end(), shift, further),
                  std::move(shift));
  if (examples.size() > most) examples.pop_back();
}

}  // namespace

absl::StatusOr<Simulation> Simulate(Store& store, const TenantId& tenant,
                                    const PriorityPolicy& policy, const DecisionId& before,
                                    int limit, size_t examples) {
  Simulation result;
  DecisionId position = before;
  while (result.examined < limit) {
    const int wanted = std::min(kReadAtOnce, limit - result.examined);
    HUIYIN_ASSIGN_OR_RETURN(const std::vector<Decision> decisions,
                            store.ListDecisions(tenant, {.in_force_only = true}, position, wanted));
    for (const Decision& decision : decisions) {
      if (decision.erased) continue;  // what it was decided from is gone
      ++result.examined;
      PriorityShift shift{.ticket = decision.ticket,
                          .decision = decision.id,
                          .before = decision.verdict,
                          .after = policy.Decide(decision.inputs)};
      for (const ScoredRule& rule : shift.after.rules) ++result.rule_hits[rule.rule_id];
      ++result.moves[static_cast<size_t>(shift.before.priority)]
                    [static_cast<size_t>(shift.after.priority)];
      if (shift.before.priority == shift.after.priority) continue;
      ++result.changed;
      KeepExample(std::move(shift), examples, result.examples);
    }
    if (static_cast<int>(decisions.size()) < wanted) return result;
    position = decisions.back().id;
  }
  result.next = position;
  return result;
}

absl::StatusOr<Replay> ReplayDecision(View& view, const TenantId& tenant, const DecisionId& id) {
  HUIYIN_ASSIGN_OR_RETURN(std::optional<Decision> decision, view.store.FindDecision(tenant, id));
  if (!decision.has_value()) {
    return Error(absl::StatusCode::kNotFound, "DECISION_NOT_FOUND", "there is no such decision",
                 {{"decision_id", id.value()}});
  }
  if (decision->erased) {
    return Error(absl::StatusCode::kFailedPrecondition, "INPUTS_ERASED",
                 "the customer was erased, and with them what the decision was made from",
                 {{"decision_id", id.value()}});
  }
  HUIYIN_ASSIGN_OR_RETURN(
      const auto policy,
      view.policies.Priority(view.desk, tenant, decision->verdict.policy_version));
  Replay replay{.decision = *std::move(decision)};
  replay.stored = Encode(replay.decision.verdict);
  replay.replayed = Encode(policy->Decide(replay.decision.inputs));
  return replay;
}

}  // namespace huiyin::triage
