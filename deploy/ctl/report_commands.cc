// huiyinctl report: what is going on and what is going wrong.
#include <map>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "deploy/client/call.h"
#include "deploy/ctl/command.h"
#include "deploy/ctl/overview_view.h"
#include "deploy/ctl/proto_text.h"
#include "deploy/ctl/report_period.h"
#include "deploy/terminal/text.h"
#include "huiyin/analytics/v1/analytics_service.grpc.pb.h"

namespace huiyin::ctl {
namespace {

namespace pb = huiyin::analytics::v1;
using Stub = pb::AnalyticsService::Stub;
using terminal::Tone;

constexpr size_t kMaxPoints = 96;  // of a sparkline

// --- overview -----------------------------------------------------------------------------------

struct Overview {
  Span span;
};

void Declare(CLI::App& app, Overview& a) { DeclareSpan(app, a.span, "7d"); }

// Tickets over time as one line, by the hour or, for long periods, by the day.
absl::Status PrintTrend(Ctl& ctl, const pb::Period& period) {
  const absl::Time start = ToTime(period.start_time());
  const absl::Duration length = ToTime(period.end_time()) - start;
  const bool hourly = length <= absl::Hours(kMaxPoints);
  const absl::Duration step = hourly ? absl::Hours(1) : absl::Hours(24);
  pb::QueryMetricsRequest request;
  request.set_parent(ctl.connection().parent());
  request.add_measures("tickets_created");
  *request.mutable_period() = period;
  request.set_granularity(hourly ? pb::GRANULARITY_HOUR : pb::GRANULARITY_DAY);
  std::vector<double> points;
  absl::Time last;
  do {
    HUIYIN_ASSIGN_OR_RETURN(const auto page,
                            client::Call(ctl.connection(), &Stub::QueryMetrics, request));
    for (const auto& row : page.rows()) {
      const absl::Time at = ToTime(row.time());
      // Rows without tickets are left out; a day of daylight saving is an hour off.
      if (points.empty()) last = at - step;
      for (last += step; last + step / 2 < at; last += step) points.push_back(0);
      points.push_back(row.values(0));
      last = at;
    }
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  if (points.size() > kMaxPoints) points.erase(points.begin(), points.end() - kMaxPoints);
  ctl.out << "\n  tickets by the " << (hourly ? "hour" : "day") << "  "
          << terminal::Sparkline(points) << '\n';
  return absl::OkStatus();
}

absl::Status Run(Ctl& ctl, const Overview& a) {
  pb::GetOverviewRequest request;
  request.set_parent(ctl.connection().parent());
  HUIYIN_RETURN_IF_ERROR(Fill(ctl, a.span, "7d", *request.mutable_period()));
  HUIYIN_ASSIGN_OR_RETURN(const auto overview,
                          client::Call(ctl.connection(), &Stub::GetOverview, request));
  if (ctl.PrintedAsJson(overview)) return absl::OkStatus();
  PrintOverview(ctl.out, ctl.style, overview);
  return PrintTrend(ctl, request.period());
}

// --- query --------------------------------------------------------------------------------------

struct Query {
  Span span;
  std::vector<std::string> measures, dimensions, filters;
  std::string by;
  bool compare = false;
};

void Declare(CLI::App& app, Query& a) {
  DeclareSpan(app, a.span, "7d");
  app.add_option("measures", a.measures, "For example tickets_created")->required();
  app.add_option("--dimension", a.dimensions, "For example category,channel")->delimiter(',');
  app.add_option("--where", a.filters, "DIMENSION=VALUE; repeatable");
  app.add_option("--by", a.by, "A point a minute, hour, day or month")
      ->check(CLI::IsMember({"minute", "hour", "day", "month"}));
  app.add_flag("--compare", a.compare, "Beside the period of equal length before");
}

absl::Status Run(Ctl& ctl, const Query& a) {
  pb::QueryMetricsRequest request;
  request.set_parent(ctl.connection().parent());
  HUIYIN_RETURN_IF_ERROR(Fill(ctl, a.span, "7d", *request.mutable_period()));
  std::vector<terminal::Column> columns = {{"time"}};
  for (const auto& dimension : a.dimensions) {
    request.add_dimensions(dimension);
    columns.push_back({dimension});
  }
  for (const auto& measure : a.measures) {
    request.add_measures(measure);
    columns.push_back({measure, true});
  }
  if (a.compare) {
    for (const auto& measure : a.measures) columns.push_back({"before: " + measure, true});
    const absl::Time from = ToTime(request.period().start_time());
    *request.mutable_baseline()->mutable_end_time() = request.period().start_time();
    *request.mutable_baseline()->mutable_start_time() =
        FromTime(from - (ToTime(request.period().end_time()) - from));
  }
  HUIYIN_RETURN_IF_ERROR(AddFilters(a.filters, *request.mutable_filters()));
  const auto* granularity = FindEnum(*pb::Granularity_descriptor(), a.by);
  if (granularity != nullptr) {
    request.set_granularity(static_cast<pb::Granularity>(granularity->number()));
  }
  terminal::Table table(columns);
  do {
    HUIYIN_ASSIGN_OR_RETURN(const auto page,
                            client::Call(ctl.connection(), &Stub::QueryMetrics, request));
    for (const auto& row : page.rows()) {
      if (ctl.PrintedAsJson(row, true)) continue;
      std::vector<terminal::Cell> cells = {TimeText(row.time())};
      for (const auto& value : row.dimension_values()) cells.emplace_back(value);
      for (const double value : row.values()) cells.emplace_back(absl::StrFormat("%.10g", value));
      for (const double value : row.baseline_values()) {
        cells.emplace_back(absl::StrFormat("%.10g", value));
      }
      table.Add(std::move(cells));
    }
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  if (!ctl.json) ctl.Print(table, "Every figure of this period is zero.");
  return absl::OkStatus();
}

// --- top ----------------------------------------------------------------------------------------

struct Top {
  Span span;
  int limit = 10;
};

void Declare(CLI::App& app, Top& a) {
  DeclareSpan(app, a.span, "7d");
  app.add_option("-n,--limit", a.limit, "At most this many (default 10)")
      ->check(CLI::Range(1, 100));
}

absl::Status Run(Ctl& ctl, const Top& a) {
  pb::TopIssuesRequest request;
  request.set_parent(ctl.connection().parent());
  HUIYIN_RETURN_IF_ERROR(Fill(ctl, a.span, "7d", *request.mutable_period()));
  request.set_page_size(a.limit);
  HUIYIN_ASSIGN_OR_RETURN(const auto answer,
                          client::Call(ctl.connection(), &Stub::TopIssues, request));
  if (ctl.PrintedAsJson(answer)) return absl::OkStatus();
  terminal::Table table({{"product"},
                         {"issue"},
                         {"complaints", true},
                         {"before", true},
                         {"per 100 shipped", true},
                         {""}});
  const double max = answer.issues().empty() ? 0 : static_cast<double>(answer.issues(0).count());
  for (const auto& issue : answer.issues()) {
    table.Add({issue.product_id().empty() ? "–" : issue.product_id(),
               absl::AsciiStrToLower(issue.category()), std::to_string(issue.count()),
               std::to_string(issue.previous_count()),
               issue.units_shipped() == 0
                   ? ""
                   : absl::StrFormat("%.1f", 100.0 * static_cast<double>(issue.count()) /
                                                 static_cast<double>(issue.units_shipped())),
               terminal::Bar(static_cast<double>(issue.count()), max, 24)});
  }
  ctl.Print(table, "Nobody complained.");
  return absl::OkStatus();
}

// --- alerts -------------------------------------------------------------------------------------

struct Alerts {
  std::string product;
  pb::Alert::State state = pb::Alert::STATE_UNSPECIFIED;
};

void Declare(CLI::App& app, Alerts& a) {
  app.add_option("--product", a.product, "Only on this product");
  EnumOption(app, "--state", a.state, "Only in this state (default: all but resolved)");
}

absl::Status Run(Ctl& ctl, const Alerts& a) {
  pb::ListAlertsRequest request;
  request.set_parent(ctl.connection().parent());
  request.set_product_id(a.product);
  request.set_state(a.state);
  bool any = false;
  do {
    HUIYIN_ASSIGN_OR_RETURN(const auto page,
                            client::Call(ctl.connection(), &Stub::ListAlerts, request));
    for (const auto& alert : page.alerts()) {
      any = true;
      if (ctl.PrintedAsJson(alert, true)) continue;
      PrintAlert(ctl.out, ctl.style, alert);
      ctl.out << "    " << BareId(alert.name()) << ", " << Label(alert.state()) << " since "
              << TimeText(alert.first_seen_time()) << '\n';
    }
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  if (!any && !ctl.json) ctl.out << "Nothing stands out.\n";
  return absl::OkStatus();
}

struct Mark {
  std::string alert, until, etag;
  pb::Alert::State state = pb::Alert::STATE_UNSPECIFIED;
};

void Declare(CLI::App& app, Mark& a) {
  app.add_option("alert", a.alert, "Id of the alert")->required();
  EnumOption(app, "--state", a.state, "acknowledged, muted or resolved")->required();
  app.add_option("--until", a.until, "End of muting, for example 2026-12-24");
  app.add_option("--etag", a.etag, "Only if it has not changed since");
}

absl::Status Run(Ctl& ctl, const Mark& a) {
  pb::UpdateAlertRequest request;
  request.set_name(ResourceName(ctl.access.tenant, "alerts", a.alert));
  request.set_state(a.state);
  request.set_etag(a.etag);
  request.set_request_id(ctl.NewId());
  if (!a.until.empty()) {
    HUIYIN_ASSIGN_OR_RETURN(*request.mutable_muted_until(), ParseTime(a.until, ctl.clock.Now()));
  }
  HUIYIN_ASSIGN_OR_RETURN(const auto alert,
                          client::Call(ctl.connection(), &Stub::UpdateAlert, request));
  if (!ctl.PrintedAsJson(alert))
    ctl.out << BareId(alert.name()) << ": " << Label(alert.state()) << '\n';
  return absl::OkStatus();
}

// --- product ------------------------------------------------------------------------------------

struct Product {
  std::string product;
  Span span;
};

void Declare(CLI::App& app, Product& a) {
  app.add_option("product", a.product, "Product id")->required();
  DeclareSpan(app, a.span, "90d");
}

std::string Rate(bool known, const pb::Estimate& rate) {
  return known ? absl::StrFormat("%.1f [%.1f, %.1f]", rate.value() * 100, rate.lower() * 100,
                                 rate.upper() * 100)
               : "";
}

absl::Status Run(Ctl& ctl, const Product& a) {
  pb::GetProductHealthRequest request;
  request.set_parent(ctl.connection().parent());
  request.set_product_id(a.product);
  HUIYIN_RETURN_IF_ERROR(Fill(ctl, a.span, "90d", *request.mutable_period()));
  HUIYIN_ASSIGN_OR_RETURN(const auto health,
                          client::Call(ctl.connection(), &Stub::GetProductHealth, request));
  if (ctl.PrintedAsJson(health)) return absl::OkStatus();
  const auto text = [](const auto& counts) {
    std::vector<std::string> parts;
    for (const auto& count : counts)
      parts.push_back(absl::StrCat(count.value(), " ", count.count()));
    return absl::AsciiStrToLower(absl::StrJoin(parts, ", "));
  };
  ctl.Print(
      Ctl::Facts{{"product", health.product_id()},
                 {"units shipped", std::to_string(health.units_shipped())},
                 {"complaints per 100", Rate(health.has_complaint_rate(), health.complaint_rate())},
                 {"by issue", text(health.complaints_by_issue())},
                 {"by source", text(health.complaints_by_source())}});
  terminal::Table lots(
      {{"lot"}, {"shipped", true}, {"complaints", true}, {"per 100 shipped", true}, {""}});
  double max = 0;
  for (const auto& lot : health.lots()) max = std::max(max, lot.complaint_rate().value());
  for (const auto& lot : health.lots()) {
    lots.Add({lot.lot(),
              std::to_string(lot.units_shipped()),
              std::to_string(lot.complaints()),
              Rate(lot.has_complaint_rate(), lot.complaint_rate()),
              {terminal::Bar(lot.complaint_rate().value(), max, 24), Tone::kWarn}});
  }
  ctl.out << '\n';
  ctl.Print(lots, "No lot of it is known.");
  for (const auto& alert : health.alerts()) PrintAlert(ctl.out, ctl.style, alert);
  return absl::OkStatus();
}

// --- progress -----------------------------------------------------------------------------------

struct ProgressArgs {};
void Declare(CLI::App&, ProgressArgs&) {}

absl::Status Run(Ctl& ctl, const ProgressArgs&) {
  pb::GetProgressRequest request;
  request.set_parent(ctl.connection().parent());
  HUIYIN_ASSIGN_OR_RETURN(const auto progress,
                          client::Call(ctl.connection(), &Stub::GetProgress, request));
  if (ctl.PrintedAsJson(progress)) return absl::OkStatus();
  ctl.out << "The figures hold " << terminal::Grouped(static_cast<int64_t>(progress.counted()))
          << " of " << terminal::Grouped(static_cast<int64_t>(progress.received()))
          << " events received.\n";
  terminal::Table table({{"event"}, {"received", true}});
  for (const auto& event : progress.events()) {
    table.Add({event.type(), terminal::Grouped(event.count())});
  }
  ctl.Print(table, "Nothing was received yet.");
  return absl::OkStatus();
}

}  // namespace

void DeclareSpan(CLI::App& app, Span& span, const std::string& standard) {
  app.add_option("--from", span.from,
                 "2026-11-22, or how long ago: 24h, 7d (default " + standard + ")");
  app.add_option("--to", span.to, "End of the period (default now)");
}

absl::Status Fill(const Ctl& ctl, const Span& span, const std::string& standard,
                  pb::Period& period) {
  const absl::Time now = ctl.clock.Now();
  HUIYIN_ASSIGN_OR_RETURN(*period.mutable_start_time(),
                          ParseTime(span.from.empty() ? standard : span.from, now));
  // Figures are kept by the minute: the one that is running belongs to them.
  HUIYIN_ASSIGN_OR_RETURN(*period.mutable_end_time(),
                          ParseTime(span.to.empty() ? "now" : span.to, now + absl::Minutes(1)));
  return absl::OkStatus();
}

absl::Status AddFilters(const std::vector<std::string>& texts,
                        google::protobuf::RepeatedPtrField<pb::Filter>& filters) {
  std::map<std::string, pb::Filter*> by_dimension;
  for (const std::string& text : texts) {
    const size_t equals = text.find('=');
    if (equals == std::string::npos) return BadUsage("\"" + text + "\" is not DIMENSION=VALUE");
    pb::Filter*& filter = by_dimension[text.substr(0, equals)];
    if (filter == nullptr) filter = filters.Add();
    filter->set_dimension(text.substr(0, equals));
    filter->add_values(text.substr(equals + 1));
  }
  return absl::OkStatus();
}

void AddReportCommands(CLI::App& app, Ctl& ctl) {
  CLI::App& report = Group(app, "report", "What is going on, and what is going wrong");
  Command<Overview>(report, ctl, "overview", "The state of things on one page", Declare, Run);
  Command<Top>(report, ctl, "top", "Products and categories with the most complaints", Declare,
               Run);
  Command<Alerts>(report, ctl, "alerts", "What stands out, most serious first", Declare, Run);
  Command<Mark>(report, ctl, "mark", "Say what is being done about an alert", Declare, Run);
  Command<Product>(report, ctl, "product", "One product, lot by lot", Declare, Run);
  Command<Query>(report, ctl, "query", "Any measure by any dimension", Declare, Run);
  AddReportCohorts(report, ctl);
  AddReportExplain(report, ctl);
  AddReportFiles(report, ctl);
  Command<ProgressArgs>(report, ctl, "progress", "How far the figures are", Declare, Run);
}

}  // namespace huiyin::ctl
