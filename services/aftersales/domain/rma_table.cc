// The tables of the RMA machine: which action is possible from where, and where it leads. STATES.md
// is made from them (rma_states.h).
#include "services/aftersales/domain/rma.h"

namespace huiyin::aftersales {
namespace {

template <class... Values>
constexpr uint32_t Bits(Values... values) {
  return ((1u << static_cast<int>(values)) | ... | 0u);
}
constexpr uint32_t kAny = ~0u;

using A = Approval;
using B = BackLeg;
using E = ExchangeState;
using L = Logistics;
using O = Outcome;
using T = ActionType;

constexpr uint32_t kApproved = Bits(A::kApproved);
constexpr uint32_t kOnTheWay = Bits(L::kAwaitingShipment, L::kInTransit, L::kDelivered, L::kLost);

// APPROVED sets goods back and goods out by the lines; see Apply.
constexpr Transition kTransitions[] = {
    // type, units, from approvals, from goods back, from goods out, open, to …
    {T::kSubmitted, true, Bits(A::kNone), kAny, kAny, true, A::kNone, L::kNone, B::kNone, O::kNone},
    {T::kSubmitted, false, Bits(A::kNone), kAny, kAny, true, A::kSubmitted, L::kNotNeeded,
     B::kNotNeeded, O::kNone},
    {T::kApproved, true, Bits(A::kSubmitted), kAny, kAny, true, A::kNone, L::kNone, B::kNone,
     O::kNone},
    {T::kApproved, false, Bits(A::kSubmitted), kAny, kAny, true, A::kApproved, L::kNone, B::kNone,
     O::kNone},
    {T::kEvidenceAdded, true, Bits(A::kSubmitted), kAny, kAny, true, A::kNone, L::kNone, B::kNone,
     O::kNone},
    {T::kRejected, false, Bits(A::kSubmitted), kAny, kAny, true, A::kRejected, L::kNone, B::kNone,
     O::kRejected},
    {T::kAppealed, false, Bits(A::kRejected), kAny, kAny, false, A::kSubmitted, L::kNone, B::kNone,
     O::kNone},
    {T::kCancelled, false, Bits(A::kSubmitted, A::kApproved),
     Bits(L::kNotNeeded, L::kAwaitingShipment), Bits(B::kNotNeeded, B::kPreparing), true,
     A::kCancelled, L::kNone, B::kNone, O::kCancelled},
    {T::kExpired, false, kApproved, Bits(L::kAwaitingShipment), kAny, true, A::kExpired, L::kNone,
     B::kNone, O::kExpired},
    {T::kExtended, false, kApproved, Bits(L::kAwaitingShipment), kAny, true, A::kNone, L::kNone,
     B::kNone, O::kNone},
    {T::kSplitOff, true, Bits(A::kSubmitted, A::kApproved),
     Bits(L::kNotNeeded, L::kAwaitingShipment), Bits(B::kNotNeeded, B::kPreparing), true, A::kNone,
     L::kNone, B::kNone, O::kNone},
    {T::kSplitOff, false, Bits(A::kSubmitted, A::kApproved),
     Bits(L::kNotNeeded, L::kAwaitingShipment), Bits(B::kNotNeeded, B::kPreparing), true, A::kNone,
     L::kNone, B::kNone, O::kNone},
    {T::kShipped, false, kApproved, Bits(L::kAwaitingShipment), kAny, true, A::kNone, L::kInTransit,
     B::kNone, O::kNone},
    {T::kCarrierScanned, false, kApproved, Bits(L::kInTransit), kAny, true, A::kNone, L::kNone,
     B::kNone, O::kNone},
    {T::kParcelLost, false, kApproved, Bits(L::kInTransit), kAny, true, A::kNone, L::kLost,
     B::kNone, O::kNone},
    {T::kWrittenOff, true, Bits(A::kSubmitted, A::kApproved), Bits(L::kNotNeeded, L::kLost), kAny,
     true, A::kNone, L::kNone, B::kNone, O::kNone},
    {T::kWrittenOff, false, kApproved, Bits(L::kLost), kAny, true, A::kNone, L::kNotNeeded,
     B::kNone, O::kNone},
    {T::kReceived, true, kApproved, kOnTheWay, kAny, true, A::kNone, L::kNone, B::kNone, O::kNone},
    {T::kReceived, false, kApproved, kOnTheWay, kAny, true, A::kNone, L::kDelivered, B::kNone,
     O::kNone},
    {T::kSurplusReceived, false, kApproved, Bits(L::kDelivered), kAny, true, A::kNone, L::kNone,
     B::kNone, O::kNone},
    {T::kInspected, true, kApproved, Bits(L::kDelivered), kAny, true, A::kNone, L::kNone, B::kNone,
     O::kNone},
    {T::kInspectionCompleted, false, kApproved, Bits(L::kDelivered), kAny, true, A::kNone,
     L::kInspected, B::kNone, O::kNone},
    {T::kRefundRequested, true, kApproved, kAny, kAny, true, A::kNone, L::kNone, B::kNone,
     O::kNone},
    {T::kRefundRequested, false, kApproved, kAny, kAny, true, A::kNone, L::kNone, B::kNone,
     O::kNone},
    {T::kRefundSucceeded, false, kApproved, kAny, kAny, false, A::kNone, L::kNone, B::kNone,
     O::kNone},
    {T::kRefundFailed, true, kApproved, kAny, kAny, false, A::kNone, L::kNone, B::kNone, O::kNone},
    {T::kRefundFailed, false, kApproved, kAny, kAny, false, A::kNone, L::kNone, B::kNone, O::kNone},
    {T::kRefundReversed, true, kApproved, kAny, kAny, false, A::kNone, L::kNone, B::kNone,
     O::kNone},
    {T::kRefundReversed, false, kApproved, kAny, kAny, false, A::kNone, L::kNone, B::kNone,
     O::kNone},
    {T::kExchangeOffered, true, Bits(A::kSubmitted, A::kApproved), kAny, kAny, true, A::kNone,
     L::kNone, B::kNone, O::kNone},
    {T::kExchangeConfirmed, true, kApproved, kAny, kAny, true, A::kNone, L::kNone, B::kNone,
     O::kNone},
    {T::kExchangeDeclined, true, kApproved, kAny, kAny, true, A::kNone, L::kNone, B::kNone,
     O::kNone},
    {T::kExchangePaid, true, kApproved, kAny, kAny, true, A::kNone, L::kNone, B::kNone, O::kNone},
    {T::kExchangeSettled, true, kApproved, kAny, kAny, true, A::kNone, L::kNone, B::kNone,
     O::kNone},
    // Several parcels may go out: an instant exchange before the goods come back, others after.
    {T::kShippedBack, true, kApproved, kAny, Bits(B::kPreparing, B::kShipped, B::kDelivered), true,
     A::kNone, L::kNone, B::kNone, O::kNone},
    {T::kShippedBack, false, kApproved, kAny, Bits(B::kPreparing, B::kShipped, B::kDelivered), true,
     A::kNone, L::kNone, B::kShipped, O::kNone},
    {T::kBackDelivered, false, kApproved, kAny, Bits(B::kShipped), true, A::kNone, L::kNone,
     B::kDelivered, O::kNone},
    {T::kCompleted, false, kApproved, Bits(L::kNotNeeded, L::kInspected),
     Bits(B::kNotNeeded, B::kDelivered), true, A::kNone, L::kNone, B::kNone, O::kCompleted},
};

constexpr ExchangeMove kExchangeMoves[] = {
    {T::kExchangeOffered, Bits(E::kNone, E::kOffered), E::kOffered},
    {T::kExchangeConfirmed, Bits(E::kOffered), E::kNone},
    {T::kExchangeDeclined, Bits(E::kOffered, E::kPaymentDue), E::kDeclined},
    {T::kExchangePaid, Bits(E::kPaymentDue), E::kReady},
    {T::kExchangeSettled, Bits(E::kReady), E::kReady},
};

}  // namespace

const Transition* FindTransition(ActionType type, bool unit_action) {
  for (const Transition& row : kTransitions) {
    if (row.type == type && row.unit_action == unit_action) return &row;
  }
  return nullptr;
}

std::span<const Transition> Transitions() { return kTransitions; }

const ExchangeMove* FindExchangeMove(ActionType type) {
  for (const ExchangeMove& row : kExchangeMoves) {
    if (row.type == type) return &row;
  }
  return nullptr;
}

std::span<const ExchangeMove> ExchangeMoves() { return kExchangeMoves; }

}  // namespace huiyin::aftersales
