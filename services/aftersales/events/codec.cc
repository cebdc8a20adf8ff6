#include "services/aftersales/events/codec.h"

#include <map>
#include <tuple>

#include "libs/rpc/proto_time.h"

namespace huiyin::aftersales {
namespace {

using rpc::ToProto;

void Fill(const RmaLine& line, event::v1::RmaLineFacts& out) {
  out.set_product_id(line.product_id);
  out.set_sku(line.sku);
  out.set_lot(line.lot);
  out.set_product_category(line.category);
  out.set_kind(static_cast<event::v1::RmaKind>(line.kind));
  out.set_reason(line.reason);
  out.set_quantity(static_cast<uint32_t>(line.q.requested));
}

}  // namespace

event::v1::OrderUpserted EncodeOrderUpserted(const Order& order, bool first_version) {
  event::v1::OrderUpserted out;
  out.set_order_id(order.id.value());
  out.set_customer_id(order.customer.value());
  out.set_version(order.version);
  out.set_country(order.country_of_delivery);
  out.set_tier(static_cast<common::v1::CustomerTier>(order.tier));
  out.set_first_version(first_version);
  *out.mutable_ordered_at() = ToProto(order.ordered_at);
  int64_t captured = 0;
  for (const Payment& payment : order.payments) captured += payment.captured;
  if (captured > 0) {
    out.mutable_captured()->set_minor_units(captured);
    out.mutable_captured()->set_currency(order.currency);
  }
  std::optional<absl::Time> delivered;
  using What = std::tuple<std::string, std::string, std::string, std::string, std::string>;
  std::map<What, int64_t> units;
  for (const Shipment& shipment : order.shipments) {
    for (const ShipmentItem& item : shipment.items) {
      const OrderLine& line = *order.Line(item.line_id);
      units[{line.product_id, line.sku, line.lot, shipment.carrier, shipment.warehouse}] +=
          item.quantity;
    }
    if (shipment.delivered_at && (!delivered || *delivered < *shipment.delivered_at)) {
      delivered = shipment.delivered_at;
    }
  }
  if (delivered) *out.mutable_delivered_at() = ToProto(*delivered);
  for (const auto& [what, quantity] : units) {
    const auto& [product, sku, lot, carrier, warehouse] = what;
    event::v1::ShippedUnits* shipped = out.add_units();
    shipped->set_product_id(product);
    shipped->set_sku(sku);
    shipped->set_lot(lot);
    shipped->set_carrier(carrier);
    shipped->set_warehouse(warehouse);
    shipped->set_quantity(static_cast<uint32_t>(quantity));
  }
  return out;
}

event::v1::RmaSubmitted EncodeRmaSubmitted(const Rma& rma) {
  event::v1::RmaSubmitted out;
  out.set_rma_id(rma.id.value());
  out.set_order_id(rma.order.value());
  out.set_customer_id(rma.customer.value());
  out.set_ticket_id(rma.ticket.value());
  for (const RmaLine& line : rma.lines) Fill(line, *out.add_lines());
  out.set_country(rma.country);
  return out;
}

event::v1::RmaDecided EncodeRmaDecided(const Rma& rma, const RmaDecision& decision) {
  event::v1::RmaDecided out;
  out.set_rma_id(rma.id.value());
  out.set_approved(decision.approved);
  out.set_policy_version(decision.policy_version);
  for (const std::string& id : decision.rule_ids) out.add_rule_ids(id);
  out.set_decided_by(decision.decided_by);
  *out.mutable_submitted_at() = ToProto(rma.created);
  out.set_reason(decision.reason);
  out.set_customer_id(rma.customer.value());
  out.set_ticket_id(rma.ticket.value());
  return out;
}

event::v1::RmaInspected EncodeRmaInspected(const Rma& rma, const std::vector<Action>& graded) {
  event::v1::RmaInspected out;
  out.set_rma_id(rma.id.value());
  for (const Action& action : graded) {
    event::v1::InspectedLine* line = out.add_lines();
    line->set_line_id(action.line_id);
    line->set_grade(std::string(Name(action.grade)));
    line->set_quantity(static_cast<uint32_t>(action.quantity));
    if (const RmaLine* facts = rma.Line(action.line_id)) Fill(*facts, *line->mutable_facts());
  }
  return out;
}

event::v1::RmaExchangeChanged EncodeExchangeChanged(const Rma& rma, const RmaLine& line) {
  event::v1::RmaExchangeChanged out;
  const Exchange& terms = *line.exchange;
  out.set_rma_id(rma.id.value());
  out.set_line_id(line.id);
  out.set_order_id(rma.order.value());
  out.set_customer_id(rma.customer.value());
  out.set_ticket_id(rma.ticket.value());
  out.set_state(static_cast<event::v1::ExchangeLifecycle>(terms.state));
  out.set_sku(terms.sku);
  out.set_quantity(static_cast<uint32_t>(terms.units));
  out.mutable_asked()->set_minor_units(terms.Asked());
  out.mutable_asked()->set_currency(rma.currency);
  out.set_hold(terms.instant);
  out.set_payment(terms.payment);
  *out.mutable_expire_time() = ToProto(terms.expires);
  out.set_language(rma.language);
  return out;
}

event::v1::RmaSplit EncodeRmaSplit(const Rma& rma, const Rma& split) {
  event::v1::RmaSplit out;
  out.set_rma_id(rma.id.value());
  out.set_new_rma_id(split.id.value());
  out.set_order_id(rma.order.value());
  out.set_customer_id(rma.customer.value());
  for (const RmaLine& line : split.lines) Fill(line, *out.add_lines());
  return out;
}

event::v1::RmaMismatchFound EncodeMismatch(const Rma& rma, std::string_view mismatch,
                                           const std::string& line, int64_t units) {
  event::v1::RmaMismatchFound out;
  out.set_rma_id(rma.id.value());
  out.set_customer_id(rma.customer.value());
  out.set_ticket_id(rma.ticket.value());
  out.set_mismatch(std::string(mismatch));
  out.set_line_id(line);
  out.set_quantity(static_cast<uint32_t>(units));
  return out;
}

event::v1::RmaClosed EncodeRmaClosed(const Rma& rma) {
  event::v1::RmaClosed out;
  out.set_rma_id(rma.id.value());
  out.set_outcome(static_cast<event::v1::RmaClosed::Outcome>(rma.outcome));
  out.set_customer_id(rma.customer.value());
  out.set_ticket_id(rma.ticket.value());
  *out.mutable_submitted_at() = ToProto(rma.created);
  out.set_order_id(rma.order.value());
  out.set_language(rma.language);
  return out;
}

event::v1::RefundStateChanged EncodeRefundStateChanged(const Refund& refund, RefundState from) {
  event::v1::RefundStateChanged out;
  out.set_refund_id(refund.id.value());
  out.set_rma_id(refund.rma.value());
  out.set_order_id(refund.order.value());
  out.set_from(static_cast<event::v1::RefundLifecycle>(from));
  out.set_to(static_cast<event::v1::RefundLifecycle>(refund.state));
  out.mutable_amount()->set_minor_units(refund.amount.minor());
  out.mutable_amount()->set_currency(refund.amount.currency());
  *out.mutable_requested_at() = ToProto(refund.created);
  if (refund.rma_submitted) *out.mutable_submitted_at() = ToProto(*refund.rma_submitted);
  out.set_customer_id(refund.customer.value());
  out.set_ticket_id(refund.ticket.value());
  return out;
}

}  // namespace huiyin::aftersales
