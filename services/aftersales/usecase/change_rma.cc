#include "services/aftersales/usecase/change_rma.h"

#include <map>

#include "services/aftersales/domain/text.h"
#include "services/aftersales/usecase/access.h"
#include "services/aftersales/usecase/approve_rma.h"
#include "services/aftersales/usecase/change_refund.h"
#include "services/aftersales/usecase/exchanges.h"
#include "services/aftersales/usecase/save_rma.h"

namespace huiyin::aftersales {
namespace {

constexpr absl::Duration kLongestExtension = absl::Hours(24 * 90);

// A change that is one move of the axes.
absl::StatusOr<Rma> Move(Unit& unit, const Caller& caller, const RmaTarget& target, ActionType type,
                         const std::string& note) {
  return ChangeRma(unit, caller, target, [&](Rma& rma) {
    return Apply(rma,
                 {.type = type, .actor = ActorOf(caller), .note = note, .at = unit.clock.Now()});
  });
}

absl::Status ApplyUnits(Rma& rma, ActionType type, const std::vector<LineUnits>& lines,
                        const Actor& actor, absl::Time now) {
  for (size_t i = 0; i < lines.size(); ++i) {
    HUIYIN_ASSIGN_OR_RETURN(const std::string line,
                            FindLine(rma, lines[i].line, Concat("lines[", i, "].rma_line_id")));
    HUIYIN_RETURN_IF_ERROR(Apply(rma, {.type = type,
                                       .line_id = line,
                                       .quantity = lines[i].quantity,
                                       .grade = lines[i].grade,
                                       .actor = actor,
                                       .note = lines[i].note,
                                       .evidence_ids = lines[i].photo_ids,
                                       .at = now}));
  }
  return absl::OkStatus();
}

bool FullyGraded(const Rma& rma) {
  for (const RmaLine& line : rma.lines) {
    if (line.q.Graded() < line.q.Awaited()) return false;
  }
  return true;
}

RmaDecision DecisionOf(const Caller& caller, const Verdict& verdict, bool approved,
                       const std::string& reason) {
  return {.approved = approved,
          .policy_version = verdict.policy_version,
          .rule_ids = verdict.rule_ids,
          .decided_by = caller.subject,
          .reason = reason};
}

// Goodwill that the policy wanted looked at is for a lead to approve.
absl::Status CheckGoodwill(const Caller& caller, const Rma& rma, const Verdict& verdict) {
  if (caller.Is(Role::kLead)) return absl::OkStatus();
  for (size_t i = 0; i < rma.lines.size() && i < verdict.lines.size(); ++i) {
    if (rma.lines[i].kind == RmaKind::kPartialRefund &&
        verdict.lines[i].decision == Decision::kReview) {
      return Error(absl::StatusCode::kPermissionDenied, "ABOVE_AGENT_LIMIT",
                   "a partial refund above the agents' limit is approved by a lead");
    }
  }
  return absl::OkStatus();
}

// Tells about what is not as it was announced.
absl::Status TellMismatches(Unit& unit, const TenantId& tenant, const Rma& rma,
                            const std::vector<Action>& graded) {
  for (const Action& action : graded) {
    if (action.grade == Grade::kAsNew || action.grade == Grade::kOpened) continue;
    HUIYIN_RETURN_IF_ERROR(unit.events.MismatchFound(tenant, rma, Name(action.grade),
                                                     action.line_id, action.quantity, action.at));
  }
  return absl::OkStatus();
}

// Goods are settled: money follows, then the end.
absl::Status Conclude(Unit& unit, const TenantId& tenant, Rma& rma, const Actor& actor) {
  HUIYIN_RETURN_IF_ERROR(RefundWhatIsDue(unit, tenant, rma, actor));
  HUIYIN_RETURN_IF_ERROR(SettleExchanges(unit, tenant, rma, actor));
  return CompleteWhenSettled(unit, tenant, rma);
}

}  // namespace

absl::StatusOr<Rma> ChangeRma(Unit& unit, const Caller& caller, const RmaTarget& target,
                              absl::FunctionRef<absl::Status(Rma&)> change) {
  HUIYIN_ASSIGN_OR_RETURN(Rma rma, GetRmaLocked(unit, caller, target.rma));
  HUIYIN_RETURN_IF_ERROR(CheckEtag(target.etag, rma.version));
  const RmaChange before(rma);
  HUIYIN_RETURN_IF_ERROR(change(rma));
  HUIYIN_RETURN_IF_ERROR(SaveRma(unit, caller.tenant, rma, before));
  return rma;
}

absl::Status ChangeRmaByTimer(Unit& unit, const TenantId& tenant, const RmaId& id,
                              absl::FunctionRef<absl::Status(Rma&)> change) {
  HUIYIN_ASSIGN_OR_RETURN(std::optional<Rma> rma, unit.store.FindRma(tenant, id));
  if (!rma) return absl::OkStatus();
  HUIYIN_RETURN_IF_ERROR(unit.store.LockOrder(tenant, rma->order));
  HUIYIN_ASSIGN_OR_RETURN(rma, unit.store.FindRma(tenant, id));
  const RmaChange before(*rma);
  HUIYIN_RETURN_IF_ERROR(change(*rma));
  if (rma->actions.size() == before.actions) return absl::OkStatus();
  return SaveRma(unit, tenant, *rma, before);
}

absl::StatusOr<std::string> FindLine(const Rma& rma, const std::string& name,
                                     const std::string& field) {
  if (rma.Line(name) != nullptr) return name;
  std::string found;
  int count = 0;
  for (const RmaLine& line : rma.lines) {
    if (line.order_line_id != name) continue;
    found = line.id;
    ++count;
  }
  if (count == 1) return found;
  return BadInput(
      {{field, count == 0 ? "is not a line of this RMA"
                          : "several lines of the RMA are about this order line: name one"}});
}

absl::StatusOr<Rma> ApproveRma(Unit& unit, const Caller& caller, const RmaTarget& target,
                               const std::vector<LineUnits>& lines, const std::string& note) {
  return ChangeRma(unit, caller, target, [&](Rma& rma) -> absl::Status {
    std::map<std::string, int64_t> units;
    for (const RmaLine& line : rma.lines) units[line.id] = line.q.requested;
    for (size_t i = 0; i < lines.size(); ++i) {
      HUIYIN_ASSIGN_OR_RETURN(const std::string line,
                              FindLine(rma, lines[i].line, Concat("lines[", i, "].rma_line_id")));
      units[line] = lines[i].quantity;
    }
    HUIYIN_ASSIGN_OR_RETURN(const Order order, OrderOf(unit.store, caller.tenant, rma));
    HUIYIN_ASSIGN_OR_RETURN(const Judgement judgement,
                            GetJudgement(unit.store, caller.tenant, rma));
    HUIYIN_RETURN_IF_ERROR(CheckGoodwill(caller, rma, judgement.verdict));
    HUIYIN_RETURN_IF_ERROR(
        Approve(unit, caller.tenant, order, rma, judgement, units, ActorOf(caller), note));
    return unit.events.RmaDecided(
        caller.tenant, rma, DecisionOf(caller, judgement.verdict, true, ""), unit.clock.Now());
  });
}

absl::StatusOr<Rma> RejectRma(Unit& unit, const Caller& caller, const RmaTarget& target,
                              const std::string& note) {
  return ChangeRma(unit, caller, target, [&](Rma& rma) -> absl::Status {
    HUIYIN_RETURN_IF_ERROR(Apply(rma, {.type = ActionType::kRejected,
                                       .actor = ActorOf(caller),
                                       .note = note,
                                       .at = unit.clock.Now()}));
    HUIYIN_ASSIGN_OR_RETURN(const Judgement judgement,
                            GetJudgement(unit.store, caller.tenant, rma));
    return unit.events.RmaDecided(caller.tenant, rma,
                                  DecisionOf(caller, judgement.verdict, false, "REFUSED_BY_PERSON"),
                                  unit.clock.Now());
  });
}

absl::StatusOr<Rma> AppealRma(Unit& unit, const Caller& caller, const RmaTarget& target,
                              const std::string& note) {
  return Move(unit, caller, target, ActionType::kAppealed, note);
}

absl::StatusOr<Rma> CancelRma(Unit& unit, const Caller& caller, const RmaTarget& target,
                              const std::string& note) {
  return ChangeRma(unit, caller, target, [&](Rma& rma) -> absl::Status {
    if (rma.approval == Approval::kApproved) {
      HUIYIN_RETURN_IF_ERROR(SettleExchanges(unit, caller.tenant, rma, ActorOf(caller)));
    }
    return Apply(rma, {.type = ActionType::kCancelled,
                       .actor = ActorOf(caller),
                       .note = note,
                       .at = unit.clock.Now()});
  });
}

absl::StatusOr<Rma> ExtendRma(Unit& unit, const Caller& caller, const RmaTarget& target,
                              absl::Time ship_by) {
  return ChangeRma(unit, caller, target, [&](Rma& rma) -> absl::Status {
    const absl::Time now = unit.clock.Now();
    HUIYIN_RETURN_IF_ERROR(Apply(rma, {.type = ActionType::kExtended,
                                       .actor = ActorOf(caller),
                                       .note = absl::FormatTime(ship_by, absl::UTCTimeZone()),
                                       .at = now}));
    if (ship_by <= now || (rma.ship_by && ship_by <= *rma.ship_by) ||
        ship_by > now + kLongestExtension) {
      return BadInput({{"ship_by", "must be later than it is now and at most 90 days away"}});
    }
    rma.ship_by = ship_by;
    return absl::OkStatus();
  });
}

absl::StatusOr<Rma> ShipRma(Unit& unit, const Caller& caller, const RmaTarget& target,
                            const std::string& tracking_number) {
  return Move(unit, caller, target, ActionType::kShipped, tracking_number);
}

absl::StatusOr<Rma> ReceiveRma(Unit& unit, const Caller& caller, const RmaTarget& target,
                               const std::vector<LineUnits>& lines,
                               const std::vector<Surplus>& surplus) {
  return ChangeRma(unit, caller, target, [&](Rma& rma) -> absl::Status {
    const absl::Time now = unit.clock.Now();
    std::vector<LineUnits> arrived = lines;
    if (arrived.empty()) {
      for (const RmaLine& line : rma.lines) {
        const int64_t missing = line.q.Awaited() - line.q.Missing() - line.q.received;
        if (missing > 0) arrived.push_back({.line = line.id, .quantity = missing});
      }
    }
    HUIYIN_RETURN_IF_ERROR(ApplyUnits(rma, ActionType::kReceived, arrived, ActorOf(caller), now));
    HUIYIN_RETURN_IF_ERROR(
        Apply(rma, {.type = ActionType::kReceived, .actor = ActorOf(caller), .at = now}));
    for (const Surplus& goods : surplus) {
      HUIYIN_RETURN_IF_ERROR(Apply(rma, {.type = ActionType::kSurplusReceived,
                                         .quantity = goods.quantity,
                                         .actor = ActorOf(caller),
                                         .note = goods.description,
                                         .evidence_ids = goods.photo_ids,
                                         .at = now}));
      HUIYIN_RETURN_IF_ERROR(
          unit.events.MismatchFound(caller.tenant, rma, "SURPLUS", "", goods.quantity, now));
    }
    return absl::OkStatus();
  });
}

absl::StatusOr<Rma> InspectRma(Unit& unit, const Caller& caller, const RmaTarget& target,
                               const std::vector<LineUnits>& units) {
  return ChangeRma(unit, caller, target, [&](Rma& rma) -> absl::Status {
    const absl::Time now = unit.clock.Now();
    const size_t first = rma.actions.size();
    HUIYIN_RETURN_IF_ERROR(ApplyUnits(rma, ActionType::kInspected, units, ActorOf(caller), now));
    const std::vector<Action> graded(rma.actions.begin() + first, rma.actions.end());
    if (FullyGraded(rma)) {
      HUIYIN_RETURN_IF_ERROR(Apply(
          rma, {.type = ActionType::kInspectionCompleted, .actor = ActorOf(caller), .at = now}));
    }
    HUIYIN_RETURN_IF_ERROR(unit.events.RmaInspected(caller.tenant, rma, graded, now));
    HUIYIN_RETURN_IF_ERROR(TellMismatches(unit, caller.tenant, rma, graded));
    if (rma.logistics != Logistics::kInspected) return absl::OkStatus();
    return Conclude(unit, caller.tenant, rma, ActorOf(caller));
  });
}

absl::StatusOr<Rma> ShipRmaBack(Unit& unit, const Caller& caller, const RmaTarget& target,
                                const std::string& tracking_number) {
  return ChangeRma(unit, caller, target, [&](Rma& rma) -> absl::Status {
    const absl::Time now = unit.clock.Now();
    for (const RmaLine& line : rma.lines) {
      const int64_t units = Sendable(rma, line);
      if (units == 0) continue;
      HUIYIN_RETURN_IF_ERROR(Apply(rma, {.type = ActionType::kShippedBack,
                                         .line_id = line.id,
                                         .quantity = units,
                                         .actor = ActorOf(caller),
                                         .at = now}));
    }
    return Apply(rma, {.type = ActionType::kShippedBack,
                       .actor = ActorOf(caller),
                       .note = tracking_number,
                       .at = now});
  });
}

absl::StatusOr<Rma> DeliverRmaBack(Unit& unit, const Caller& caller, const RmaTarget& target) {
  return ChangeRma(unit, caller, target, [&](Rma& rma) -> absl::Status {
    HUIYIN_RETURN_IF_ERROR(Apply(
        rma,
        {.type = ActionType::kBackDelivered, .actor = ActorOf(caller), .at = unit.clock.Now()}));
    return CompleteWhenSettled(unit, caller.tenant, rma);
  });
}

absl::StatusOr<Rma> LoseParcel(Unit& unit, const Caller& caller, const RmaTarget& target,
                               const std::string& note) {
  return ChangeRma(unit, caller, target, [&](Rma& rma) -> absl::Status {
    const absl::Time now = unit.clock.Now();
    HUIYIN_RETURN_IF_ERROR(Apply(
        rma, {.type = ActionType::kParcelLost, .actor = ActorOf(caller), .note = note, .at = now}));
    return unit.events.MismatchFound(caller.tenant, rma, "PARCEL_LOST", "", 0, now);
  });
}

absl::StatusOr<Rma> WriteOffRma(Unit& unit, const Caller& caller, const RmaTarget& target,
                                const std::string& note) {
  return ChangeRma(unit, caller, target, [&](Rma& rma) -> absl::Status {
    const absl::Time now = unit.clock.Now();
    for (const RmaLine& line : rma.lines) {
      if (line.q.Awaited() == 0) continue;
      HUIYIN_RETURN_IF_ERROR(Apply(rma, {.type = ActionType::kWrittenOff,
                                         .line_id = line.id,
                                         .quantity = line.q.Awaited(),
                                         .actor = ActorOf(caller),
                                         .at = now}));
    }
    HUIYIN_RETURN_IF_ERROR(Apply(
        rma, {.type = ActionType::kWrittenOff, .actor = ActorOf(caller), .note = note, .at = now}));
    return Conclude(unit, caller.tenant, rma, ActorOf(caller));
  });
}

absl::Status ExpireRma(Unit& unit, const TenantId& tenant, const RmaId& id) {
  return ChangeRmaByTimer(unit, tenant, id, [&](Rma& rma) -> absl::Status {
    const absl::Time now = unit.clock.Now();
    if (rma.logistics != Logistics::kAwaitingShipment || rma.outcome != Outcome::kNone ||
        !rma.ship_by || *rma.ship_by > now) {
      return absl::OkStatus();
    }
    for (const RmaLine& line : rma.lines) {
      if (line.q.refunded > 0) return absl::OkStatus();  // partly kept and paid: a person ends it
    }
    const Actor timer{ActorKind::kSystem, "timer"};
    HUIYIN_RETURN_IF_ERROR(SettleExchanges(unit, tenant, rma, timer));
    return Apply(rma, {.type = ActionType::kExpired, .actor = timer, .at = now});
  });
}

}  // namespace huiyin::aftersales
