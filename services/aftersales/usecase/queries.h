// Reading. Customers see their own.
#pragma once

#include "services/aftersales/usecase/unit.h"

namespace huiyin::aftersales {

// An RMA with what belongs to its picture.
struct RmaView {
  Rma rma;
  Verdict verdict;
  std::vector<Refund> refunds;
};
// The RMA's refunds; its log tells whether there are any, without asking the store.
absl::StatusOr<std::vector<Refund>> RefundsOf(Store& store, const TenantId& tenant, const Rma& rma);
absl::StatusOr<RmaView> ViewRma(Store& store, const TenantId& tenant, Rma rma);

absl::StatusOr<std::vector<Order>> ListOrders(View& view, const Caller& caller, OrderFilter filter,
                                              const Page& page);
absl::StatusOr<std::vector<RmaView>> ListRmas(View& view, const Caller& caller, RmaFilter filter,
                                              const Page& page);
absl::StatusOr<std::vector<Refund>> ListRefunds(View& view, const Caller& caller,
                                                RefundFilter filter, const Page& page);

// One broken invariant, as in refund_service.proto.
struct AuditFinding {
  std::string invariant;
  std::string subject;
  std::string detail;
};
struct AuditProgress {
  int64_t entries = 0, refunds = 0, payments = 0, order_lines = 0;
  int64_t total_findings = 0;
  std::vector<AuditFinding> new_findings;  // since the last report
};
// Checks every invariant of the tenant's money and units on one snapshot. `report` is called every
// 10 000 rows and at the end; false stops the audit (CANCELLED).
absl::Status Audit(View& view, const TenantId& tenant,
                   absl::FunctionRef<bool(AuditProgress&)> report);

}  // namespace huiyin::aftersales
