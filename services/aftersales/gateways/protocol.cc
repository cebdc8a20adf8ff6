#include "services/aftersales/gateways/protocol.h"

#include "libs/core/status.h"
#include "services/aftersales/domain/text.h"

namespace huiyin::aftersales {

GatewayAnswer NoAnswer(std::string reason) {
  return {
      .kind = GatewayAnswer::Kind::kNoAnswer, .gateway_refund_id = "", .reason = std::move(reason)};
}

GatewayAnswer Declined(std::string reason) {
  return {
      .kind = GatewayAnswer::Kind::kDeclined, .gateway_refund_id = "", .reason = std::move(reason)};
}

GatewayAnswer UnexpectedStatus(const HttpAnswer& answer) {
  if (answer.status == 0) return NoAnswer(Concat("no answer from the gateway: ", answer.problem));
  return NoAnswer(Concat("the gateway answered with HTTP status ", answer.status));
}

absl::Status BadSignature() {
  return Error(absl::StatusCode::kUnauthenticated, "BAD_SIGNATURE",
               "the callback's signature is wrong or too old");
}

std::optional<GatewayAnswer> AboutAnother(const GatewayRefund& refund, const std::string& key,
                                          const absl::StatusOr<Money>& amount) {
  if (key != refund.idempotency_key) {
    return NoAnswer("the gateway answered with another refund");
  }
  if (!amount.ok() || *amount != refund.amount) {
    return NoAnswer("the gateway speaks of another amount");
  }
  return std::nullopt;
}

bool IsFresh(absl::Time stamped, absl::Time now) {
  return absl::AbsDuration(now - stamped) <= kNoticeTolerance;
}

}  // namespace huiyin::aftersales
