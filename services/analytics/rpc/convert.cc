#include "services/analytics/rpc/convert.h"

#include "absl/strings/numbers.h"
#include "libs/core/id.h"
#include "libs/core/status.h"
#include "libs/rpc/proto_time.h"
#include "services/analytics/domain/dimensions.h"

namespace huiyin::analytics {
namespace {

static_assert(static_cast<int>(AlertState::kOpen) == pb::Alert::STATE_OPEN);
static_assert(static_cast<int>(AlertState::kAcknowledged) == pb::Alert::STATE_ACKNOWLEDGED);
static_assert(static_cast<int>(AlertState::kMuted) == pb::Alert::STATE_MUTED);
static_assert(static_cast<int>(AlertState::kResolved) == pb::Alert::STATE_RESOLVED);
static_assert(static_cast<int>(ReportFormat::kHtml) == pb::REPORT_FORMAT_HTML);
static_assert(static_cast<int>(ReportInterval::kMonthly) == pb::REPORT_INTERVAL_MONTHLY);

void ToProto(const stats::Estimate& estimate, pb::Estimate* out) {
  out->set_value(estimate.value);
  out->set_lower(estimate.lower);
  out->set_upper(estimate.upper);
}

void ToProto(const std::vector<ValueCount>& counts,
             google::protobuf::RepeatedPtrField<pb::Count>* out) {
  for (const ValueCount& count : counts) {
    pb::Count* to = out->Add();
    to->set_value(count.value);
    to->set_count(count.count);
  }
}

void ToProto(const Evidence& e, pb::Evidence* out) {
  out->set_method(e.method);
  out->set_observed(e.observed);
  out->set_expected(e.expected);
  ToProto(e.relative_rate, out->mutable_relative_rate());
  ToProto(e.reporting_ratio, out->mutable_reporting_ratio());
  out->set_chi_squared(e.chi_squared);
  out->set_q_value(e.q_value);
  out->set_units_shipped(e.units_shipped);
  for (uint32_t source = 0; source < e.by_source.size(); ++source) {
    if (e.by_source[source] == 0) continue;
    pb::Count* count = out->add_by_source();
    count->set_value(ValueName(Dimension::kSource, source));
    count->set_count(e.by_source[source]);
  }
  for (const std::string& phrase : e.phrases) out->add_phrases(phrase);
  out->set_window_days(e.window_days);
  for (const std::string& ticket : e.example_tickets) out->add_example_ticket_ids(ticket);
  for (const int64_t count : e.daily_counts) out->add_daily_counts(count);
}

}  // namespace

absl::Status CheckParent(const std::string& parent, const Caller& caller) {
  if (parent == "tenants/" + caller.tenant.value()) return absl::OkStatus();
  if (parent.rfind("tenants/", 0) != 0 || parent.size() == 8) {
    return BadInput({{"parent", "must be tenants/{tenant}"}});
  }
  return Error(absl::StatusCode::kNotFound, "TENANT_NOT_FOUND", "there is no such tenant");
}

absl::StatusOr<std::string> ParseName(const std::string& name, const std::string& collection,
                                      const char* missing, const Caller& caller) {
  constexpr std::string_view kTenants = "tenants/";
  const std::string between = "/" + collection + "/";
  const size_t middle = name.find(between);
  const bool shaped = name.rfind(kTenants, 0) == 0 && middle != std::string::npos &&
                      IsUuid(name.substr(middle + between.size()));
  if (!shaped) return BadInput({{"name", "must be tenants/{tenant}" + between + "{id}"}});
  if (name.substr(kTenants.size(), middle - kTenants.size()) != caller.tenant.value()) {
    return Error(absl::StatusCode::kNotFound, missing, "there is nothing of this name");
  }
  return name.substr(middle + between.size());
}

absl::StatusOr<AlertId> ParseAlertName(const std::string& name, const Caller& caller) {
  HUIYIN_ASSIGN_OR_RETURN(const std::string id,
                          ParseName(name, "alerts", "ALERT_NOT_FOUND", caller));
  return AlertId(id);
}

TimeRange ReadPeriod(const pb::Period& period, absl::Time now, absl::Duration otherwise) {
  TimeRange range;
  // The current minute counts too.
  range.until = period.has_end_time() ? rpc::FromProto(period.end_time()) : now + absl::Minutes(1);
  range.from =
      period.has_start_time() ? rpc::FromProto(period.start_time()) : range.until - otherwise;
  return range;
}

absl::StatusOr<std::optional<Grain>> ReadGranularity(pb::Granularity granularity) {
  switch (granularity) {
    case pb::GRANULARITY_UNSPECIFIED:
      return std::nullopt;
    case pb::GRANULARITY_MINUTE:
      return Grain::kMinute;
    case pb::GRANULARITY_HOUR:
      return Grain::kHour;
    case pb::GRANULARITY_DAY:
      return Grain::kDay;
    case pb::GRANULARITY_MONTH:
      return Grain::kMonth;
    default:
      return BadInput({{"granularity", "must be MINUTE, HOUR, DAY, MONTH or left out"}});
  }
}

absl::StatusOr<AlertFilter> FromProto(const pb::ListAlertsRequest& request) {
  if (!pb::Alert::State_IsValid(request.state())) {
    return BadInput({{"state", "is not a state of alerts"}});
  }
  AlertFilter filter;
  filter.product = request.product_id();
  if (request.state() != pb::Alert::STATE_UNSPECIFIED) {
    filter.state = static_cast<AlertState>(request.state());
  }
  return filter;
}

absl::StatusOr<ChangeAlertCommand> FromProto(const pb::UpdateAlertRequest& request,
                                             const Caller& caller) {
  ChangeAlertCommand command;
  HUIYIN_ASSIGN_OR_RETURN(command.id, ParseAlertName(request.name(), caller));
  InputCheck check;
  check.Require(
      pb::Alert::State_IsValid(request.state()) && request.state() != pb::Alert::STATE_UNSPECIFIED,
      "state", "must be ACKNOWLEDGED, MUTED or RESOLVED");
  int64_t version = 0;
  if (!request.etag().empty()) {
    check.Require(absl::SimpleAtoi(request.etag(), &version), "etag",
                  "is not the etag of an alert");
    command.version = version;
  }
  if (!check.ok()) return check.ToStatus();
  command.state = static_cast<AlertState>(request.state());
  if (request.has_muted_until()) command.muted_until = rpc::FromProto(request.muted_until());
  return command;
}

absl::StatusOr<ReportFormat> ReadFormat(pb::ReportFormat format) {
  if (format == pb::REPORT_FORMAT_UNSPECIFIED) return ReportFormat::kHtml;
  if (!pb::ReportFormat_IsValid(format)) {
    return BadInput({{"format", "must be CSV, JSON, HTML or left out"}});
  }
  return static_cast<ReportFormat>(format);
}

absl::StatusOr<ReportOrder> FromProto(const pb::CreateReportScheduleRequest& request,
                                      const Caller& caller) {
  HUIYIN_RETURN_IF_ERROR(CheckParent(request.parent(), caller));
  const pb::ReportSchedule& schedule = request.report_schedule();
  InputCheck check;
  check.Require(pb::ReportInterval_IsValid(schedule.interval()) &&
                    schedule.interval() != pb::REPORT_INTERVAL_UNSPECIFIED,
                "report_schedule.interval", "must be DAILY, WEEKLY or MONTHLY");
  check.Require(pb::ReportFormat_IsValid(schedule.format()), "report_schedule.format",
                "must be CSV, JSON, HTML or left out");
  if (!check.ok()) return check.ToStatus();
  ReportOrder order;
  order.interval = static_cast<ReportInterval>(schedule.interval());
  HUIYIN_ASSIGN_OR_RETURN(order.format, ReadFormat(schedule.format()));
  return order;
}

pb::ReportSchedule ToProto(const ReportSchedule& schedule) {
  pb::ReportSchedule out;
  out.set_name("tenants/" + schedule.tenant.value() + "/reportSchedules/" + schedule.id.value());
  out.set_interval(static_cast<pb::ReportInterval>(schedule.interval));
  out.set_format(static_cast<pb::ReportFormat>(schedule.format));
  *out.mutable_next_time() = rpc::ToProto(schedule.next_at);
  *out.mutable_create_time() = rpc::ToProto(schedule.created_at);
  return out;
}

pb::Report ToProto(const StoredReport& report) {
  pb::Report out;
  if (!report.id.value().empty()) {
    out.set_name("tenants/" + report.tenant.value() + "/reports/" + report.id.value());
  }
  *out.mutable_period()->mutable_start_time() = rpc::ToProto(report.from);
  *out.mutable_period()->mutable_end_time() = rpc::ToProto(report.until);
  *out.mutable_create_time() = rpc::ToProto(report.created_at);
  out.set_content_type(report.file.content_type);
  out.set_file_name(report.file.file_name);
  out.set_content(report.file.content);
  return out;
}

pb::Alert ToProto(const Alert& alert) {
  pb::Alert out;
  out.set_name("tenants/" + alert.tenant.value() + "/alerts/" + alert.id.value());
  out.set_state(static_cast<pb::Alert::State>(alert.state));
  out.set_subject_kind(alert.finding.subject.kind);
  out.set_subject(alert.finding.subject.value);
  out.set_product_id(alert.finding.subject.product);
  if (alert.finding.issue != 0) {
    out.set_issue(ValueName(Dimension::kCategory, alert.finding.issue));
  }
  out.set_summary(Summary(alert.finding));
  ToProto(alert.finding.evidence, out.mutable_evidence());
  *out.mutable_first_seen_time() = rpc::ToProto(alert.first_seen);
  *out.mutable_last_seen_time() = rpc::ToProto(alert.last_seen);
  *out.mutable_update_time() = rpc::ToProto(alert.updated_at);
  out.set_etag(std::to_string(alert.version));
  if (alert.muted_until) *out.mutable_muted_until() = rpc::ToProto(*alert.muted_until);
  return out;
}

pb::Overview ToProto(const Overview& o) {
  pb::Overview out;
  pb::TicketFigures* tickets = out.mutable_tickets();
  tickets->set_created(o.created);
  tickets->set_decided(o.decided);
  tickets->set_resolved(o.resolved);
  tickets->set_reopened(o.reopened);
  tickets->set_distinct_customers(o.distinct_customers);
  ToProto(o.by_category, tickets->mutable_by_category());
  ToProto(o.by_priority, tickets->mutable_by_priority());
  ToProto(o.by_language, tickets->mutable_by_language());
  ToProto(o.by_channel, tickets->mutable_by_channel());
  ToProto(o.by_sentiment, tickets->mutable_by_sentiment());
  ToProto(o.by_urgency, tickets->mutable_by_urgency());

  pb::ReturnFigures* returns = out.mutable_returns();
  returns->set_submitted(o.rmas_submitted);
  returns->set_approved(o.rmas_approved);
  returns->set_rejected(o.rmas_rejected);
  returns->set_completed(o.rmas_completed);
  ToProto(o.rma_lines_by_reason, returns->mutable_by_reason());
  ToProto(o.rma_lines_by_kind, returns->mutable_by_kind());
  for (const RefundFigures& refund : o.refunds) {
    pb::RefundFigures* to = returns->add_refunds();
    to->set_count(refund.count);
    to->mutable_amount()->set_minor_units(refund.amount.minor());
    to->mutable_amount()->set_currency(refund.amount.currency());
  }
  returns->set_refunds_pending(o.refunds_pending);
  returns->set_refunds_failed(o.refunds_failed);

  for (const SurveyFigures& survey : o.surveys) {
    pb::SurveyFigures* to = out.add_surveys();
    to->set_kind(survey.kind);
    to->set_count(survey.count);
    ToProto(survey.mean, to->mutable_mean());
    ToProto(survey.headline, to->mutable_headline());
    to->set_invited(survey.invited);
  }
  for (const DurationFigures& duration : o.durations) {
    pb::DurationFigures* to = out.add_durations();
    to->set_duration(duration.duration);
    to->set_count(duration.count);
    to->set_p50_seconds(duration.p50);
    to->set_p90_seconds(duration.p90);
    to->set_p99_seconds(duration.p99);
    to->set_mean_seconds(duration.mean);
  }
  for (const Alert& alert : o.alerts) *out.add_alerts() = ToProto(alert);
  *out.mutable_period()->mutable_start_time() = rpc::ToProto(o.from);
  *out.mutable_period()->mutable_end_time() = rpc::ToProto(o.until);
  out.set_position(static_cast<uint64_t>(o.position));
  return out;
}

pb::QueryMetricsResponse ToProto(const MetricsAnswer& answer) {
  pb::QueryMetricsResponse out;
  for (const MetricsRow& row : answer.rows) {
    pb::MetricRow* to = out.add_rows();
    *to->mutable_time() = rpc::ToProto(row.time);
    for (const std::string& value : row.dimension_values) to->add_dimension_values(value);
    for (const double value : row.values) to->add_values(value);
    for (const double value : row.baseline_values) to->add_baseline_values(value);
  }
  return out;
}

pb::TopIssuesResponse ToProto(const std::vector<Issue>& issues) {
  pb::TopIssuesResponse out;
  for (const Issue& issue : issues) {
    pb::Issue* to = out.add_issues();
    to->set_product_id(issue.product);
    to->set_category(issue.category);
    to->set_count(issue.count);
    to->set_previous_count(issue.previous_count);
    to->set_units_shipped(issue.units_shipped);
  }
  return out;
}

pb::ProductHealth ToProto(const ProductHealth& health) {
  pb::ProductHealth out;
  out.set_product_id(health.product);
  out.set_units_shipped(health.units_shipped);
  ToProto(health.by_source, out.mutable_complaints_by_source());
  ToProto(health.by_issue, out.mutable_complaints_by_issue());
  if (health.units_shipped > 0) ToProto(health.rate, out.mutable_complaint_rate());
  for (const LotHealth& lot : health.lots) {
    pb::LotHealth* to = out.add_lots();
    to->set_lot(lot.lot);
    to->set_units_shipped(lot.units_shipped);
    to->set_complaints(lot.complaints);
    if (lot.units_shipped > 0) ToProto(lot.rate, to->mutable_complaint_rate());
  }
  for (const Alert& alert : health.alerts) *out.add_alerts() = ToProto(alert);
  return out;
}

pb::ExplainChangeResponse ToProto(const ChangeExplained& explained) {
  pb::ExplainChangeResponse out;
  out.set_actual(explained.actual);
  out.set_forecast(explained.forecast);
  for (const Explanation& explanation : explained.explanations) {
    pb::Explanation* to = out.add_explanations();
    to->set_dimension(explanation.dimension);
    to->set_surprise(explanation.surprise);
    for (const auto& contribution : explanation.contributions) {
      pb::Contribution* part = to->add_contributions();
      part->set_value(contribution.value);
      part->set_actual(contribution.actual);
      part->set_forecast(contribution.forecast);
      part->set_explanatory_power(contribution.explanatory_power);
    }
  }
  return out;
}

}  // namespace huiyin::analytics
