// Reports and their schedules.
#include <utility>

#include "libs/core/status.h"
#include "libs/timers/timers.h"
#include "services/analytics/storage/sql_store.h"

namespace huiyin::analytics {
namespace {

constexpr char kScheduleColumns[] = "id, tenant, report_interval, format, next_at, created_at";
constexpr char kReportColumns[] =
    "id, tenant, from_at, until_at, created_at, content_type, file_name";

ReportSchedule ReadSchedule(const db::Row& row) {
  ReportSchedule schedule;
  schedule.id = ScheduleId(row.Text(0));
  schedule.tenant = TenantId(row.Text(1));
  schedule.interval = static_cast<ReportInterval>(row.Int(2));
  schedule.format = static_cast<ReportFormat>(row.Int(3));
  schedule.next_at = row.Time(4);
  schedule.created_at = row.Time(5);
  return schedule;
}

StoredReport ReadReport(const db::Row& row) {
  StoredReport report;
  report.id = ReportId(row.Text(0));
  report.tenant = TenantId(row.Text(1));
  report.from = row.Time(2);
  report.until = row.Time(3);
  report.created_at = row.Time(4);
  report.file.content_type = row.Str(5);
  report.file.file_name = row.Str(6);
  return report;
}

}  // namespace

absl::Status SqlStore::PutSchedule(const ReportSchedule& s) {
  HUIYIN_RETURN_IF_ERROR(
      session_
          .Execute("INSERT INTO report_schedule (id, tenant, report_interval, format, next_at, "
                   "created_at) VALUES (?, ?, ?, ?, ?, ?) "
                   "ON CONFLICT (id) DO UPDATE SET next_at = excluded.next_at",
                   {s.id.value(), s.tenant.value(), s.interval, s.format, s.next_at, s.created_at})
          .status());
  if (!tx_) return absl::InternalError("a schedule is kept outside a transaction");
  return timers::Set(*tx_, {kReportTimer, s.id.value(), s.next_at, s.tenant.value()});
}

absl::Status SqlStore::DeleteSchedule(const ReportSchedule& s) {
  HUIYIN_RETURN_IF_ERROR(
      session_.Execute("DELETE FROM report_schedule WHERE id = ?", {s.id.value()}).status());
  if (!tx_) return absl::InternalError("a schedule is ended outside a transaction");
  return timers::Cancel(*tx_, kReportTimer, s.id.value());
}

absl::StatusOr<std::optional<ReportSchedule>> SqlStore::FindSchedule(const TenantId& tenant,
                                                                     const ScheduleId& id) {
  std::optional<ReportSchedule> found;
  HUIYIN_RETURN_IF_ERROR(session_.Query(std::string("SELECT ")
                                            .append(kScheduleColumns)
                                            .append(" FROM report_schedule WHERE id = ? "
                                                    "AND tenant = ?"),
                                        {id.value(), tenant.value()},
                                        [&](const db::Row& row) { found = ReadSchedule(row); }));
  return found;
}

absl::StatusOr<std::vector<ReportSchedule>> SqlStore::ListSchedules(const TenantId& tenant) {
  std::vector<ReportSchedule> found;
  HUIYIN_RETURN_IF_ERROR(session_.Query(
      std::string("SELECT ")
          .append(kScheduleColumns)
          .append(" FROM report_schedule WHERE tenant = ? ORDER BY created_at, id"),
      {tenant.value()}, [&](const db::Row& row) { found.push_back(ReadSchedule(row)); }));
  return found;
}

absl::Status SqlStore::PutReport(const StoredReport& r, int keep) {
  HUIYIN_RETURN_IF_ERROR(
      session_
          .Execute("INSERT INTO report (id, tenant, from_at, until_at, created_at, content_type, "
                   "file_name, content) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                   {r.id.value(), r.tenant.value(), r.from, r.until, r.created_at,
                    r.file.content_type, r.file.file_name, db::Blob{r.file.content}})
          .status());
  return session_
      .Execute(
          "DELETE FROM report WHERE tenant = ? AND id NOT IN (SELECT id FROM report WHERE "
          "tenant = ? ORDER BY created_at DESC, id DESC LIMIT ?)",
          {r.tenant.value(), r.tenant.value(), keep})
      .status();
}

absl::StatusOr<std::optional<StoredReport>> SqlStore::FindReport(const TenantId& tenant,
                                                                 const ReportId& id) {
  std::optional<StoredReport> found;
  HUIYIN_RETURN_IF_ERROR(
      session_.Query(std::string("SELECT ")
                         .append(kReportColumns)
                         .append(", content FROM report WHERE id = ? AND tenant = ?"),
                     {id.value(), tenant.value()}, [&](const db::Row& row) {
                       found = ReadReport(row);
                       found->file.content = row.Str(7);
                     }));
  return found;
}

absl::StatusOr<std::vector<StoredReport>> SqlStore::ListReports(const TenantId& tenant, int limit,
                                                                int64_t offset) {
  std::vector<StoredReport> found;
  HUIYIN_RETURN_IF_ERROR(session_.Query(
      std::string("SELECT ")
          .append(kReportColumns)
          .append(
              " FROM report WHERE tenant = ? ORDER BY created_at DESC, id DESC LIMIT ? OFFSET ?"),
      {tenant.value(), limit, offset},
      [&](const db::Row& row) { found.push_back(ReadReport(row)); }));
  return found;
}

}  // namespace huiyin::analytics
