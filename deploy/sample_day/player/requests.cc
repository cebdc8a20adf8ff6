#include "deploy/sample_day/player/requests.h"

#include "absl/strings/str_cat.h"
#include "deploy/client/connection.h"
#include "libs/rpc/proto_time.h"

namespace huiyin::sample_day {
namespace {

namespace aftersales = huiyin::aftersales::v1;
namespace ingest = huiyin::ingest::v1;
namespace common = huiyin::common::v1;

constexpr absl::Duration kDay = absl::Hours(24);

// The value of a proto enum that is called `prefix` + `name`; the zero value for an unknown name,
// which the services refuse.
template <class E>
E Parse(bool (*parse)(google::protobuf::ConstStringParam, E*), const char* prefix,
        const std::string& name) {
  E value{};
  parse(prefix + name, &value);
  return value;
}

void SetContent(const Message& message, ingest::Feedback& feedback) {
  if (message.form) {
    ingest::FormSubmission& form = *feedback.mutable_form();
    form.set_description(message.text);
    form.mutable_fields()->set_customer_name(message.form->name);
    form.mutable_fields()->set_order_number(message.form->order_number);
    for (const auto& tag : message.form->type_tags) form.mutable_fields()->add_type_tags(tag);
  } else if (message.phone) {
    ingest::PhoneContact& call = *feedback.mutable_call();
    call.set_transcript(message.text);
    call.mutable_data()->set_caller(message.phone->caller);
    call.mutable_data()->set_recording_url(message.phone->recording_url);
    *call.mutable_data()->mutable_duration() = rpc::ToProto(message.phone->duration);
  } else if (message.channel == "REVIEW") {
    feedback.mutable_review()->set_text(message.text);
    feedback.mutable_review()->set_rating(message.rating);
  } else {
    feedback.set_text(message.text);
  }
}

}  // namespace

std::string RequestId(const std::string& record) {
  return client::UuidOf(absl::StrCat("sample day, ", record));
}

aftersales::Order ToProto(const Order& order, absl::Time play_time) {
  aftersales::Order proto;
  proto.set_order_id(order.order_id);
  proto.set_customer_id(order.customer_id);
  proto.set_version(1);
  proto.set_tier(Parse(common::CustomerTier_Parse, "CUSTOMER_TIER_", order.customer_tier));
  proto.set_country_of_sale(order.country_of_sale);
  proto.set_country_of_delivery(order.country_of_delivery);
  proto.set_currency(order.currency);
  *proto.mutable_ordered_at() = rpc::ToProto(play_time + order.ordered_at);
  proto.set_shipping_minor(order.shipping_minor);
  for (const OrderLine& from : order.lines) {
    aftersales::OrderLine& line = *proto.add_lines();
    line.set_line_id(from.line_id);
    line.set_sku(from.sku);
    line.set_product_id(from.product_id);
    line.set_product_name(from.product_name);
    line.set_product_category(from.category);
    line.set_lot(from.lot);
    line.set_quantity(from.quantity);
    line.set_unit_price_minor(from.unit_price_minor);
    line.set_discount_minor(from.discount_minor);
    line.set_tax_minor(from.tax_minor);
    for (std::string flag : from.flags) {
      for (char& c : flag) c = static_cast<char>(std::toupper(c));
      line.add_flags(Parse(aftersales::GoodsFlag_Parse, "GOODS_FLAG_", flag));
    }
  }
  for (const Payment& from : order.payments) {
    aftersales::Payment& payment = *proto.add_payments();
    payment.set_payment_id(from.payment_id);
    payment.set_method(from.method);
    payment.set_gateway(from.gateway);
    payment.set_captured_minor(from.captured_minor);
    *payment.mutable_captured_at() = rpc::ToProto(play_time + from.captured_at);
  }
  if (order.delivered_at) {
    aftersales::Shipment& shipment = *proto.add_shipments();
    shipment.set_shipment_id(order.order_id + "-S1");
    shipment.set_carrier(order.carrier);
    shipment.set_warehouse(order.warehouse);
    *shipment.mutable_shipped_at() =
        rpc::ToProto(play_time + (order.ordered_at + *order.delivered_at) / 2);
    *shipment.mutable_delivered_at() = rpc::ToProto(play_time + *order.delivered_at);
    for (const OrderLine& from : order.lines) {
      aftersales::ShipmentItem& item = *shipment.add_items();
      item.set_line_id(from.line_id);
      item.set_quantity(from.quantity);
    }
  }
  return proto;
}

ingest::CreateTicketRequest ToProto(const Message& message, absl::Time play_time) {
  ingest::CreateTicketRequest request;
  // A redelivery is another request about a message with the same external id.
  request.set_request_id(
      RequestId(message.message_id + (message.redelivery ? " redelivered" : "")));
  ingest::Feedback& feedback = *request.mutable_feedback();
  feedback.set_channel(Parse(common::Channel_Parse, "CHANNEL_", message.channel));
  feedback.set_external_user_id(message.external_user_id);
  feedback.set_customer_id(message.customer_id);
  feedback.set_external_message_id(message.message_id);
  *feedback.mutable_sent_time() = rpc::ToProto(play_time - kDay + message.at);
  feedback.set_subject(message.subject);
  feedback.set_order_id(message.order_id);
  feedback.set_product_id(message.product_id);
  for (const std::string& file : message.attachments) {
    feedback.add_attachments()->set_file_name(file);
  }
  SetContent(message, feedback);
  return request;
}

ingest::AppendMessageRequest ToReply(const Action& action, const std::string& ticket,
                                     absl::Time play_time) {
  ingest::AppendMessageRequest request;
  request.set_request_id(RequestId(action.action_id));
  request.set_ticket(ticket);
  request.set_author(ingest::AUTHOR_KIND_AGENT);
  request.set_author_id(action.agent);
  request.set_internal(!action.is_public);
  request.set_body(action.text);
  *request.mutable_sent_time() = rpc::ToProto(play_time - kDay + action.at);
  return request;
}

aftersales::CreateRmaRequest ToRma(const Action& action, const std::string& ticket_id) {
  aftersales::CreateRmaRequest request;
  request.set_request_id(RequestId(action.action_id));
  aftersales::Rma& rma = *request.mutable_rma();
  rma.set_order_id(action.order_id);
  rma.set_ticket_id(ticket_id);
  rma.set_customer_note(action.text);
  for (const ActionLine& from : action.lines) {
    aftersales::RmaLine& line = *rma.add_lines();
    line.set_order_line_id(from.line_id);
    line.set_kind(Parse(aftersales::RmaKind_Parse, "RMA_KIND_", action.kind));
    line.set_reason(action.reason);
    line.set_quantity(from.quantity);
  }
  return request;
}

}  // namespace huiyin::sample_day
