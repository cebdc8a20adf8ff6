#include <algorithm>

#include "services/aftersales/usecase/access.h"
#include "services/aftersales/usecase/approve_rma.h"
#include "services/aftersales/usecase/change_rma.h"

namespace huiyin::aftersales {
namespace {

bool WasAppealed(const Rma& rma) {
  return std::any_of(rma.actions.begin(), rma.actions.end(),
                     [](const Action& action) { return action.type == ActionType::kAppealed; });
}

// The same document looks at the same facts with more evidence. Nothing is refused for it: a
// refusal would have come before.
absl::Status LookAgain(Unit& unit, const TenantId& tenant, Rma& rma, const std::string& line,
                       int64_t pieces, int64_t reused) {
  HUIYIN_ASSIGN_OR_RETURN(Judgement judgement, GetJudgement(unit.store, tenant, rma));
  const absl::StatusOr<PolicyPtr> policy =
      unit.policies.Version(unit.store, tenant, judgement.verdict.policy_version);
  if (absl::IsNotFound(policy.status())) return absl::OkStatus();  // gone: a person decides
  HUIYIN_RETURN_IF_ERROR(policy.status());
  for (LineFacts& facts : judgement.inputs.lines) {
    if (facts.rma_line_id != line) continue;
    facts.evidence += pieces;
    if (judgement.inputs.format >= 2) facts.reused_evidence += reused;
  }
  judgement.verdict = (*policy)->Evaluate(judgement.inputs);
  HUIYIN_RETURN_IF_ERROR(unit.store.ReplaceVerdict(tenant, rma.id, judgement));
  if (judgement.verdict.decision != Decision::kApprove) return absl::OkStatus();
  HUIYIN_ASSIGN_OR_RETURN(const Order order, OrderOf(unit.store, tenant, rma));
  return ActOnVerdict(unit, tenant, order, rma, judgement);
}

}  // namespace

absl::StatusOr<Rma> AddRmaEvidence(Unit& unit, const Caller& caller, const RmaTarget& target,
                                   const std::string& name,
                                   const std::vector<std::string>& evidence,
                                   const std::string& note) {
  return ChangeRma(unit, caller, target, [&](Rma& rma) -> absl::Status {
    HUIYIN_ASSIGN_OR_RETURN(const std::string line, FindLine(rma, name, "rma_line_id"));
    // What this RMA shows already is no news.
    std::vector<std::string> fresh;
    const std::vector<std::string>& known = rma.Line(line)->evidence_ids;
    for (const std::string& id : evidence) {
      const bool seen = std::find(known.begin(), known.end(), id) != known.end() ||
                        std::find(fresh.begin(), fresh.end(), id) != fresh.end();
      if (!seen) fresh.push_back(id);
    }
    if (fresh.empty()) return absl::OkStatus();
    HUIYIN_ASSIGN_OR_RETURN(const int64_t reused,
                            unit.store.CountUsedEvidence(caller.tenant, fresh));
    HUIYIN_RETURN_IF_ERROR(Apply(rma, {.type = ActionType::kEvidenceAdded,
                                       .line_id = line,
                                       .quantity = static_cast<int64_t>(fresh.size()),
                                       .actor = ActorOf(caller),
                                       .note = note,
                                       .evidence_ids = fresh,
                                       .at = unit.clock.Now()}));
    HUIYIN_RETURN_IF_ERROR(unit.store.KeepEvidence(caller.tenant, rma.id, fresh));
    if (WasAppealed(rma)) return absl::OkStatus();
    return LookAgain(unit, caller.tenant, rma, line, static_cast<int64_t>(fresh.size()), reused);
  });
}

}  // namespace huiyin::aftersales
