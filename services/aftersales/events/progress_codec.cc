#include "libs/rpc/proto_time.h"
#include "services/aftersales/events/codec.h"

namespace huiyin::aftersales {

using rpc::ToProto;

event::v1::RmaStepOverdue EncodeRmaStepOverdue(const Rma& rma, const StepSpan& step,
                                               absl::Time due) {
  event::v1::RmaStepOverdue out;
  out.set_rma_id(rma.id.value());
  out.set_order_id(rma.order.value());
  out.set_customer_id(rma.customer.value());
  out.set_ticket_id(rma.ticket.value());
  out.set_step(std::string(Name(step.step)));
  out.set_round(static_cast<uint32_t>(step.round));
  *out.mutable_begin_time() = ToProto(step.began);
  *out.mutable_due_time() = ToProto(due);
  out.set_country(rma.country);
  return out;
}

event::v1::CustomerNotice EncodeCustomerNotice(const Rma& rma, const CustomerNotice& notice) {
  event::v1::CustomerNotice out;
  out.set_rma_id(rma.id.value());
  out.set_order_id(rma.order.value());
  out.set_customer_id(rma.customer.value());
  out.set_ticket_id(rma.ticket.value());
  out.set_template_key(notice.template_key);
  out.set_language(rma.language);
  out.set_text(notice.text);
  out.set_refund_id(notice.refund);
  out.set_tracking_number(notice.tracking);
  return out;
}

}  // namespace huiyin::aftersales
