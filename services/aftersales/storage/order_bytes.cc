#include "services/aftersales/storage/order_bytes.h"

#include "services/aftersales/domain/digest.h"

namespace huiyin::aftersales {
namespace {

constexpr int64_t kFormat = 1;

void WriteTime(const std::optional<absl::Time>& time, FactWriter& out) {
  out.Int(time.has_value());
  if (time) out.Int(absl::ToUnixMicros(*time));
}

std::optional<absl::Time> ReadTime(FactReader& in) {
  if (in.Int() == 0) return std::nullopt;
  return absl::FromUnixMicros(in.Int());
}

Shipment ReadShipment(FactReader& in) {
  Shipment shipment;
  shipment.shipment_id = in.Text();
  shipment.carrier = in.Text();
  shipment.tracking_number = in.Text();
  shipment.invoice_number = in.Text();
  shipment.warehouse = in.Text();
  shipment.shipped_at = ReadTime(in);
  shipment.delivered_at = ReadTime(in);
  for (int64_t items = in.Int(); items > 0 && in.ok(); --items) {
    ShipmentItem& item = shipment.items.emplace_back();
    item.line_id = in.Text();
    item.quantity = in.Int();
  }
  return shipment;
}

}  // namespace

std::string EncodeShipments(const std::vector<Shipment>& shipments) {
  FactWriter out;
  out.Int(kFormat);
  for (const Shipment& shipment : shipments) {
    out.Text(shipment.shipment_id).Text(shipment.carrier).Text(shipment.tracking_number);
    out.Text(shipment.invoice_number).Text(shipment.warehouse);
    WriteTime(shipment.shipped_at, out);
    WriteTime(shipment.delivered_at, out);
    out.Int(static_cast<int64_t>(shipment.items.size()));
    for (const ShipmentItem& item : shipment.items) out.Text(item.line_id).Int(item.quantity);
  }
  return out.Take();
}

absl::Status DecodeShipments(std::string_view bytes, std::vector<Shipment>& shipments) {
  FactReader in(bytes);
  bool ok = in.Int() == kFormat;
  while (ok && !in.AtEnd()) {
    shipments.push_back(ReadShipment(in));
    ok = in.ok();
  }
  return ok ? absl::OkStatus() : absl::DataLossError("the shipments of an order are damaged");
}

}  // namespace huiyin::aftersales
