#include "libs/rpc/proto_time.h"
#include "services/aftersales/domain/text.h"
#include "services/aftersales/rpc/convert.h"
#include "services/aftersales/usecase/access.h"

namespace huiyin::aftersales {

using rpc::FromProto;
using rpc::ToProto;

Order FromProto(const v1::Order& in) {
  Order order;
  order.id = OrderId(in.order_id());
  order.customer = CustomerId(in.customer_id());
  order.version = in.version();
  order.tier = static_cast<CustomerTier>(in.tier());
  order.country_of_sale = in.country_of_sale();
  order.country_of_delivery = in.country_of_delivery();
  order.currency = in.currency();
  order.language = in.language();
  order.ordered_at = FromProto(in.ordered_at());
  order.shipping = in.shipping_minor();
  order.fee = in.fee_minor();
  for (const v1::OrderLine& line : in.lines()) {
    OrderLine& out = order.lines.emplace_back();
    out.line_id = line.line_id();
    out.sku = line.sku();
    out.product_id = line.product_id();
    out.product_name = line.product_name();
    out.category = line.product_category();
    out.lot = line.lot();
    out.hs_code = line.hs_code();
    out.origin_country = line.origin_country();
    out.quantity = line.quantity();
    out.unit_price = line.unit_price_minor();
    out.discount = line.discount_minor();
    out.tax = line.tax_minor();
    out.duty = line.duty_minor();
    for (const int flag : line.flags()) {
      if (flag >= 1 && flag <= kGoodsFlags) out.flags |= 1u << flag;
    }
  }
  for (const v1::Payment& payment : in.payments()) {
    order.payments.push_back({.id = PaymentId(payment.payment_id()),
                              .method = payment.method(),
                              .gateway = payment.gateway(),
                              .captured = payment.captured_minor(),
                              .captured_at = FromProto(payment.captured_at())});
    if (payment.has_charged()) {
      order.payments.back().charged =
          Money(payment.charged().minor_units(), payment.charged().currency());
    }
  }
  for (const v1::Shipment& shipment : in.shipments()) {
    Shipment& out = order.shipments.emplace_back();
    out.shipment_id = shipment.shipment_id();
    out.carrier = shipment.carrier();
    out.tracking_number = shipment.tracking_number();
    out.invoice_number = shipment.invoice_number();
    out.warehouse = shipment.warehouse();
    if (shipment.has_shipped_at()) out.shipped_at = FromProto(shipment.shipped_at());
    if (shipment.has_delivered_at()) out.delivered_at = FromProto(shipment.delivered_at());
    for (const v1::ShipmentItem& item : shipment.items()) {
      out.items.push_back({item.line_id(), item.quantity()});
    }
  }
  return order;
}

v1::Order ToProto(const TenantId& tenant, const Order& order) {
  v1::Order out;
  out.set_name(Concat("tenants/", tenant.value(), "/orders/", order.id.value()));
  out.set_order_id(order.id.value());
  out.set_customer_id(order.customer.value());
  out.set_version(order.version);
  out.set_tier(static_cast<common::v1::CustomerTier>(order.tier));
  out.set_country_of_sale(order.country_of_sale);
  out.set_country_of_delivery(order.country_of_delivery);
  out.set_currency(order.currency);
  out.set_language(order.language);
  *out.mutable_ordered_at() = ToProto(order.ordered_at);
  out.set_shipping_minor(order.shipping);
  out.set_fee_minor(order.fee);
  for (const OrderLine& line : order.lines) {
    v1::OrderLine* to = out.add_lines();
    to->set_line_id(line.line_id);
    to->set_sku(line.sku);
    to->set_product_id(line.product_id);
    to->set_product_name(line.product_name);
    to->set_product_category(line.category);
    to->set_lot(line.lot);
    to->set_hs_code(line.hs_code);
    to->set_origin_country(line.origin_country);
    to->set_quantity(static_cast<uint32_t>(line.quantity));
    to->set_unit_price_minor(line.unit_price);
    to->set_discount_minor(line.discount);
    to->set_tax_minor(line.tax);
    to->set_duty_minor(line.duty);
    for (int flag = 1; flag <= kGoodsFlags; ++flag) {
      if (line.flags >> flag & 1) to->add_flags(static_cast<v1::GoodsFlag>(flag));
    }
  }
  for (const Payment& payment : order.payments) {
    v1::Payment* to = out.add_payments();
    to->set_payment_id(payment.id.value());
    to->set_method(payment.method);
    to->set_gateway(payment.gateway);
    to->set_captured_minor(payment.captured);
    *to->mutable_captured_at() = ToProto(payment.captured_at);
    to->set_refund_held_minor(payment.refund_held);
    to->set_charged_back_minor(payment.charged_back);
    if (payment.charged) {
      to->mutable_charged()->set_minor_units(payment.charged->minor());
      to->mutable_charged()->set_currency(payment.charged->currency());
    }
  }
  for (const Shipment& shipment : order.shipments) {
    v1::Shipment* to = out.add_shipments();
    to->set_shipment_id(shipment.shipment_id);
    to->set_carrier(shipment.carrier);
    to->set_tracking_number(shipment.tracking_number);
    to->set_invoice_number(shipment.invoice_number);
    to->set_warehouse(shipment.warehouse);
    if (shipment.shipped_at) *to->mutable_shipped_at() = ToProto(*shipment.shipped_at);
    if (shipment.delivered_at) *to->mutable_delivered_at() = ToProto(*shipment.delivered_at);
    for (const ShipmentItem& item : shipment.items) {
      v1::ShipmentItem* packed = to->add_items();
      packed->set_line_id(item.line_id);
      packed->set_quantity(static_cast<uint32_t>(item.quantity));
    }
  }
  *out.mutable_create_time() = ToProto(order.created);
  *out.mutable_update_time() = ToProto(order.updated);
  out.set_etag(Etag(static_cast<int64_t>(order.version)));
  return out;
}

}  // namespace huiyin::aftersales
