// huiyinctl: every service from the command line.
#include <google/protobuf/stubs/logging.h>

#include <iostream>

#include "deploy/ctl/command.h"
#include "deploy/ctl/customer_commands.h"
#include "deploy/ctl/review_commands.h"
#include "deploy/terminal/table.h"

namespace huiyin::ctl {
namespace {

constexpr char kAbout[] =
    "Talks to the Huiyin services: take in what customers say, see what was decided, carry returns "
    "and refunds to their end, read the figures.";

constexpr char kFooter[] =
    R"(Where the services are and as whom to call comes from, later ones winning: the local runner's
defaults (127.0.0.1:7401 to 7405), var/huiyinctl.yaml here or in a folder above (make run writes
it), --config, environment (HUIYINCTL_INGEST … HUIYINCTL_TOKEN), options.

Exit codes: 0 done, 1 refused or failed, 2 wrong command line, 3 service not reachable, 4 done in
part.

Try:  huiyinctl health
      huiyinctl ticket create --text "快递三天没动了，什么时候到？" --user wx_42 --channel wechat
      huiyinctl ticket search 退款
      huiyinctl report overview)";

struct AccessOptions {
  std::string config;
  std::map<std::string, std::string> addresses;
  std::string token, keys_file, ca_file, cert_file, key_file, tenant, subject;
  std::vector<std::string> roles;
  double timeout_seconds = 0;
};

void DeclareAccess(CLI::App& app, AccessOptions& options) {
  const std::string group = "Connection";
  const auto add = [&](const char* name, std::string& value, const char* environment,
                       const char* doc) {
    app.add_option(name, value, doc)->envname(environment)->group(group);
  };
  add("--config", options.config, "HUIYINCTL_CONFIG", "YAML file with addresses and key file");
  for (const std::string& service : client::Services()) {
    std::string variable = "HUIYINCTL_" + service;
    for (char& c : variable) c = static_cast<char>(std::toupper(c));
    app.add_option("--" + service, options.addresses[service], "Address of " + service)
        ->envname(variable)
        ->type_name("HOST:PORT")
        ->group(group);
  }
  add("--token", options.token, "HUIYINCTL_TOKEN", "Bearer token to call with");
  add("--keys-file", options.keys_file, "HUIYINCTL_KEYS_FILE",
      "Key file to make a token with, when there is no --token");
  add("--cert-file", options.cert_file, "HUIYINCTL_CERT_FILE",
      "Own certificate, where services ask for one (mutual TLS)");
  add("--key-file", options.key_file, "HUIYINCTL_KEY_FILE", "Its private key");
  add("--ca-file", options.ca_file, "HUIYINCTL_CA_FILE",
      "Authority of the services' certificates; without it plain text");
  add("--tenant", options.tenant, "HUIYINCTL_TENANT", "Tenant to act in (default demo)");
  add("--subject", options.subject, "HUIYINCTL_SUBJECT", "Who acts, for made tokens");
  app.add_option("--roles", options.roles,
                 "Roles of made tokens (default agent,lead,platform,operator)")
      ->delimiter(',')
      ->group(group);
  app.add_option("--timeout", options.timeout_seconds, "Longest a call may take (default 10)")
      ->type_name("SECONDS")
      ->check(CLI::PositiveNumber)
      ->group(group);
}

absl::StatusOr<client::Access> Resolve(const AccessOptions& options) {
  client::Access access = client::LocalAccess();
  const std::string file = options.config.empty() ? client::FindLocalFile() : options.config;
  if (!file.empty()) {
    HUIYIN_ASSIGN_OR_RETURN(access, client::WithFile(std::move(access), file));
  }
  for (const auto& [service, address] : options.addresses) {
    if (!address.empty()) access.addresses[service] = address;
  }
  const auto take = [](const std::string& value, std::string& into) {
    if (!value.empty()) into = value;
  };
  take(options.token, access.token);
  take(options.keys_file, access.keys_file);
  take(options.ca_file, access.ca_file);
  take(options.cert_file, access.cert_file);
  take(options.key_file, access.key_file);
  take(options.tenant, access.tenant);
  take(options.subject, access.subject);
  if (!options.roles.empty()) access.roles = options.roles;
  if (options.timeout_seconds > 0) access.timeout = absl::Seconds(options.timeout_seconds);
  return access;
}

int Main(int argc, char** argv) {
  google::protobuf::SetLogHandler(nullptr);  // invalid UTF-8 is told by the service's error
  Ctl ctl(std::cout, std::cerr, SystemClock());
  CLI::App app(kAbout, "huiyinctl");
  app.footer(kFooter);
  app.require_subcommand(1);
  app.fallthrough();  // --json and the like may stand anywhere
  app.get_formatter()->column_width(34);
  AccessOptions options;
  DeclareAccess(app, options);
  app.add_flag("--json", ctl.json, "Answers as JSON, as the API gives them; errors too");
  AddTicketCommands(app, ctl);
  AddEvidenceCommands(app, ctl);
  AddCustomerCommands(app, ctl);
  AddTriageCommands(app, ctl);
  AddOrderCommands(app, ctl);
  AddRmaCommands(app, ctl);
  AddStockCommands(app, ctl);
  AddRefundCommands(app, ctl);
  AddCreditCommands(app, ctl);
  AddSurveyCommands(app, ctl);
  AddReviewCommands(app, ctl);
  AddReportCommands(app, ctl);
  AddDeliveryCommands(app, ctl);
  AddHealthCommand(app, ctl);
  AddTokenCommand(app, ctl);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? kDone : kBadUsage;
  }
  const auto access = Resolve(options);
  if (!access.ok()) {
    std::cerr << "huiyinctl: " << access.status().message() << '\n';
    return kBadUsage;
  }
  ctl.access = *access;
  return ctl.Run();
}

}  // namespace
}  // namespace huiyin::ctl

int main(int argc, char** argv) { return huiyin::ctl::Main(argc, argv); }
