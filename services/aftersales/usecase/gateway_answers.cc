#include "services/aftersales/usecase/gateway_answers.h"

#include <algorithm>

#include "absl/hash/hash.h"
#include "services/aftersales/domain/text.h"
#include "services/aftersales/usecase/access.h"
#include "services/aftersales/usecase/change_refund.h"
#include "services/aftersales/usecase/refunds.h"

namespace huiyin::aftersales {
namespace {

GatewayRefund CallFor(const Refund& refund) {
  return {.gateway = refund.gateway,
          .idempotency_key = IdempotencyKey(refund),
          .payment_id = refund.payment.value(),
          .amount = refund.PaidOut(),
          .captured = refund.captured};
}

absl::Duration RetentionOf(const GatewayTiming& timing, const std::string& gateway) {
  const auto own = timing.key_retention_of.find(gateway);
  return own == timing.key_retention_of.end() ? timing.key_retention : own->second;
}

absl::Duration AskAgainAfter(const GatewayTiming& timing, int64_t attempts) {
  const int64_t doublings = std::min<int64_t>(attempts, 16);
  return std::min(timing.first_ask * (int64_t{1} << doublings), timing.last_ask);
}

std::optional<RefundEvent> EventOf(GatewayAnswer::Kind kind) {
  switch (kind) {
    case GatewayAnswer::Kind::kPaid:
      return RefundEvent::kPaid;
    case GatewayAnswer::Kind::kDeclined:
      return RefundEvent::kDeclined;
    case GatewayAnswer::Kind::kNoAnswer:
    case GatewayAnswer::Kind::kNotFound:  // asked, and it may not be called again: a person looks
      return RefundEvent::kNoAnswer;
    case GatewayAnswer::Kind::kReversed:
      return RefundEvent::kReverse;
    case GatewayAnswer::Kind::kPending:
      return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace

uint64_t OrderKey(const TenantId& tenant, const OrderId& order) {
  const uint64_t hash = absl::HashOf(tenant, order);
  return hash == 0 ? 1 : hash;
}

absl::StatusOr<std::vector<ClaimedRefund>> ClaimRefunds(Unit& unit, const GatewayTiming& timing,
                                                        size_t limit) {
  const absl::Time now = unit.clock.Now();
  HUIYIN_ASSIGN_OR_RETURN(const std::vector<DueRefund> due, unit.store.DueRefunds(now, limit));
  std::vector<ClaimedRefund> claimed;
  for (const DueRefund& each : due) {
    HUIYIN_ASSIGN_OR_RETURN(std::optional<Refund> refund,
                            unit.store.FindRefund(each.tenant, each.refund));
    if (!refund || !refund->due || *refund->due > now) continue;
    ClaimedRefund claim{.tenant = each.tenant,
                        .order = refund->order,
                        .refund = each.refund,
                        .call = CallFor(*refund)};
    refund->due = now + timing.lease;
    ++refund->attempts;
    if (refund->state == RefundState::kApproved) {
      HUIYIN_RETURN_IF_ERROR(ChangeRefund(
          unit, each.tenant, *refund,
          {.event = RefundEvent::kSubmit, .actor = {ActorKind::kSystem, "dispatcher"}}));
    } else {
      claim.ask_first = true;
      claim.may_call_again =
          refund->submitted && now < *refund->submitted + RetentionOf(timing, refund->gateway);
      HUIYIN_RETURN_IF_ERROR(unit.store.SaveRefund(each.tenant, *refund));
    }
    claimed.push_back(std::move(claim));
  }
  return claimed;
}

absl::Status RecordAnswer(Unit& unit, const TenantId& tenant, const OrderId& order,
                          const RefundId& id, const GatewayAnswer& answer,
                          const GatewayTiming& timing) {
  HUIYIN_RETURN_IF_ERROR(unit.store.LockOrder(tenant, order));
  HUIYIN_ASSIGN_OR_RETURN(std::optional<Refund> refund, unit.store.FindRefund(tenant, id));
  if (!refund) return NotFound("refund", id.value());
  const RefundState from = refund->state;
  std::optional<RefundEvent> event = EventOf(answer.kind);
  if (answer.after_all && from == RefundState::kSucceeded) event = RefundEvent::kReverse;
  const bool open = from == RefundState::kSubmitted || from == RefundState::kUnknown;
  if (event && Next(from, *event)) {
    if (open) refund->due = unit.clock.Now() + AskAgainAfter(timing, refund->attempts);
    return ChangeRefund(unit, tenant, *refund,
                        {.event = *event,
                         .actor = {ActorKind::kSystem, Concat("gateway.", refund->gateway)},
                         .reason = answer.reason,
                         .gateway_refund_id = answer.gateway_refund_id});
  }
  if (!open) return absl::OkStatus();  // final already: repeats and contradictions change nothing
  // Still pending, or still unknown: ask again later.
  refund->due = unit.clock.Now() + AskAgainAfter(timing, refund->attempts);
  if (!answer.reason.empty()) refund->state_reason = answer.reason;
  if (!answer.gateway_refund_id.empty()) refund->gateway_refund_id = answer.gateway_refund_id;
  return unit.store.SaveRefund(tenant, *refund);
}

absl::Status RecordNotice(Unit& unit, const Caller& caller, const GatewayNotice& notice,
                          const GatewayTiming& timing) {
  if (notice.chargeback) {
    return RecordChargeback(unit, caller,
                            {.chargeback_id = notice.chargeback->id,
                             .payment = PaymentId(notice.chargeback->payment_id),
                             .amount = notice.chargeback->amount,
                             .won = notice.chargeback->won})
        .status();
  }
  const RefundId id = RefundOfKey(notice.idempotency_key);
  HUIYIN_ASSIGN_OR_RETURN(const std::optional<Refund> refund,
                          unit.store.FindRefund(caller.tenant, id));
  if (!refund) return NotFound("refund", notice.idempotency_key);
  GatewayAnswer answer = notice.answer;
  if (notice.amount &&
      *notice.amount != refund->PaidOut()) {  // says nothing about this refund: ask
    answer = {.kind = GatewayAnswer::Kind::kNoAnswer,
              .gateway_refund_id = "",
              .reason = "the gateway's callback speaks of another amount"};
  }
  return RecordAnswer(unit, caller.tenant, refund->order, id, answer, timing);
}

}  // namespace huiyin::aftersales
