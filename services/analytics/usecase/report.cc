#include "services/analytics/usecase/report.h"

#include <utility>

#include "absl/strings/str_format.h"
#include "libs/core/status.h"
#include "services/analytics/usecase/cube_reader.h"
#include "services/analytics/usecase/overview.h"
#include "services/analytics/usecase/products.h"
#include "services/analytics/usecase/query_metrics.h"

namespace huiyin::analytics {
namespace {

constexpr size_t kIssuesShown = 15;
constexpr size_t kAlertsShown = 20;
constexpr absl::Duration kLongestByHour = absl::Hours(72);

std::string Or(const std::string& text, const char* otherwise) {
  return text.empty() ? otherwise : text;
}

double Number(int64_t count) { return static_cast<double>(count); }

ReportSection Counts(const char* title, const char* what, const std::vector<ValueCount>& counts) {
  ReportSection section{title, {what, "count"}, {}, {}};
  for (const ValueCount& count : counts) {
    section.rows.push_back({Or(count.value, "(unknown)"), Number(count.count)});
  }
  return section;
}

ReportSection KeyFigures(const Overview& o) {
  ReportSection section{"Key figures", {"figure", "value"}, {}, {}};
  const std::pair<const char*, int64_t> figures[] = {
      {"tickets created", o.created},         {"tickets resolved", o.resolved},
      {"tickets reopened", o.reopened},       {"customers heard", o.distinct_customers},
      {"returns filed", o.rmas_submitted},    {"returns completed", o.rmas_completed},
      {"refunds pending", o.refunds_pending}, {"refunds failed", o.refunds_failed}};
  for (const auto& [name, value] : figures) section.rows.push_back({name, Number(value)});
  for (const RefundFigures& refund : o.refunds) {
    section.rows.push_back({"refunded", refund.amount.ToString()});
  }
  return section;
}

ReportSection Surveys(const Overview& o) {
  ReportSection section{
      "Satisfaction", {"survey", "answers", "mean", "headline", "from", "to"}, {}, {}};
  for (const SurveyFigures& s : o.surveys) {
    section.rows.push_back({s.kind, Number(s.count), s.mean.value, s.headline.value,
                            s.headline.lower, s.headline.upper});
  }
  return section;
}

ReportSection Durations(const Overview& o) {
  ReportSection section{
      "How long things took (hours)", {"what", "count", "median", "90 %", "99 %"}, {}, {}};
  for (const DurationFigures& d : o.durations) {
    section.rows.push_back({d.duration, Number(d.count), d.p50 / 3600, d.p90 / 3600, d.p99 / 3600});
  }
  return section;
}

ReportSection StandsOut(const Overview& o) {
  ReportSection section{"What stands out", {"finding", "newly frequent words", "tickets"}, {}, {}};
  for (const Alert& alert : o.alerts) {
    if (section.rows.size() == kAlertsShown) break;
    const auto join = [](const std::vector<std::string>& parts) {
      std::string text;
      for (const std::string& part : parts) text += (text.empty() ? "" : ", ") + part;
      return text;
    };
    section.rows.push_back({Summary(alert.finding), join(alert.finding.evidence.phrases),
                            join(alert.finding.evidence.example_tickets)});
  }
  return section;
}

absl::StatusOr<ReportSection> Issues(const View& view, const Caller& caller, absl::Time from,
                                     absl::Time until) {
  HUIYIN_ASSIGN_OR_RETURN(const std::vector<Issue> issues,
                          TopIssues(view, caller, from, until, kIssuesShown));
  ReportSection section{"Most complaints",
                        {"product", "issue", "complaints", "period before", "shipped in 90 days"},
                        {},
                        {}};
  for (const Issue& issue : issues) {
    section.rows.push_back({Or(issue.product, "(none)"), issue.category, Number(issue.count),
                            Number(issue.previous_count), Number(issue.units_shipped)});
  }
  return section;
}

absl::StatusOr<ReportSection> Trend(const View& view, const Caller& caller, absl::TimeZone zone,
                                    absl::Time from, absl::Time until) {
  const bool hourly = until - from <= kLongestByHour;
  MetricsQuestion question;
  question.measures = {"tickets_created"};
  question.from = from;
  question.until = until;
  question.granularity = hourly ? Grain::kHour : Grain::kDay;
  question.page_size = 5000;
  HUIYIN_ASSIGN_OR_RETURN(const MetricsAnswer answer, QueryMetrics(view, caller, question));
  ReportSection section{hourly ? "Tickets by the hour" : "Tickets by the day", {}, {}, {}};
  for (const MetricsRow& row : answer.rows) {
    section.points.emplace_back(
        absl::FormatTime(hourly ? "%Y-%m-%d %H:%M" : "%Y-%m-%d", row.time, zone), row.values[0]);
  }
  return section;
}

}  // namespace

absl::StatusOr<Report> BuildReport(const View& view, const Caller& caller, absl::Time from,
                                   absl::Time until) {
  HUIYIN_ASSIGN_OR_RETURN(const Overview overview, GetOverview(view, caller, from, until));
  HUIYIN_ASSIGN_OR_RETURN(const Generation live, view.store.Live());
  HUIYIN_ASSIGN_OR_RETURN(const Zones zones, Zones::Parse(live.zones));
  const absl::TimeZone zone = zones.Of(caller.tenant.value());
  Report report;
  report.title = "Feedback and after-sales";
  report.period =
      absl::StrFormat("%s to %s (%s)", absl::FormatTime("%Y-%m-%d %H:%M", from, zone),
                      absl::FormatTime("%Y-%m-%d %H:%M", until, zone), std::string(zone.name()));
  report.sections.push_back(KeyFigures(overview));
  HUIYIN_ASSIGN_OR_RETURN(ReportSection trend, Trend(view, caller, zone, from, until));
  report.sections.push_back(std::move(trend));
  report.sections.push_back(StandsOut(overview));
  HUIYIN_ASSIGN_OR_RETURN(ReportSection issues, Issues(view, caller, from, until));
  report.sections.push_back(std::move(issues));
  report.sections.push_back(Counts("What it is about", "category", overview.by_category));
  report.sections.push_back(Counts("How customers feel", "sentiment", overview.by_sentiment));
  report.sections.push_back(Counts("Channels", "channel", overview.by_channel));
  report.sections.push_back(Counts("Reasons of returns", "reason", overview.rma_lines_by_reason));
  report.sections.push_back(Surveys(overview));
  report.sections.push_back(Durations(overview));
  return report;
}

}  // namespace huiyin::analytics
