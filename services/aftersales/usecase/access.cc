#include "services/aftersales/usecase/access.h"

#include "services/aftersales/domain/text.h"

namespace huiyin::aftersales {

bool ActsAsCustomer(const Caller& caller) {
  if (!caller.Is(Role::kCustomer)) return false;
  for (const Role role :
       {Role::kAgent, Role::kLead, Role::kPlatform, Role::kOperator, Role::kService}) {
    if (caller.Is(role)) return false;
  }
  return true;
}

Actor ActorOf(const Caller& caller) {
  if (caller.Is(Role::kAgent) || caller.Is(Role::kLead)) {
    return {ActorKind::kAgent, caller.subject};
  }
  return {ActsAsCustomer(caller) ? ActorKind::kCustomer : ActorKind::kSystem, caller.subject};
}

absl::Status NotFound(std::string_view what, std::string_view id) {
  return Error(absl::StatusCode::kNotFound, "NOT_FOUND", Concat("there is no ", what, " ", id));
}

absl::StatusOr<Order> GetOrder(Store& store, const Caller& caller, const OrderId& id) {
  HUIYIN_ASSIGN_OR_RETURN(std::optional<Order> order, store.FindOrder(caller.tenant, id));
  if (!order || (ActsAsCustomer(caller) && order->customer.value() != caller.subject)) {
    return NotFound("order", id.value());
  }
  return *std::move(order);
}

absl::StatusOr<Rma> GetRma(Store& store, const Caller& caller, const RmaId& id) {
  HUIYIN_ASSIGN_OR_RETURN(std::optional<Rma> rma, store.FindRma(caller.tenant, id));
  if (!rma || (ActsAsCustomer(caller) && rma->customer.value() != caller.subject)) {
    return NotFound("RMA", id.value());
  }
  return *std::move(rma);
}

absl::StatusOr<Order> OrderOf(Store& store, const TenantId& tenant, const Rma& rma) {
  HUIYIN_ASSIGN_OR_RETURN(std::optional<Order> order, store.FindOrder(tenant, rma.order));
  if (!order) return absl::DataLossError(Concat("RMA ", rma.id.value(), " has no order"));
  return *std::move(order);
}

absl::StatusOr<Judgement> GetJudgement(Store& store, const TenantId& tenant, const Rma& rma) {
  HUIYIN_ASSIGN_OR_RETURN(std::optional<Judgement> found, store.FindVerdict(tenant, rma.id));
  if (!found || found->verdict.lines.size() != rma.lines.size() ||
      found->inputs.lines.size() != rma.lines.size()) {
    return absl::DataLossError(Concat("RMA ", rma.id.value(), " has no matching verdict"));
  }
  return *std::move(found);
}

absl::StatusOr<Refund> GetRefund(Store& store, const Caller& caller, const RefundId& id) {
  HUIYIN_ASSIGN_OR_RETURN(std::optional<Refund> refund, store.FindRefund(caller.tenant, id));
  if (!refund || (ActsAsCustomer(caller) && refund->customer.value() != caller.subject)) {
    return NotFound("refund", id.value());
  }
  return *std::move(refund);
}

absl::StatusOr<Order> GetOrderLocked(Unit& unit, const Caller& caller, const OrderId& id) {
  HUIYIN_RETURN_IF_ERROR(unit.store.LockOrder(caller.tenant, id));
  return GetOrder(unit.store, caller, id);
}

// The order is named by what it locks, and never changes, so reading first and locking then is
// safe; what was read before the lock is read again.
absl::StatusOr<Rma> GetRmaLocked(Unit& unit, const Caller& caller, const RmaId& id) {
  HUIYIN_ASSIGN_OR_RETURN(const Rma before, GetRma(unit.store, caller, id));
  HUIYIN_RETURN_IF_ERROR(unit.store.LockOrder(caller.tenant, before.order));
  return GetRma(unit.store, caller, id);
}

absl::StatusOr<Refund> GetRefundLocked(Unit& unit, const Caller& caller, const RefundId& id) {
  HUIYIN_ASSIGN_OR_RETURN(const Refund before, GetRefund(unit.store, caller, id));
  HUIYIN_RETURN_IF_ERROR(unit.store.LockOrder(caller.tenant, before.order));
  return GetRefund(unit.store, caller, id);
}

bool MayApprove(const Caller& caller, const Policy& policy, const Money& amount) {
  if (caller.Is(Role::kLead) || caller.Is(Role::kService)) return true;
  return amount.minor() <= policy.AgentLimit(amount.currency());
}

std::string Etag(int64_t version) { return Concat("\"", version, "\""); }

absl::Status CheckEtag(const std::string& etag, int64_t version) {
  if (etag.empty() || etag == Etag(version)) return absl::OkStatus();
  return Error(absl::StatusCode::kAborted, "ETAG_MISMATCH",
               "it was changed meanwhile: read it again", {{"etag", Etag(version)}});
}

}  // namespace huiyin::aftersales
