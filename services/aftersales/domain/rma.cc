#include "services/aftersales/domain/rma.h"

#include <algorithm>

#include "libs/core/status.h"
#include "services/aftersales/domain/text.h"

namespace huiyin::aftersales {
namespace {

template <class... Values>
constexpr uint32_t Bits(Values... values) {
  return ((1u << static_cast<int>(values)) | ... | 0u);
}
constexpr uint32_t kAny = ~0u;

using A = Approval;
using B = BackLeg;
using L = Logistics;
using O = Outcome;
using T = ActionType;

// kNotNeeded as target of APPROVED is a placeholder: Apply sets logistics and back leg by the
// lines.
constexpr Transition kTransitions[] = {
    // type, units, from approvals, from logistics, from back legs, open, to …
    {T::kSubmitted, true, Bits(A::kNone), kAny, kAny, true, A::kNone, L::kNone, B::kNone, O::kNone},
    {T::kSubmitted, false, Bits(A::kNone), kAny, kAny, true, A::kSubmitted, L::kNotNeeded,
     B::kNotNeeded, O::kNone},
    {T::kApproved, true, Bits(A::kSubmitted), kAny, kAny, true, A::kNone, L::kNone, B::kNone,
     O::kNone},
    {T::kWrittenOff, true, Bits(A::kSubmitted), kAny, kAny, true, A::kNone, L::kNone, B::kNone,
     O::kNone},
    {T::kApproved, false, Bits(A::kSubmitted), kAny, kAny, true, A::kApproved, L::kNone, B::kNone,
     O::kNone},
    {T::kRejected, false, Bits(A::kSubmitted), kAny, kAny, true, A::kRejected, L::kNone, B::kNone,
     O::kRejected},
    {T::kAppealed, false, Bits(A::kRejected), kAny, kAny, false, A::kSubmitted, L::kNone, B::kNone,
     O::kNone},
    {T::kCancelled, false, Bits(A::kSubmitted, A::kApproved),
     Bits(L::kNotNeeded, L::kAwaitingShipment), Bits(B::kNotNeeded, B::kPreparing), true,
     A::kCancelled, L::kNone, B::kNone, O::kCancelled},
    {T::kExpired, false, Bits(A::kApproved), Bits(L::kAwaitingShipment), kAny, true, A::kExpired,
     L::kNone, B::kNone, O::kExpired},
    {T::kExtended, false, Bits(A::kApproved), Bits(L::kAwaitingShipment), kAny, true, A::kNone,
     L::kNone, B::kNone, O::kNone},
    {T::kShipped, false, Bits(A::kApproved), Bits(L::kAwaitingShipment), kAny, true, A::kNone,
     L::kInTransit, B::kNone, O::kNone},
    {T::kReceived, true, Bits(A::kApproved),
     Bits(L::kAwaitingShipment, L::kInTransit, L::kDelivered), kAny, true, A::kNone, L::kNone,
     B::kNone, O::kNone},
    {T::kReceived, false, Bits(A::kApproved),
     Bits(L::kAwaitingShipment, L::kInTransit, L::kDelivered), kAny, true, A::kNone, L::kDelivered,
     B::kNone, O::kNone},
    {T::kInspected, true, Bits(A::kApproved), Bits(L::kDelivered), kAny, true, A::kNone, L::kNone,
     B::kNone, O::kNone},
    {T::kInspectionCompleted, false, Bits(A::kApproved), Bits(L::kDelivered), kAny, true, A::kNone,
     L::kInspected, B::kNone, O::kNone},
    {T::kRefundRequested, true, Bits(A::kApproved), kAny, kAny, true, A::kNone, L::kNone, B::kNone,
     O::kNone},
    {T::kRefundRequested, false, Bits(A::kApproved), kAny, kAny, true, A::kNone, L::kNone, B::kNone,
     O::kNone},
    {T::kRefundSucceeded, false, Bits(A::kApproved), kAny, kAny, false, A::kNone, L::kNone,
     B::kNone, O::kNone},
    {T::kRefundFailed, true, Bits(A::kApproved), kAny, kAny, false, A::kNone, L::kNone, B::kNone,
     O::kNone},
    {T::kRefundFailed, false, Bits(A::kApproved), kAny, kAny, false, A::kNone, L::kNone, B::kNone,
     O::kNone},
    {T::kRefundReversed, true, Bits(A::kApproved), kAny, kAny, false, A::kNone, L::kNone, B::kNone,
     O::kNone},
    {T::kRefundReversed, false, Bits(A::kApproved), kAny, kAny, false, A::kNone, L::kNone, B::kNone,
     O::kNone},
    {T::kShippedBack, true, Bits(A::kApproved), Bits(L::kInspected), Bits(B::kPreparing), true,
     A::kNone, L::kNone, B::kNone, O::kNone},
    {T::kShippedBack, false, Bits(A::kApproved), Bits(L::kInspected), Bits(B::kPreparing), true,
     A::kNone, L::kNone, B::kShipped, O::kNone},
    {T::kBackDelivered, false, Bits(A::kApproved), kAny, Bits(B::kShipped), true, A::kNone,
     L::kNone, B::kDelivered, O::kNone},
    {T::kCompleted, false, Bits(A::kApproved), Bits(L::kNotNeeded, L::kInspected),
     Bits(B::kNotNeeded, B::kDelivered), true, A::kNone, L::kNone, B::kNone, O::kCompleted},
};

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

// Adds `units` of the action to the line's quantities, or says which limit forbids it.
absl::Status Count(RmaLine& line, const Action& action) {
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
      return limit(q.written_off, q.approved - q.written_off, "QUANTITY_EXCEEDS_APPROVED");
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
      return limit(q.refunded, q.Refundable() - q.refunded, "NOT_RECEIVED");
    case T::kRefundFailed:
    case T::kRefundReversed:
      if (units > q.refunded) return TooMany("QUANTITY_EXCEEDS_REFUNDED", line.id, q.refunded);
      q.refunded -= units;
      return absl::OkStatus();
    case T::kShippedBack:
      return limit(q.replaced, q.Settled() - q.written_off - q.refunded - q.replaced,
                   "NOT_RECEIVED");
    default:
      return absl::InternalError("not an action on units");
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
    default:
      return absl::OkStatus();
  }
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
      bool back = false, out = false;
      for (const RmaLine& line : rma.lines) {
        back |= line.q.Awaited() > 0;
        out |= line.q.approved > 0 &&
               (line.kind == RmaKind::kExchange || line.kind == RmaKind::kRepair);
      }
      rma.logistics = back ? L::kAwaitingShipment : L::kNotNeeded;
      rma.back_leg = out ? B::kPreparing : B::kNotNeeded;
      break;
    }
    case T::kInspectionCompleted: {
      // Nothing came back that could go out again: there is no back leg.
      bool out = false;
      for (const RmaLine& line : rma.lines) {
        out |= (line.kind == RmaKind::kExchange || line.kind == RmaKind::kRepair) &&
               line.q.Settled() > 0;
      }
      if (!out) rma.back_leg = B::kNotNeeded;
      break;
    }
    case T::kShipped:
      rma.return_tracking = action.note;
      break;
    case T::kShippedBack:
      rma.back_tracking = action.note;
      break;
    default:
      break;
  }
}

}  // namespace

const Transition* FindTransition(ActionType type, bool unit_action) {
  for (const Transition& row : kTransitions) {
    if (row.type == type && row.unit_action == unit_action) return &row;
  }
  return nullptr;
}

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
    HUIYIN_RETURN_IF_ERROR(Count(*line, action));
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

int64_t HeldUnits(const Rma& rma, const RmaLine& line) {
  switch (rma.outcome) {
    case O::kRejected:
    case O::kCancelled:
    case O::kExpired:
      return 0;
    case O::kNone:
      return rma.approval == A::kApproved ? line.q.approved : line.q.requested;
    case O::kCompleted:
      if (line.kind == RmaKind::kRepair) return 0;  // the customer has the unit again
      return std::max(line.q.refunded + line.q.replaced,
                      line.q.Settled() - line.q.graded[static_cast<int>(Grade::kWrongItem)]);
  }
  return 0;
}

bool GoodsSettled(const Rma& rma) {
  return rma.approval == A::kApproved &&
         (rma.logistics == L::kNotNeeded || rma.logistics == L::kInspected) &&
         (rma.back_leg == B::kNotNeeded || rma.back_leg == B::kDelivered);
}

namespace {
template <class E, size_t N>
std::string_view Lookup(const std::string_view (&names)[N], E value) {
  const auto index = static_cast<size_t>(value);
  return index < N ? names[index] : "?";
}
}  // namespace

std::string_view Name(Approval value) {
  static constexpr std::string_view kNames[] = {"NONE",     "SUBMITTED", "APPROVED",
                                                "REJECTED", "EXPIRED",   "CANCELLED"};
  return Lookup(kNames, value);
}
std::string_view Name(Logistics value) {
  static constexpr std::string_view kNames[] = {"NONE",       "NOT_NEEDED", "AWAITING_SHIPMENT",
                                                "IN_TRANSIT", "DELIVERED",  "INSPECTED"};
  return Lookup(kNames, value);
}
std::string_view Name(BackLeg value) {
  static constexpr std::string_view kNames[] = {"NONE", "NOT_NEEDED", "PREPARING", "SHIPPED",
                                                "DELIVERED"};
  return Lookup(kNames, value);
}
std::string_view Name(Grade value) {
  static constexpr std::string_view kNames[] = {"NONE",    "AS_NEW",     "OPENED",
                                                "DAMAGED", "WRONG_ITEM", "MISSING"};
  return Lookup(kNames, value);
}
std::string_view Name(ActionType value) {
  static constexpr std::string_view kNames[] = {"NONE",
                                                "SUBMITTED",
                                                "APPROVED",
                                                "REJECTED",
                                                "CANCELLED",
                                                "EXPIRED",
                                                "SHIPPED",
                                                "RECEIVED",
                                                "INSPECTED",
                                                "INSPECTION_COMPLETED",
                                                "REFUND_REQUESTED",
                                                "REFUND_SUCCEEDED",
                                                "REFUND_FAILED",
                                                "REFUND_REVERSED",
                                                "SHIPPED_BACK",
                                                "BACK_DELIVERED",
                                                "WRITTEN_OFF",
                                                "COMPLETED",
                                                "APPEALED",
                                                "EXTENDED"};
  return Lookup(kNames, value);
}

}  // namespace huiyin::aftersales
