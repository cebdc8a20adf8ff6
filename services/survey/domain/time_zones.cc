// Where it is night: the zone of each country's largest city (IANA time zone database). A customer
// elsewhere in a wide country names the own zone in the contact preference.
#include <algorithm>
#include <array>
#include <utility>

#include "services/survey/domain/rules.h"

namespace huiyin::survey {

std::string_view ZoneOfCountry(std::string_view country) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 58> kZones = {{
      {"AE", "Asia/Dubai"},        {"AR", "America/Argentina/Buenos_Aires"},
      {"AT", "Europe/Vienna"},     {"AU", "Australia/Sydney"},
      {"BE", "Europe/Brussels"},   {"BH", "Asia/Bahrain"},
      {"BR", "America/Sao_Paulo"}, {"CA", "America/Toronto"},
      {"CH", "Europe/Zurich"},     {"CL", "America/Santiago"},
      {"CN", "Asia/Shanghai"},     {"CO", "America/Bogota"},
      {"CZ", "Europe/Prague"},     {"DE", "Europe/Berlin"},
      {"DK", "Europe/Copenhagen"}, {"EG", "Africa/Cairo"},
      {"ES", "Europe/Madrid"},     {"FI", "Europe/Helsinki"},
      {"FR", "Europe/Paris"},      {"GB", "Europe/London"},
      {"GR", "Europe/Athens"},     {"HK", "Asia/Hong_Kong"},
      {"HU", "Europe/Budapest"},   {"ID", "Asia/Jakarta"},
      {"IE", "Europe/Dublin"},     {"IL", "Asia/Jerusalem"},
      {"IN", "Asia/Kolkata"},      {"IT", "Europe/Rome"},
      {"JP", "Asia/Tokyo"},        {"KR", "Asia/Seoul"},
      {"KW", "Asia/Kuwait"},       {"KZ", "Asia/Almaty"},
      {"MO", "Asia/Macau"},        {"MX", "America/Mexico_City"},
      {"MY", "Asia/Kuala_Lumpur"}, {"NG", "Africa/Lagos"},
      {"NL", "Europe/Amsterdam"},  {"NO", "Europe/Oslo"},
      {"NZ", "Pacific/Auckland"},  {"OM", "Asia/Muscat"},
      {"PE", "America/Lima"},      {"PH", "Asia/Manila"},
      {"PL", "Europe/Warsaw"},     {"PT", "Europe/Lisbon"},
      {"QA", "Asia/Qatar"},        {"RO", "Europe/Bucharest"},
      {"RU", "Europe/Moscow"},     {"SA", "Asia/Riyadh"},
      {"SE", "Europe/Stockholm"},  {"SG", "Asia/Singapore"},
      {"TH", "Asia/Bangkok"},      {"TR", "Europe/Istanbul"},
      {"TW", "Asia/Taipei"},       {"UA", "Europe/Kyiv"},
      {"US", "America/New_York"},  {"UZ", "Asia/Tashkent"},
      {"VN", "Asia/Ho_Chi_Minh"},  {"ZA", "Africa/Johannesburg"},
  }};
  const auto found =
      std::lower_bound(kZones.begin(), kZones.end(), country,
                       [](const auto& entry, std::string_view key) { return entry.first < key; });
  return found != kZones.end() && found->first == country ? found->second : "";
}

}  // namespace huiyin::survey
