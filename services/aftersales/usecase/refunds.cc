#include "services/aftersales/usecase/refunds.h"

#include "services/aftersales/domain/captured_rate.h"
#include "services/aftersales/domain/text.h"
#include "services/aftersales/usecase/access.h"
#include "services/aftersales/usecase/change_refund.h"
#include "services/aftersales/usecase/save_rma.h"

namespace huiyin::aftersales {
namespace {

// Whether the caller may give it alone. An agent's limit is for all that they give on an order, so
// that it is not passed in pieces.
absl::StatusOr<bool> MayGive(Unit& unit, const Caller& caller, const Order& order,
                             const Money& amount) {
  HUIYIN_ASSIGN_OR_RETURN(const PolicyPtr policy, unit.policies.InForce(unit.store, caller.tenant));
  if (!MayApprove(caller, *policy, amount)) return false;
  HUIYIN_ASSIGN_OR_RETURN(const int64_t given,
                          unit.store.GivenAlone(caller.tenant, order.id, caller.subject));
  return MayApprove(caller, *policy, Money(given + amount.minor(), order.currency));
}

absl::StatusOr<std::vector<Refund>> Goodwill(Unit& unit, const Caller& caller,
                                             const RequestRefundCommand& command) {
  HUIYIN_ASSIGN_OR_RETURN(const Order order, GetOrderLocked(unit, caller, command.order));
  InputCheck check;
  check.Require(command.amount.currency() == order.currency, "amount.currency",
                Concat("must be the order's currency, ", order.currency));
  check.Require(command.order_line_id.empty() || order.Line(command.order_line_id) != nullptr,
                "order_line_id", "is not a line of this order");
  check.Require(command.payment.empty() || order.FindPayment(command.payment) != nullptr,
                "payment_id", "is not a payment of this order");
  HUIYIN_RETURN_IF_ERROR(check.ToStatus());
  HUIYIN_ASSIGN_OR_RETURN(const AlreadyRefunded already,
                          unit.store.SumRefunds(caller.tenant, order.id));
  NewRefund wanted;
  HUIYIN_ASSIGN_OR_RETURN(
      wanted.parts, SplitAmount(order, already, command.amount.minor(), command.order_line_id));
  wanted.only_payment = command.payment;
  wanted.reason = command.reason;
  wanted.requested_by = caller.subject;
  HUIYIN_ASSIGN_OR_RETURN(const bool alone, MayGive(unit, caller, order, command.amount));
  if (alone) wanted.approved_by = caller.subject;
  return MakeRefunds(unit, caller.tenant, order, nullptr, ActorOf(caller), wanted);
}

absl::StatusOr<std::vector<Refund>> Retry(Unit& unit, const Caller& caller,
                                          const RequestRefundCommand& command) {
  HUIYIN_ASSIGN_OR_RETURN(Rma rma, GetRmaLocked(unit, caller, command.rma));
  HUIYIN_ASSIGN_OR_RETURN(
      std::vector<Refund> failed,
      unit.store.ListRefunds(
          caller.tenant,
          {.rma = rma.id, .order = {}, .customer = {}, .states = {RefundState::kFailed}},
          {.size = 1000}));
  std::erase_if(failed, [](const Refund& refund) { return !refund.retried_as.empty(); });
  if (failed.empty()) {
    return Error(absl::StatusCode::kFailedPrecondition, "NOTHING_DUE",
                 "no refund of this RMA has failed without another in its place");
  }
  HUIYIN_ASSIGN_OR_RETURN(const PolicyPtr policy, unit.policies.InForce(unit.store, caller.tenant));
  const RmaChange before(rma);
  std::vector<Refund> made;
  for (Refund& refund : failed) {
    HUIYIN_ASSIGN_OR_RETURN(const Order order, GetOrder(unit.store, caller, rma.order));
    NewRefund wanted;
    wanted.parts = refund.parts;
    wanted.units = refund.units;
    wanted.reason = command.reason;
    wanted.requested_by = caller.subject;
    if (MayApprove(caller, *policy, refund.amount)) {
      wanted.approved_by = caller.subject;
    }
    HUIYIN_ASSIGN_OR_RETURN(std::vector<Refund> again,
                            MakeRefunds(unit, caller.tenant, order, &rma, ActorOf(caller), wanted));
    if (again.empty()) {
      return Error(absl::StatusCode::kFailedPrecondition, "AMOUNT_NOT_PAYABLE",
                   "what is left of the payments cannot pay it in their gateways' steps");
    }
    refund.retried_as = again.front().id.value();
    HUIYIN_RETURN_IF_ERROR(unit.store.SaveRefund(caller.tenant, refund));
    for (Refund& each : again) made.push_back(std::move(each));
  }
  HUIYIN_RETURN_IF_ERROR(SaveRma(unit, caller.tenant, rma, before));
  return made;
}

// Takes back promises of `payment` that no gateway has heard of, the newest first, while refunds
// and chargebacks together exceed what was captured.
absl::Status WithdrawUnsent(Unit& unit, const Caller& caller, const OrderId& order,
                            const PaymentId& payment, int64_t excess) {
  RefundFilter filter;
  filter.order = order;
  filter.states = {RefundState::kRequested, RefundState::kApproved};
  HUIYIN_ASSIGN_OR_RETURN(std::vector<Refund> unsent,
                          unit.store.ListRefunds(caller.tenant, filter, {.size = 1000}));
  for (Refund& refund : unsent) {
    if (excess <= 0) break;
    if (refund.payment != payment) continue;
    HUIYIN_RETURN_IF_ERROR(ChangeRefund(
        unit, caller.tenant, refund,
        {.event = RefundEvent::kReject, .actor = ActorOf(caller), .reason = "CHARGED_BACK"}));
    excess -= refund.amount.minor();
  }
  return absl::OkStatus();
}

// The bank gave the money back: what it took counts no longer. What was withdrawn because of it
// stays so; it may be requested again.
absl::Status WinBack(Unit& unit, const TenantId& tenant, const Order& order, const Payment& payment,
                     const std::string& id) {
  const absl::Time now = unit.clock.Now();
  HUIYIN_ASSIGN_OR_RETURN(std::optional<Chargeback> won,
                          unit.store.WinChargeback(tenant, payment.id, id, now));
  if (!won) return absl::OkStatus();  // known already
  if (won->amount.currency().empty()) won->amount = Money(won->worth, order.currency);
  return unit.store.AppendLedger(
      tenant, BookChargebackWon(id, order.id, payment.gateway, won->amount, now));
}

}  // namespace

absl::StatusOr<std::vector<Refund>> RequestRefund(Unit& unit, const Caller& caller,
                                                  const RequestRefundCommand& command) {
  return command.rma.empty() ? Goodwill(unit, caller, command) : Retry(unit, caller, command);
}

absl::StatusOr<Refund> ApproveRefund(Unit& unit, const Caller& caller, const RefundId& id,
                                     const std::string& etag) {
  HUIYIN_ASSIGN_OR_RETURN(Refund refund, GetRefundLocked(unit, caller, id));
  HUIYIN_RETURN_IF_ERROR(CheckEtag(etag, refund.version));
  if (refund.requested_by == caller.subject) {
    return Error(absl::StatusCode::kPermissionDenied, "FOUR_EYES",
                 "a refund is approved by somebody else than its requester");
  }
  HUIYIN_RETURN_IF_ERROR(ChangeRefund(unit, caller.tenant, refund,
                                      {.event = RefundEvent::kApprove, .actor = ActorOf(caller)}));
  return refund;
}

absl::StatusOr<Refund> RejectRefund(Unit& unit, const Caller& caller, const RefundId& id,
                                    const std::string& etag, const std::string& note) {
  HUIYIN_ASSIGN_OR_RETURN(Refund refund, GetRefundLocked(unit, caller, id));
  HUIYIN_RETURN_IF_ERROR(CheckEtag(etag, refund.version));
  HUIYIN_RETURN_IF_ERROR(
      ChangeRefund(unit, caller.tenant, refund,
                   {.event = RefundEvent::kReject, .actor = ActorOf(caller), .reason = note}));
  return refund;
}

absl::StatusOr<Refund> ReconcileRefund(Unit& unit, const Caller& caller, const RefundId& id) {
  HUIYIN_ASSIGN_OR_RETURN(Refund refund, GetRefundLocked(unit, caller, id));
  if (refund.state != RefundState::kSubmitted && refund.state != RefundState::kUnknown) {
    return refund;
  }
  refund.due = unit.clock.Now();
  HUIYIN_RETURN_IF_ERROR(unit.store.SaveRefund(caller.tenant, refund));
  return refund;
}

absl::StatusOr<bool> RecordChargeback(Unit& unit, const Caller& caller,
                                      const ChargebackCommand& command) {
  HUIYIN_ASSIGN_OR_RETURN(const std::optional<OrderId> order_id,
                          unit.store.OrderOfPayment(caller.tenant, command.payment));
  if (!order_id) return NotFound("payment", command.payment.value());
  HUIYIN_ASSIGN_OR_RETURN(const Order order, GetOrderLocked(unit, caller, *order_id));
  const Payment& payment = *order.FindPayment(command.payment);
  const std::string& currency = PayoutCurrency(order, payment);
  if (command.amount.currency() != currency) {
    return BadInput({{"amount.currency", Concat("must be ", currency)}});
  }
  const absl::Time now = unit.clock.Now();
  Chargeback chargeback{
      .id = command.chargeback_id, .payment = payment.id, .amount = command.amount, .at = now};
  HUIYIN_ASSIGN_OR_RETURN(chargeback.worth, WorthOf(payment, command.amount.minor()));
  HUIYIN_ASSIGN_OR_RETURN(const bool is_new,
                          unit.store.InsertChargeback(caller.tenant, chargeback));
  if (is_new) {
    HUIYIN_RETURN_IF_ERROR(unit.store.AppendLedger(
        caller.tenant,
        BookChargeback(chargeback.id, order.id, payment.gateway, chargeback.amount, now)));
  }
  if (command.won) {
    HUIYIN_RETURN_IF_ERROR(WinBack(unit, caller.tenant, order, payment, chargeback.id));
  } else if (is_new) {
    HUIYIN_RETURN_IF_ERROR(WithdrawUnsent(
        unit, caller, order.id, payment.id,
        payment.refund_held + payment.charged_back + chargeback.worth - payment.captured));
  }
  HUIYIN_ASSIGN_OR_RETURN(const Order after, GetOrder(unit.store, caller, *order_id));
  const Payment& left = *after.FindPayment(command.payment);
  return left.refund_held + left.charged_back > left.captured;
}

}  // namespace huiyin::aftersales
