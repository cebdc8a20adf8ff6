// Standing orders for reports, and the reports they made.
#pragma once

#include "absl/time/time.h"
#include "libs/core/strong_id.h"
#include "services/analytics/domain/calendar.h"
#include "services/analytics/domain/report.h"

namespace huiyin::analytics {

using ScheduleId = StrongId<struct ScheduleTag>;
using ReportId = StrongId<struct ReportTag>;

// Numbers are stored and sent.
enum class ReportInterval { kDaily = 1, kWeekly = 2, kMonthly = 3 };

struct ReportSchedule {
  TenantId tenant;
  ScheduleId id;
  ReportInterval interval = ReportInterval::kDaily;
  ReportFormat format = ReportFormat::kHtml;
  absl::Time next_at;  // when the next report is due
  absl::Time created_at;
};

struct StoredReport {
  TenantId tenant;
  ReportId id;
  absl::Time from, until;
  absl::Time created_at;
  RenderedReport file;  // without content in lists
};

// The first morning after `now` (06:00 of the tenant's clocks) on which a report of this interval
// is due: any day, a Monday, a first of the month.
absl::Time NextDue(ReportInterval interval, absl::Time now, absl::TimeZone zone);
// What a report due at `due` is about: the day, week or month that ended that night.
struct ReportPeriod {
  absl::Time from, until;
};
ReportPeriod PeriodOf(ReportInterval interval, absl::Time due, absl::TimeZone zone);

}  // namespace huiyin::analytics
