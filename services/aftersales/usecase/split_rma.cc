#include "services/aftersales/usecase/split_rma.h"

#include <algorithm>
#include <map>

#include "services/aftersales/domain/text.h"
#include "services/aftersales/usecase/access.h"
#include "services/aftersales/usecase/approve_rma.h"
#include "services/aftersales/usecase/save_rma.h"
#include "services/aftersales/usecase/stock.h"

namespace huiyin::aftersales {
namespace {

// The inputs of the verdict on the units that go: the same facts, with their share of the money.
absl::StatusOr<VerdictInputs> ShareOf(const VerdictInputs& whole, const Rma& rma,
                                      const std::map<std::string, int64_t>& units) {
  VerdictInputs share = whole;
  share.lines.clear();
  for (size_t i = 0; i < rma.lines.size(); ++i) {
    const auto wanted = units.find(rma.lines[i].id);
    if (wanted == units.end()) continue;
    LineFacts facts = whole.lines[i];
    for (int64_t* part :
         {&facts.price_refund, &facts.shipping_share, &facts.tax_share, &facts.duty_share}) {
      HUIYIN_ASSIGN_OR_RETURN(*part, MulDiv(*part, wanted->second, facts.quantity));
    }
    facts.quantity = wanted->second;
    facts.rma_line_id = std::to_string(share.lines.size() + 1);
    share.lines.push_back(std::move(facts));
  }
  return share;
}

// The new RMA, without actions. `whole`: the inputs of the verdict on the old one.
absl::StatusOr<Rma> Shell(Unit& unit, const Rma& rma, const VerdictInputs& whole,
                          const std::map<std::string, int64_t>& units, const Judgement& judgement) {
  Rma split = rma;
  split.id = RmaId(unit.ids.NewId());
  split.version = 1;
  split.lines.clear();
  split.actions.clear();
  split.approval = Approval::kNone;
  split.logistics = Logistics::kNone;
  split.back_leg = BackLeg::kNone;
  for (size_t i = 0; i < rma.lines.size(); ++i) {
    const RmaLine& from = rma.lines[i];
    const auto wanted = units.find(from.id);
    if (wanted == units.end()) continue;
    RmaLine line = from;
    const LineVerdict& said = judgement.verdict.lines[split.lines.size()];
    line.id = judgement.inputs.lines[split.lines.size()].rma_line_id;
    line.exchange.reset();  // lines with terms are not split
    // What is kept back is shared, not taken twice.
    HUIYIN_ASSIGN_OR_RETURN(line.restocking_fee,
                            MulDiv(from.restocking_fee, wanted->second, whole.lines[i].quantity));
    line.expected_refund = std::max<int64_t>(
        0, said.refund + said.restocking_fee + said.return_shipping_fee - line.restocking_fee);
    line.q = {};
    split.lines.push_back(std::move(line));
  }
  return split;
}

// Brings the new RMA to where the old one is.
absl::Status Follow(Rma& split, const Rma& rma, const std::vector<LineFacts>& lines,
                    const Actor& actor, absl::Time now) {
  std::vector<ActionType> steps = {ActionType::kSubmitted};
  if (rma.approval == Approval::kApproved) steps.push_back(ActionType::kApproved);
  for (const ActionType step : steps) {
    for (const LineFacts& line : lines) {
      HUIYIN_RETURN_IF_ERROR(Apply(split, {.type = step,
                                           .line_id = line.rma_line_id,
                                           .quantity = line.quantity,
                                           .actor = actor,
                                           .at = now}));
    }
    HUIYIN_RETURN_IF_ERROR(Apply(
        split, {.type = step, .actor = actor, .note = "split off " + rma.id.value(), .at = now}));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Rma> SplitRma(Unit& unit, const Caller& caller, const RmaTarget& target,
                             const std::vector<LineUnits>& lines, const std::string& note) {
  const absl::Time now = unit.clock.Now();
  const Actor actor = ActorOf(caller);
  Rma split;
  Judgement judgement;
  PolicyPtr policy;
  HUIYIN_ASSIGN_OR_RETURN(
      const Rma rma, ChangeRma(unit, caller, target, [&](Rma& whole) -> absl::Status {
        std::map<std::string, int64_t> units;
        for (size_t i = 0; i < lines.size(); ++i) {
          HUIYIN_ASSIGN_OR_RETURN(
              const std::string line,
              FindLine(whole, lines[i].line, Concat("lines[", i, "].rma_line_id")));
          units[line] += lines[i].quantity;
        }
        HUIYIN_ASSIGN_OR_RETURN(const Judgement stored,
                                GetJudgement(unit.store, caller.tenant, whole));
        HUIYIN_ASSIGN_OR_RETURN(judgement.inputs, ShareOf(stored.inputs, whole, units));
        HUIYIN_ASSIGN_OR_RETURN(policy,
                                PolicyOf(unit, caller.tenant, stored.verdict.policy_version));
        judgement.verdict = policy->Evaluate(judgement.inputs);
        for (const auto& [line, quantity] : units) {
          HUIYIN_RETURN_IF_ERROR(Apply(whole, {.type = ActionType::kSplitOff,
                                               .line_id = line,
                                               .quantity = quantity,
                                               .actor = actor,
                                               .at = now}));
        }
        HUIYIN_ASSIGN_OR_RETURN(split, Shell(unit, whole, stored.inputs, units, judgement));
        HUIYIN_RETURN_IF_ERROR(
            Apply(whole, {.type = ActionType::kSplitOff,
                          .actor = actor,
                          .note = note.empty() ? split.id.value() : split.id.value() + ": " + note,
                          .at = now}));
        return Follow(split, whole, judgement.inputs.lines, actor, now);
      }));
  // The units are free of the old RMA by now.
  for (const RmaLine& line : split.lines) {
    if (line.kind != RmaKind::kExchange) continue;
    HUIYIN_RETURN_IF_ERROR(ReserveStock(unit, caller.tenant, split, line));
  }
  HUIYIN_RETURN_IF_ERROR(SaveNewRma(unit, caller.tenant, split, judgement, *policy));
  HUIYIN_RETURN_IF_ERROR(unit.events.RmaSplit(caller.tenant, rma, split, now));
  return split;
}

}  // namespace huiyin::aftersales
