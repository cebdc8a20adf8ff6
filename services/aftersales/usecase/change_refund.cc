#include "services/aftersales/usecase/change_refund.h"

#include "services/aftersales/domain/text.h"
#include "services/aftersales/usecase/queries.h"
#include "services/aftersales/usecase/save_rma.h"

namespace huiyin::aftersales {
namespace {

// How the refund's new state shows in its RMA's log; nothing for states in between.
std::optional<ActionType> LogEntry(RefundState to) {
  switch (to) {
    case RefundState::kSucceeded:
      return ActionType::kRefundSucceeded;
    case RefundState::kFailed:
      return ActionType::kRefundFailed;
    case RefundState::kReversed:
      return ActionType::kRefundReversed;
    default:
      return std::nullopt;
  }
}

absl::Status LogInRma(Unit& unit, const TenantId& tenant, const Refund& refund,
                      const RefundChange& change) {
  const std::optional<ActionType> type = LogEntry(refund.state);
  if (!type || refund.rma.empty()) return absl::OkStatus();
  HUIYIN_ASSIGN_OR_RETURN(std::optional<Rma> rma, unit.store.FindRma(tenant, refund.rma));
  if (!rma) return absl::DataLossError(Concat("refund ", refund.id.value(), " has no RMA"));
  RmaChange saved(*rma);
  const absl::Time now = unit.clock.Now();
  Action action{.type = *type, .actor = change.actor, .note = refund.id.value(), .at = now};
  HUIYIN_RETURN_IF_ERROR(Apply(*rma, action));
  if (*type != ActionType::kRefundSucceeded) {  // the units are open again
    for (const RefundUnits& units : refund.units) {
      action.line_id = units.rma_line_id;
      action.quantity = units.quantity;
      HUIYIN_RETURN_IF_ERROR(Apply(*rma, action));
    }
  }
  HUIYIN_RETURN_IF_ERROR(CompleteWhenSettled(unit, tenant, *rma));
  return SaveRma(unit, tenant, *rma, saved);
}

absl::Status NotPayable(const PaymentShare& share) {
  return Error(absl::StatusCode::kFailedPrecondition, "AMOUNT_NOT_PAYABLE",
               Concat(share.amount, " minor units are not worth a payable amount of ",
                      share.payout.currency(), " at the captured rate"),
               {{"wanted_minor", Concat(share.amount)}});
}

}  // namespace

absl::StatusOr<std::vector<Refund>> MakeRefunds(Unit& unit, const TenantId& tenant,
                                                const Order& order, Rma* rma, const Actor& actor,
                                                const NewRefund& wanted) {
  std::vector<RefundPart> parts = wanted.parts;
  if (rma != nullptr) {  // an RMA comes to what it comes to: it may be a step short
    HUIYIN_ASSIGN_OR_RETURN(
        parts, RoundedToPayable(order, std::move(parts), wanted.only_payment, unit.gateways));
    if (parts.empty()) return std::vector<Refund>();
  }
  HUIYIN_ASSIGN_OR_RETURN(const std::vector<PaymentShare> shares,
                          SpreadOverPayments(order, parts, wanted.only_payment, unit.gateways));
  const absl::Time now = unit.clock.Now();
  std::vector<Refund> refunds;
  for (const PaymentShare& share : shares) {
    if (rma == nullptr && share.payout.IsZero()) return NotPayable(share);
    Refund refund;
    refund.id = RefundId(unit.ids.NewId());
    refund.order = order.id;
    refund.payment = share.payment;
    refund.gateway = share.gateway;
    refund.captured = share.captured;
    refund.customer = order.customer;
    refund.amount = Money(share.amount, order.currency);
    if (share.payout.currency() != order.currency) refund.payout = share.payout;
    refund.parts = share.parts;
    refund.state = RefundState::kRequested;
    refund.reason = wanted.reason;
    refund.requested_by = wanted.requested_by;
    refund.created = refund.updated = now;
    refund.version = 1;
    if (rma != nullptr) {
      refund.rma = rma->id;
      refund.ticket = rma->ticket;
      refund.rma_submitted = rma->created;
    }
    // The first share stands for the units; the others pay along.
    if (refunds.empty()) refund.units = wanted.units;
    HUIYIN_RETURN_IF_ERROR(CheckSplit(refund));
    HUIYIN_RETURN_IF_ERROR(unit.store.InsertRefund(tenant, refund));
    HUIYIN_RETURN_IF_ERROR(unit.events.RefundStateChanged(tenant, refund, RefundState::kNone, now));
    if (rma != nullptr) {
      Action action{.type = ActionType::kRefundRequested,
                    .actor = actor,
                    .note = refund.id.value(),
                    .at = now};
      HUIYIN_RETURN_IF_ERROR(Apply(*rma, action));
      for (const RefundUnits& units : refund.units) {
        action.line_id = units.rma_line_id;
        action.quantity = units.quantity;
        HUIYIN_RETURN_IF_ERROR(Apply(*rma, action));
      }
    }
    if (!wanted.approved_by.empty()) {
      HUIYIN_RETURN_IF_ERROR(ChangeRefund(
          unit, tenant, refund,
          {.event = RefundEvent::kApprove, .actor = {actor.kind, wanted.approved_by}}));
    }
    refunds.push_back(std::move(refund));
  }
  return refunds;
}

absl::Status ChangeRefund(Unit& unit, const TenantId& tenant, Refund& refund,
                          const RefundChange& change) {
  const RefundState from = refund.state;
  const std::optional<RefundState> to = Next(from, change.event);
  if (!to) {
    return Error(absl::StatusCode::kFailedPrecondition, "WRONG_STATE",
                 Concat("the refund is ", Name(from), ": ", Name(change.event), " is not possible"),
                 {{"state", std::string(Name(from))}});
  }
  const absl::Time now = unit.clock.Now();
  refund.state = *to;
  refund.updated = now;
  refund.state_reason = change.reason;
  switch (change.event) {
    case RefundEvent::kApprove:
      refund.approved_by = change.actor.id;
      refund.due = now;  // the dispatcher takes it from here
      break;
    case RefundEvent::kSubmit:
      if (!refund.submitted) refund.submitted = now;
      break;
    case RefundEvent::kPaid:
      refund.gateway_refund_id = change.gateway_refund_id;
      if (const std::optional<Tender> tender = TenderOf(refund.gateway)) {
        HUIYIN_RETURN_IF_ERROR(
            unit.store.MoveCredit(tenant, refund.customer, *tender, refund.amount).status());
      }
      break;
    default:
      break;
  }
  if (*to == RefundState::kSucceeded || *to == RefundState::kFailed ||
      *to == RefundState::kReversed) {
    refund.due.reset();
    refund.completed = now;
  }
  HUIYIN_RETURN_IF_ERROR(unit.store.SaveRefund(tenant, refund));
  if (HoldsMoney(from) && !HoldsMoney(*to)) {
    HUIYIN_RETURN_IF_ERROR(unit.store.ReleaseRefund(tenant, refund));
  }
  HUIYIN_RETURN_IF_ERROR(unit.store.AppendLedger(tenant, BookRefund(refund, from, *to, now)));
  HUIYIN_RETURN_IF_ERROR(unit.events.RefundStateChanged(tenant, refund, from, now));
  return LogInRma(unit, tenant, refund, change);
}

absl::Status CompleteWhenSettled(Unit& unit, const TenantId& tenant, Rma& rma) {
  if (rma.outcome != Outcome::kNone || !GoodsSettled(rma)) return absl::OkStatus();
  HUIYIN_ASSIGN_OR_RETURN(const std::vector<Refund> refunds, RefundsOf(unit.store, tenant, rma));
  for (const Refund& refund : refunds) {
    const bool replaced = refund.state == RefundState::kFailed && !refund.retried_as.empty();
    if (refund.state != RefundState::kSucceeded && !replaced) return absl::OkStatus();
  }
  return Apply(rma, {.type = ActionType::kCompleted,
                     .actor = {ActorKind::kSystem, "aftersales"},
                     .at = unit.clock.Now()});
}

}  // namespace huiyin::aftersales
