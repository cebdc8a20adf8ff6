#include "services/aftersales/usecase/approve_rma.h"

#include <algorithm>

#include "services/aftersales/domain/text.h"
#include "services/aftersales/usecase/access.h"
#include "services/aftersales/usecase/change_refund.h"
#include "services/aftersales/usecase/exchanges.h"

namespace huiyin::aftersales {
namespace {

constexpr int64_t kDefaultShipWithinDays = 14;

bool PaysMoney(const RmaLine& line) {
  return line.kind == RmaKind::kReturnRefund || line.kind == RmaKind::kRefundOnly;
}

// Takes off what the payments no longer have (the bank took it back, and so the customer has it).
absl::Status LimitToPayments(const Order& order, std::vector<RefundPart>& parts) {
  int64_t available = 0;
  for (const Payment& payment : order.payments) available += payment.Available();
  int64_t excess = Total(parts) - available;
  std::map<std::string, int64_t> net;
  for (const RefundPart& part : parts) {
    if (!part.order_line_id.empty()) net[part.order_line_id] += part.Signed();
  }
  for (const auto& [line, amount] : net) {
    const int64_t take = std::clamp<int64_t>(excess, 0, amount);
    if (take > 0) parts.push_back({line, Component::kWithheld, take});
    excess -= take;
  }
  for (RefundPart& part : parts) {
    if (excess <= 0 || part.component != Component::kShipping) continue;
    const int64_t take = std::min(excess, part.amount);
    part.amount -= take;
    excess -= take;
  }
  std::erase_if(parts, [](const RefundPart& part) { return part.amount == 0; });
  return absl::OkStatus();
}

// Basis points of an import charge; nothing: as of the price.
std::optional<int64_t> GrantedOf(ImportCharge charge) {
  if (charge == ImportCharge::kFull) return 10'000;
  return charge == ImportCharge::kNone ? std::optional<int64_t>(0) : std::nullopt;
}

struct Due {
  std::vector<UnitsToRefund> units;
  std::vector<RefundUnits> rma_units;
};

// Adds what is due on the line for no unit in particular: goodwill once, when it is approved, and
// what an exchange that came back is worth less.
absl::Status AddDueAmount(const Order& order, Rma& rma, RmaLine& line, const Actor& actor,
                          absl::Time now, AlreadyRefunded& already,
                          std::vector<RefundPart>& parts) {
  int64_t amount = 0;
  if (line.kind == RmaKind::kPartialRefund) {
    if (rma.logistics == Logistics::kInspected || line.q.written_off == 0) return absl::OkStatus();
    HUIYIN_ASSIGN_OR_RETURN(amount,
                            MulDiv(line.expected_refund, line.q.written_off, line.q.requested));
  } else if (line.exchange && line.exchange->state == ExchangeState::kReady &&
             !line.exchange->settled && line.exchange->Difference() < 0 &&
             (rma.logistics == Logistics::kInspected || rma.logistics == Logistics::kNotNeeded)) {
    const int64_t accepted = std::min(line.q.Accepted(), line.exchange->units);
    HUIYIN_ASSIGN_OR_RETURN(amount,
                            MulDiv(-line.exchange->Difference(), accepted, line.exchange->units));
    if (!line.exchange->instant) {
      HUIYIN_RETURN_IF_ERROR(Apply(rma, {.type = ActionType::kExchangeSettled,
                                         .line_id = line.id,
                                         .quantity = line.exchange->units,
                                         .actor = actor,
                                         .note = Money(-amount, rma.currency).ToString(),
                                         .at = now}));
    }
  }
  if (amount == 0) return absl::OkStatus();
  HUIYIN_ASSIGN_OR_RETURN(const std::vector<RefundPart> more,
                          SplitAmount(order, already, amount, line.order_line_id));
  for (const RefundPart& part : more) {
    already.Add(part);
    parts.push_back(part);
  }
  return absl::OkStatus();
}

// Adds the line's due units, one entry per grade.
absl::Status AddDue(const Policy& policy, const Judgement& judgement, size_t index, const Rma& rma,
                    Due& due) {
  const RmaLine& line = rma.lines[index];
  if (!PaysMoney(line) || line.q.refunded > 0 || AwaitsCustomer(line)) return absl::OkStatus();
  const LineFacts& facts = judgement.inputs.lines[index];
  const LineVerdict& said = judgement.verdict.lines[index];
  int64_t total = 0;
  const auto add = [&](int64_t units, int64_t granted_bp) -> absl::Status {
    if (units == 0 || granted_bp == 0) return absl::OkStatus();
    HUIYIN_ASSIGN_OR_RETURN(const int64_t fee, MulDiv(line.restocking_fee, units, facts.quantity));
    due.units.push_back({.order_line_id = line.order_line_id,
                         .units = units,
                         .granted_bp = granted_bp,
                         .tax_bp = GrantedOf(said.tax),
                         .duty_bp = GrantedOf(said.duty),
                         .restocking_fee = fee,
                         .with_shipping = said.with_shipping});
    total += units;
    return absl::OkStatus();
  };
  if (IsPaidEarly(rma, line)) {
    HUIYIN_RETURN_IF_ERROR(add(line.q.approved, 10'000));
  } else {
    HUIYIN_RETURN_IF_ERROR(add(line.q.written_off, 10'000));
  }
  if (rma.logistics == Logistics::kInspected && !IsPaidEarly(rma, line)) {
    for (int grade = 1; grade <= kGrades; ++grade) {
      const Grade as = static_cast<Grade>(grade);
      if (as == Grade::kMissing) continue;  // never paid for: nothing came back
      HUIYIN_RETURN_IF_ERROR(
          add(line.q.graded[grade], policy.Granted(judgement.inputs, facts, as)));
    }
  }
  if (total > 0) due.rma_units.push_back({line.id, line.order_line_id, total});
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<PolicyPtr> PolicyOf(Unit& unit, const TenantId& tenant, const std::string& version) {
  absl::StatusOr<PolicyPtr> policy = unit.policies.Version(unit.store, tenant, version);
  if (absl::IsNotFound(policy.status())) return unit.policies.InForce(unit.store, tenant);
  return policy;
}

absl::Status Approve(Unit& unit, const TenantId& tenant, const Order& order, Rma& rma,
                     const Judgement& judgement, const std::map<std::string, int64_t>& units,
                     const Actor& actor, const std::string& note) {
  const absl::Time now = unit.clock.Now();
  for (const RmaLine& line : rma.lines) {
    const int64_t quantity = units.at(line.id);
    if (quantity == 0) continue;
    Action action{.type = ActionType::kApproved,
                  .line_id = line.id,
                  .quantity = quantity,
                  .actor = actor,
                  .at = now};
    HUIYIN_RETURN_IF_ERROR(Apply(rma, action));
    if (line.keep_goods) {
      action.type = ActionType::kWrittenOff;
      HUIYIN_RETURN_IF_ERROR(Apply(rma, action));
    }
  }
  HUIYIN_RETURN_IF_ERROR(
      Apply(rma, {.type = ActionType::kApproved, .actor = actor, .note = note, .at = now}));
  if (rma.logistics == Logistics::kAwaitingShipment) {
    const int64_t days = judgement.verdict.ship_within_days;
    rma.ship_by = now + absl::Hours(24) * (days > 0 ? days : kDefaultShipWithinDays);
  }
  HUIYIN_RETURN_IF_ERROR(AgreeOnApproval(unit, tenant, rma, actor));
  HUIYIN_RETURN_IF_ERROR(RefundWhatIsDue(unit, tenant, order, rma, judgement, actor));
  return CompleteWhenSettled(unit, tenant, rma);
}

absl::Status ActOnVerdict(Unit& unit, const TenantId& tenant, const Order& order, Rma& rma,
                          const Judgement& judgement) {
  const Verdict& verdict = judgement.verdict;
  const Actor policy{ActorKind::kSystem, "policy"};
  if (verdict.decision == Decision::kReview) return absl::OkStatus();
  if (verdict.decision == Decision::kReject) {
    HUIYIN_RETURN_IF_ERROR(Apply(rma, {.type = ActionType::kRejected,
                                       .actor = policy,
                                       .note = verdict.Reason(),
                                       .at = unit.clock.Now()}));
  } else {
    std::map<std::string, int64_t> units;
    for (size_t i = 0; i < rma.lines.size(); ++i) {
      const bool refused = verdict.lines[i].decision == Decision::kReject;
      units[rma.lines[i].id] = refused ? 0 : rma.lines[i].q.requested;
    }
    HUIYIN_RETURN_IF_ERROR(Approve(unit, tenant, order, rma, judgement, units, policy, ""));
  }
  return unit.events.RmaDecided(tenant, rma,
                                {.approved = verdict.decision == Decision::kApprove,
                                 .policy_version = verdict.policy_version,
                                 .rule_ids = verdict.rule_ids,
                                 .decided_by = policy.id,
                                 .reason = verdict.Reason()},
                                unit.clock.Now());
}

absl::Status RefundWhatIsDue(Unit& unit, const TenantId& tenant, Rma& rma, const Actor& actor) {
  HUIYIN_ASSIGN_OR_RETURN(const Order order, OrderOf(unit.store, tenant, rma));
  HUIYIN_ASSIGN_OR_RETURN(const Judgement judgement, GetJudgement(unit.store, tenant, rma));
  return RefundWhatIsDue(unit, tenant, order, rma, judgement, actor);
}

absl::Status RefundWhatIsDue(Unit& unit, const TenantId& tenant, const Order& order, Rma& rma,
                             const Judgement& judgement, const Actor& actor) {
  HUIYIN_ASSIGN_OR_RETURN(const PolicyPtr policy,
                          PolicyOf(unit, tenant, judgement.verdict.policy_version));
  Due due;
  for (size_t i = 0; i < rma.lines.size(); ++i) {
    HUIYIN_RETURN_IF_ERROR(AddDue(*policy, judgement, i, rma, due));
  }
  const bool amounts = std::any_of(rma.lines.begin(), rma.lines.end(), [](const RmaLine& line) {
    return line.exchange || line.kind == RmaKind::kPartialRefund;
  });
  if (due.units.empty() && !amounts) return absl::OkStatus();
  HUIYIN_ASSIGN_OR_RETURN(AlreadyRefunded already, unit.store.SumRefunds(tenant, order.id));
  NewRefund wanted;
  HUIYIN_ASSIGN_OR_RETURN(wanted.parts, SplitUnits(order, already, due.units));
  for (const RefundPart& part : wanted.parts) already.Add(part);
  for (const UnitsToRefund& each : due.units) already.lines[each.order_line_id].units += each.units;
  for (RmaLine& line : rma.lines) {
    HUIYIN_RETURN_IF_ERROR(
        AddDueAmount(order, rma, line, actor, unit.clock.Now(), already, wanted.parts));
  }
  if (wanted.parts.empty()) return absl::OkStatus();
  HUIYIN_RETURN_IF_ERROR(LimitToPayments(order, wanted.parts));
  if (Total(wanted.parts) <= 0) return absl::OkStatus();
  wanted.units = due.rma_units;
  wanted.reason = "RMA";
  wanted.requested_by = actor.id;
  wanted.approved_by = "policy";
  return MakeRefunds(unit, tenant, order, &rma, actor, wanted).status();
}

}  // namespace huiyin::aftersales
