// Fields of requests about RMAs, read with every violation reported.
#pragma once

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include "libs/core/money.h"
#include "services/aftersales/domain/text.h"
#include "services/aftersales/rpc/convert.h"
#include "services/aftersales/usecase/unit.h"

namespace huiyin::aftersales {

// A change of one RMA: what every such request has, and how to do it.
struct ChangeCommand {
  RmaTarget target;
  std::function<absl::StatusOr<Rma>(Unit&, const Caller&, const RmaTarget&)> run;
};

template <class Request>
RmaTarget TargetOf(const TenantId& tenant, const Request& in, InputCheck& check) {
  CheckRequestId(in.request_id(), check);
  CheckText(in.etag(), "etag", 0, 64, check);
  return {RmaId(IdOf(tenant, "rmas", in.name(), "name", check)), in.etag()};
}

// Units of lines, at most 500, each `min` to 100 000. List: repeated message with rma_line_id and
// quantity.
template <class List>
std::vector<LineUnits> UnitsOf(const List& list, int64_t min, std::string_view field,
                               InputCheck& check) {
  std::vector<LineUnits> units;
  check.Require(list.size() <= 500, field, "must hold at most 500");
  for (int i = 0; i < std::min<int>(list.size(), 500); ++i) {
    const std::string path = Concat(field, "[", i, "]");
    CheckText(list[i].rma_line_id(), path + ".rma_line_id", 1, 64, check);
    check.Require(list[i].quantity() >= min && list[i].quantity() <= 100'000, path + ".quantity",
                  Concat("must be ", min, " to 100000"));
    units.push_back({.line = list[i].rma_line_id(), .quantity = list[i].quantity()});
  }
  return units;
}

inline constexpr size_t kMaxNote = 1000;

inline std::vector<LineUnits> GradedUnitsOf(const v1::InspectRmaRequest& in, InputCheck& check) {
  std::vector<LineUnits> units = UnitsOf(in.units(), 1, "units", check);
  check.Require(!units.empty(), "units", "must not be empty");
  for (size_t i = 0; i < units.size(); ++i) {
    const v1::GradedUnits& each = in.units(static_cast<int>(i));
    check.Require(each.grade() >= v1::GRADE_AS_NEW && each.grade() <= v1::GRADE_MISSING,
                  Concat("units[", i, "].grade"), "is mandatory");
    CheckText(each.note(), Concat("units[", i, "].note"), 0, kMaxNote, check);
    units[i].grade = static_cast<Grade>(each.grade());
    units[i].note = each.note();
    units[i].photo_ids = UploadsOf(each.photo_ids(), Concat("units[", i, "].photo_ids"), check);
  }
  return units;
}

inline RmaFilter FilterOf(const v1::ListRmasRequest& in) {
  RmaFilter filter;
  if (!in.customer_id().empty()) filter.customer = CustomerId(in.customer_id());
  if (!in.order_id().empty()) filter.order = OrderId(in.order_id());
  if (!in.ticket_id().empty()) filter.ticket = TicketId(in.ticket_id());
  for (const int approval : in.approvals()) {
    filter.approvals.push_back(static_cast<Approval>(approval));
  }
  filter.open_only = in.open_only();
  return filter;
}

inline std::vector<Surplus> SurplusOf(const v1::ReceiveRmaRequest& in, InputCheck& check) {
  std::vector<Surplus> surplus;
  check.Require(in.surplus_size() <= 50, "surplus", "must hold at most 50");
  for (int i = 0; i < std::min(in.surplus_size(), 50); ++i) {
    const v1::SurplusGoods& goods = in.surplus(i);
    const std::string path = Concat("surplus[", i, "]");
    CheckText(goods.description(), path + ".description", 1, 500, check);
    check.Require(goods.quantity() >= 1 && goods.quantity() <= 100'000, path + ".quantity",
                  "must be 1 to 100000");
    surplus.push_back({.description = goods.description(),
                       .quantity = goods.quantity(),
                       .photo_ids = UploadsOf(goods.photo_ids(), path + ".photo_ids", check)});
  }
  return surplus;
}

inline Money MoneyOf(const common::v1::Money& in, std::string_view field, InputCheck& check) {
  check.Require(in.minor_units() >= 0 && in.minor_units() <= kMaxOrderMinor, field,
                "must be 0 to 10^15 minor units");
  check.Require(CurrencyExponent(in.currency()).ok(), field, "must be in an ISO 4217 currency");
  return Money(in.minor_units(), in.currency());
}

}  // namespace huiyin::aftersales
