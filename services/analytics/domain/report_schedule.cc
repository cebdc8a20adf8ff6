#include "services/analytics/domain/report_schedule.h"

#include "absl/time/civil_time.h"

namespace huiyin::analytics {
namespace {

constexpr int kHourDue = 6;

bool IsDay(ReportInterval interval, absl::CivilDay day) {
  switch (interval) {
    case ReportInterval::kDaily:
      return true;
    case ReportInterval::kWeekly:
      return absl::GetWeekday(day) == absl::Weekday::monday;
    case ReportInterval::kMonthly:
      return day.day() == 1;
  }
  return false;
}

}  // namespace

absl::Time NextDue(ReportInterval interval, absl::Time now, absl::TimeZone zone) {
  for (absl::CivilDay day(absl::ToCivilDay(now, zone));; ++day) {
    const absl::Time due = absl::FromCivil(absl::CivilHour(day) + kHourDue, zone);
    if (due > now && IsDay(interval, day)) return due;
  }
}

ReportPeriod PeriodOf(ReportInterval interval, absl::Time due, absl::TimeZone zone) {
  const absl::CivilDay until = absl::ToCivilDay(due, zone);
  absl::CivilDay from = until - 1;
  if (interval == ReportInterval::kWeekly) from = until - 7;
  if (interval == ReportInterval::kMonthly) from = absl::CivilDay(absl::CivilMonth(until) - 1);
  return {absl::FromCivil(from, zone), absl::FromCivil(until, zone)};
}

}  // namespace huiyin::analytics
