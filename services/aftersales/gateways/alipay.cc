#include "services/aftersales/gateways/alipay.h"

#include <algorithm>
#include <iterator>

#include "libs/core/status.h"
#include "services/aftersales/domain/gateway_rules.h"
#include "services/aftersales/domain/text.h"
#include "services/aftersales/gateways/form.h"
#include "services/aftersales/gateways/json_fields.h"

namespace huiyin::aftersales {
namespace {

using nlohmann::json;
using Kind = GatewayAnswer::Kind;

constexpr char kRefund[] = "alipay.trade.refund";
constexpr char kQuery[] = "alipay.trade.fastpay.refund.query";
constexpr char kCurrency[] = "CNY";
constexpr int kExponent = 2;

// Errors that say for good that nothing was and nothing will be paid for this out_request_no.
constexpr std::string_view kFinalErrors[] = {
    "ACQ.TRADE_NOT_EXIST",
    "ACQ.TRADE_HAS_FINISHED",
    "ACQ.TRADE_STATUS_ERROR",
    "ACQ.REFUND_AMT_NOT_EQUAL_TOTAL",
    "ACQ.TRADE_NOT_ALLOW_REFUND",
    "ACQ.REASON_TRADE_REFUND_FEE_ERR",
    "ACQ.BUYER_ERROR",
    "ACQ.BUYER_NOT_EXIST",
};

absl::TimeZone Beijing() { return absl::FixedTimeZone(8 * 60 * 60); }

// "a=1&b=2", sorted by name, without `sign`, `sign_type` where told, and without empty values.
std::string SignedFields(const std::map<std::string, std::string>& fields, bool with_sign_type) {
  std::string text;
  for (const auto& [name, value] : fields) {
    if (name == "sign" || (name == "sign_type" && !with_sign_type) || value.empty()) continue;
    if (!text.empty()) text += '&';
    text += Concat(name, "=", value);
  }
  return text;
}

// The raw text of the object behind `"name":`, as it was signed; empty when there is none.
std::string_view RawObject(std::string_view body, const std::string& name) {
  const std::string label = Concat("\"", name, "\"");
  size_t at = body.find(label);
  if (at == body.npos) return "";
  at = body.find('{', at + label.size());
  if (at == body.npos) return "";
  int depth = 0;
  bool quoted = false;
  for (size_t i = at; i < body.size(); ++i) {
    const char c = body[i];
    if (quoted) {
      if (c == '\\') ++i;
      if (c == '"') quoted = false;
    } else if (c == '"') {
      quoted = true;
    } else if (c == '{') {
      ++depth;
    } else if (c == '}' && --depth == 0) {
      return body.substr(at, i - at + 1);
    }
  }
  return "";
}

std::string NodeOf(std::string method) {
  std::replace(method.begin(), method.end(), '.', '_');
  return method + "_response";
}

// The signed response node; nothing when the answer is not Alipay's.
std::optional<json> Verified(const crypto::RsaPublicKey& key, const HttpAnswer& answer,
                             const std::string& method) {
  const std::string_view raw = RawObject(answer.body, NodeOf(method));
  const std::string signature = TextIn(ParseJson(answer.body), "sign");
  if (raw.empty() || !key.Verify(raw, signature)) return std::nullopt;
  return ParseJson(raw);
}

absl::StatusOr<Money> Yuan(const std::string& text) {
  HUIYIN_ASSIGN_OR_RETURN(const int64_t fen, FromDecimal(text, kExponent));
  return Money(fen, kCurrency);
}

GatewayAnswer FromError(const json& node) {
  const std::string code = TextIn(node, "sub_code");
  if (TextIn(node, "code") == "40004" &&
      std::find(std::begin(kFinalErrors), std::end(kFinalErrors), code) != std::end(kFinalErrors)) {
    return Declined(code);
  }
  return NoAnswer(Concat("the gateway answered with code ", TextIn(node, "code"), " ", code));
}

}  // namespace

absl::StatusOr<HttpRequest> Alipay::Signed(const std::string& method, std::string content,
                                           absl::Time now) const {
  std::map<std::string, std::string> fields = {
      {"app_id", options_.app_id},
      {"method", method},
      {"format", "JSON"},
      {"charset", "utf-8"},
      {"sign_type", "RSA2"},
      {"timestamp", absl::FormatTime("%Y-%m-%d %H:%M:%S", now, Beijing())},
      {"version", "1.0"},
      {"biz_content", std::move(content)}};
  HUIYIN_ASSIGN_OR_RETURN(fields["sign"], options_.merchant_key.Sign(SignedFields(fields, true)));
  return HttpRequest{.method = "POST",
                     .url = options_.url,
                     .headers = {"Content-Type: application/x-www-form-urlencoded;charset=utf-8"},
                     .body = FormBody({fields.begin(), fields.end()})};
}

absl::StatusOr<HttpRequest> Alipay::RefundCall(const GatewayRefund& refund, absl::Time now) const {
  HUIYIN_ASSIGN_OR_RETURN(const int64_t fen,
                          ToGatewayAmount(GatewayProtocol::kAlipay, refund.amount));
  return Signed(kRefund,
                DumpJson({{"out_trade_no", refund.payment_id},
                          {"refund_amount", Decimal(fen, kExponent)},
                          {"out_request_no", refund.idempotency_key}}),
                now);
}

GatewayAnswer Alipay::ReadRefund(const GatewayRefund& refund, const HttpAnswer& answer) const {
  if (answer.status != 200) return UnexpectedStatus(answer);
  const std::optional<json> node = Verified(options_.alipay_key, answer, kRefund);
  if (!node) return NoAnswer("the gateway's answer is not signed");
  if (TextIn(*node, "code") != "10000") return FromError(*node);
  if (TextIn(*node, "out_trade_no") != refund.payment_id) {
    return NoAnswer("the gateway answered with another payment");
  }
  // refund_fee is the sum over the payment, so only the query tells this refund's amount. "N" is
  // what a repeat gets, or a call that moved nothing: ask.
  return {.kind = TextIn(*node, "fund_change") == "Y" ? Kind::kPaid : Kind::kPending,
          .gateway_refund_id = TextIn(*node, "trade_no"),
          .reason = ""};
}

absl::StatusOr<HttpRequest> Alipay::FindCall(const GatewayRefund& refund, absl::Time now) const {
  return Signed(
      kQuery,
      DumpJson({{"out_trade_no", refund.payment_id}, {"out_request_no", refund.idempotency_key}}),
      now);
}

std::variant<GatewayAnswer, HttpRequest> Alipay::ReadFound(const GatewayRefund& refund,
                                                           const HttpAnswer& answer) const {
  if (answer.status != 200) return UnexpectedStatus(answer);
  const std::optional<json> node = Verified(options_.alipay_key, answer, kQuery);
  if (!node) return NoAnswer("the gateway's answer is not signed");
  if (TextIn(*node, "code") != "10000") return NoAnswer(FromError(*node).reason);
  // Without a status no refund was made, and the same out_request_no may be used again.
  const std::string status = TextIn(*node, "refund_status");
  if (status.empty()) {
    return GatewayAnswer{.kind = Kind::kNotFound, .gateway_refund_id = "", .reason = ""};
  }
  GatewayAnswer said{
      .kind = Kind::kPaid, .gateway_refund_id = TextIn(*node, "trade_no"), .reason = ""};
  if (status == "REFUND_PROCESSING") {
    said.kind = Kind::kPending;
  } else if (status == "REFUND_FAIL") {
    said = Declined(status);
  } else if (status != "REFUND_SUCCESS") {
    return NoAnswer("the gateway's answer has no known status");
  }
  return AboutAnother(refund, TextIn(*node, "out_request_no"), Yuan(TextIn(*node, "refund_amount")))
      .value_or(std::move(said));
}

absl::StatusOr<GatewayNotice> Alipay::ReadNotice(const RawNotice& raw, absl::Time now) const {
  std::map<std::string, std::string> fields = ParseForm(raw.body);
  absl::Time sent;
  std::string error;
  if (!options_.alipay_key.Verify(SignedFields(fields, false), fields["sign"]) ||
      fields["app_id"] != options_.app_id ||
      !absl::ParseTime("%Y-%m-%d %H:%M:%S", fields["notify_time"], Beijing(), &sent, &error) ||
      !IsFresh(sent, now)) {
    return BadSignature();
  }
  const absl::StatusOr<Money> amount = Yuan(fields["refund_fee"]);
  if (fields["out_biz_no"].empty() || !amount.ok()) {
    return BadInput({{"body", "is not about a refund"}});
  }
  // refund_fee is the sum over the payment: this refund's amount is not told.
  GatewayNotice notice;
  notice.idempotency_key = fields["out_biz_no"];
  notice.answer = {.kind = Kind::kPaid, .gateway_refund_id = fields["trade_no"], .reason = ""};
  if (fields["refund_status"] == "REFUND_FAIL") notice.answer = Declined("REFUND_FAIL");
  return notice;
}

}  // namespace huiyin::aftersales
