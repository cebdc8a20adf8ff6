// Messages ↔ domain. Requests become commands with every violation reported at once.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "huiyin/aftersales/v1/order_service.pb.h"
#include "huiyin/aftersales/v1/refund_service.pb.h"
#include "huiyin/aftersales/v1/rma_service.pb.h"
#include "huiyin/aftersales/v1/stock.pb.h"
#include "services/aftersales/usecase/change_rma.h"
#include "services/aftersales/usecase/create_rma.h"
#include "services/aftersales/usecase/queries.h"
#include "services/aftersales/usecase/refunds.h"

namespace huiyin::aftersales {

// Without checks of contents: CheckOrder does those.
Order FromProto(const v1::Order& in);
v1::Order ToProto(const TenantId& tenant, const Order& order);

// The last part of "tenants/{t}/{collection}/{id}", or the bare id. Adds a violation for what is
// neither, or belongs to another tenant.
std::string IdOf(const TenantId& tenant, std::string_view collection, const std::string& name,
                 std::string_view field, InputCheck& check);
// `request_id` must be a UUID.
void CheckRequestId(const std::string& request_id, InputCheck& check);
// Valid UTF-8 without control characters other than line breaks and tabs, min…max bytes.
void CheckText(const std::string& text, std::string_view field, size_t min, size_t max,
               InputCheck& check);
// Ids of uploads, at most 20.
template <class List>
std::vector<std::string> UploadsOf(const List& ids, const std::string& field, InputCheck& check) {
  check.Require(ids.size() <= 20, field, "must hold at most 20");
  std::vector<std::string> uploads;
  for (const std::string& id : ids) {
    CheckText(id, field, 1, 64, check);
    check.Require(id.find('\n') == id.npos, field, "must hold ids");
    uploads.push_back(id);
  }
  return uploads;
}

absl::StatusOr<CreateRmaCommand> FromProto(const TenantId& tenant, const v1::CreateRmaRequest& in);
absl::StatusOr<ReturnOptionsQuery> FromProto(const TenantId& tenant,
                                             const v1::GetReturnOptionsRequest& in);
absl::StatusOr<RequestRefundCommand> FromProto(const TenantId& tenant,
                                               const v1::RequestRefundRequest& in);
absl::StatusOr<ChargebackCommand> FromProto(const v1::RecordChargebackRequest& in);

StockItem FromProto(const v1::StockItem& in);
v1::StockItem ToProto(const TenantId& tenant, const StockItem& item);

v1::Rma ToProto(const TenantId& tenant, const RmaView& view);
v1::Verdict ToProto(const Verdict& verdict);
// `for_customer` hides which agent acted.
v1::RmaAction ToProto(const Action& action, bool for_customer);
v1::GetReturnOptionsResponse ToProto(const ReturnOptions& options);
v1::Refund ToProto(const TenantId& tenant, const Refund& refund);
v1::LedgerEntry ToProto(const LedgerEntry& entry);
v1::AuditLedgerResponse ToProto(const AuditProgress& progress);

}  // namespace huiyin::aftersales
