// WeChat Pay v3 refunds: /wechat/v3/refund/domestic/refunds, signed JSON both ways.
#include <nlohmann/json.hpp>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "deploy/gateway_sim/face.h"
#include "libs/crypto/aes_gcm.h"

namespace huiyin::gateway_sim {
namespace {

using Json = nlohmann::json;

constexpr char kPath[] = "/wechat/v3/refund/domestic/refunds";
constexpr absl::Duration kMaxSkew = absl::Minutes(5);

// The value of name="value" in the Authorization header.
std::string Part(const std::string& header, const std::string& name) {
  const size_t at = header.find(name + "=\"");
  if (at == std::string::npos) return "";
  const size_t from = at + name.size() + 2;
  return header.substr(from, header.find('"', from) - from);
}

std::string StatusOf(const Refund& refund) {
  if (refund.status == "pending") return "PROCESSING";
  if (refund.status == "failed") return "CLOSED";
  return refund.status == "reversed" ? "ABNORMAL" : "SUCCESS";
}

Json ToJson(const Refund& refund) {
  return {{"refund_id", refund.id},
          {"out_refund_no", refund.key},
          {"out_trade_no", refund.payment},
          {"status", StatusOf(refund)},
          {"amount", {{"refund", refund.amount}, {"currency", "CNY"}}}};
}

class WechatPay final : public Face {
 public:
  explicit WechatPay(const Ground& ground)
      : ground_(ground),
        merchant_(*crypto::RsaPublicKey::FromPem(*ground.keys.merchant.PublicPem())) {}

  http::Response Handle(const http::Request& request) override {
    if (!SignatureHolds(request)) return Error(401, "SIGN_ERROR");
    if (!ground_.books.Enter()) return Problem(503, "outage");
    if (request.method == "POST" && request.path == kPath) return Create(request);
    const std::string prefix = absl::StrCat(kPath, "/");
    if (request.method != "GET" || request.path.rfind(prefix, 0) != 0) {
      return Error(404, "NO_SUCH_RESOURCE");
    }
    const auto found = ground_.books.Find(request.path.substr(prefix.size()));
    if (!found.ok()) return Error(500, "SYSTEM_ERROR");
    return found->has_value() ? Signed(200, ToJson(**found)) : Error(404, "RESOURCE_NOT_EXISTS");
  }

  Json Notice(const Refund& refund) override {
    Json plain = ToJson(refund);
    plain["mchid"] = ground_.keys.merchant_id;
    plain["refund_status"] = plain["status"];
    plain.erase("status");
    const std::string nonce = HmacSha256Hex("nonce", refund.id).substr(0, 12);
    const auto sealed = crypto::AesGcmSeal(ground_.keys.api_v3_key, nonce, "refund", plain.dump());
    const std::string body = Json{
        {"id", "n-" + refund.id},
        {"event_type", "REFUND." + StatusOf(refund)},
        {"resource_type", "encrypt-resource"},
        {"resource",
         {{"algorithm", "AEAD_AES_256_GCM"},
          {"original_type", "refund"},
          {"ciphertext", absl::Base64Escape(*sealed)},
          {"nonce", nonce},
          {"associated_data",
           "refund"}}}}.dump();
    return {{"body", body}, {"signature", ""}, {"headers", SignatureOf(body)}};
  }

  Json ChargebackNotice(const Json&) override { return nullptr; }

 private:
  http::Response Create(const http::Request& request) {
    const Json body = Json::parse(request.body, nullptr, false);
    const Json amount = body.is_object() ? body.value("amount", Json()) : Json();
    if (!amount.is_object() || !amount.value("refund", Json()).is_number_integer() ||
        !amount.value("total", Json()).is_number_integer() || amount["refund"] <= 0) {
      return Error(400, "PARAM_ERROR");
    }
    Refund asked{.key = body.value("out_refund_no", ""), .face = "wechat_pay"};
    asked.payment = body.value("out_trade_no", "");
    asked.amount = amount["refund"];
    asked.currency = amount.value("currency", "");
    asked.id = RefundIdOf(asked.key);
    if (asked.key.empty() || asked.payment.empty() || asked.currency != "CNY") {
      return Error(400, "PARAM_ERROR");
    }
    const auto others = ground_.books.OfPayment(asked.payment);
    if (!others.ok()) return Error(500, "SYSTEM_ERROR");
    int64_t sum = asked.amount;
    for (const Refund& other : *others) {
      if (other.key != asked.key && other.status != "failed") sum += other.amount;
    }
    if (sum > amount["total"]) return Error(400, "INVALID_REQUEST");
    const auto made = ground_.books.Make(asked, /*forgets=*/false);
    if (!made.ok()) return Error(500, "SYSTEM_ERROR");
    switch (made->kind) {
      case Outcome::Kind::kConflict:
        return Error(400, "PARAM_ERROR");
      case Outcome::Kind::kError:
        return Error(500, "SYSTEM_ERROR");
      case Outcome::Kind::kDrop:
        return {.drop = true};
      case Outcome::Kind::kRefund:
        break;
    }
    if (made->refund.status == "failed") return Error(403, "USER_ACCOUNT_ABNORMAL");
    return Signed(200, ToJson(made->refund));
  }

  http::Response Error(int status, const std::string& code) const {
    return Signed(status, {{"code", code}, {"message", "…"}});
  }

  http::Response Signed(int status, const Json& json) const {
    http::Response response{
        .status = status, .body = json.dump(), .content_type = "application/json"};
    response.headers = SignatureOf(response.body);
    return response;
  }

  std::map<std::string, std::string> SignatureOf(const std::string& body) const {
    const std::string timestamp = absl::StrCat(absl::ToUnixSeconds(ground_.clock.Now()));
    const std::string nonce = HmacSha256Hex("nonce", body).substr(0, 32);
    return {{"wechatpay-timestamp", timestamp},
            {"wechatpay-nonce", nonce},
            {"wechatpay-serial", ground_.keys.gateway_serial},
            {"wechatpay-signature",
             *ground_.keys.gateway.Sign(absl::StrCat(timestamp, "\n", nonce, "\n", body, "\n"))}};
  }

  bool SignatureHolds(const http::Request& request) const {
    const std::string header = HeaderOr(request, "authorization");
    const std::string timestamp = Part(header, "timestamp");
    int64_t seconds = 0;
    if (header.rfind("WECHATPAY2-SHA256-RSA2048 ", 0) != 0 ||
        Part(header, "mchid") != ground_.keys.merchant_id ||
        Part(header, "serial_no") != ground_.keys.merchant_serial ||
        !absl::SimpleAtoi(timestamp, &seconds) ||
        absl::AbsDuration(ground_.clock.Now() - absl::FromUnixSeconds(seconds)) > kMaxSkew) {
      return false;
    }
    const std::string target =
        request.query.empty() ? request.path : absl::StrCat(request.path, "?", request.query);
    return merchant_.Verify(absl::StrCat(request.method, "\n", target, "\n", timestamp, "\n",
                                         Part(header, "nonce_str"), "\n", request.body, "\n"),
                            Part(header, "signature"));
  }

  const Ground ground_;
  const crypto::RsaPublicKey merchant_;
};

}  // namespace

std::unique_ptr<Face> MakeWechatPay(const Ground& ground) {
  return std::make_unique<WechatPay>(ground);
}

}  // namespace huiyin::gateway_sim
