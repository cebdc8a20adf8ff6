// huiyin-sample-day: plays the sample day through the running services and shows what came of it.
#include <CLI/CLI.hpp>
#include <iostream>

#include "deploy/client/call.h"
#include "deploy/ctl/overview_view.h"
#include "deploy/sample_day/player/day_player.h"
#include "deploy/sample_day/player/desk_player.h"
#include "deploy/sample_day/player/review_player.h"
#include "deploy/terminal/text.h"
#include "huiyin/analytics/v1/analytics_service.grpc.pb.h"
#include "libs/rpc/proto_time.h"

namespace huiyin::sample_day {
namespace {

namespace analytics = huiyin::analytics::v1;

struct Options {
  std::string config, data = "deploy/sample_day";
  PlayOptions play;
};

int Fail(const absl::Status& status) {
  std::cerr << "huiyin-sample-day: " << status.message() << '\n';
  return 1;
}

absl::StatusOr<client::Access> Resolve(const std::string& config) {
  client::Access access = client::LocalAccess();
  access.subject = "sample-day";
  access.timeout = absl::Seconds(20);
  const std::string file = config.empty() ? client::FindLocalFile() : config;
  if (file.empty()) return access;
  return client::WithFile(std::move(access), file);
}

void PrintOutcome(const Outcome& outcome, const terminal::Style& style) {
  terminal::Table table({{"what the player did"}, {"", true}});
  for (const auto& [what, count] : outcome.counts()) {
    std::string name = what;
    if (name.starts_with("INTAKE_OUTCOME_")) {
      name = "message: " + name.substr(std::string("INTAKE_OUTCOME_").size());
    }
    for (char& c : name) c = c == '_' ? ' ' : static_cast<char>(std::tolower(c));
    table.Add({name, terminal::Grouped(count)});
  }
  std::cout << '\n';
  table.Print(std::cout, style);
  for (const std::string& example : outcome.examples()) std::cout << "  ! " << example << '\n';
}

absl::Status PrintSummary(client::Connection& connection, const Day& day,
                          const terminal::Style& style, absl::Time play_time) {
  analytics::GetOverviewRequest request;
  request.set_parent(connection.parent());
  *request.mutable_period()->mutable_start_time() = rpc::ToProto(play_time - absl::Hours(24));
  *request.mutable_period()->mutable_end_time() =
      rpc::ToProto(connection.clock().Now() + absl::Minutes(1));
  HUIYIN_ASSIGN_OR_RETURN(
      const auto overview,
      client::Call(connection, &analytics::AnalyticsService::Stub::GetOverview, request));
  std::cout << '\n';
  ctl::PrintOverview(std::cout, style, overview);
  HUIYIN_RETURN_IF_ERROR(PrintProductScores(connection, day, std::cout, style));
  return PrintDesk(connection, std::cout, style);
}

int Main(int argc, char** argv) {
  Options options;
  double settle_seconds = absl::ToDoubleSeconds(options.play.settle_timeout);
  CLI::App app("Plays the sample day through the running services; again changes nothing.",
               "huiyin-sample-day");
  app.add_option("--config", options.config,
                 "Where the services are (default: var/huiyinctl.yaml, then the local ports)");
  app.add_option("--data", options.data, "Folder of the sample day (default deploy/sample_day)");
  app.add_option("--side-by-side", options.play.side_by_side, "Stories played at once (default 16)")
      ->check(CLI::Range(1, 256));
  app.add_option("--settle", settle_seconds,
                 "Seconds to wait for the chain to settle (default 180)")
      ->check(CLI::PositiveNumber);
  CLI11_PARSE(app, argc, argv);
  options.play.settle_timeout = absl::Seconds(settle_seconds);

  const auto day = Load(options.data);
  if (!day.ok()) return Fail(day.status());
  const auto access = Resolve(options.config);
  if (!access.ok()) return Fail(access.status());
  client::Connection connection(*access, SystemClock());
  const terminal::Style style = terminal::Style::OfStandardOutput();
  std::cout << "Playing the sample day: " << day->orders.size() << " orders, "
            << day->messages.size() << " messages, " << day->actions.size() << " actions\n";
  const absl::Time started = SystemClock().Now();
  Outcome outcome;
  absl::Time play_time;
  const absl::Status played =
      PlayDay(connection, *day, options.play, std::cout, style, outcome, play_time);
  if (play_time != absl::UnixEpoch()) {
    const absl::Status summary = PrintSummary(connection, *day, style, play_time);
    if (!summary.ok()) std::cerr << "no summary: " << summary.message() << '\n';
  }
  PrintOutcome(outcome, style);
  if (!played.ok()) return Fail(played);
  std::cout << "Played in "
            << terminal::ShortDuration(absl::ToDoubleSeconds(SystemClock().Now() - started))
            << ".\n";
  return outcome.failures() == 0 ? 0 : 1;
}

}  // namespace
}  // namespace huiyin::sample_day

int main(int argc, char** argv) { return huiyin::sample_day::Main(argc, argv); }
