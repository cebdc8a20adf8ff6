#include "services/aftersales/gateways/signed_http.h"

#include "libs/core/status.h"
#include "services/aftersales/domain/text.h"
#include "services/aftersales/gateways/json_fields.h"
#include "services/aftersales/gateways/signature.h"

namespace huiyin::aftersales {
namespace {

using nlohmann::json;
using Kind = GatewayAnswer::Kind;

// The answer that a refund object describes; kNoAnswer when it makes no sense.
GatewayAnswer FromObject(const json& object) {
  static const auto& kKinds =
      *new std::map<std::string, Kind, std::less<>>{{"succeeded", Kind::kPaid},
                                                    {"failed", Kind::kDeclined},
                                                    {"pending", Kind::kPending},
                                                    {"reversed", Kind::kReversed}};
  if (!object.is_object()) return NoAnswer("the gateway's answer is not a JSON object");
  const auto kind = kKinds.find(TextIn(object, "status"));
  if (kind == kKinds.end()) return NoAnswer("the gateway's answer has no known status");
  return {.kind = kind->second,
          .gateway_refund_id = TextIn(object, "id"),
          .reason = TextIn(object, "failure")};
}

absl::StatusOr<Money> AmountOf(const json& object) {
  const auto amount = IntegerIn(object, "amount");
  if (!amount) return absl::InvalidArgumentError("no amount");
  return Money(*amount, TextIn(object, "currency"));
}

GatewayAnswer Read(const GatewayRefund& refund, const HttpAnswer& answer) {
  const json object = ParseJson(answer.body);
  if (answer.status == 200) {
    GatewayAnswer said = FromObject(object);
    if (said.kind == Kind::kNoAnswer) return said;
    return AboutAnother(refund, TextIn(object, "key"), AmountOf(object)).value_or(std::move(said));
  }
  // Some proxy's 404 says nothing about the refund.
  if (answer.status == 404 && TextIn(object, "error") == "no such refund") {
    return {.kind = Kind::kNotFound, .gateway_refund_id = "", .reason = ""};
  }
  return UnexpectedStatus(answer);
}

}  // namespace

HttpRequest SignedHttp::Signed(std::string method, const std::string& target,
                               const std::string& key, std::string body, absl::Time now) const {
  const std::string timestamp = std::to_string(absl::ToUnixSeconds(now));
  const std::string signature = Sign(options_.secret, SignedText(timestamp, method, target, body));
  return {.method = std::move(method),
          .url = options_.url + target,
          .headers = {"Content-Type: application/json", Concat("Idempotency-Key: ", key),
                      Concat("X-Huiyin-Timestamp: ", timestamp),
                      Concat("X-Huiyin-Signature: ", signature)},
          .body = std::move(body)};
}

absl::StatusOr<HttpRequest> SignedHttp::RefundCall(const GatewayRefund& refund,
                                                   absl::Time now) const {
  std::string body = DumpJson({{"payment_id", refund.payment_id},
                               {"amount", refund.amount.minor()},
                               {"currency", refund.amount.currency()}});
  return Signed("POST", "/v1/refunds", refund.idempotency_key, std::move(body), now);
}

GatewayAnswer SignedHttp::ReadRefund(const GatewayRefund& refund, const HttpAnswer& answer) const {
  GatewayAnswer said = Read(refund, answer);
  if (said.kind == Kind::kNotFound) return UnexpectedStatus(answer);
  return said;
}

absl::StatusOr<HttpRequest> SignedHttp::FindCall(const GatewayRefund& refund,
                                                 absl::Time now) const {
  return Signed("GET", Concat("/v1/refunds?key=", refund.idempotency_key), refund.idempotency_key,
                "", now);
}

std::variant<GatewayAnswer, HttpRequest> SignedHttp::ReadFound(const GatewayRefund& refund,
                                                               const HttpAnswer& answer) const {
  return Read(refund, answer);
}

absl::StatusOr<GatewayNotice> SignedHttp::ReadNotice(const RawNotice& raw, absl::Time now) const {
  const std::optional<StampedSignature> stamped = ReadStamped(raw.signature);
  if (!stamped || !IsFresh(absl::FromUnixSeconds(stamped->seconds), now) ||
      !MatchesAny(*stamped, options_.secret, raw.body)) {
    return BadSignature();
  }
  const json object = ParseJson(raw.body);
  GatewayNotice notice;
  if (const json back = ObjectIn(object, "chargeback"); back.is_object()) {
    const absl::StatusOr<Money> amount = AmountOf(back);
    if (!amount.ok()) return BadInput({{"body", "the chargeback has no amount"}});
    const auto won = back.find("won");
    notice.chargeback = {TextIn(back, "id"), TextIn(back, "payment_id"), *amount,
                         won != back.end() && *won == true};
    return notice;
  }
  notice.answer = FromObject(object);
  if (notice.answer.kind == Kind::kNoAnswer) return BadInput({{"body", notice.answer.reason}});
  notice.idempotency_key = TextIn(object, "key");
  if (const auto amount = AmountOf(object); amount.ok()) notice.amount = *amount;
  return notice;
}

}  // namespace huiyin::aftersales
