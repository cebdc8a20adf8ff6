// Ordering reports at intervals, and making them when they are due.
#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "libs/core/caller.h"
#include "services/analytics/domain/report_schedule.h"
#include "services/analytics/usecase/unit.h"

namespace huiyin::analytics {

struct ReportOrder {
  ReportInterval interval = ReportInterval::kDaily;
  ReportFormat format = ReportFormat::kHtml;
};

// RESOURCE_EXHAUSTED (TOO_MANY_SCHEDULES) when the tenant has 20.
absl::StatusOr<ReportSchedule> OrderReport(Unit& unit, const Caller& caller,
                                           const ReportOrder& order);
// NOT_FOUND (SCHEDULE_NOT_FOUND).
absl::StatusOr<ReportSchedule> EndSchedule(Unit& unit, const Caller& caller, const ScheduleId& id);
// Makes the report that is due, keeps it, and orders the next. A schedule that was ended is fine.
absl::Status MakeDueReport(Unit& unit, const TenantId& tenant, const ScheduleId& id);

// NOT_FOUND (REPORT_NOT_FOUND).
absl::StatusOr<StoredReport> GetReport(const View& view, const Caller& caller, const ReportId& id);

}  // namespace huiyin::analytics
