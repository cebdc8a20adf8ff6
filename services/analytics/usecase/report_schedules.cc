#include "services/analytics/usecase/report_schedules.h"

#include <utility>

#include "libs/core/status.h"
#include "services/analytics/usecase/report.h"

namespace huiyin::analytics {
namespace {

constexpr size_t kSchedulesAtMost = 20;
constexpr int kReportsKept = 100;

absl::StatusOr<absl::TimeZone> ZoneOf(Store& store, const TenantId& tenant) {
  HUIYIN_ASSIGN_OR_RETURN(const Generation live, store.Live());
  HUIYIN_ASSIGN_OR_RETURN(const Zones zones, Zones::Parse(live.zones));
  return zones.Of(tenant.value());
}

}  // namespace

absl::StatusOr<ReportSchedule> OrderReport(Unit& unit, const Caller& caller,
                                           const ReportOrder& order) {
  HUIYIN_ASSIGN_OR_RETURN(const auto existing, unit.store.ListSchedules(caller.tenant));
  if (existing.size() >= kSchedulesAtMost) {
    return Error(absl::StatusCode::kResourceExhausted, "TOO_MANY_SCHEDULES",
                 "there are 20 schedules already; end one first");
  }
  HUIYIN_ASSIGN_OR_RETURN(const absl::TimeZone zone, ZoneOf(unit.store, caller.tenant));
  const absl::Time now = unit.clock.Now();
  ReportSchedule schedule;
  schedule.tenant = caller.tenant;
  schedule.id = ScheduleId(unit.ids.NewId());
  schedule.interval = order.interval;
  schedule.format = order.format;
  schedule.created_at = now;
  schedule.next_at = NextDue(order.interval, now, zone);
  HUIYIN_RETURN_IF_ERROR(unit.store.PutSchedule(schedule));
  return schedule;
}

absl::StatusOr<ReportSchedule> EndSchedule(Unit& unit, const Caller& caller, const ScheduleId& id) {
  HUIYIN_ASSIGN_OR_RETURN(const auto schedule, unit.store.FindSchedule(caller.tenant, id));
  if (!schedule) {
    return Error(absl::StatusCode::kNotFound, "SCHEDULE_NOT_FOUND", "there is no such schedule");
  }
  HUIYIN_RETURN_IF_ERROR(unit.store.DeleteSchedule(*schedule));
  return *schedule;
}

absl::Status MakeDueReport(Unit& unit, const TenantId& tenant, const ScheduleId& id) {
  HUIYIN_ASSIGN_OR_RETURN(auto schedule, unit.store.FindSchedule(tenant, id));
  if (!schedule) return absl::OkStatus();
  HUIYIN_ASSIGN_OR_RETURN(const absl::TimeZone zone, ZoneOf(unit.store, tenant));
  const ReportPeriod period = PeriodOf(schedule->interval, schedule->next_at, zone);
  HUIYIN_ASSIGN_OR_RETURN(const Report report,
                          BuildReport(View{unit.store, unit.clock}, Caller{tenant, "schedule"},
                                      period.from, period.until));
  const absl::Time now = unit.clock.Now();
  HUIYIN_RETURN_IF_ERROR(unit.store.PutReport({tenant, ReportId(unit.ids.NewId()), period.from,
                                               period.until, now, Render(report, schedule->format)},
                                              kReportsKept));
  // From when this one was due: those that were missed are made, too.
  schedule->next_at = NextDue(schedule->interval, schedule->next_at, zone);
  return unit.store.PutSchedule(*schedule);
}

absl::StatusOr<StoredReport> GetReport(const View& view, const Caller& caller, const ReportId& id) {
  HUIYIN_ASSIGN_OR_RETURN(auto report, view.store.FindReport(caller.tenant, id));
  if (!report) {
    return Error(absl::StatusCode::kNotFound, "REPORT_NOT_FOUND", "there is no such report");
  }
  return *std::move(report);
}

}  // namespace huiyin::analytics
