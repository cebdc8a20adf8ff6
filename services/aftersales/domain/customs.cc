#include "services/aftersales/domain/customs.h"

#include <algorithm>

#include "libs/core/money.h"
#include "services/aftersales/domain/text.h"

namespace huiyin::aftersales {
namespace {

// Members, and Monaco, which belongs to it by treaty: Regulation (EU) 952/2013 Art. 4.
constexpr std::string_view kCustomsUnion[] = {
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU",
    "IE", "IT", "LT", "LU", "LV", "MC", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK"};

bool InUnion(std::string_view country) {
  return std::find(std::begin(kCustomsUnion), std::end(kCustomsUnion), country) !=
         std::end(kCustomsUnion);
}

void AddInvoices(const Order& order, const std::string& line, ReturnShipment& plan) {
  for (const Shipment& shipment : order.shipments) {
    const bool holds = std::any_of(shipment.items.begin(), shipment.items.end(),
                                   [&](const ShipmentItem& item) { return item.line_id == line; });
    const std::string& number = shipment.invoice_number;
    auto& known = plan.outbound_invoices;
    if (holds && !number.empty() && std::find(known.begin(), known.end(), number) == known.end()) {
      known.push_back(number);
    }
  }
}

void ListMissing(ReturnShipment& plan) {
  if (plan.outbound_invoices.empty()) plan.missing.push_back("outbound_invoices");
  for (size_t i = 0; i < plan.lines.size(); ++i) {
    const CustomsLine& line = plan.lines[i];
    if (line.hs_code.empty()) plan.missing.push_back(Concat("lines[", i, "].hs_code"));
    if (line.origin_country.empty()) {
      plan.missing.push_back(Concat("lines[", i, "].origin_country"));
    }
  }
}

}  // namespace

bool CrossesCustoms(std::string_view from, std::string_view to) {
  return from != to && !(InUnion(from) && InUnion(to));
}

ReturnShipment PlanReturn(const Order& order, const Rma& rma, const Verdict& verdict) {
  ReturnShipment plan;
  plan.from_country = order.country_of_delivery;
  plan.to_country = order.country_of_sale;
  bool comes_back = false;
  for (size_t i = 0; i < rma.lines.size(); ++i) {
    const RmaLine& line = rma.lines[i];
    const OrderLine* sold = order.Line(line.order_line_id);
    if (sold == nullptr || line.keep_goods || line.q.approved == 0) continue;
    if (!comes_back && i < verdict.lines.size()) {
      plan.route = verdict.lines[i].route;
      plan.hub = verdict.lines[i].hub;
    }
    comes_back = true;
    const int64_t units = line.q.Awaited() - line.q.Missing() - line.q.received;
    if (units <= 0) continue;
    // Cannot overflow: at most what the line cost.
    const int64_t value = *MulDiv(sold->Goods() - sold->discount, units, sold->quantity);
    plan.lines.push_back({.rma_line_id = line.id,
                          .description = sold->product_name,
                          .hs_code = sold->hs_code,
                          .origin_country = sold->origin_country,
                          .quantity = units,
                          .value = value});
    AddInvoices(order, line.order_line_id, plan);
  }
  if (!comes_back) {
    plan.route = ReturnRoute::kKeep;
    return plan;
  }
  // A local hub is where the customer is.
  if (plan.route == ReturnRoute::kLocalHub) plan.to_country = plan.from_country;
  plan.customs = !plan.lines.empty() && CrossesCustoms(plan.from_country, plan.to_country);
  if (plan.customs) {
    plan.export_reason = "RETURNED_GOODS";
    ListMissing(plan);
  }
  return plan;
}

}  // namespace huiyin::aftersales
