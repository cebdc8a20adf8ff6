#include "services/aftersales/events/outbox_publisher.h"

#include "libs/core/status.h"
#include "libs/events/outbox.h"
#include "services/aftersales/events/codec.h"

namespace huiyin::aftersales {

absl::Status OutboxPublisher::Append(const TenantId& tenant, std::string_view topic,
                                     const std::string& aggregate, absl::Time at,
                                     const google::protobuf::Message& body) {
  gathered_.push_back({.type = body.GetDescriptor()->full_name(),
                       .tenant = tenant.value(),
                       .topic = std::string(topic),
                       .aggregate_id = aggregate,
                       .occurred_at = at,
                       .traceparent = traceparent_,
                       .body = body.SerializeAsString()});
  return absl::OkStatus();
}

absl::Status OutboxPublisher::Flush() {
  HUIYIN_RETURN_IF_ERROR(events::Append(tx_, ids_, gathered_));
  gathered_.clear();
  return absl::OkStatus();
}

absl::Status OutboxPublisher::OrderUpserted(const TenantId& tenant, const Order& order,
                                            bool first_version, absl::Time at) {
  return Append(tenant, "order", order.id.value(), at, EncodeOrderUpserted(order, first_version));
}

absl::Status OutboxPublisher::RmaSubmitted(const TenantId& tenant, const Rma& rma) {
  return Append(tenant, "rma", rma.id.value(), rma.created, EncodeRmaSubmitted(rma));
}

absl::Status OutboxPublisher::RmaDecided(const TenantId& tenant, const Rma& rma,
                                         const RmaDecision& decision, absl::Time at) {
  return Append(tenant, "rma", rma.id.value(), at, EncodeRmaDecided(rma, decision));
}

absl::Status OutboxPublisher::RmaInspected(const TenantId& tenant, const Rma& rma,
                                           const std::vector<Action>& graded, absl::Time at) {
  return Append(tenant, "rma", rma.id.value(), at, EncodeRmaInspected(rma, graded));
}

absl::Status OutboxPublisher::ExchangeChanged(const TenantId& tenant, const Rma& rma,
                                              const RmaLine& line, absl::Time at) {
  return Append(tenant, "rma", rma.id.value(), at, EncodeExchangeChanged(rma, line));
}

absl::Status OutboxPublisher::ExchangeSettled(const TenantId& tenant, const Rma& rma,
                                              const RmaLine& line, const Money& kept,
                                              absl::Time at) {
  event::v1::RmaExchangeChanged body = EncodeExchangeChanged(rma, line);
  body.set_state(event::v1::EXCHANGE_LIFECYCLE_SETTLED);
  body.mutable_kept()->set_minor_units(kept.minor());
  body.mutable_kept()->set_currency(kept.currency());
  return Append(tenant, "rma", rma.id.value(), at, body);
}

absl::Status OutboxPublisher::RmaSplit(const TenantId& tenant, const Rma& rma, const Rma& split,
                                       absl::Time at) {
  return Append(tenant, "rma", rma.id.value(), at, EncodeRmaSplit(rma, split));
}

absl::Status OutboxPublisher::MismatchFound(const TenantId& tenant, const Rma& rma,
                                            std::string_view mismatch, const std::string& line,
                                            int64_t units, absl::Time at) {
  return Append(tenant, "rma", rma.id.value(), at, EncodeMismatch(rma, mismatch, line, units));
}

absl::Status OutboxPublisher::RmaClosed(const TenantId& tenant, const Rma& rma, absl::Time at) {
  return Append(tenant, "rma", rma.id.value(), at, EncodeRmaClosed(rma));
}

absl::Status OutboxPublisher::RefundStateChanged(const TenantId& tenant, const Refund& refund,
                                                 RefundState from, absl::Time at) {
  // Refunds of an RMA stay in order with it; goodwill has no RMA and goes by itself.
  const std::string& aggregate = refund.rma.empty() ? refund.id.value() : refund.rma.value();
  return Append(tenant, "rma", aggregate, at, EncodeRefundStateChanged(refund, from));
}

absl::Status OutboxPublisher::RmaStepOverdue(const TenantId& tenant, const Rma& rma,
                                             const StepSpan& step, absl::Time due, absl::Time at) {
  return Append(tenant, "rma", rma.id.value(), at, EncodeRmaStepOverdue(rma, step, due));
}

absl::Status OutboxPublisher::Notify(const TenantId& tenant, const Rma& rma,
                                     const CustomerNotice& notice, absl::Time at) {
  return Append(tenant, "rma", rma.id.value(), at, EncodeCustomerNotice(rma, notice));
}

}  // namespace huiyin::aftersales
