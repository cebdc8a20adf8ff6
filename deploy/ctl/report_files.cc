// huiyinctl report export, schedules, events: figures that leave as files.
#include <fstream>

#include "deploy/client/call.h"
#include "deploy/ctl/command.h"
#include "deploy/ctl/overview_view.h"
#include "deploy/ctl/proto_text.h"
#include "deploy/ctl/report_period.h"
#include "huiyin/analytics/v1/analytics_service.grpc.pb.h"

namespace huiyin::ctl {
namespace {

namespace pb = huiyin::analytics::v1;
using Stub = pb::AnalyticsService::Stub;

// Writes a report to `path`; empty: to standard output.
absl::Status Save(Ctl& ctl, const pb::Report& report, const std::string& path) {
  if (path.empty()) {
    ctl.out << report.content();
    return absl::OkStatus();
  }
  std::ofstream file(path, std::ios::binary);
  file << report.content();
  file.close();
  if (!file) return absl::UnavailableError("cannot write " + path);
  ctl.out << path << ": " << report.content().size() << " bytes\n";
  return absl::OkStatus();
}

// --- export -------------------------------------------------------------------------------------

struct Export {
  Span span;
  std::string output;
  pb::ReportFormat format = pb::REPORT_FORMAT_UNSPECIFIED;
};

void Declare(CLI::App& app, Export& a) {
  DeclareSpan(app, a.span, "7d");
  EnumOption(app, "--format", a.format, "csv, json or html (default)");
  app.add_option("-o,--output", a.output, "File to write (default standard output)");
}

absl::Status Run(Ctl& ctl, const Export& a) {
  pb::ExportReportRequest request;
  request.set_parent(ctl.connection().parent());
  request.set_format(a.format);
  HUIYIN_RETURN_IF_ERROR(Fill(ctl, a.span, "7d", *request.mutable_period()));
  HUIYIN_ASSIGN_OR_RETURN(const auto report,
                          client::Call(ctl.connection(), &Stub::ExportReport, request));
  return Save(ctl, report, a.output);
}

// --- schedule -----------------------------------------------------------------------------------

struct Schedule {
  pb::ReportInterval interval = pb::REPORT_INTERVAL_UNSPECIFIED;
  pb::ReportFormat format = pb::REPORT_FORMAT_UNSPECIFIED;
  std::string end;
};

void Declare(CLI::App& app, Schedule& a) {
  EnumOption(app, "--every", a.interval, "Order one: daily, weekly or monthly");
  EnumOption(app, "--format", a.format, "csv, json or html (default)");
  app.add_option("--end", a.end, "End the schedule with this id");
}

absl::Status Run(Ctl& ctl, const Schedule& a) {
  if (!a.end.empty()) {
    pb::DeleteReportScheduleRequest request;
    request.set_name(ResourceName(ctl.access.tenant, "reportSchedules", a.end));
    request.set_request_id(ctl.NewId());
    HUIYIN_RETURN_IF_ERROR(
        client::Call(ctl.connection(), &Stub::DeleteReportSchedule, request).status());
  }
  if (a.interval != pb::REPORT_INTERVAL_UNSPECIFIED) {
    pb::CreateReportScheduleRequest request;
    request.set_parent(ctl.connection().parent());
    request.mutable_report_schedule()->set_interval(a.interval);
    request.mutable_report_schedule()->set_format(a.format);
    request.set_request_id(ctl.NewId());
    HUIYIN_RETURN_IF_ERROR(
        client::Call(ctl.connection(), &Stub::CreateReportSchedule, request).status());
  }
  pb::ListReportSchedulesRequest request;
  request.set_parent(ctl.connection().parent());
  HUIYIN_ASSIGN_OR_RETURN(const auto list,
                          client::Call(ctl.connection(), &Stub::ListReportSchedules, request));
  if (ctl.PrintedAsJson(list)) return absl::OkStatus();
  terminal::Table table({{"schedule"}, {"every"}, {"form"}, {"next"}});
  for (const auto& schedule : list.report_schedules()) {
    table.Add({BareId(schedule.name()), Label(schedule.interval()), Label(schedule.format()),
               TimeText(schedule.next_time())});
  }
  ctl.Print(table, "No report is ordered.");
  return absl::OkStatus();
}

// --- files --------------------------------------------------------------------------------------

struct Files {
  std::string report, output;
};

void Declare(CLI::App& app, Files& a) {
  app.add_option("report", a.report, "Id of the one to get (default: list them)");
  app.add_option("-o,--output", a.output, "File to write (default standard output)");
}

absl::Status Run(Ctl& ctl, const Files& a) {
  if (!a.report.empty()) {
    pb::GetReportRequest request;
    request.set_name(ResourceName(ctl.access.tenant, "reports", a.report));
    HUIYIN_ASSIGN_OR_RETURN(const auto report,
                            client::Call(ctl.connection(), &Stub::GetReport, request));
    return Save(ctl, report, a.output);
  }
  pb::ListReportsRequest request;
  request.set_parent(ctl.connection().parent());
  terminal::Table table({{"report"}, {"made"}, {"from"}, {"to"}, {"file"}});
  do {
    HUIYIN_ASSIGN_OR_RETURN(const auto page,
                            client::Call(ctl.connection(), &Stub::ListReports, request));
    for (const auto& report : page.reports()) {
      if (ctl.PrintedAsJson(report, true)) continue;
      table.Add({BareId(report.name()), TimeText(report.create_time()),
                 TimeText(report.period().start_time()), TimeText(report.period().end_time()),
                 report.file_name()});
    }
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  if (!ctl.json) ctl.Print(table, "No report was made yet.");
  return absl::OkStatus();
}

// --- events -------------------------------------------------------------------------------------

struct Events {
  int64_t after = 0;
};

void Declare(CLI::App& app, Events& a) {
  app.add_option("--after", a.after, "Only events received after this position")
      ->check(CLI::NonNegativeNumber);
}

absl::Status Run(Ctl& ctl, const Events& a) {
  pb::ExportEventsRequest request;
  request.set_parent(ctl.connection().parent());
  request.set_after_position(a.after);
  return client::Stream(ctl.connection(), &Stub::ExportEvents, request, absl::Hours(12),
                        [&](const pb::ExportEventsResponse& some) {
                          ctl.out << some.lines();
                          return ctl.out.good();
                        });
}

// --- watch --------------------------------------------------------------------------------------

struct WatchAlerts {
  int seconds = 3600;
};

void Declare(CLI::App& app, WatchAlerts& a) {
  app.add_option("--seconds", a.seconds, "End after this long (default 3600)")
      ->check(CLI::Range(1, 86400));
}

absl::Status Run(Ctl& ctl, const WatchAlerts& a) {
  pb::StreamAlertsRequest request;
  request.set_parent(ctl.connection().parent());
  const absl::Status status = client::Stream(ctl.connection(), &Stub::StreamAlerts, request,
                                             absl::Seconds(a.seconds), [&](const pb::Alert& alert) {
                                               if (!ctl.PrintedAsJson(alert, true)) {
                                                 PrintAlert(ctl.out, ctl.style, alert);
                                                 ctl.out << "    " << BareId(alert.name()) << ", "
                                                         << Label(alert.state()) << std::endl;
                                               }
                                               return true;
                                             });
  return absl::IsDeadlineExceeded(status) ? absl::OkStatus() : status;
}

}  // namespace

void AddReportFiles(CLI::App& report, Ctl& ctl) {
  Command<Export>(report, ctl, "export", "The report of a period as a file", Declare, Run);
  Command<Schedule>(report, ctl, "schedule", "Reports ordered at intervals", Declare, Run);
  Command<Files>(report, ctl, "files", "Reports that schedules made", Declare, Run);
  Command<Events>(report, ctl, "events", "The events received, one JSON object a line", Declare,
                  Run);
  Command<WatchAlerts>(report, ctl, "watch", "Alerts as they open and change", Declare, Run);
}

}  // namespace huiyin::ctl
