// Alipay's refunds: /alipay/gateway.do, a signed form in, a signed JSON node out.
#include <nlohmann/json.hpp>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "deploy/gateway_sim/face.h"

namespace huiyin::gateway_sim {
namespace {

using Json = nlohmann::json;

// "12.34" → 1234; 0 for anything that is no amount.
int64_t Fen(const std::string& yuan) {
  const std::vector<std::string> parts = absl::StrSplit(yuan, '.');
  int64_t whole = 0, cents = 0;
  if (parts.size() > 2 || !absl::SimpleAtoi(parts[0], &whole) || whole < 0) return 0;
  if (parts.size() == 2 && (parts[1].size() != 2 || !absl::SimpleAtoi(parts[1], &cents))) return 0;
  return whole * 100 + cents;
}

std::string Yuan(int64_t fen) { return absl::StrFormat("%d.%02d", fen / 100, fen % 100); }

std::string ToSign(const std::map<std::string, std::string>& fields, bool with_type) {
  std::vector<std::string> pairs;
  for (const auto& [name, value] : fields) {
    if (name == "sign" || (!with_type && name == "sign_type") || value.empty()) continue;
    pairs.push_back(absl::StrCat(name, "=", value));
  }
  std::string text;
  for (const std::string& pair : pairs) absl::StrAppend(&text, text.empty() ? "" : "&", pair);
  return text;
}

std::string Encoded(const std::string& text) {
  return absl::StrReplaceAll(text,
                             {{"%", "%25"}, {"&", "%26"}, {"=", "%3D"}, {"+", "%2B"}, {" ", "+"}});
}

class Alipay final : public Face {
 public:
  explicit Alipay(const Ground& ground)
      : ground_(ground),
        merchant_(*crypto::RsaPublicKey::FromPem(*ground.keys.merchant.PublicPem())) {}

  http::Response Handle(const http::Request& request) override {
    auto fields = FormFields(request.body);
    const std::string method = fields["method"];
    if (fields["app_id"] != ground_.keys.app_id ||
        !merchant_.Verify(ToSign(fields, true), fields["sign"])) {
      return Answer(method, {{"code", "40002"}, {"sub_code", "isv.invalid-signature"}});
    }
    if (!ground_.books.Enter()) return Problem(503, "outage");
    const Json content = Json::parse(fields["biz_content"], nullptr, false);
    if (!content.is_object()) {
      return Answer(method, {{"code", "40004"}, {"sub_code", "ACQ.INVALID_PARAMETER"}});
    }
    if (method == "alipay.trade.refund") return Create(method, content);
    if (method == "alipay.trade.fastpay.refund.query") return Query(method, content);
    return Answer(method, {{"code", "40004"}, {"sub_code", "isv.invalid-method"}});
  }

  Json Notice(const Refund& refund) override {
    if (refund.status == "pending") return nullptr;  // Alipay calls back when it is done
    std::map<std::string, std::string> fields = {
        {"app_id", ground_.keys.app_id},
        {"charset", "utf-8"},
        {"notify_id", "n-" + refund.id},
        {"notify_time", absl::FormatTime("%Y-%m-%d %H:%M:%S", ground_.clock.Now(),
                                         absl::FixedTimeZone(8 * 60 * 60))},
        {"notify_type", "trade_status_sync"},
        {"out_biz_no", refund.key},
        {"out_trade_no", refund.payment},
        {"refund_fee", Yuan(refund.amount)},
        {"sign_type", "RSA2"},
        {"trade_no", refund.id},
        {"trade_status", "TRADE_SUCCESS"},
        {"version", "1.0"}};
    if (refund.status == "failed") fields["refund_status"] = "REFUND_FAIL";
    fields["sign"] = *ground_.keys.gateway.Sign(ToSign(fields, false));
    std::string body;
    for (const auto& [name, value] : fields) {
      absl::StrAppend(&body, body.empty() ? "" : "&", name, "=", Encoded(value));
    }
    return {{"body", body}, {"signature", ""}, {"headers", Json::object()}};
  }

  Json ChargebackNotice(const Json&) override { return nullptr; }

 private:
  http::Response Create(const std::string& method, const Json& content) {
    Refund asked{.key = content.value("out_request_no", ""), .face = "alipay"};
    asked.payment = content.value("out_trade_no", "");
    asked.amount = Fen(content.value("refund_amount", ""));
    asked.currency = "CNY";
    asked.id = RefundIdOf(asked.key);
    if (asked.key.empty() || asked.payment.empty() || asked.amount <= 0) {
      return Answer(method, {{"code", "40004"}, {"sub_code", "ACQ.INVALID_PARAMETER"}});
    }
    const auto before = ground_.books.Find(asked.key);
    const auto made = ground_.books.Make(asked, /*forgets=*/false);
    if (!before.ok() || !made.ok()) return Problem(500, "the books cannot be written");
    switch (made->kind) {
      case Outcome::Kind::kConflict:
        return Answer(method, {{"code", "40004"}, {"sub_code", "ACQ.DISCORDANT_REPEAT_REQUEST"}});
      case Outcome::Kind::kError:
        return Answer(method, {{"code", "20000"}, {"sub_code", "aop.unknow-error"}});
      case Outcome::Kind::kDrop:
        return {.drop = true};
      case Outcome::Kind::kRefund:
        break;
    }
    const Refund& refund = made->refund;
    if (refund.status == "failed") {
      return Answer(method, {{"code", "40004"}, {"sub_code", "ACQ.TRADE_NOT_ALLOW_REFUND"}});
    }
    const bool moved =
        !before->has_value() && refund.key == asked.key && refund.status == "succeeded";
    return Answer(method, {{"code", "10000"},
                           {"msg", "Success"},
                           {"out_trade_no", refund.payment},
                           {"trade_no", refund.id},
                           {"refund_fee", Yuan(refund.amount)},
                           {"fund_change", moved ? "Y" : "N"}});
  }

  http::Response Query(const std::string& method, const Json& content) {
    const auto found = ground_.books.Find(content.value("out_request_no", ""));
    if (!found.ok()) return Problem(500, "the books cannot be read");
    Json node = {{"code", "10000"}, {"msg", "Success"}};
    if (found->has_value() && (*found)->status != "failed") {
      const Refund& refund = **found;
      node["out_request_no"] = refund.key;
      node["out_trade_no"] = refund.payment;
      node["trade_no"] = refund.id;
      node["refund_amount"] = Yuan(refund.amount);
      node["refund_status"] = refund.status == "pending" ? "REFUND_PROCESSING" : "REFUND_SUCCESS";
    }
    return Answer(method, node);
  }

  // The node is signed as it is written.
  http::Response Answer(const std::string& method, const Json& node) const {
    const std::string text = node.dump();
    const std::string name = absl::StrReplaceAll(method, {{".", "_"}}) + "_response";
    return {.body = absl::StrCat("{\"", name, "\":", text, ",\"sign\":\"",
                                 *ground_.keys.gateway.Sign(text), "\"}"),
            .content_type = "application/json"};
  }

  const Ground ground_;
  const crypto::RsaPublicKey merchant_;
};

}  // namespace

std::unique_ptr<Face> MakeAlipay(const Ground& ground) { return std::make_unique<Alipay>(ground); }

}  // namespace huiyin::gateway_sim
