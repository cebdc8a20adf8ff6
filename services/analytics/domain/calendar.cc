#include "services/analytics/domain/calendar.h"

#include <algorithm>

#include "absl/time/civil_time.h"

namespace huiyin::analytics {
namespace {

constexpr int64_t kMinute = 60, kQuarter = 900, kHour = 3600;
constexpr size_t kRemembered = 512;  // five days of quarters

int64_t FloorTo(int64_t value, int64_t width) {
  const int64_t rest = value % width;
  return value - (rest < 0 ? rest + width : rest);
}

template <class Civil>
int64_t StartOf(const Civil& civil, const absl::TimeZone& zone) {
  return absl::ToUnixSeconds(absl::FromCivil(absl::CivilSecond(civil), zone));
}

}  // namespace

Calendar::Calendar(absl::TimeZone zone) : zone_(zone), quarters_(kRemembered) {}

const Calendar::Quarter& Calendar::QuarterOf(int64_t at) {
  const int64_t index = FloorTo(at, kQuarter) / kQuarter;
  Quarter& quarter = quarters_[static_cast<size_t>(index) % kRemembered];
  if (quarter.index == index) return quarter;
  const absl::TimeZone::CivilInfo info = zone_.At(absl::FromUnixSeconds(index * kQuarter));
  const absl::CivilDay day(info.cs);
  const absl::CivilMonth month(info.cs);
  quarter = {index,
             info.offset,
             StartOf(day, zone_),
             StartOf(day + 1, zone_),
             StartOf(month, zone_),
             StartOf(month + 1, zone_),
             static_cast<uint32_t>(month.year() * 12 + month.month() - 1)};
  return quarter;
}

// Where clocks change within an hour (Lord Howe Island: by half an hour) one bucket ends and the
// next begins.
int64_t Calendar::HourOf(int64_t at) {
  const int64_t offset = QuarterOf(at).offset;
  int64_t start = FloorTo(at + offset, kHour) - offset;
  while (QuarterOf(start).offset != offset) start = FloorTo(start, kQuarter) + kQuarter;
  return start;
}

int64_t Calendar::Floor(Grain grain, int64_t at) {
  switch (grain) {
    case Grain::kMinute:
      return FloorTo(at, kMinute);
    case Grain::kHour:
      return HourOf(at);
    case Grain::kDay:
      return QuarterOf(at).day;
    case Grain::kMonth:
      return QuarterOf(at).month;
  }
  return at;
}

int64_t Calendar::Next(Grain grain, int64_t at) {
  switch (grain) {
    case Grain::kMinute:
      return FloorTo(at, kMinute) + kMinute;
    case Grain::kHour:
      // The first full hour after, or where clocks changed before it.
      return Floor(Grain::kHour, Floor(Grain::kHour, at) + kHour);
    case Grain::kDay:
      return QuarterOf(at).next_day;
    case Grain::kMonth:
      return QuarterOf(at).next_month;
  }
  return at;
}

int64_t Calendar::Ceil(Grain grain, int64_t at) {
  const int64_t start = Floor(grain, at);
  return start == at ? at : Next(grain, at);
}

uint32_t Calendar::MonthNumber(int64_t at) { return QuarterOf(at).month_number; }

absl::StatusOr<Zones> Zones::Parse(std::string_view text) {
  Zones zones;
  while (!text.empty()) {
    const std::string_view part = text.substr(0, text.find(','));
    text.remove_prefix(std::min(text.size(), part.size() + 1));
    const size_t equals = part.find('=');
    const bool standard = equals == std::string_view::npos;
    const std::string name(standard ? part : part.substr(equals + 1));
    absl::TimeZone zone;
    if (!absl::LoadTimeZone(name, &zone)) {
      return absl::InvalidArgumentError("\"" + name + "\" is not a time zone");
    }
    if (standard) {
      zones.standard = zone;
    } else {
      zones.by_tenant[std::string(part.substr(0, equals))] = zone;
    }
  }
  return zones;
}

std::string Zones::Text() const {
  std::string text = standard.name();
  for (const auto& [tenant, zone] : by_tenant) text += "," + tenant + "=" + zone.name();
  return text;
}

}  // namespace huiyin::analytics
