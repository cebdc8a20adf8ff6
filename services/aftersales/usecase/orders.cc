#include "services/aftersales/usecase/orders.h"

#include "services/aftersales/domain/text.h"

namespace huiyin::aftersales {
namespace {

absl::Status Refuse(std::string_view reason, const std::string& message) {
  return Error(absl::StatusCode::kFailedPrecondition, reason, message);
}

// A newer snapshot must leave room for what RMAs and refunds hold of the older one.
absl::Status CheckAgainst(const Order& stored, const Order& order) {
  if (order.currency != stored.currency) {
    return Refuse("CURRENCY_CHANGED", Concat("the order is in ", stored.currency));
  }
  for (const OrderLine& line : stored.lines) {
    const OrderLine* next = order.Line(line.line_id);
    if (line.units_held > (next == nullptr ? 0 : order.Delivered(line.line_id))) {
      return Refuse("BELOW_RETURNED",
                    Concat("line ", line.line_id, ": ", line.units_held, " units are in RMAs"));
    }
    if (line.refund_held > (next == nullptr ? 0 : next->Value())) {
      return Refuse("BELOW_REFUNDED", Concat("line ", line.line_id, ": ", line.refund_held,
                                             " minor units are refunded"));
    }
  }
  for (const Payment& payment : stored.payments) {
    const Payment* next = order.FindPayment(payment.id);
    if (payment.refund_held + payment.charged_back > (next == nullptr ? 0 : next->captured)) {
      return Refuse("BELOW_REFUNDED", Concat("payment ", payment.id.value(), ": ",
                                             payment.refund_held, " minor units are refunded"));
    }
    const bool moved = payment.refund_held + payment.charged_back > 0;
    if (moved && (payment.charged || next->charged) &&
        (payment.charged != next->charged || payment.captured != next->captured)) {
      return Refuse("RATE_FIXED", Concat("payment ", payment.id.value(),
                                         ": money went back at the captured rate already"));
    }
  }
  if (order.shipping < stored.shipping_held || order.fee < stored.fee_held) {
    return Refuse("BELOW_REFUNDED", "more shipping or fees are refunded than the order has");
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<UpsertResult> UpsertOrder(Unit& unit, const Caller& caller, Order order) {
  InputCheck check;
  CheckOrder(order, check);
  HUIYIN_RETURN_IF_ERROR(check.ToStatus());
  if (order.language.empty()) order.language = DefaultLanguage(order.country_of_delivery);
  HUIYIN_RETURN_IF_ERROR(unit.store.LockOrder(caller.tenant, order.id));
  HUIYIN_ASSIGN_OR_RETURN(const std::optional<Order> stored,
                          unit.store.FindOrder(caller.tenant, order.id));
  const absl::Time now = unit.clock.Now();
  order.updated = now;
  order.created = stored ? stored->created : now;
  if (stored) {
    if (order.version < stored->version) return UpsertResult::kStale;
    if (order.version == stored->version) {
      if (ContentHash(order) == ContentHash(*stored)) return UpsertResult::kUnchanged;
      return Refuse("VERSION_REUSED",
                    Concat("version ", order.version, " is stored with other content"));
    }
    HUIYIN_RETURN_IF_ERROR(CheckAgainst(*stored, order));
  }
  HUIYIN_RETURN_IF_ERROR(unit.store.PutOrder(caller.tenant, order));
  HUIYIN_RETURN_IF_ERROR(unit.events.OrderUpserted(caller.tenant, order, !stored, now));
  return stored ? UpsertResult::kUpdated : UpsertResult::kCreated;
}

}  // namespace huiyin::aftersales
