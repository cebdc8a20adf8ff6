// Stripe's refunds: /stripe/v1/refunds, form in, JSON out.
#include <nlohmann/json.hpp>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "deploy/gateway_sim/face.h"

namespace huiyin::gateway_sim {
namespace {

using Json = nlohmann::json;

constexpr char kKeyField[] = "metadata[huiyin_refund]";

http::Response StripeError(int status, const std::string& type, const std::string& code) {
  return JsonResponse(status, {{"error", {{"type", type}, {"code", code}, {"message", "…"}}}});
}

Json ToJson(const Refund& refund) {
  const bool charge = refund.payment.rfind("ch_", 0) == 0;
  Json json = {{"id", refund.id},
               {"object", "refund"},
               {"amount", refund.amount},
               {"currency", absl::AsciiStrToLower(refund.currency)},
               {charge ? "charge" : "payment_intent", refund.payment},
               {"metadata", {{"huiyin_refund", refund.key}}},
               {"status", refund.status == "reversed" ? "failed" : refund.status}};
  if (refund.status == "failed") json["failure_reason"] = "declined";
  if (refund.status == "reversed") json["failure_reason"] = "lost_or_stolen_card";
  return json;
}

// Currencies of this simulator's payments are told by their ids: "pi_KWD_…"; otherwise CNY.
std::string CurrencyOf(const std::string& payment) {
  return payment.size() > 7 && payment[2] == '_' && payment[6] == '_' ? payment.substr(3, 3)
                                                                      : "CNY";
}

// Stripe's own rules for amounts; empty when the amount keeps them.
std::string WrongAmount(int64_t amount, const std::string& currency) {
  static const std::set<std::string> kThreeDecimals = {"BHD", "JOD", "KWD", "OMR", "TND"};
  if ((currency == "ISK" || currency == "UGX") && amount % 100 != 0) {
    return "invalid_charge_amount_no_decimal_compatible";
  }
  if (kThreeDecimals.count(currency) > 0 && amount % 10 != 0) return "invalid_charge_amount";
  return "";
}

class Stripe final : public Face {
 public:
  explicit Stripe(const Ground& ground) : ground_(ground) {}

  http::Response Handle(const http::Request& request) override {
    if (!SameBytes(HeaderOr(request, "authorization"),
                   absl::StrCat("Bearer ", ground_.keys.stripe_key))) {
      return StripeError(401, "invalid_request_error", "api_key_invalid");
    }
    if (!ground_.books.Enter()) return Problem(503, "outage");
    if (request.path != "/stripe/v1/refunds") {
      return StripeError(404, "invalid_request_error", "resource_missing");
    }
    return request.method == "POST" ? Create(request) : List(request);
  }

  Json Notice(const Refund& refund) override {
    const char* type = refund.status == "reversed" || refund.status == "failed" ? "refund.failed"
                                                                                : "refund.updated";
    return Stamped(Json{{"id", "evt_1"}, {"type", type}, {"data", {{"object", ToJson(refund)}}}});
  }

  Json ChargebackNotice(const Json& chargeback) override {
    const bool won = chargeback.value("won", false);
    return Stamped(
        Json{{"id", "evt_2"},
             {"type", won ? "charge.dispute.closed" : "charge.dispute.created"},
             {"data",
              {{"object",
                {{"id", chargeback.value("id", "")},
                 {"status", won ? "won" : "needs_response"},
                 {"payment_intent", chargeback.value("payment_id", "")},
                 {"amount", chargeback.value("amount", 0)},
                 {"currency", absl::AsciiStrToLower(chargeback.value("currency", ""))}}}}}});
  }

 private:
  http::Response Create(const http::Request& request) {
    const auto fields = FormFields(request.body);
    const auto field = [&](const char* name) {
      const auto found = fields.find(name);
      return found == fields.end() ? std::string() : found->second;
    };
    Refund asked{.key = HeaderOr(request, "idempotency-key"), .face = "stripe"};
    asked.payment = field("payment_intent").empty() ? field("charge") : field("payment_intent");
    if (!absl::SimpleAtoi(field("amount"), &asked.amount) || asked.amount <= 0 ||
        asked.payment.empty() || asked.key.empty() || field(kKeyField) != asked.key) {
      return StripeError(400, "invalid_request_error", "parameter_missing");
    }
    asked.currency = CurrencyOf(asked.payment);
    if (const std::string wrong = WrongAmount(asked.amount, asked.currency); !wrong.empty()) {
      return StripeError(400, "invalid_request_error", wrong);
    }
    asked.id = RefundIdOf(asked.key);
    const auto made = ground_.books.Make(asked, /*forgets=*/true);
    if (!made.ok()) return StripeError(500, "api_error", "");
    switch (made->kind) {
      case Outcome::Kind::kConflict:
        return StripeError(400, "idempotency_error", "idempotency_key_reused");
      case Outcome::Kind::kError:
        return StripeError(500, "api_error", "");
      case Outcome::Kind::kDrop:
        return {.drop = true};
      case Outcome::Kind::kRefund:
        break;
    }
    return JsonResponse(200, ToJson(made->refund));
  }

  // Newest first, a page at a time.
  http::Response List(const http::Request& request) {
    auto query = FormFields(request.query);
    const auto refunds = ground_.books.OfPayment(
        query["payment_intent"].empty() ? query["charge"] : query["payment_intent"]);
    size_t limit = 10;
    if (!refunds.ok() || (!query["limit"].empty() && !absl::SimpleAtoi(query["limit"], &limit))) {
      return StripeError(400, "invalid_request_error", "parameter_invalid_integer");
    }
    Json page = Json::array();
    bool more = false, begun = query["starting_after"].empty();
    for (auto refund = refunds->rbegin(); refund != refunds->rend(); ++refund) {
      if (!begun) {
        begun = refund->id == query["starting_after"];
      } else if (page.size() == limit) {
        more = true;
      } else {
        page.push_back(ToJson(*refund));
      }
    }
    return JsonResponse(200, {{"object", "list"}, {"data", page}, {"has_more", more}});
  }

  Json Stamped(const Json& event) const {
    const std::string body = event.dump();
    const std::string timestamp = absl::StrCat(absl::ToUnixSeconds(ground_.clock.Now()));
    return {{"body", body},
            {"signature", absl::StrCat("t=", timestamp, ",v1=",
                                       HmacSha256Hex(ground_.keys.stripe_webhook,
                                                     absl::StrCat(timestamp, ".", body)))},
            {"headers", Json::object()}};
  }

  const Ground ground_;
};

}  // namespace

std::unique_ptr<Face> MakeStripe(const Ground& ground) { return std::make_unique<Stripe>(ground); }

}  // namespace huiyin::gateway_sim
