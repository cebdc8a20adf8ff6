// The way back of goods, and what customs wants to know of it.
#pragma once

#include <string>
#include <vector>

#include "services/aftersales/domain/order.h"
#include "services/aftersales/domain/policy/facts.h"
#include "services/aftersales/domain/rma.h"

namespace huiyin::aftersales {

struct CustomsLine {
  std::string rma_line_id;
  std::string description;
  std::string hs_code;
  std::string origin_country;
  int64_t quantity = 0;
  int64_t value = 0;  // minor units of the order's currency: what was paid for the goods alone
};

struct ReturnShipment {
  ReturnRoute route = ReturnRoute::kDirect;
  std::string hub;  // LOCAL_HUB, CONSOLIDATE
  std::string from_country, to_country;
  bool customs = false;       // it crosses a customs border
  std::string export_reason;  // with customs: RETURNED_GOODS
  // With customs: of the invoices that the goods left with, each once.
  std::vector<std::string> outbound_invoices;
  std::vector<CustomsLine> lines;  // what travels; values exact to the minor unit
  // With customs: what is missing for a declaration, as "lines[1].hs_code", "outbound_invoices".
  std::vector<std::string> missing;
};

// How the approved goods of the RMA that the customer does not keep, and that have not arrived yet,
// come back. The route is that of the first line whose goods are not kept; KEEP when all are.
ReturnShipment PlanReturn(const Order& order, const Rma& rma, const Verdict& verdict);

// True when goods that go from one country to the other are declared to customs: the countries
// differ and are not both in the customs union of the EU.
bool CrossesCustoms(std::string_view from, std::string_view to);

}  // namespace huiyin::aftersales
