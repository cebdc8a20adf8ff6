// huiyinctl report cohorts: customers by the month they were first heard of, and what became of
// them.
#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "deploy/client/call.h"
#include "deploy/ctl/command.h"
#include "deploy/ctl/report_period.h"
#include "huiyin/analytics/v1/analytics_service.grpc.pb.h"

namespace huiyin::ctl {
namespace {

namespace pb = huiyin::analytics::v1;
using Stub = pb::AnalyticsService::Stub;

// What can be shown: a measure, and what it is a share of or happens with; where that is 0 there is
// nothing to show.
struct Show {
  const char* name;
  const char* title;
  const char* measure;
  const char* of;
  const char* survey = "";  // whose scores
  double scale = 1;
  const char* unit = "";
};
constexpr Show kShows[] = {
    {"customers", "Customers who did anything", "active_customers", "active_customers"},
    {"orders", "Orders", "customer_orders", "active_customers"},
    {"contacts", "Contacts per 100 active customers", "customer_contact_rate", "active_customers",
     "", 100},
    {"repeats", "Contacts that repeat one of the week before", "customer_repeat_contact_rate",
     "customer_contacts", "", 100, " %"},
    {"returns", "Returns per 100 orders of the month", "customer_return_rate", "customer_orders",
     "", 100},
    {"csat", "Satisfied (CSAT 4 and 5)", "customer_good_share", "customer_scores", "CSAT", 100,
     " %"},
    {"nps", "Net Promoter Score", "customer_net_score", "customer_scores", "NPS", 100},
    {"ces", "Little effort (CES 5 to 7)", "customer_good_share", "customer_scores", "CES", 100,
     " %"}};

struct Cohorts {
  Span span;
  std::string show = kShows[0].name;
};

void Declare(CLI::App& app, Cohorts& a) {
  std::vector<std::string> names;
  for (const Show& show : kShows) names.emplace_back(show.name);
  app.add_option("show", a.show, "What of them (default customers)")->check(CLI::IsMember(names));
  DeclareSpan(app, a.span, "365d");
  app.footer(
      "A row: customers first heard of in that month. A column: so many months later.\n"
      "The period is that of what they did, in whole months.");
}

absl::StatusOr<pb::QueryMetricsRequest> Question(Ctl& ctl, const Cohorts& a, const Show& show) {
  pb::QueryMetricsRequest request;
  request.set_parent(ctl.connection().parent());
  request.add_measures(show.measure);
  request.add_measures(show.of);
  request.add_dimensions("cohort");
  request.add_dimensions("months_since");
  if (*show.survey != '\0') {
    pb::Filter& filter = *request.add_filters();
    filter.set_dimension("survey");
    filter.add_values(show.survey);
  }
  HUIYIN_RETURN_IF_ERROR(Fill(ctl, a.span, "365d", *request.mutable_period()));
  return request;
}

absl::Status Run(Ctl& ctl, const Cohorts& a) {
  const Show& show = *std::find_if(std::begin(kShows), std::end(kShows),
                                   [&](const Show& s) { return s.name == a.show; });
  HUIYIN_ASSIGN_OR_RETURN(pb::QueryMetricsRequest request, Question(ctl, a, show));
  std::map<std::string, std::map<size_t, std::string>> cohorts;  // months since → text
  size_t columns = 0;
  do {
    HUIYIN_ASSIGN_OR_RETURN(const auto page,
                            client::Call(ctl.connection(), &Stub::QueryMetrics, request));
    for (const auto& row : page.rows()) {
      size_t since = 0;
      if (ctl.PrintedAsJson(row, true) || row.values(1) == 0 ||
          !absl::SimpleAtoi(row.dimension_values(1), &since)) {
        continue;
      }
      columns = std::max(columns, since + 1);
      cohorts[row.dimension_values(0)][since] =
          absl::StrFormat("%.0f%s", row.values(0) * show.scale, show.unit);
    }
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  if (ctl.json) return absl::OkStatus();
  std::vector<terminal::Column> titles = {{"first heard of"}};
  for (size_t i = 0; i < columns; ++i) titles.push_back({absl::StrCat("+", i), true});
  terminal::Table table(titles);
  for (const auto& [cohort, months] : cohorts) {
    std::vector<terminal::Cell> cells = {cohort};
    for (size_t i = 0; i < columns; ++i) {
      const auto month = months.find(i);
      cells.emplace_back(month == months.end() ? "" : month->second);
    }
    table.Add(std::move(cells));
  }
  if (!table.empty()) ctl.out << show.title << ", by months since\n\n";
  ctl.Print(table, "There is nothing to show of this period.");
  return absl::OkStatus();
}

}  // namespace

void AddReportCohorts(CLI::App& report, Ctl& ctl) {
  Command<Cohorts>(report, ctl, "cohorts", "Customers by the month they came, and after", Declare,
                   Run);
}

}  // namespace huiyin::ctl
