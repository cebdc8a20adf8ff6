// The methods of AnalyticsService that hand out reports, alerts as they come, and events.
#include <algorithm>
#include <functional>
#include <map>
#include <utility>

#include "absl/strings/numbers.h"
#include "libs/core/status.h"
#include "libs/rpc/page.h"
#include "services/analytics/rpc/convert.h"
#include "services/analytics/rpc/service.h"
#include "services/analytics/usecase/report.h"
#include "services/analytics/usecase/report_schedules.h"

namespace huiyin::analytics {
namespace {

using rpc::RequestContext;

constexpr absl::Duration kReportPeriod = absl::Hours(24 * 7);
constexpr absl::Duration kAlertsEvery = absl::Seconds(1);
constexpr int kOpenAlertsAtMost = 10000;
constexpr rpc::PageLimits kReports = {20, 100};
constexpr int kEventsAtOnce = 500;

// Tells the alerts that changed since the last look.
class AlertFollower {
 public:
  AlertFollower(TenantId tenant, const Clock& clock)
      : tenant_(std::move(tenant)), since_(clock.Now()) {}

  absl::StatusOr<std::vector<Alert>> Look(const View& view) {
    if (!begun_) {
      begun_ = true;
      HUIYIN_ASSIGN_OR_RETURN(std::vector<Alert> open,
                              view.store.ListAlerts(tenant_, {}, kOpenAlertsAtMost, 0));
      for (const Alert& alert : open) Remember(alert);
      return open;
    }
    HUIYIN_ASSIGN_OR_RETURN(std::vector<Alert> changed, view.store.AlertsSince(tenant_, since_));
    std::erase_if(changed, [&](const Alert& alert) { return !Remember(alert); });
    return changed;
  }

 private:
  // False when this version was told already.
  bool Remember(const Alert& alert) {
    since_ = std::max(since_, alert.updated_at);
    int64_t& told = told_[alert.id.value()];
    if (told >= alert.version) return false;
    told = alert.version;
    return true;
  }

  const TenantId tenant_;
  absl::Time since_;
  bool begun_ = false;
  std::map<std::string, int64_t> told_;
};

}  // namespace

grpc::ServerWriteReactor<pb::Alert>* AnalyticsServiceImpl::StreamAlerts(
    grpc::CallbackServerContext* context, const pb::StreamAlertsRequest* request) {
  return methods_.ServerStream<pb::Alert>(
      context, request,
      [this](const RequestContext& ctx, const pb::StreamAlertsRequest& req,
             rpc::StreamWriter<pb::Alert>& writer) -> absl::Status {
        HUIYIN_RETURN_IF_ERROR(CheckParent(req.parent(), ctx.caller));
        AlertFollower follower(ctx.caller.tenant, parts_.clock);
        do {
          std::vector<Alert> alerts;
          HUIYIN_RETURN_IF_ERROR(parts_.open_view([&](const View& view) -> absl::Status {
            HUIYIN_ASSIGN_OR_RETURN(alerts, follower.Look(view));
            return absl::OkStatus();
          }));
          for (const Alert& alert : alerts) {
            if (!writer.Write(ToProto(alert))) return absl::OkStatus();
          }
        } while (writer.Sleep(kAlertsEvery));
        return absl::OkStatus();
      });
}

grpc::ServerUnaryReactor* AnalyticsServiceImpl::ExportReport(grpc::CallbackServerContext* context,
                                                             const pb::ExportReportRequest* request,
                                                             pb::Report* response) {
  return methods_.Read(
      context, request, response,
      [this](const RequestContext& ctx,
             const pb::ExportReportRequest& req) -> absl::StatusOr<pb::Report> {
        HUIYIN_RETURN_IF_ERROR(CheckParent(req.parent(), ctx.caller));
        HUIYIN_ASSIGN_OR_RETURN(const ReportFormat format, ReadFormat(req.format()));
        const absl::Time now = parts_.clock.Now();
        const TimeRange range = ReadPeriod(req.period(), now, kReportPeriod);
        pb::Report out;
        HUIYIN_RETURN_IF_ERROR(parts_.open_view([&](const View& view) -> absl::Status {
          HUIYIN_ASSIGN_OR_RETURN(const Report report,
                                  BuildReport(view, ctx.caller, range.from, range.until));
          out = ToProto(StoredReport{{}, {}, range.from, range.until, now, Render(report, format)});
          return absl::OkStatus();
        }));
        return out;
      });
}

grpc::ServerUnaryReactor* AnalyticsServiceImpl::CreateReportSchedule(
    grpc::CallbackServerContext* context, const pb::CreateReportScheduleRequest* request,
    pb::ReportSchedule* response) {
  return methods_.Write(
      context, request, response,
      [](const RequestContext& ctx, const pb::CreateReportScheduleRequest& req) {
        return FromProto(req, ctx.caller);
      },
      [](const ReportOrder&) { return size_t{1}; },
      [this](const RequestContext& ctx, const ReportOrder& order,
             db::Transaction& tx) -> absl::StatusOr<pb::ReportSchedule> {
        pb::ReportSchedule out;
        HUIYIN_RETURN_IF_ERROR(parts_.open_unit(tx, [&](Unit& unit) -> absl::Status {
          HUIYIN_ASSIGN_OR_RETURN(const ReportSchedule made, OrderReport(unit, ctx.caller, order));
          out = ToProto(made);
          return absl::OkStatus();
        }));
        return out;
      });
}

grpc::ServerUnaryReactor* AnalyticsServiceImpl::ListReportSchedules(
    grpc::CallbackServerContext* context, const pb::ListReportSchedulesRequest* request,
    pb::ListReportSchedulesResponse* response) {
  return methods_.Read(
      context, request, response,
      [this](const RequestContext& ctx, const pb::ListReportSchedulesRequest& req)
          -> absl::StatusOr<pb::ListReportSchedulesResponse> {
        HUIYIN_RETURN_IF_ERROR(CheckParent(req.parent(), ctx.caller));
        pb::ListReportSchedulesResponse out;
        HUIYIN_RETURN_IF_ERROR(parts_.open_view([&](const View& view) -> absl::Status {
          HUIYIN_ASSIGN_OR_RETURN(const auto schedules,
                                  view.store.ListSchedules(ctx.caller.tenant));
          for (const ReportSchedule& schedule : schedules) {
            *out.add_report_schedules() = ToProto(schedule);
          }
          return absl::OkStatus();
        }));
        return out;
      });
}

grpc::ServerUnaryReactor* AnalyticsServiceImpl::DeleteReportSchedule(
    grpc::CallbackServerContext* context, const pb::DeleteReportScheduleRequest* request,
    pb::ReportSchedule* response) {
  return methods_.Write(
      context, request, response,
      [](const RequestContext& ctx,
         const pb::DeleteReportScheduleRequest& req) -> absl::StatusOr<ScheduleId> {
        HUIYIN_ASSIGN_OR_RETURN(const std::string id, ParseName(req.name(), "reportSchedules",
                                                                "SCHEDULE_NOT_FOUND", ctx.caller));
        return ScheduleId(id);
      },
      [](const ScheduleId& id) { return std::hash<std::string>()(id.value()) | 1; },
      [this](const RequestContext& ctx, const ScheduleId& id,
             db::Transaction& tx) -> absl::StatusOr<pb::ReportSchedule> {
        pb::ReportSchedule out;
        HUIYIN_RETURN_IF_ERROR(parts_.open_unit(tx, [&](Unit& unit) -> absl::Status {
          HUIYIN_ASSIGN_OR_RETURN(const ReportSchedule ended, EndSchedule(unit, ctx.caller, id));
          out = ToProto(ended);
          return absl::OkStatus();
        }));
        return out;
      });
}

grpc::ServerUnaryReactor* AnalyticsServiceImpl::ListReports(grpc::CallbackServerContext* context,
                                                            const pb::ListReportsRequest* request,
                                                            pb::ListReportsResponse* response) {
  return methods_.Read(
      context, request, response,
      [this](const RequestContext& ctx,
             const pb::ListReportsRequest& req) -> absl::StatusOr<pb::ListReportsResponse> {
        HUIYIN_RETURN_IF_ERROR(CheckParent(req.parent(), ctx.caller));
        HUIYIN_ASSIGN_OR_RETURN(const rpc::Page page, rpc::ReadPage(req, kReports));
        int64_t offset = 0;
        if (!page.position.empty() && !absl::SimpleAtoi(page.position, &offset)) {
          return BadInput({{"page_token", "is not the token of an answer to this question"}});
        }
        pb::ListReportsResponse out;
        HUIYIN_RETURN_IF_ERROR(parts_.open_view([&](const View& view) -> absl::Status {
          HUIYIN_ASSIGN_OR_RETURN(const auto reports,
                                  view.store.ListReports(ctx.caller.tenant, page.size + 1, offset));
          for (const StoredReport& report : reports) {
            if (out.reports_size() == page.size) {
              out.set_next_page_token(page.Next(std::to_string(offset + page.size)));
              break;
            }
            *out.add_reports() = ToProto(report);
          }
          return absl::OkStatus();
        }));
        return out;
      });
}

grpc::ServerUnaryReactor* AnalyticsServiceImpl::GetReport(grpc::CallbackServerContext* context,
                                                          const pb::GetReportRequest* request,
                                                          pb::Report* response) {
  return methods_.Read(
      context, request, response,
      [this](const RequestContext& ctx,
             const pb::GetReportRequest& req) -> absl::StatusOr<pb::Report> {
        HUIYIN_ASSIGN_OR_RETURN(const std::string id,
                                ParseName(req.name(), "reports", "REPORT_NOT_FOUND", ctx.caller));
        pb::Report out;
        HUIYIN_RETURN_IF_ERROR(parts_.open_view([&](const View& view) -> absl::Status {
          HUIYIN_ASSIGN_OR_RETURN(const StoredReport report,
                                  analytics::GetReport(view, ctx.caller, ReportId(id)));
          out = ToProto(report);
          return absl::OkStatus();
        }));
        return out;
      });
}

grpc::ServerWriteReactor<pb::ExportEventsResponse>* AnalyticsServiceImpl::ExportEvents(
    grpc::CallbackServerContext* context, const pb::ExportEventsRequest* request) {
  return methods_.ServerStream<pb::ExportEventsResponse>(
      context, request,
      [this](const RequestContext& ctx, const pb::ExportEventsRequest& req,
             rpc::StreamWriter<pb::ExportEventsResponse>& writer) -> absl::Status {
        HUIYIN_RETURN_IF_ERROR(CheckParent(req.parent(), ctx.caller));
        if (req.after_position() < 0) {
          return BadInput({{"after_position", "must not be negative"}});
        }
        for (int64_t position = req.after_position();;) {
          pb::ExportEventsResponse some;
          HUIYIN_RETURN_IF_ERROR(parts_.open_view([&](const View& view) {
            return view.store.ReadEventsOf(
                ctx.caller.tenant.value(), position, kEventsAtOnce, [&](const LoggedEvent& event) {
                  some.mutable_lines()->append(parts_.to_json(event) + "\n");
                  position = event.position;
                });
          }));
          if (some.lines().empty()) return absl::OkStatus();
          some.set_position(position);
          if (!writer.Write(some)) return absl::OkStatus();
        }
      });
}

}  // namespace huiyin::analytics
