#include "services/aftersales/gateways/http_carrier.h"

#include <algorithm>
#include <map>

#include "libs/core/status.h"
#include "services/aftersales/domain/text.h"
#include "services/aftersales/gateways/json_fields.h"
#include "services/aftersales/gateways/protocol.h"
#include "services/aftersales/gateways/signature.h"

namespace huiyin::aftersales {
namespace {

using nlohmann::json;
using Kind = CarrierAnswer::Kind;

constexpr size_t kMaxText = 128;
constexpr size_t kMaxUrl = 2048;

CarrierAnswer Silent(std::string reason) {
  return {.kind = Kind::kNoAnswer, .reason = std::move(reason)};
}
CarrierAnswer Unexpected(const HttpAnswer& answer) {
  if (answer.status == 0) return Silent(Concat("no answer from the carrier: ", answer.problem));
  return Silent(Concat("the carrier answered with HTTP status ", answer.status));
}

// The carrier's reason when it is a code, as ADDRESS_NOT_SERVED; prose is not passed on.
std::string CodeIn(const json& object) {
  const std::string code = TextIn(object, "code");
  const bool fine = code.size() <= 64 && std::all_of(code.begin(), code.end(), [](char c) {
                      return (c >= 'A' && c <= 'Z') || c == '_';
                    });
  return fine ? code : "";
}

json ToJson(const LabelRequest& request) {
  json lines = json::array();
  for (const CustomsLine& line : request.shipment.lines) {
    lines.push_back({{"description", line.description},
                     {"hs_code", line.hs_code},
                     {"origin_country", line.origin_country},
                     {"quantity", line.quantity},
                     {"value", line.value},
                     {"currency", request.currency}});
  }
  json body = {{"reference", request.reference},
               {"order_id", request.order_id},
               {"handover", request.handover == Handover::kPickUp ? "pick_up" : "drop_off"},
               {"route", std::string(Name(request.shipment.route))},
               {"hub", request.shipment.hub},
               {"from_country", request.shipment.from_country},
               {"to_country", request.shipment.to_country},
               {"lines", std::move(lines)}};
  if (request.pick_up) body["pick_up_at"] = absl::ToUnixSeconds(*request.pick_up);
  if (request.shipment.customs) {
    body["customs"] = {{"export_reason", request.shipment.export_reason},
                       {"outbound_invoices", request.shipment.outbound_invoices}};
  }
  return body;
}

CarrierAnswer ReadLabel(const std::string& reference, const HttpAnswer& answer) {
  const json object = ParseJson(answer.body);
  if (answer.status == 422) return {.kind = Kind::kRefused, .reason = CodeIn(object)};
  if (answer.status != 200) return Unexpected(answer);
  CarrierAnswer label{.kind = Kind::kLabel,
                      .carrier = TextIn(object, "carrier"),
                      .tracking = TextIn(object, "tracking"),
                      .label_url = TextIn(object, "label_url"),
                      .reason = ""};
  const bool sensible = TextIn(object, "reference") == reference && !label.tracking.empty() &&
                        label.tracking.size() <= kMaxText && label.carrier.size() <= kMaxText &&
                        label.label_url.size() <= kMaxUrl;
  return sensible ? label : Silent("the carrier's answer is not about this parcel");
}

CarrierAnswer ReadCancelled(const std::string& reference, const HttpAnswer& answer) {
  const json object = ParseJson(answer.body);
  if (answer.status == 409) return {.kind = Kind::kTooLate, .reason = CodeIn(object)};
  if (answer.status != 200) return Unexpected(answer);
  if (TextIn(object, "reference") != reference) {
    return Silent("the carrier's answer is not about this parcel");
  }
  return {.kind = Kind::kCancelled, .reason = ""};
}

// Adds to `check` what makes no sense.
Scan ReadScan(const json& object, absl::Time now, InputCheck& check) {
  static const auto& kKinds =
      *new std::map<std::string, ScanKind, std::less<>>{{"handed_over", ScanKind::kHandedOver},
                                                        {"moving", ScanKind::kMoving},
                                                        {"delivered", ScanKind::kDelivered},
                                                        {"lost", ScanKind::kLost}};
  Scan scan{.id = TextIn(object, "scan_id"), .place = TextIn(object, "place")};
  const auto kind = kKinds.find(TextIn(object, "kind"));
  const auto at = IntegerIn(object, "at");
  check.Require(!scan.id.empty() && scan.id.size() <= kMaxText, "body",
                "has no scan_id of at most 128 bytes");
  if (check.Require(kind != kKinds.end(), "body", "has no known kind")) scan.kind = kind->second;
  if (check.Require(at && *at > 0 && absl::FromUnixSeconds(*at) <= now + kNoticeTolerance, "body",
                    "has no time, or one in the future")) {
    scan.at = absl::FromUnixSeconds(*at);
  }
  check.Require(scan.place.size() <= kMaxText, "body", "has texts of more than 128 bytes");
  return scan;
}

// Scans that make no sense are left out: the others are still true.
CarrierAnswer ReadNews(const std::string& reference, const HttpAnswer& answer, absl::Time now) {
  if (answer.status != 200) return Unexpected(answer);
  const json object = ParseJson(answer.body);
  const auto scans = object.is_object() ? object.find("scans") : object.end();
  if (TextIn(object, "reference") != reference || scans == object.end() || !scans->is_array()) {
    return Silent("the carrier's answer is not about this parcel");
  }
  CarrierAnswer news{.kind = Kind::kNews,
                     .carrier = TextIn(object, "carrier"),
                     .tracking = TextIn(object, "tracking"),
                     .label_url = "",
                     .reason = ""};
  if (news.carrier.size() > kMaxText || news.tracking.size() > kMaxText) {
    return Silent("the carrier's answer has texts of more than 128 bytes");
  }
  for (const json& each : *scans) {
    InputCheck check;
    Scan scan = ReadScan(each, now, check);
    if (check.ok()) news.scans.push_back(std::move(scan));
  }
  return news;
}

}  // namespace

HttpCarrier::HttpCarrier(Options options, const Clock& clock)
    : options_(std::move(options)), clock_(clock), caller_(options_.calls) {}

HttpRequest HttpCarrier::Signed(const std::string& target, std::string body) const {
  const std::string timestamp = std::to_string(absl::ToUnixSeconds(clock_.Now()));
  const std::string signature = Sign(options_.secret, SignedText(timestamp, "POST", target, body));
  return {.method = "POST",
          .url = options_.url + target,
          .headers = {"Content-Type: application/json", Concat("X-Huiyin-Timestamp: ", timestamp),
                      Concat("X-Huiyin-Signature: ", signature)},
          .body = std::move(body)};
}

void HttpCarrier::CreateLabel(const LabelRequest& request, Done done) {
  caller_.Start(Signed("/carrier/labels", DumpJson(ToJson(request))),
                [reference = request.reference, done = std::move(done)](HttpAnswer answer) mutable {
                  done(ReadLabel(reference, answer));
                });
}

void HttpCarrier::Cancel(const std::string& reference, Done done) {
  caller_.Start(Signed("/carrier/labels/cancel", DumpJson({{"reference", reference}})),
                [reference, done = std::move(done)](HttpAnswer answer) mutable {
                  done(ReadCancelled(reference, answer));
                });
}

void HttpCarrier::Track(const std::string& reference, Done done) {
  caller_.Start(Signed("/carrier/labels/scans", DumpJson({{"reference", reference}})),
                [this, reference, done = std::move(done)](HttpAnswer answer) mutable {
                  done(ReadNews(reference, answer, clock_.Now()));
                });
}

absl::StatusOr<CarrierNotice> HttpCarrier::ReadNotice(const std::string& body,
                                                      const std::string& signature) {
  const std::optional<StampedSignature> stamped = ReadStamped(signature);
  if (!stamped || !IsFresh(absl::FromUnixSeconds(stamped->seconds), clock_.Now()) ||
      !MatchesAny(*stamped, options_.secret, body)) {
    return BadSignature();
  }
  const json object = ParseJson(body);
  CarrierNotice notice{.reference = TextIn(object, "reference"),
                       .carrier = TextIn(object, "carrier"),
                       .tracking = TextIn(object, "tracking"),
                       .scan = {}};
  InputCheck check;
  check.Require(!notice.reference.empty(), "body", "names no reference");
  check.Require(notice.tracking.size() <= kMaxText && notice.carrier.size() <= kMaxText, "body",
                "has texts of more than 128 bytes");
  notice.scan = ReadScan(object, clock_.Now(), check);
  HUIYIN_RETURN_IF_ERROR(check.ToStatus());
  return notice;
}

}  // namespace huiyin::aftersales
