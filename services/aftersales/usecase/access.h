// Who may see what, and how changes find what they change.
#pragma once

#include <string>

#include "services/aftersales/usecase/unit.h"

namespace huiyin::aftersales {

// True when the caller acts as a customer, and so only on what is theirs.
bool ActsAsCustomer(const Caller& caller);
// Who is acting, for the action log.
Actor ActorOf(const Caller& caller);
absl::Status NotFound(std::string_view what, std::string_view id);

// NOT_FOUND for what does not exist, is another tenant's, or another customer's.
absl::StatusOr<Order> GetOrder(Store& store, const Caller& caller, const OrderId& order);
absl::StatusOr<Rma> GetRma(Store& store, const Caller& caller, const RmaId& rma);
absl::StatusOr<Refund> GetRefund(Store& store, const Caller& caller, const RefundId& refund);
// The order of the RMA. DATA_LOSS when it is not there.
absl::StatusOr<Order> OrderOf(Store& store, const TenantId& tenant, const Rma& rma);
// The judgement on the RMA. DATA_LOSS when it has none, or one about other lines.
absl::StatusOr<Judgement> GetJudgement(Store& store, const TenantId& tenant, const Rma& rma);

// The same, with the order's row lock held: what is read stays true until the transaction ends.
absl::StatusOr<Order> GetOrderLocked(Unit& unit, const Caller& caller, const OrderId& order);
absl::StatusOr<Rma> GetRmaLocked(Unit& unit, const Caller& caller, const RmaId& rma);
absl::StatusOr<Refund> GetRefundLocked(Unit& unit, const Caller& caller, const RefundId& refund);

// ABORTED (ETAG_MISMATCH) unless `etag` is empty or the version's.
absl::Status CheckEtag(const std::string& etag, int64_t version);
// Systems are bound by their own limits; leads may spend what is there; agents have the policy's
// limit.
bool MayApprove(const Caller& caller, const Policy& policy, const Money& amount);

std::string Etag(int64_t version);

}  // namespace huiyin::aftersales
