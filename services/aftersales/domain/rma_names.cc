// Names of the RMA's enums, as in rma.proto.
#include "services/aftersales/domain/rma.h"

namespace huiyin::aftersales {
namespace {

template <class E, size_t N>
std::string_view Lookup(const std::string_view (&names)[N], E value) {
  const auto index = static_cast<size_t>(value);
  return index < N ? names[index] : "?";
}

}  // namespace

std::string_view Name(Approval value) {
  static constexpr std::string_view kNames[] = {"NONE",     "SUBMITTED", "APPROVED",
                                                "REJECTED", "EXPIRED",   "CANCELLED"};
  return Lookup(kNames, value);
}
std::string_view Name(RmaKind value) {
  static constexpr std::string_view kNames[] = {"NONE",   "RETURN_REFUND", "EXCHANGE",
                                                "REPAIR", "REFUND_ONLY",   "PARTIAL_REFUND"};
  return Lookup(kNames, value);
}
std::string_view Name(Logistics value) {
  static constexpr std::string_view kNames[] = {
      "NONE", "NOT_NEEDED", "AWAITING_SHIPMENT", "IN_TRANSIT", "DELIVERED", "INSPECTED", "LOST"};
  return Lookup(kNames, value);
}
std::string_view Name(BackLeg value) {
  static constexpr std::string_view kNames[] = {"NONE", "NOT_NEEDED", "PREPARING", "SHIPPED",
                                                "DELIVERED"};
  return Lookup(kNames, value);
}
std::string_view Name(Grade value) {
  static constexpr std::string_view kNames[] = {"NONE",    "AS_NEW",     "OPENED",
                                                "DAMAGED", "WRONG_ITEM", "MISSING"};
  return Lookup(kNames, value);
}
std::string_view Name(Outcome value) {
  static constexpr std::string_view kNames[] = {"NONE", "COMPLETED", "REJECTED", "CANCELLED",
                                                "EXPIRED"};
  return Lookup(kNames, value);
}
std::string_view Name(RefundAt value) {
  static constexpr std::string_view kNames[] = {"NONE", "INSPECTION", "CARRIER_SCAN", "APPROVAL"};
  return Lookup(kNames, value);
}
std::string_view Name(ExchangeState value) {
  static constexpr std::string_view kNames[] = {"NONE", "OFFERED", "PAYMENT_DUE", "READY",
                                                "DECLINED"};
  return Lookup(kNames, value);
}
std::string_view Name(ActionType value) {
  static constexpr std::string_view kNames[] = {"NONE",
                                                "SUBMITTED",
                                                "APPROVED",
                                                "REJECTED",
                                                "CANCELLED",
                                                "EXPIRED",
                                                "SHIPPED",
                                                "RECEIVED",
                                                "INSPECTED",
                                                "INSPECTION_COMPLETED",
                                                "REFUND_REQUESTED",
                                                "REFUND_SUCCEEDED",
                                                "REFUND_FAILED",
                                                "REFUND_REVERSED",
                                                "SHIPPED_BACK",
                                                "BACK_DELIVERED",
                                                "WRITTEN_OFF",
                                                "COMPLETED",
                                                "APPEALED",
                                                "EXTENDED",
                                                "EXCHANGE_OFFERED",
                                                "EXCHANGE_CONFIRMED",
                                                "EXCHANGE_DECLINED",
                                                "EXCHANGE_PAID",
                                                "EXCHANGE_SETTLED",
                                                "SPLIT_OFF",
                                                "PARCEL_LOST",
                                                "SURPLUS_RECEIVED",
                                                "CARRIER_SCANNED",
                                                "EVIDENCE_ADDED"};
  return Lookup(kNames, value);
}

}  // namespace huiyin::aftersales
