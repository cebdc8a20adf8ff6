#include "services/aftersales/domain/policy/calendar.h"

#include <algorithm>
#include <iterator>
#include <map>

#include "services/aftersales/domain/text.h"

namespace huiyin::aftersales {
namespace {

constexpr std::string_view kWeekdays[] = {"MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"};
constexpr int kLongestRoll = 60;  // days; a calendar without any working day rolls no further

absl::TimeZone LoadZone(const std::string& name, bool& ok) {
  absl::TimeZone zone;
  ok = absl::LoadTimeZone(name, &zone);
  return zone;
}

}  // namespace

Calendar Calendar::Parse(const Node& node, DocumentCheck& check) {
  Calendar calendar;
  check.Fields(node, {"zone", "weekend", "holidays", "roll"});
  if (const Node* zone = node.Field("zone"); zone != nullptr && zone->text != "customer") {
    bool ok = false;
    calendar.of_customer_ = false;
    calendar.zone_ = LoadZone(check.Text(*zone), ok);
    if (!ok) check.Add(*zone, Concat(zone->text, " is no time zone, as Asia/Shanghai"));
  }
  if (const Node* weekend = node.Field("weekend")) {
    for (const std::string& day : check.Texts(*weekend)) {
      const auto* found = std::find(std::begin(kWeekdays), std::end(kWeekdays), day);
      if (found == std::end(kWeekdays)) check.Add(*weekend, Concat(day, " is no day, as SAT"));
      calendar.weekend_ |= 1u << (found - std::begin(kWeekdays));
    }
    if (calendar.weekend_ == 0x7f) check.Add(*weekend, "leaves no working day");
  }
  if (const Node* holidays = node.Field("holidays")) {
    for (const std::string& date : check.Texts(*holidays)) {
      absl::CivilDay day;
      if (!absl::ParseCivilTime(date, &day)) {
        check.Add(*holidays, Concat(date, " is no date, as 2026-10-01"));
      }
      calendar.holidays_.insert(day);
    }
  }
  if (const Node* roll = node.Field("roll")) calendar.roll_ = check.Bool(*roll);
  return calendar;
}

bool Calendar::Works(absl::CivilDay day) const {
  return (weekend_ >> static_cast<int>(absl::GetWeekday(day)) & 1) == 0 && !holidays_.contains(day);
}

absl::Time Calendar::EndOfWindow(absl::Time from, int64_t days, bool working_days,
                                 const std::string& customer_zone) const {
  absl::TimeZone zone = zone_;
  if (of_customer_) {
    bool ok = false;
    zone = LoadZone(customer_zone, ok);  // UTC when it is not known
  }
  absl::CivilDay last = absl::ToCivilDay(from, zone);
  if (working_days) {
    for (int64_t left = days; left > 0;) {
      if (Works(++last)) --left;
    }
  } else {
    last += days;
  }
  for (int i = 0; roll_ && !Works(last) && i < kLongestRoll; ++i) ++last;
  // The day ends where the next one begins, whatever its length; days may be skipped altogether.
  return absl::FromCivil(last + 1, zone) - absl::Microseconds(1);
}

std::string ZoneOf(std::string_view country) {
  static const auto& kZones = *new std::map<std::string, std::string, std::less<>>{
      {"AE", "Asia/Dubai"},          {"AR", "America/Argentina/Buenos_Aires"},
      {"AT", "Europe/Vienna"},       {"AU", "Australia/Perth"},
      {"BE", "Europe/Brussels"},     {"BG", "Europe/Sofia"},
      {"BR", "America/Manaus"},      {"BY", "Europe/Minsk"},
      {"CA", "America/Vancouver"},   {"CH", "Europe/Zurich"},
      {"CL", "America/Santiago"},    {"CN", "Asia/Shanghai"},
      {"CO", "America/Bogota"},      {"CY", "Asia/Nicosia"},
      {"CZ", "Europe/Prague"},       {"DE", "Europe/Berlin"},
      {"DK", "Europe/Copenhagen"},   {"EE", "Europe/Tallinn"},
      {"EG", "Africa/Cairo"},        {"ES", "Atlantic/Canary"},
      {"FI", "Europe/Helsinki"},     {"FR", "Europe/Paris"},
      {"GB", "Europe/London"},       {"GR", "Europe/Athens"},
      {"HK", "Asia/Hong_Kong"},      {"HR", "Europe/Zagreb"},
      {"HU", "Europe/Budapest"},     {"ID", "Asia/Jakarta"},
      {"IE", "Europe/Dublin"},       {"IL", "Asia/Jerusalem"},
      {"IN", "Asia/Kolkata"},        {"IS", "Atlantic/Reykjavik"},
      {"IT", "Europe/Rome"},         {"JP", "Asia/Tokyo"},
      {"KR", "Asia/Seoul"},          {"KW", "Asia/Kuwait"},
      {"KZ", "Asia/Almaty"},         {"LI", "Europe/Vaduz"},
      {"LT", "Europe/Vilnius"},      {"LU", "Europe/Luxembourg"},
      {"LV", "Europe/Riga"},         {"MO", "Asia/Macau"},
      {"MT", "Europe/Malta"},        {"MX", "America/Tijuana"},
      {"MY", "Asia/Kuala_Lumpur"},   {"NL", "Europe/Amsterdam"},
      {"NO", "Europe/Oslo"},         {"NZ", "Pacific/Auckland"},
      {"PE", "America/Lima"},        {"PH", "Asia/Manila"},
      {"PL", "Europe/Warsaw"},       {"PT", "Atlantic/Azores"},
      {"QA", "Asia/Qatar"},          {"RO", "Europe/Bucharest"},
      {"RU", "Europe/Moscow"},       {"SA", "Asia/Riyadh"},
      {"SE", "Europe/Stockholm"},    {"SG", "Asia/Singapore"},
      {"SI", "Europe/Ljubljana"},    {"SK", "Europe/Bratislava"},
      {"TH", "Asia/Bangkok"},        {"TR", "Europe/Istanbul"},
      {"TW", "Asia/Taipei"},         {"UA", "Europe/Kyiv"},
      {"US", "America/Los_Angeles"}, {"VN", "Asia/Ho_Chi_Minh"},
      {"ZA", "Africa/Johannesburg"}};
  const auto found = kZones.find(country);
  return found == kZones.end() ? "UTC" : found->second;
}

}  // namespace huiyin::aftersales
