// The generic signed HTTP gateway: README.md.
#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "deploy/gateway_sim/face.h"
#include "libs/core/status.h"

namespace huiyin::gateway_sim {
namespace {

using Json = nlohmann::json;

Json ToJson(const Refund& refund) {
  Json json = {
      {"id", refund.id},         {"key", refund.key},           {"payment_id", refund.payment},
      {"amount", refund.amount}, {"currency", refund.currency}, {"status", refund.status}};
  if (refund.status == "failed") json["failure"] = "declined";
  return json;
}

// The refund that a request asks for, or a sentence that says what is wrong with it.
absl::StatusOr<Refund> Parse(const http::Request& request) {
  Refund refund{.key = HeaderOr(request, "idempotency-key"), .face = "signed_http"};
  if (refund.key.empty()) return absl::InvalidArgumentError("header Idempotency-Key is missing");
  const Json body = Json::parse(request.body, nullptr, /*allow_exceptions=*/false);
  if (!body.is_object() || !body.value("payment_id", Json()).is_string() ||
      !body.value("amount", Json()).is_number_integer() ||
      !body.value("currency", Json()).is_string()) {
    return absl::InvalidArgumentError("expected {payment_id, amount, currency}");
  }
  refund.payment = body["payment_id"];
  refund.amount = body["amount"];
  refund.currency = body["currency"];
  if (refund.amount <= 0) return absl::InvalidArgumentError("amount must be positive");
  refund.id = RefundIdOf(refund.key);
  return refund;
}

class SignedHttp final : public Face {
 public:
  SignedHttp(Books& books, std::string secret, const Clock& clock)
      : books_(books), secret_(std::move(secret)), clock_(clock) {}

  http::Response Handle(const http::Request& request) override {
    if (!SignatureHolds(request, secret_, clock_.Now())) {
      return Problem(401, "the signature is missing, old or wrong");
    }
    if (!books_.Enter()) return Problem(503, "outage");
    if (request.path != "/v1/refunds") return Problem(404, "no such resource");
    if (request.method == "POST") return Create(request);
    if (request.method != "GET" || request.query.substr(0, 4) != "key=") {
      return Problem(400, "expected GET ?key=");
    }
    const auto found = books_.Find(request.query.substr(4));
    if (!found.ok()) return Problem(500, "the books cannot be read");
    // A forgotten key still names its refund: gateways drop keys, not the payments made with them.
    return found->has_value() ? JsonResponse(200, ToJson(**found)) : Problem(404, "no such refund");
  }

  Json Notice(const Refund& refund) override { return Stamped(ToJson(refund).dump()); }
  Json ChargebackNotice(const Json& chargeback) override {
    return Stamped(Json{{"chargeback", chargeback}}.dump());
  }

 private:
  http::Response Create(const http::Request& request) {
    const absl::StatusOr<Refund> asked = Parse(request);
    if (!asked.ok()) return Problem(400, std::string(asked.status().message()));
    const auto made = books_.Make(*asked, /*forgets=*/true);
    if (!made.ok()) return Problem(500, "the books cannot be written");
    switch (made->kind) {
      case Outcome::Kind::kConflict:
        return Problem(409, "this Idempotency-Key was used with another body");
      case Outcome::Kind::kError:
        return Problem(500, "internal error");
      case Outcome::Kind::kDrop:
        return {.drop = true};
      case Outcome::Kind::kRefund:
        break;
    }
    return JsonResponse(200, ToJson(made->refund));
  }

  Json Stamped(const std::string& body) const {
    const std::string timestamp = absl::StrCat(absl::ToUnixSeconds(clock_.Now()));
    return {{"body", body},
            {"signature", absl::StrCat("t=", timestamp, ",v1=",
                                       HmacSha256Hex(secret_, absl::StrCat(timestamp, ".", body)))},
            {"headers", Json::object()}};
  }

  Books& books_;
  const std::string secret_;
  const Clock& clock_;
};

}  // namespace

std::unique_ptr<Face> MakeSignedHttp(Books& books, std::string secret, const Clock& clock) {
  return std::make_unique<SignedHttp>(books, std::move(secret), clock);
}

}  // namespace huiyin::gateway_sim
