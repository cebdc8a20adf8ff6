#include "deploy/gateway_sim/gateway.h"

#include <nlohmann/json.hpp>

#include "libs/core/status.h"

namespace huiyin::gateway_sim {
namespace {

using Json = nlohmann::json;

struct Route {
  const char* prefix;
  const char* face;
};
constexpr Route kRoutes[] = {{"/v1/", "signed_http"},
                             {"/stripe/", "stripe"},
                             {"/alipay/", "alipay"},
                             {"/wechat/", "wechat_pay"}};

}  // namespace

Gateway::Gateway(std::unique_ptr<Books> books, std::unique_ptr<Carrier> carrier,
                 const std::string& secret, const Clock& clock, std::optional<Keys> keys)
    : books_(std::move(books)), carrier_(std::move(carrier)), keys_(std::move(keys)) {
  faces_["signed_http"] = MakeSignedHttp(*books_, secret, clock);
  if (!keys_) return;
  const Ground ground{*books_, *keys_, clock};
  faces_["stripe"] = MakeStripe(ground);
  faces_["alipay"] = MakeAlipay(ground);
  faces_["wechat_pay"] = MakeWechatPay(ground);
}

absl::StatusOr<std::unique_ptr<Gateway>> Gateway::Open(const std::string& state,
                                                       const std::string& secret,
                                                       const Clock& clock,
                                                       std::optional<Keys> keys) {
  HUIYIN_ASSIGN_OR_RETURN(auto books, Books::Open(state));
  HUIYIN_ASSIGN_OR_RETURN(auto carrier, Carrier::Open(state + ".carrier", secret, clock));
  return std::unique_ptr<Gateway>(
      new Gateway(std::move(books), std::move(carrier), secret, clock, std::move(keys)));
}

http::Response Gateway::Handle(const http::Request& request) {
  if (request.path == "/control") {
    return request.method == "POST" ? Control(request) : Statistics();
  }
  if (request.path.rfind("/carrier/", 0) == 0) return carrier_->Handle(request);
  for (const Route& route : kRoutes) {
    const auto face = faces_.find(route.face);
    if (request.path.rfind(route.prefix, 0) != 0 || face == faces_.end()) continue;
    http::Response response = face->second->Handle(request);
    response.delay = books_->Latency();
    return response;
  }
  return Problem(404, "no such resource");
}

http::Response Gateway::Control(const http::Request& request) {
  const Json body = Json::parse(request.body, nullptr, false);
  if (!body.is_object()) return Problem(400, "expected a JSON object; see README.md");
  if (body.contains("notice")) return Notice(body["notice"]);
  for (const auto& [field, value] : body.items()) {
    const absl::Status done = books_->Set(field, value);
    if (!done.ok()) {
      return Problem(absl::IsInvalidArgument(done) ? 400 : 500, std::string(done.message()));
    }
  }
  return Statistics();
}

http::Response Gateway::Notice(const Json& wanted) {
  Json notice;
  if (wanted.is_string()) {
    const auto refund = books_->Find(wanted);
    if (!refund.ok() || !refund->has_value()) return Problem(400, "no such refund");
    notice = faces_.at((*refund)->face)->Notice(**refund);
  } else if (wanted.is_object() && faces_.contains(wanted.value("face", ""))) {
    notice = faces_.at(wanted.value("face", ""))->ChargebackNotice(wanted);
  }
  if (notice.is_null()) return Problem(400, "cannot use \"notice\"; see README.md");
  return JsonResponse(200, notice);
}

http::Response Gateway::Statistics() {
  const absl::StatusOr<Json> statistics = books_->Statistics();
  if (!statistics.ok()) return Problem(500, std::string(statistics.status().message()));
  return JsonResponse(200, *statistics);
}

}  // namespace huiyin::gateway_sim
