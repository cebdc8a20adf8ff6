// huiyinctl health: what answers, and how fast.
#include <grpcpp/client_context.h>

#include "absl/strings/str_cat.h"
#include "deploy/client/call.h"
#include "deploy/ctl/command.h"
#include "grpc/health/v1/health.grpc.pb.h"

namespace huiyin::ctl {
namespace {

namespace pb = grpc::health::v1;
using terminal::Tone;

constexpr absl::Duration kCallTimeout = absl::Seconds(2);
constexpr absl::Duration kPause = absl::Milliseconds(50);

struct Health {
  double wait_seconds = 0;
  std::vector<std::string> services;
};

void Declare(CLI::App& app, Health& a) {
  app.add_option("services", a.services, "Only these (default: all)")
      ->check(CLI::IsMember(client::Services()));
  app.add_option("--wait", a.wait_seconds, "Wait at most this long until all are SERVING")
      ->type_name("SECONDS")
      ->check(CLI::NonNegativeNumber);
}

struct State {
  std::string service, address, status;
  bool serving = false;
  absl::Duration took;
};

// One question to one service; needs no token.
State Ask(Ctl& ctl, const std::string& service) {
  State state{service, ctl.access.addresses[service], "", false, absl::ZeroDuration()};
  const auto channel = ctl.connection().Channel(service);
  if (!channel.ok()) {
    state.status = std::string(channel.status().message());
    return state;
  }
  pb::Health::Stub stub(*channel);
  grpc::ClientContext context;
  const absl::Time begin = ctl.clock.Now();
  context.set_deadline(absl::ToChronoTime(begin + kCallTimeout));
  pb::HealthCheckResponse response;
  const grpc::Status status = stub.Check(&context, pb::HealthCheckRequest(), &response);
  state.took = ctl.clock.Now() - begin;
  state.serving = status.ok() && response.status() == pb::HealthCheckResponse::SERVING;
  state.status = status.ok() ? pb::HealthCheckResponse::ServingStatus_Name(response.status())
                             : absl::StrCat("unreachable: ", status.error_message());
  return state;
}

void Print(Ctl& ctl, const std::vector<State>& states) {
  if (ctl.json) {
    for (const State& state : states) {
      ctl.out << "{\"service\": \"" << state.service << "\", \"address\": \"" << state.address
              << "\", \"serving\": " << (state.serving ? "true" : "false") << "}\n";
    }
    return;
  }
  terminal::Table table({{"service"}, {"address"}, {"answer", true}, {"state"}});
  for (const State& state : states) {
    table.Add({state.service,
               state.address,
               state.took > absl::ZeroDuration() && state.serving
                   ? absl::StrCat(absl::ToInt64Microseconds(state.took), " µs")
                   : "",
               {state.status, state.serving ? Tone::kGood : Tone::kBad}});
  }
  table.Print(ctl.out, ctl.style);
}

absl::Status Run(Ctl& ctl, const Health& a) {
  const std::vector<std::string> services = a.services.empty() ? client::Services() : a.services;
  const absl::Time deadline = ctl.clock.Now() + absl::Seconds(a.wait_seconds);
  std::vector<State> states;
  size_t serving = 0;
  for (;;) {
    states.clear();
    serving = 0;
    for (const std::string& service : services) {
      states.push_back(Ask(ctl, service));
      serving += states.back().serving ? 1 : 0;
    }
    if (serving == services.size() || ctl.clock.Now() >= deadline) break;
    absl::SleepFor(kPause);
  }
  Print(ctl, states);
  if (serving == services.size()) return absl::OkStatus();
  return Error(absl::StatusCode::kUnavailable, "NOT_SERVING",
               absl::StrCat(serving, " of ", services.size(), " services are SERVING"));
}

}  // namespace

void AddHealthCommand(CLI::App& app, Ctl& ctl) {
  Command<Health>(app, ctl, "health", "What answers, and how fast", Declare, Run);
}

}  // namespace huiyin::ctl
