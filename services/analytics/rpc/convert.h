// Between huiyin.analytics.v1 and analytics' domain. Pure functions.
#pragma once

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "huiyin/analytics/v1/analytics_service.pb.h"
#include "libs/core/caller.h"
#include "services/analytics/usecase/change_alert.h"
#include "services/analytics/usecase/explain_change.h"
#include "services/analytics/usecase/overview.h"
#include "services/analytics/usecase/products.h"
#include "services/analytics/usecase/query_metrics.h"
#include "services/analytics/usecase/report_schedules.h"

namespace huiyin::analytics {

namespace pb = huiyin::analytics::v1;

// OK for "tenants/{t}" of the caller's tenant. NOT_FOUND for another one, INVALID_ARGUMENT for
// anything else.
absl::Status CheckParent(const std::string& parent, const Caller& caller);
// The {a} of tenants/{t}/alerts/{a}, likewise.
absl::StatusOr<AlertId> ParseAlertName(const std::string& name, const Caller& caller);

// The {id} of tenants/{t}/{collection}/{id}; `missing` is the reason of NOT_FOUND.
absl::StatusOr<std::string> ParseName(const std::string& name, const std::string& collection,
                                      const char* missing, const Caller& caller);

struct TimeRange {
  absl::Time from, until;
};
// `period` with its gaps filled: no end is now, no start is `otherwise` before the end.
TimeRange ReadPeriod(const pb::Period& period, absl::Time now, absl::Duration otherwise);

absl::StatusOr<std::optional<Grain>> ReadGranularity(pb::Granularity granularity);
absl::StatusOr<AlertFilter> FromProto(const pb::ListAlertsRequest& request);
absl::StatusOr<ChangeAlertCommand> FromProto(const pb::UpdateAlertRequest& request,
                                             const Caller& caller);

absl::StatusOr<ReportFormat> ReadFormat(pb::ReportFormat format);
absl::StatusOr<ReportOrder> FromProto(const pb::CreateReportScheduleRequest& request,
                                      const Caller& caller);

pb::ReportSchedule ToProto(const ReportSchedule& schedule);
// Without a name when it has no id.
pb::Report ToProto(const StoredReport& report);
pb::Overview ToProto(const Overview& overview);
pb::Alert ToProto(const Alert& alert);
pb::QueryMetricsResponse ToProto(const MetricsAnswer& answer);
pb::TopIssuesResponse ToProto(const std::vector<Issue>& issues);
pb::ProductHealth ToProto(const ProductHealth& health);
pb::ExplainChangeResponse ToProto(const ChangeExplained& explained);

}  // namespace huiyin::analytics
