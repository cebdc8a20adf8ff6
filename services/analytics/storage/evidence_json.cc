#include "services/analytics/storage/evidence_json.h"

#include <nlohmann/json.hpp>

namespace huiyin::analytics {
namespace {

using Json = nlohmann::json;

Json ToJson(const stats::Estimate& e) { return Json::array({e.value, e.lower, e.upper}); }

stats::Estimate EstimateFrom(const Json& json) {
  if (!json.is_array() || json.size() != 3) return {};
  return {json[0].get<double>(), json[1].get<double>(), json[2].get<double>()};
}

}  // namespace

std::string ToJson(const Evidence& e) {
  const Json json = {{"method", e.method},
                     {"observed", e.observed},
                     {"expected", e.expected},
                     {"relative_rate", ToJson(e.relative_rate)},
                     {"reporting_ratio", ToJson(e.reporting_ratio)},
                     {"chi_squared", e.chi_squared},
                     {"q_value", e.q_value},
                     {"units_shipped", e.units_shipped},
                     {"by_source", e.by_source},
                     {"window_days", e.window_days},
                     {"phrases", e.phrases},
                     {"example_tickets", e.example_tickets},
                     {"daily_counts", e.daily_counts}};
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Evidence EvidenceFromJson(std::string_view text) {
  const Json json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  Evidence e;
  if (!json.is_object()) return e;
  e.method = json.value("method", e.method);
  e.observed = json.value("observed", e.observed);
  e.expected = json.value("expected", e.expected);
  e.relative_rate = EstimateFrom(json.value("relative_rate", Json()));
  e.reporting_ratio = EstimateFrom(json.value("reporting_ratio", Json()));
  e.chi_squared = json.value("chi_squared", e.chi_squared);
  e.q_value = json.value("q_value", e.q_value);
  e.units_shipped = json.value("units_shipped", e.units_shipped);
  e.by_source = json.value("by_source", e.by_source);
  e.window_days = json.value("window_days", e.window_days);
  e.phrases = json.value("phrases", e.phrases);
  e.example_tickets = json.value("example_tickets", e.example_tickets);
  e.daily_counts = json.value("daily_counts", e.daily_counts);
  return e;
}

}  // namespace huiyin::analytics
