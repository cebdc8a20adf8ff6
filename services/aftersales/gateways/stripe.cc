#include "services/aftersales/gateways/stripe.h"

#include <algorithm>
#include <iterator>

#include "libs/core/status.h"
#include "services/aftersales/domain/gateway_rules.h"
#include "services/aftersales/domain/text.h"
#include "services/aftersales/gateways/form.h"
#include "services/aftersales/gateways/json_fields.h"
#include "services/aftersales/gateways/signature.h"

namespace huiyin::aftersales {
namespace {

using nlohmann::json;
using Kind = GatewayAnswer::Kind;

constexpr char kKeyField[] = "huiyin_refund";  // in metadata
constexpr int kPerPage = 100;                  // Stripe's maximum

// Errors that say for good that nothing was and nothing will be paid. All others may pass, or hide
// a refund that was made: idempotency_error, rate_limit, api_error …
constexpr std::string_view kFinalErrors[] = {
    "charge_already_refunded", "charge_disputed",       "amount_too_large", "amount_too_small",
    "refund_disputed_payment", "charge_not_refundable", "resource_missing",
};

const char* PaymentField(const std::string& payment) {
  return payment.starts_with("ch_") ? "charge" : "payment_intent";
}

std::string Upper(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c; });
  return text;
}

absl::StatusOr<Money> AmountOf(const json& object) {
  const auto amount = IntegerIn(object, "amount");
  if (!amount) return absl::InvalidArgumentError("no amount");
  return FromGatewayAmount(GatewayProtocol::kStripe, *amount, Upper(TextIn(object, "currency")));
}

std::string KeyOf(const json& object) { return TextIn(ObjectIn(object, "metadata"), kKeyField); }

GatewayAnswer FromObject(const json& object) {
  const std::string status = TextIn(object, "status");
  GatewayAnswer answer;
  answer.gateway_refund_id = TextIn(object, "id");
  if (status == "succeeded") {
    answer.kind = Kind::kPaid;
  } else if (status == "pending" || status == "requires_action") {
    answer.kind = Kind::kPending;
  } else if (status == "failed" || status == "canceled") {
    answer.kind = Kind::kDeclined;
    answer.reason = TextIn(object, "failure_reason");
    if (answer.reason.empty()) answer.reason = status;
    answer.after_all = true;  // a bank may send back what had succeeded
  } else {
    return NoAnswer("the gateway's answer has no known status");
  }
  return answer;
}

GatewayAnswer FromError(const HttpAnswer& answer, const json& body) {
  const json error = ObjectIn(body, "error");
  const std::string type = TextIn(error, "type");
  const std::string code = TextIn(error, "code");
  if (answer.status >= 400 && answer.status < 500 &&
      std::find(std::begin(kFinalErrors), std::end(kFinalErrors), code) != std::end(kFinalErrors)) {
    return Declined(code);
  }
  if (type.empty()) return UnexpectedStatus(answer);
  return NoAnswer(
      Concat("the gateway answered with HTTP status ", answer.status, ", ", type, " ", code));
}

}  // namespace

absl::StatusOr<HttpRequest> Stripe::RefundCall(const GatewayRefund& refund, absl::Time) const {
  HUIYIN_ASSIGN_OR_RETURN(const int64_t amount,
                          ToGatewayAmount(GatewayProtocol::kStripe, refund.amount));
  return HttpRequest{
      .method = "POST",
      .url = options_.url + "/v1/refunds",
      .headers = {"Content-Type: application/x-www-form-urlencoded",
                  Concat("Authorization: Bearer ", options_.secret_key),
                  Concat("Idempotency-Key: ", refund.idempotency_key)},
      .body = FormBody({{PaymentField(refund.payment_id), refund.payment_id},
                        {"amount", std::to_string(amount)},
                        {Concat("metadata[", kKeyField, "]"), refund.idempotency_key}})};
}

GatewayAnswer Stripe::ReadRefund(const GatewayRefund& refund, const HttpAnswer& answer) const {
  const json body = ParseJson(answer.body);
  if (answer.status != 200) return FromError(answer, body);
  GatewayAnswer said = FromObject(body);
  if (said.kind == Kind::kNoAnswer) return said;
  return AboutAnother(refund, KeyOf(body), AmountOf(body)).value_or(std::move(said));
}

HttpRequest Stripe::ListCall(const GatewayRefund& refund, const std::string& after) const {
  std::string url = Concat(options_.url, "/v1/refunds?", PaymentField(refund.payment_id), "=",
                           PercentEncoded(refund.payment_id), "&limit=", kPerPage);
  if (!after.empty()) url += "&starting_after=" + PercentEncoded(after);
  return {.method = "GET",
          .url = std::move(url),
          .headers = {Concat("Authorization: Bearer ", options_.secret_key)},
          .body = ""};
}

absl::StatusOr<HttpRequest> Stripe::FindCall(const GatewayRefund& refund, absl::Time) const {
  return ListCall(refund, "");
}

std::variant<GatewayAnswer, HttpRequest> Stripe::ReadFound(const GatewayRefund& refund,
                                                           const HttpAnswer& answer) const {
  const json body = ParseJson(answer.body);
  if (answer.status != 200) return NoAnswer(FromError(answer, body).reason);
  const auto list = body.is_object() ? body.find("data") : body.end();
  if (!body.is_object() || list == body.end() || !list->is_array()) {
    return NoAnswer("the gateway's answer is not a list of refunds");
  }
  for (const json& object : *list) {
    if (KeyOf(object) != refund.idempotency_key) continue;
    GatewayAnswer said = FromObject(object);
    return AboutAnother(refund, KeyOf(object), AmountOf(object)).value_or(std::move(said));
  }
  if (const auto more = body.find("has_more"); more != body.end() && *more == true) {
    const std::string last = list->empty() ? "" : TextIn(list->back(), "id");
    if (last.empty()) return NoAnswer("the gateway's list of refunds has no end");
    return ListCall(refund, last);
  }
  return GatewayAnswer{.kind = Kind::kNotFound, .gateway_refund_id = "", .reason = ""};
}

absl::StatusOr<GatewayNotice> Stripe::ReadNotice(const RawNotice& raw, absl::Time now) const {
  const std::optional<StampedSignature> stamped = ReadStamped(raw.signature);
  if (!stamped || !IsFresh(absl::FromUnixSeconds(stamped->seconds), now) ||
      !MatchesAny(*stamped, options_.webhook_secret, raw.body)) {
    return BadSignature();
  }
  const json event = ParseJson(raw.body);
  const std::string type = TextIn(event, "type");
  const json object = ObjectIn(ObjectIn(event, "data"), "object");
  if (!object.is_object()) return BadInput({{"body", "is not an event with an object"}});
  const absl::StatusOr<Money> amount = AmountOf(object);
  GatewayNotice notice;
  const std::string end = type == "charge.dispute.closed" ? TextIn(object, "status") : "";
  const bool won = end == "won" || type == "charge.dispute.funds_reinstated";
  if (won || end == "lost" || type == "charge.dispute.created") {
    if (!amount.ok()) return BadInput({{"body", "the dispute has no amount"}});
    std::string payment = TextIn(object, "payment_intent");
    if (payment.empty()) payment = TextIn(object, "charge");
    notice.chargeback = {TextIn(object, "id"), std::move(payment), *amount, won};
    return notice;
  }
  if (!type.starts_with("refund.") && type != "charge.refund.updated") {
    return BadInput({{"body", Concat("events of type ", type, " are not awaited here")}});
  }
  notice.answer = FromObject(object);
  if (notice.answer.kind == Kind::kNoAnswer) return BadInput({{"body", notice.answer.reason}});
  notice.idempotency_key = KeyOf(object);
  if (amount.ok()) notice.amount = *amount;
  return notice;
}

}  // namespace huiyin::aftersales
