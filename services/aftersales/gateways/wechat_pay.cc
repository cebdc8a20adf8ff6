#include "services/aftersales/gateways/wechat_pay.h"

#include <algorithm>
#include <charconv>
#include <iterator>

#include "absl/strings/escaping.h"
#include "libs/core/status.h"
#include "libs/crypto/aes_gcm.h"
#include "services/aftersales/domain/gateway_rules.h"
#include "services/aftersales/domain/text.h"
#include "services/aftersales/gateways/json_fields.h"

namespace huiyin::aftersales {
namespace {

using nlohmann::json;
using Kind = GatewayAnswer::Kind;

constexpr char kRefunds[] = "/v3/refund/domestic/refunds";

// Errors that say for good that nothing was and nothing will be paid for this out_refund_no.
constexpr std::string_view kFinalErrors[] = {"INVALID_REQUEST", "RESOURCE_NOT_EXISTS",
                                             "USER_ACCOUNT_ABNORMAL", "MCH_NOT_EXISTS"};

std::string PathOf(const std::string& url) {
  const size_t host = url.find("://");
  const size_t path = url.find('/', host == url.npos ? 0 : host + 3);
  return path == url.npos ? "" : url.substr(path);
}

std::string Header(const std::map<std::string, std::string>& headers, const char* name) {
  const auto found = headers.find(name);
  return found == headers.end() ? "" : found->second;
}

GatewayAnswer FromStatus(const json& object, const char* field) {
  const std::string status = TextIn(object, field);
  GatewayAnswer answer;
  answer.gateway_refund_id = TextIn(object, "refund_id");
  if (status == "SUCCESS") {
    answer.kind = Kind::kPaid;
  } else if (status == "PROCESSING") {
    answer.kind = Kind::kPending;
  } else if (status == "CLOSED") {
    return Declined(status);
  } else if (status == "ABNORMAL") {
    // The customer's card is dead; a person decides at WeChat where the money goes.
    return NoAnswer("ABNORMAL: a person must settle it with WeChat");
  } else {
    return NoAnswer("the gateway's answer has no known status");
  }
  return answer;
}

absl::StatusOr<Money> AmountOf(const json& object) {
  const json amount = ObjectIn(object, "amount");
  const auto fen = IntegerIn(amount, "refund");
  if (!fen) return absl::InvalidArgumentError("no amount");
  const std::string currency = TextIn(amount, "currency");
  return Money(*fen, currency.empty() ? "CNY" : currency);
}

}  // namespace

WechatPay::WechatPay(WechatPayOptions options, IdGenerator& ids)
    : options_(std::move(options)), base_path_(PathOf(options_.url)), ids_(ids) {}

absl::StatusOr<HttpRequest> WechatPay::Signed(std::string method, const std::string& target,
                                              std::string body, absl::Time now) const {
  const std::string timestamp = std::to_string(absl::ToUnixSeconds(now));
  std::string nonce = ids_.NewId();
  std::erase(nonce, '-');
  HUIYIN_ASSIGN_OR_RETURN(
      const std::string signature,
      options_.merchant_key.Sign(Concat(method, "\n", base_path_, target, "\n", timestamp, "\n",
                                        nonce, "\n", body, "\n")));
  return HttpRequest{
      .method = std::move(method),
      .url = options_.url + target,
      .headers = {"Content-Type: application/json", "Accept: application/json",
                  Concat("Authorization: WECHATPAY2-SHA256-RSA2048 mchid=\"", options_.merchant_id,
                         "\",nonce_str=\"", nonce, "\",signature=\"", signature, "\",timestamp=\"",
                         timestamp, "\",serial_no=\"", options_.merchant_serial, "\"")},
      .body = std::move(body)};
}

bool WechatPay::IsGenuine(const std::map<std::string, std::string>& headers,
                          const std::string& body) const {
  return Header(headers, "wechatpay-serial") == options_.platform_serial &&
         options_.platform_key.Verify(Concat(Header(headers, "wechatpay-timestamp"), "\n",
                                             Header(headers, "wechatpay-nonce"), "\n", body, "\n"),
                                      Header(headers, "wechatpay-signature"));
}

absl::StatusOr<HttpRequest> WechatPay::RefundCall(const GatewayRefund& refund,
                                                  absl::Time now) const {
  HUIYIN_ASSIGN_OR_RETURN(const int64_t fen,
                          ToGatewayAmount(GatewayProtocol::kWechatPay, refund.amount));
  return Signed(
      "POST", kRefunds,
      DumpJson({{"out_trade_no", refund.payment_id},
                {"out_refund_no", refund.idempotency_key},
                {"amount", {{"refund", fen}, {"total", refund.captured}, {"currency", "CNY"}}}}),
      now);
}

GatewayAnswer WechatPay::Read(const GatewayRefund& refund, const HttpAnswer& answer) const {
  if (answer.status == 0) return UnexpectedStatus(answer);
  if (!IsGenuine(answer.headers, answer.body)) {
    return NoAnswer(Concat("the gateway's answer is not signed, HTTP status ", answer.status));
  }
  const json object = ParseJson(answer.body);
  if (answer.status == 200) {
    GatewayAnswer said = FromStatus(object, "status");
    return AboutAnother(refund, TextIn(object, "out_refund_no"), AmountOf(object))
        .value_or(std::move(said));
  }
  const std::string code = TextIn(object, "code");
  if (answer.status < 500 &&
      std::find(std::begin(kFinalErrors), std::end(kFinalErrors), code) != std::end(kFinalErrors)) {
    return Declined(code);
  }
  return NoAnswer(Concat("the gateway answered with HTTP status ", answer.status, ", ", code));
}

GatewayAnswer WechatPay::ReadRefund(const GatewayRefund& refund, const HttpAnswer& answer) const {
  return Read(refund, answer);
}

absl::StatusOr<HttpRequest> WechatPay::FindCall(const GatewayRefund& refund, absl::Time now) const {
  return Signed("GET", Concat(kRefunds, "/", refund.idempotency_key), "", now);
}

std::variant<GatewayAnswer, HttpRequest> WechatPay::ReadFound(const GatewayRefund& refund,
                                                              const HttpAnswer& answer) const {
  GatewayAnswer said = Read(refund, answer);
  // Asked about it, an error is no statement about the refund, but for one.
  if (answer.status != 200 && said.kind == Kind::kDeclined) {
    if (answer.status == 404 && said.reason == "RESOURCE_NOT_EXISTS") {
      return GatewayAnswer{.kind = Kind::kNotFound, .gateway_refund_id = "", .reason = ""};
    }
    return NoAnswer(said.reason);
  }
  return said;
}

absl::StatusOr<GatewayNotice> WechatPay::ReadNotice(const RawNotice& raw, absl::Time now) const {
  const std::string stamp = Header(raw.headers, "wechatpay-timestamp");
  int64_t seconds = 0;
  const auto [at, error] = std::from_chars(stamp.data(), stamp.data() + stamp.size(), seconds);
  if (error != std::errc() || at != stamp.data() + stamp.size() ||
      !IsFresh(absl::FromUnixSeconds(seconds), now) || !IsGenuine(raw.headers, raw.body)) {
    return BadSignature();
  }
  const json resource = ObjectIn(ParseJson(raw.body), "resource");
  std::string sealed;
  if (TextIn(resource, "algorithm") != "AEAD_AES_256_GCM" ||
      !absl::Base64Unescape(TextIn(resource, "ciphertext"), &sealed)) {
    return BadInput({{"body", "has no sealed resource"}});
  }
  const absl::StatusOr<std::string> opened = crypto::AesGcmOpen(
      options_.api_v3_key, TextIn(resource, "nonce"), TextIn(resource, "associated_data"), sealed);
  if (!opened.ok()) return BadSignature();
  const json object = ParseJson(*opened);
  if (TextIn(object, "mchid") != options_.merchant_id) return BadSignature();
  GatewayNotice notice;
  notice.idempotency_key = TextIn(object, "out_refund_no");
  if (notice.idempotency_key.empty()) return BadInput({{"body", "is not about a refund"}});
  notice.answer = FromStatus(object, "refund_status");
  if (const auto amount = AmountOf(object); amount.ok()) notice.amount = *amount;
  return notice;
}

}  // namespace huiyin::aftersales
