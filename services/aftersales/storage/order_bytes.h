// The part of an order's snapshot that is read as a whole and never asked for by itself, in
// canonical bytes: its shipments.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "services/aftersales/domain/order.h"

namespace huiyin::aftersales {

std::string EncodeShipments(const std::vector<Shipment>& shipments);
// Adds to `shipments`. DATA_LOSS when the bytes are not EncodeShipments'.
absl::Status DecodeShipments(std::string_view bytes, std::vector<Shipment>& shipments);

}  // namespace huiyin::aftersales
