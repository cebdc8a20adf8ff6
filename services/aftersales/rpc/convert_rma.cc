#include "libs/rpc/proto_time.h"
#include "services/aftersales/domain/text.h"
#include "services/aftersales/rpc/convert.h"
#include "services/aftersales/usecase/access.h"

namespace huiyin::aftersales {

using rpc::ToProto;

namespace {

void Set(common::v1::Money* out, int64_t minor, const std::string& currency) {
  out->set_minor_units(minor);
  out->set_currency(currency);
}

void Fill(const Quantities& q, v1::RmaQuantities& out) {
  const auto units = [](int64_t count) { return static_cast<uint32_t>(count); };
  const auto graded = [&](Grade grade) { return units(q.graded[static_cast<int>(grade)]); };
  out.set_requested(units(q.requested));
  out.set_approved(units(q.approved));
  out.set_received(units(q.received));
  out.set_as_new(graded(Grade::kAsNew));
  out.set_opened(graded(Grade::kOpened));
  out.set_damaged(graded(Grade::kDamaged));
  out.set_wrong_item(graded(Grade::kWrongItem));
  out.set_missing(graded(Grade::kMissing));
  out.set_refunded(units(q.refunded));
  out.set_replaced(units(q.replaced));
  out.set_written_off(units(q.written_off));
  out.set_split_off(units(q.split_off));
}

void Fill(const Exchange& terms, const std::string& currency, v1::ExchangeTerms& out) {
  out.set_state(static_cast<v1::ExchangeState>(terms.state));
  out.set_sku(terms.sku);
  out.set_product_id(terms.product_id);
  out.set_product_name(terms.product_name);
  out.set_units(static_cast<uint32_t>(terms.units));
  Set(out.mutable_paid(), terms.paid, currency);
  Set(out.mutable_price(), terms.price, currency);
  Set(out.mutable_difference(), terms.Difference(), currency);
  out.set_instant(terms.instant);
  Set(out.mutable_asked(), terms.Asked(), currency);
  *out.mutable_expire_time() = ToProto(terms.expires);
  out.set_payment(terms.payment);
}

v1::RmaMoney MoneyOf(const std::vector<Refund>& refunds) {
  bool any = false, pending = false, failed = false;
  for (const Refund& refund : refunds) {
    any = true;
    pending |= HoldsMoney(refund.state) && refund.state != RefundState::kSucceeded;
    failed |= refund.state == RefundState::kReversed ||
              (refund.state == RefundState::kFailed && refund.retried_as.empty());
  }
  if (!any) return v1::RMA_MONEY_NONE;
  if (pending) return v1::RMA_MONEY_PENDING;
  return failed ? v1::RMA_MONEY_FAILED : v1::RMA_MONEY_REFUNDED;
}

}  // namespace

v1::Rma ToProto(const TenantId& tenant, const RmaView& view) {
  const Rma& rma = view.rma;
  v1::Rma out;
  out.set_name(Concat("tenants/", tenant.value(), "/rmas/", rma.id.value()));
  out.set_rma_id(rma.id.value());
  out.set_order_id(rma.order.value());
  out.set_customer_id(rma.customer.value());
  out.set_ticket_id(rma.ticket.value());
  for (const RmaLine& line : rma.lines) {
    v1::RmaLine* to = out.add_lines();
    to->set_rma_line_id(line.id);
    to->set_order_line_id(line.order_line_id);
    to->set_kind(static_cast<v1::RmaKind>(line.kind));
    to->set_reason(line.reason);
    to->set_quantity(static_cast<uint32_t>(line.q.requested));
    for (const std::string& id : line.evidence_ids) to->add_evidence_ids(id);
    for (const Answer& answer : line.answers) {
      v1::RmaAnswer* said = to->add_answers();
      said->set_question_id(answer.question_id);
      said->set_question(answer.question);
      said->set_answer(answer.answer);
    }
    to->set_exchange_sku(line.exchange_sku);
    Fill(line.q, *to->mutable_quantities());
    to->set_keep_goods(line.keep_goods);
    to->set_refund_timing(static_cast<v1::RefundTiming>(line.refund_at));
    if (line.expected_refund > 0) {
      Set(to->mutable_expected_refund(), line.expected_refund, rma.currency);
    }
    if (line.kind == RmaKind::kPartialRefund) *to->mutable_partial_refund() = to->expected_refund();
    if (line.exchange) {
      to->set_instant_exchange(line.exchange->instant);
      Fill(*line.exchange, rma.currency, *to->mutable_exchange());
    }
  }
  out.set_customer_note(rma.customer_note);
  out.set_language(rma.language);
  out.set_approval(static_cast<v1::RmaApproval>(rma.approval));
  out.set_logistics(static_cast<v1::ReturnLogistics>(rma.logistics));
  out.set_back_leg(static_cast<v1::BackLeg>(rma.back_leg));
  out.set_money(MoneyOf(view.refunds));
  *out.mutable_verdict() = ToProto(view.verdict);
  int64_t total = 0;
  for (const Refund& refund : view.refunds) {
    if (HoldsMoney(refund.state)) total += refund.amount.minor();
  }
  Set(out.mutable_refund_total(), total, rma.currency);
  if (rma.ship_by && rma.logistics == Logistics::kAwaitingShipment) {
    *out.mutable_ship_by() = ToProto(*rma.ship_by);
  }
  out.set_return_tracking_number(rma.return_tracking);
  out.set_back_tracking_number(rma.back_tracking);
  out.set_outcome(static_cast<v1::RmaOutcome>(rma.outcome));
  *out.mutable_create_time() = ToProto(rma.created);
  *out.mutable_update_time() = ToProto(rma.updated);
  if (rma.closed) *out.mutable_close_time() = ToProto(*rma.closed);
  out.set_etag(Etag(rma.version));
  return out;
}

v1::Refund ToProto(const TenantId& tenant, const Refund& refund) {
  v1::Refund out;
  out.set_name(Concat("tenants/", tenant.value(), "/refunds/", refund.id.value()));
  out.set_refund_id(refund.id.value());
  out.set_order_id(refund.order.value());
  out.set_rma_id(refund.rma.value());
  out.set_payment_id(refund.payment.value());
  out.set_gateway(refund.gateway);
  out.set_customer_id(refund.customer.value());
  Set(out.mutable_amount(), refund.amount.minor(), refund.amount.currency());
  Set(out.mutable_payout(), refund.PaidOut().minor(), refund.PaidOut().currency());
  for (const RefundPart& part : refund.parts) {
    v1::RefundPart* to = out.add_parts();
    to->set_order_line_id(part.order_line_id);
    to->set_component(static_cast<v1::RefundComponent>(part.component));
    to->set_amount_minor(part.amount);
  }
  out.set_state(static_cast<v1::RefundState>(refund.state));
  out.set_reason(refund.reason);
  out.set_state_reason(refund.state_reason);
  out.set_gateway_refund_id(refund.gateway_refund_id);
  out.set_attempts(static_cast<uint32_t>(refund.attempts));
  out.set_requested_by(refund.requested_by);
  out.set_approved_by(refund.approved_by);
  *out.mutable_create_time() = ToProto(refund.created);
  *out.mutable_update_time() = ToProto(refund.updated);
  if (refund.submitted) *out.mutable_submit_time() = ToProto(*refund.submitted);
  if (refund.completed) *out.mutable_complete_time() = ToProto(*refund.completed);
  out.set_etag(Etag(refund.version));
  for (const RefundUnits& units : refund.units) {
    v1::RefundUnits* to = out.add_units();
    to->set_rma_line_id(units.rma_line_id);
    to->set_quantity(static_cast<uint32_t>(units.quantity));
  }
  return out;
}

}  // namespace huiyin::aftersales
