// How a command is declared: a struct of arguments, a function that names its options, a function
// that runs it. Includes CLI11: for files that declare commands.
#pragma once

#include <CLI/CLI.hpp>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "deploy/ctl/ctl.h"
#include "libs/core/status.h"

namespace huiyin::ctl {

// Adds `name` to `group`. Args is default-constructed; `declare` binds options to it.
template <class Args>
CLI::App* Command(CLI::App& group, Ctl& ctl, const std::string& name, const std::string& doc,
                  void (*declare)(CLI::App&, Args&), absl::Status (*run)(Ctl&, const Args&)) {
  auto args = std::make_shared<Args>();
  CLI::App* command = group.add_subcommand(name, doc);
  declare(*command, *args);
  command->callback(
      [&ctl, args, run] { ctl.Choose([&ctl, args, run] { return run(ctl, *args); }); });
  return command;
}

// A group of commands: "huiyinctl ticket …"; one of them must follow.
inline CLI::App& Group(CLI::App& app, const std::string& name, const std::string& doc) {
  CLI::App* group = app.add_subcommand(name, doc);
  group->require_subcommand(1);
  return *group;
}

// The command line itself is wrong in a way that only the command can tell.
inline absl::Status BadUsage(const std::string& message) {
  return Error(absl::StatusCode::kInvalidArgument, "BAD_USAGE", message);
}

// triage classify --local: one JSON line per line of the file, in the same order; see
// triage_local.cc.
struct LocalFile {
  std::string input, format;
  int text_column;
  std::string model;  // empty: the checkout's
};
absl::Status ClassifyFile(Ctl& ctl, const LocalFile& file);

// refund reconcile --file: a gateway's statement of a day; see reconciliation_commands.cc.
struct StatementFile {
  std::string file, gateway, day, zone = "UTC";
};
absl::Status ImportStatement(Ctl& ctl, const StatementFile& file);
void AddReconciliationCommands(CLI::App& refund, Ctl& ctl);
void AddChargebackCommands(CLI::App& refund, Ctl& ctl);

// One per group, in <group>_commands.cc.
void AddTicketCommands(CLI::App& app, Ctl& ctl);
void AddTicketChanges(CLI::App& ticket, Ctl& ctl);
void AddTicketImport(CLI::App& ticket, Ctl& ctl);
void AddTicketWatch(CLI::App& ticket, Ctl& ctl);
void AddEvidenceCommands(CLI::App& app, Ctl& ctl);
void AddTriageCommands(CLI::App& app, Ctl& ctl);
void AddModelCommands(CLI::App& triage, Ctl& ctl);
void AddTriagePolicyCommands(CLI::App& triage, Ctl& ctl);
void AddTriageDeskCommands(CLI::App& triage, Ctl& ctl);
void AddOrderCommands(CLI::App& app, Ctl& ctl);
void AddRmaCommands(CLI::App& app, Ctl& ctl);
void AddPolicyCommands(CLI::App& rma, Ctl& ctl);
void AddCreditCommands(CLI::App& app, Ctl& ctl);
void AddExchangeCommands(CLI::App& rma, Ctl& ctl);
void AddStockCommands(CLI::App& app, Ctl& ctl);
void AddProgressCommands(CLI::App& rma, Ctl& ctl);
void AddParcelCommands(CLI::App& rma, Ctl& ctl);
void AddRefundCommands(CLI::App& app, Ctl& ctl);
void AddSurveyCommands(CLI::App& app, Ctl& ctl);
void AddSurveyDefinitions(CLI::App& survey, Ctl& ctl);
void AddReportCommands(CLI::App& app, Ctl& ctl);
void AddReportCohorts(CLI::App& report, Ctl& ctl);
void AddReportExplain(CLI::App& report, Ctl& ctl);
void AddReportFiles(CLI::App& report, Ctl& ctl);
void AddDeliveryCommands(CLI::App& app, Ctl& ctl);
void AddHealthCommand(CLI::App& app, Ctl& ctl);
void AddTokenCommand(CLI::App& app, Ctl& ctl);

}  // namespace huiyin::ctl
