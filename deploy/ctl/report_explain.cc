// huiyinctl report explain and rebuild: why a figure changed, and whether figures are right.
#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_format.h"
#include "deploy/client/call.h"
#include "deploy/ctl/command.h"
#include "deploy/ctl/proto_text.h"
#include "deploy/ctl/report_period.h"
#include "deploy/terminal/progress.h"
#include "huiyin/analytics/v1/analytics_service.grpc.pb.h"

namespace huiyin::ctl {
namespace {

namespace pb = huiyin::analytics::v1;
using Stub = pb::AnalyticsService::Stub;

// --- explain ------------------------------------------------------------------------------------

struct Explain {
  Span span;
  std::string measure;
  std::vector<std::string> filters;
};

void Declare(CLI::App& app, Explain& a) {
  app.add_option("measure", a.measure, "For example complaints or duration_mean_seconds")
      ->required();
  DeclareSpan(app, a.span, "7d");
  app.add_option("--where", a.filters, "DIMENSION=VALUE; repeatable");
  app.footer(
      "Beside the period of equal length before. Example, why refunds take longer:\n"
      "  huiyinctl report explain duration_mean_seconds --where duration=refund_cycle");
}

absl::Status Run(Ctl& ctl, const Explain& a) {
  pb::ExplainChangeRequest request;
  request.set_parent(ctl.connection().parent());
  request.set_measure(a.measure);
  HUIYIN_RETURN_IF_ERROR(Fill(ctl, a.span, "7d", *request.mutable_period()));
  HUIYIN_RETURN_IF_ERROR(AddFilters(a.filters, *request.mutable_filters()));
  HUIYIN_ASSIGN_OR_RETURN(const auto answer,
                          client::Call(ctl.connection(), &Stub::ExplainChange, request));
  if (ctl.PrintedAsJson(answer)) return absl::OkStatus();
  ctl.out << absl::StrFormat("%s: %.6g, before %.6g\n\n", a.measure, answer.actual(),
                             answer.forecast());
  terminal::Table table(
      {{"by"}, {"value"}, {"now", true}, {"before", true}, {"of the change", true}});
  for (const pb::Explanation& explanation : answer.explanations()) {
    for (const pb::Contribution& part : explanation.contributions()) {
      table.Add({explanation.dimension(), part.value().empty() ? "unknown" : part.value(),
                 absl::StrFormat("%.6g", part.actual()), absl::StrFormat("%.6g", part.forecast()),
                 absl::StrFormat("%.0f %%", part.explanatory_power() * 100)});
    }
  }
  ctl.Print(table, "Nothing explains it better than chance.");
  return absl::OkStatus();
}

// --- rebuild ------------------------------------------------------------------------------------

struct RebuildArgs {};
void Declare(CLI::App& app, RebuildArgs&) {
  app.footer("Counts every event received anew, of all tenants; figures stay in use meanwhile.");
}

absl::Status Run(Ctl& ctl, const RebuildArgs&) {
  terminal::Progress progress(ctl.err, ctl.clock, ctl.style.colour, "events counted", 0);
  pb::RebuildResponse last;
  HUIYIN_RETURN_IF_ERROR(client::Stream(ctl.connection(), &Stub::Rebuild, pb::RebuildRequest(),
                                        absl::Hours(24), [&](const pb::RebuildResponse& answer) {
                                          last = answer;
                                          progress.Update(static_cast<int64_t>(answer.counted()));
                                          return true;
                                        }));
  progress.Finish();
  if (ctl.PrintedAsJson(last)) return absl::OkStatus();
  ctl.out << (last.identical() ? "The new figures are the old ones, byte by byte.\n"
                               : "The new figures differ from the old ones and are in use.\n");
  return absl::OkStatus();
}

}  // namespace

void AddReportExplain(CLI::App& report, Ctl& ctl) {
  Command<Explain>(report, ctl, "explain", "Why a measure changed", Declare, Run);
  Command<RebuildArgs>(report, ctl, "rebuild", "Count all figures anew", Declare, Run);
}

}  // namespace huiyin::ctl
