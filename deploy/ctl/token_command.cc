// huiyinctl token: a bearer token for other clients to call with.
#include "deploy/ctl/command.h"
#include "libs/rpc/auth.h"

namespace huiyin::ctl {
namespace {

struct Token {
  double life_minutes = 60;
};

void Declare(CLI::App& app, Token& a) {
  app.add_option("--life", a.life_minutes, "How long it is valid")
      ->type_name("MINUTES")
      ->check(CLI::Range(1.0, 24 * 60.0))
      ->capture_default_str();
}

absl::Status Run(Ctl& ctl, const Token& a) {
  if (ctl.access.keys_file.empty()) {
    return BadUsage("no key file to sign with: give --keys-file; make run keeps one in var/");
  }
  HUIYIN_ASSIGN_OR_RETURN(const std::string token,
                          rpc::MintToken(ctl.access.keys_file,
                                         {.tenant = ctl.access.tenant,
                                          .subject = ctl.access.subject,
                                          .roles = ctl.access.roles,
                                          .life = absl::Minutes(a.life_minutes)},
                                         ctl.clock.Now()));
  ctl.out << token << "\n";
  return absl::OkStatus();
}

}  // namespace

void AddTokenCommand(CLI::App& app, Ctl& ctl) {
  Command<Token>(app, ctl, "token", "A bearer token to call with by other means", Declare, Run);
}

}  // namespace huiyin::ctl
