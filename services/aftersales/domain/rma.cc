#include "services/aftersales/domain/rma.h"

#include <algorithm>

#include "libs/core/status.h"
#include "services/aftersales/domain/text.h"

namespace huiyin::aftersales {
namespace {

using A = Approval;
using B = BackLeg;
using E = ExchangeState;
using L = Logistics;
using O = Outcome;
using T = ActionType;

template <class E>
bool Allows(uint32_t set, E value) {
  return set >> static_cast<int>(value) & 1;
}

absl::Status WrongState(const Rma& rma, ActionType type) {
  return Error(absl::StatusCode::kFailedPrecondition, "WRONG_STATE",
               Concat(Name(type), " is not possible: the RMA is ", Name(rma.approval),
                      ", goods back ", Name(rma.logistics), ", goods out ", Name(rma.back_leg),
                      rma.outcome == Outcome::kNone ? "" : ", and it has ended"),
               {{"approval", std::string(Name(rma.approval))},
                {"logistics", std::string(Name(rma.logistics))},
                {"back_leg", std::string(Name(rma.back_leg))}});
}

absl::Status TooMany(std::string_view reason, std::string_view line, int64_t allowed) {
  return Error(absl::StatusCode::kFailedPrecondition, reason,
               Concat("line ", line, ": at most ", allowed, " more units are possible"),
               {{"line", std::string(line)}, {"possible", Concat(allowed)}});
}

bool GoesOut(const RmaLine& line) {
  return line.kind == RmaKind::kExchange || line.kind == RmaKind::kRepair;
}

// True while goods of the line go out, or may.
bool NeedsBackLeg(const Rma& rma, const RmaLine& line) {
  if (!GoesOut(line)) return false;
  if (rma.logistics != L::kInspected) return line.q.approved > line.q.refunded;
  return AwaitsCustomer(line) || Sendable(rma, line) > 0;
}

bool AnyNeedsBackLeg(const Rma& rma) {
  return std::any_of(rma.lines.begin(), rma.lines.end(),
                     [&](const RmaLine& line) { return NeedsBackLeg(rma, line); });
}

// Moves the terms of the line's exchange, and its kind with them.
absl::Status MoveTerms(const Rma& rma, RmaLine& line, const Action& action) {
  const ExchangeMove& row = *FindExchangeMove(action.type);
  if (!line.exchange || !Allows(row.states, line.exchange->state)) {
    return WrongState(rma, action.type);
  }
  Exchange& terms = *line.exchange;
  switch (action.type) {
    case T::kExchangeOffered:
      if (line.kind > RmaKind::kRepair || line.q.refunded > 0 || line.q.replaced > 0) {
        return WrongState(rma, action.type);
      }
      break;
    case T::kExchangeConfirmed:
      line.kind = RmaKind::kExchange;
      terms.state = terms.Asked() > 0 ? E::kPaymentDue : E::kReady;
      return absl::OkStatus();
    case T::kExchangeDeclined:
      if (line.kind == RmaKind::kExchange) line.kind = RmaKind::kReturnRefund;
      break;
    case T::kExchangePaid:
      terms.payment = action.note;
      break;
    case T::kExchangeSettled:
      if (terms.settled) return WrongState(rma, action.type);
      terms.settled = true;
      break;
    default:
      break;
  }
  terms.state = row.to;
  return absl::OkStatus();
}

// Adds `units` of the action to the line's quantities, or says which limit forbids it.
absl::Status Count(const Rma& rma, RmaLine& line, const Action& action) {
  Quantities& q = line.q;
  const int64_t units = action.quantity;
  const auto limit = [&](int64_t& counter, int64_t allowed, std::string_view reason) {
    if (units > allowed) return TooMany(reason, line.id, std::max<int64_t>(0, allowed));
    counter += units;
    return absl::OkStatus();
  };
  switch (action.type) {
    case T::kSubmitted:
      if (q.requested != 0) return TooMany("QUANTITY_EXCEEDS_REQUESTED", line.id, 0);
      q.requested = units;
      return absl::OkStatus();
    case T::kApproved:
      return limit(q.approved, q.requested - q.approved, "QUANTITY_EXCEEDS_REQUESTED");
    case T::kWrittenOff:
      return limit(q.written_off, q.Awaited() - q.received, "QUANTITY_EXCEEDS_APPROVED");
    case T::kReceived:
      return limit(q.received, q.Awaited() - q.Missing() - q.received, "QUANTITY_EXCEEDS_APPROVED");
    case T::kInspected: {
      const bool missing = action.grade == Grade::kMissing;
      if (action.grade == Grade::kNone) return absl::InvalidArgumentError("a grade is needed");
      HUIYIN_RETURN_IF_ERROR(
          limit(q.graded[static_cast<int>(action.grade)],
                missing ? q.Awaited() - q.Graded() : q.received - (q.Graded() - q.Missing()),
                missing ? "QUANTITY_EXCEEDS_APPROVED" : "QUANTITY_EXCEEDS_RECEIVED"));
      // A unit that is not in the parcel was not received after all.
      q.received = std::min(q.received, q.Awaited() - q.Missing());
      return absl::OkStatus();
    }
    case T::kRefundRequested:
      return limit(q.refunded, Refundable(rma, line) - q.refunded, "NOT_RECEIVED");
    case T::kRefundFailed:
    case T::kRefundReversed:
      if (units > q.refunded) return TooMany("QUANTITY_EXCEEDS_REFUNDED", line.id, q.refunded);
      q.refunded -= units;
      return absl::OkStatus();
    case T::kShippedBack:
      return limit(q.replaced, Sendable(rma, line), "NOT_RECEIVED");
    case T::kSplitOff: {
      const int64_t whole = rma.approval == A::kApproved ? q.approved : q.requested - q.approved;
      if (q.received > 0 || q.written_off > 0 || q.refunded > 0 || q.replaced > 0 ||
          AwaitsCustomer(line) || (line.exchange && line.exchange->state != E::kDeclined)) {
        return WrongState(rma, action.type);  // what was promised about them stays together
      }
      HUIYIN_RETURN_IF_ERROR(limit(q.split_off, whole, "QUANTITY_EXCEEDS_REQUESTED"));
      q.requested -= units;
      if (rma.approval == A::kApproved) q.approved -= units;
      return absl::OkStatus();
    }
    case T::kEvidenceAdded:
      if (line.evidence_ids.size() + action.evidence_ids.size() > kMaxEvidence) {
        return Error(absl::StatusCode::kFailedPrecondition, "TOO_MUCH_EVIDENCE",
                     Concat("line ", line.id, ": at most ", kMaxEvidence, " pieces are kept"));
      }
      line.evidence_ids.insert(line.evidence_ids.end(), action.evidence_ids.begin(),
                               action.evidence_ids.end());
      return absl::OkStatus();
    default:
      return MoveTerms(rma, line, action);
  }
}

// The conditions of moves that depend on the lines.
absl::Status CheckMove(const Rma& rma, const Action& action) {
  switch (action.type) {
    case T::kAppealed:
      for (const Action& earlier : rma.actions) {
        if (earlier.type == T::kAppealed) {
          return Error(absl::StatusCode::kFailedPrecondition, "ALREADY_APPEALED",
                       "an RMA can be appealed once");
        }
      }
      return absl::OkStatus();
    case T::kApproved:
      for (const RmaLine& line : rma.lines) {
        if (line.q.approved > 0) return absl::OkStatus();
      }
      return Error(absl::StatusCode::kFailedPrecondition, "NOTHING_APPROVED",
                   "at least one unit must be approved");
    case T::kCancelled:
      for (const RmaLine& line : rma.lines) {
        if (line.q.refunded > 0) {
          return Error(absl::StatusCode::kFailedPrecondition, "WRONG_STATE",
                       "money is on its way already");
        }
      }
      return absl::OkStatus();
    case T::kInspectionCompleted:
      for (const RmaLine& line : rma.lines) {
        if (line.q.Graded() < line.q.Awaited()) return WrongState(rma, action.type);
      }
      return absl::OkStatus();
    case T::kWrittenOff:
      for (const RmaLine& line : rma.lines) {
        if (line.q.Awaited() > 0) return WrongState(rma, action.type);
      }
      return absl::OkStatus();
    case T::kShippedBack:  // a parcel holds units
      if (rma.actions.empty() || rma.actions.back().type != T::kShippedBack ||
          rma.actions.back().line_id.empty()) {
        return WrongState(rma, action.type);
      }
      return absl::OkStatus();
    case T::kSplitOff:
      for (const RmaLine& line : rma.lines) {
        if ((rma.approval == A::kApproved ? line.q.approved : line.q.requested) > 0) {
          return absl::OkStatus();
        }
      }
      return Error(absl::StatusCode::kFailedPrecondition, "NOTHING_LEFT",
                   "a split must leave units in the RMA");
    case T::kCompleted:
      for (const RmaLine& line : rma.lines) {
        if (AwaitsCustomer(line) || Sendable(rma, line) > 0) return WrongState(rma, action.type);
      }
      return absl::OkStatus();
    default:
      return absl::OkStatus();
  }
}

// A back leg that has not begun begins with the first line that needs it and ends with the last.
void SetBackLeg(Rma& rma) {
  if (rma.back_leg != B::kNotNeeded && rma.back_leg != B::kPreparing) return;
  if (rma.approval != A::kApproved) return;
  rma.back_leg = AnyNeedsBackLeg(rma) ? B::kPreparing : B::kNotNeeded;
}

void Move(Rma& rma, const Transition& row, const Action& action) {
  if (row.to_approval != A::kNone) rma.approval = row.to_approval;
  if (row.to_logistics != L::kNone) rma.logistics = row.to_logistics;
  if (row.to_back_leg != B::kNone) rma.back_leg = row.to_back_leg;
  if (row.to_outcome != O::kNone) {
    rma.outcome = row.to_outcome;
    rma.closed = action.at;
  }
  switch (action.type) {
    case T::kSubmitted:
      rma.created = action.at;
      break;
    case T::kAppealed:
      rma.outcome = O::kNone;
      rma.closed.reset();
      break;
    case T::kApproved: {
      const bool back = std::any_of(rma.lines.begin(), rma.lines.end(),
                                    [](const RmaLine& line) { return line.q.Awaited() > 0; });
      rma.logistics = back ? L::kAwaitingShipment : L::kNotNeeded;
      rma.back_leg = AnyNeedsBackLeg(rma) ? B::kPreparing : B::kNotNeeded;
      break;
    }
    case T::kInspectionCompleted:
    case T::kSplitOff:
    case T::kWrittenOff:
      SetBackLeg(rma);
      break;
    case T::kShipped:
      rma.return_tracking = action.note;
      break;
    case T::kShippedBack:
      rma.back_tracking = action.note;
      break;
    case T::kCarrierScanned:
      rma.scanned = true;
      break;
    default:
      break;
  }
}

}  // namespace

int64_t Quantities::Graded() const {
  int64_t sum = 0;
  for (const int64_t units : graded) sum += units;
  return sum;
}

RmaLine* Rma::Line(std::string_view line_id) {
  for (RmaLine& line : lines) {
    if (line.id == line_id) return &line;
  }
  return nullptr;
}

const RmaLine* Rma::Line(std::string_view line_id) const {
  return const_cast<Rma*>(this)->Line(line_id);
}

absl::Status Apply(Rma& rma, Action action) {
  const bool units = !action.line_id.empty();
  const Transition* row = FindTransition(action.type, units);
  if (row == nullptr) return absl::InvalidArgumentError("there is no such action");
  if (!Allows(row->approvals, rma.approval) || !Allows(row->logistics, rma.logistics) ||
      !Allows(row->back_legs, rma.back_leg) || (row->only_open && rma.outcome != Outcome::kNone)) {
    return WrongState(rma, action.type);
  }
  if (units) {
    RmaLine* line = rma.Line(action.line_id);
    if (line == nullptr) return absl::InvalidArgumentError("there is no such line in the RMA");
    if (action.quantity < 1)
      return absl::InvalidArgumentError("a quantity of at least 1 is needed");
    HUIYIN_RETURN_IF_ERROR(Count(rma, *line, action));
    if (FindExchangeMove(action.type) != nullptr) SetBackLeg(rma);
  } else {
    HUIYIN_RETURN_IF_ERROR(CheckMove(rma, action));
    Move(rma, *row, action);
  }
  rma.updated = action.at;
  action.sequence = static_cast<int64_t>(rma.actions.size()) + 1;
  rma.actions.push_back(std::move(action));
  return absl::OkStatus();
}

absl::Status Replay(Rma& rma, std::vector<Action> log) {
  rma.actions.reserve(log.size());
  for (Action& action : log) {
    const int64_t sequence = action.sequence;
    if (absl::Status applied = Apply(rma, std::move(action)); !applied.ok()) {
      return absl::DataLossError(Concat("action ", sequence, " of RMA ", rma.id.value(),
                                        " does not follow: ", applied.ToString()));
    }
    if (rma.actions.back().sequence != sequence) {
      return absl::DataLossError(
          Concat("the log of RMA ", rma.id.value(), " has a gap before ", sequence));
    }
  }
  return absl::OkStatus();
}

std::optional<absl::Time> ExpiryOf(const Rma& rma) {
  const bool awaits =
      rma.logistics == Logistics::kAwaitingShipment && rma.outcome == Outcome::kNone;
  return awaits ? rma.ship_by : std::nullopt;
}

int64_t HeldUnits(const Rma& rma, const RmaLine& line) {
  switch (rma.outcome) {
    case O::kRejected:
    case O::kCancelled:
    case O::kExpired:
      return 0;
    case O::kNone:
      return rma.approval == A::kApproved ? line.q.approved : line.q.requested;
    case O::kCompleted:
      // The customer has the unit again, or still.
      if (line.kind == RmaKind::kRepair || line.kind == RmaKind::kPartialRefund) return 0;
      return std::max(line.q.refunded + line.q.replaced, line.q.Accepted());
  }
  return 0;
}

int64_t Sendable(const Rma& rma, const RmaLine& line) {
  const Quantities& q = line.q;
  if (!GoesOut(line) || AwaitsCustomer(line)) return 0;
  const int64_t gone = q.refunded + q.replaced;
  if (line.exchange && line.exchange->instant && line.exchange->state == E::kReady) {
    return std::max<int64_t>(0,
                             (rma.logistics == L::kInspected ? q.Accepted() : q.approved) - gone);
  }
  const bool settled = rma.logistics == L::kInspected || rma.logistics == L::kNotNeeded;
  return settled ? std::max<int64_t>(0, q.Accepted() - gone) : 0;
}

bool IsPaidEarly(const Rma& rma, const RmaLine& line) {
  if (line.kind != RmaKind::kReturnRefund && line.kind != RmaKind::kRefundOnly) return false;
  return line.refund_at == RefundAt::kApproval ||
         (line.refund_at == RefundAt::kCarrierScan && rma.scanned);
}

int64_t Refundable(const Rma& rma, const RmaLine& line) {
  return IsPaidEarly(rma, line) ? line.q.approved - line.q.replaced : line.q.Refundable();
}

bool AwaitsCustomer(const RmaLine& line) {
  return line.exchange &&
         (line.exchange->state == E::kOffered || line.exchange->state == E::kPaymentDue);
}

bool GoodsSettled(const Rma& rma) {
  if (rma.approval != A::kApproved) return false;
  if (rma.logistics != L::kNotNeeded && rma.logistics != L::kInspected) return false;
  if (rma.back_leg != B::kNotNeeded && rma.back_leg != B::kDelivered) return false;
  return std::none_of(rma.lines.begin(), rma.lines.end(), [&](const RmaLine& line) {
    return AwaitsCustomer(line) || Sendable(rma, line) > 0;
  });
}

}  // namespace huiyin::aftersales
