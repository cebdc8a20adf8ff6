// How the goods of an RMA come back; see RmaProgressService.GetReturnShipment.
#pragma once

#include "services/aftersales/domain/customs.h"
#include "services/aftersales/usecase/unit.h"

namespace huiyin::aftersales {

struct ReturnShipmentView {
  ReturnShipment shipment;
  std::string currency;
};
absl::StatusOr<ReturnShipmentView> GetReturnShipment(View& view, const Caller& caller,
                                                     const RmaId& rma);

}  // namespace huiyin::aftersales
