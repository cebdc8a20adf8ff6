// AnalyticsService: thin, every method one call to a use case.
#pragma once

#include <atomic>
#include <functional>
#include <utility>

#include "absl/functional/function_ref.h"
#include "huiyin/analytics/v1/analytics_service.grpc.pb.h"
#include "libs/rpc/methods.h"
#include "services/analytics/usecase/rebuild.h"
#include "services/analytics/usecase/unit.h"

namespace huiyin::analytics {

// What the service is given instead of a database.
struct ServiceParts {
  // Opens a view on a snapshot for the time of the call.
  std::function<absl::Status(absl::FunctionRef<absl::Status(const View&)>)> open_view;
  // Opens a unit on the transaction for the time of the call.
  std::function<absl::Status(db::Transaction& tx, absl::FunctionRef<absl::Status(Unit&)>)>
      open_unit;
  std::function<absl::StatusOr<RebuildResult>(
      absl::FunctionRef<bool(int64_t counted, int64_t total)>)>
      rebuild;
  // An event of the log as one line of JSON.
  std::function<std::string(const LoggedEvent&)> to_json;
  const Clock& clock;
};

// Thread-safe.
class AnalyticsServiceImpl final : public v1::AnalyticsService::CallbackService {
 public:
  // `methods` and what `parts` refers to must outlive the service.
  AnalyticsServiceImpl(rpc::Methods& methods, ServiceParts parts)
      : methods_(methods), parts_(std::move(parts)) {}

  grpc::ServerUnaryReactor* GetOverview(grpc::CallbackServerContext* context,
                                        const v1::GetOverviewRequest* request,
                                        v1::Overview* response) override;
  grpc::ServerUnaryReactor* QueryMetrics(grpc::CallbackServerContext* context,
                                         const v1::QueryMetricsRequest* request,
                                         v1::QueryMetricsResponse* response) override;
  grpc::ServerUnaryReactor* TopIssues(grpc::CallbackServerContext* context,
                                      const v1::TopIssuesRequest* request,
                                      v1::TopIssuesResponse* response) override;
  grpc::ServerUnaryReactor* ExplainChange(grpc::CallbackServerContext* context,
                                          const v1::ExplainChangeRequest* request,
                                          v1::ExplainChangeResponse* response) override;
  grpc::ServerUnaryReactor* ListAlerts(grpc::CallbackServerContext* context,
                                       const v1::ListAlertsRequest* request,
                                       v1::ListAlertsResponse* response) override;
  grpc::ServerUnaryReactor* UpdateAlert(grpc::CallbackServerContext* context,
                                        const v1::UpdateAlertRequest* request,
                                        v1::Alert* response) override;
  grpc::ServerUnaryReactor* GetProductHealth(grpc::CallbackServerContext* context,
                                             const v1::GetProductHealthRequest* request,
                                             v1::ProductHealth* response) override;
  grpc::ServerUnaryReactor* GetProgress(grpc::CallbackServerContext* context,
                                        const v1::GetProgressRequest* request,
                                        v1::Progress* response) override;
  grpc::ServerUnaryReactor* EraseCustomer(grpc::CallbackServerContext* context,
                                          const v1::EraseCustomerRequest* request,
                                          v1::EraseCustomerResponse* response) override;
  grpc::ServerWriteReactor<v1::RebuildResponse>* Rebuild(
      grpc::CallbackServerContext* context, const v1::RebuildRequest* request) override;
  // report_methods.cc
  grpc::ServerWriteReactor<v1::Alert>* StreamAlerts(
      grpc::CallbackServerContext* context, const v1::StreamAlertsRequest* request) override;
  grpc::ServerUnaryReactor* ExportReport(grpc::CallbackServerContext* context,
                                         const v1::ExportReportRequest* request,
                                         v1::Report* response) override;
  grpc::ServerUnaryReactor* CreateReportSchedule(grpc::CallbackServerContext* context,
                                                 const v1::CreateReportScheduleRequest* request,
                                                 v1::ReportSchedule* response) override;
  grpc::ServerUnaryReactor* ListReportSchedules(grpc::CallbackServerContext* context,
                                                const v1::ListReportSchedulesRequest* request,
                                                v1::ListReportSchedulesResponse* response) override;
  grpc::ServerUnaryReactor* DeleteReportSchedule(grpc::CallbackServerContext* context,
                                                 const v1::DeleteReportScheduleRequest* request,
                                                 v1::ReportSchedule* response) override;
  grpc::ServerUnaryReactor* ListReports(grpc::CallbackServerContext* context,
                                        const v1::ListReportsRequest* request,
                                        v1::ListReportsResponse* response) override;
  grpc::ServerUnaryReactor* GetReport(grpc::CallbackServerContext* context,
                                      const v1::GetReportRequest* request,
                                      v1::Report* response) override;
  grpc::ServerWriteReactor<v1::ExportEventsResponse>* ExportEvents(
      grpc::CallbackServerContext* context, const v1::ExportEventsRequest* request) override;

 private:
  rpc::Methods& methods_;
  const ServiceParts parts_;
  std::atomic<bool> rebuilding_ = false;
};

}  // namespace huiyin::analytics
