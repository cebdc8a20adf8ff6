#include "services/aftersales/usecase/gateway_answers.h"

#include <algorithm>

#include "absl/hash/hash.h"
#include "services/aftersales/domain/text.h"
#include "services/aftersales/usecase/access.h"
#include "services/aftersales/usecase/change_refund.h"

namespace huiyin::aftersales {
namespace {

constexpr std::string_view kKeyPrefix = "huiyin-refund-";

GatewayRefund CallFor(const Refund& refund) {
  return {.gateway = refund.gateway,
          .idempotency_key = IdempotencyKey(refund),
          .payment_id = refund.payment.value(),
          .amount = refund.amount};
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
                        .refund = each.refund,
                        .order_key = OrderKey(each.tenant, refund->order),
                        .call = CallFor(*refund)};
    refund->due = now + timing.lease;
    ++refund->attempts;
    if (refund->state == RefundState::kApproved) {
      HUIYIN_RETURN_IF_ERROR(ChangeRefund(
          unit, each.tenant, *refund,
          {.event = RefundEvent::kSubmit, .actor = {ActorKind::kSystem, "dispatcher"}}));
    } else {
      claim.ask_first = true;
      claim.may_call_again = refund->submitted && now < *refund->submitted + timing.key_retention;
      HUIYIN_RETURN_IF_ERROR(unit.store.SaveRefund(each.tenant, *refund));
    }
    claimed.push_back(std::move(claim));
  }
  return claimed;
}

absl::Status RecordAnswer(Unit& unit, const TenantId& tenant, const RefundId& id,
                          const GatewayAnswer& answer, const GatewayTiming& timing) {
  HUIYIN_ASSIGN_OR_RETURN(std::optional<Refund> refund, unit.store.FindRefund(tenant, id));
  if (!refund) return NotFound("refund", id.value());
  HUIYIN_RETURN_IF_ERROR(unit.store.LockOrder(tenant, refund->order).status());
  HUIYIN_ASSIGN_OR_RETURN(refund, unit.store.FindRefund(tenant, id));
  const RefundState from = refund->state;
  const std::optional<RefundEvent> event = EventOf(answer.kind);
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

absl::Status RecordNotice(Unit& unit, const TenantId& tenant, const GatewayNotice& notice,
                          const GatewayTiming& timing) {
  const std::string_view key = notice.idempotency_key;
  if (!key.starts_with(kKeyPrefix)) return NotFound("refund", key);
  return RecordAnswer(unit, tenant, RefundId(key.substr(kKeyPrefix.size())), notice.answer, timing);
}

}  // namespace huiyin::aftersales
