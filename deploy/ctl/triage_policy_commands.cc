// huiyinctl triage policy: priority rules as versioned text; huiyinctl triage replay.
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>

#include "absl/strings/str_format.h"
#include "deploy/client/call.h"
#include "deploy/ctl/command.h"
#include "deploy/ctl/proto_text.h"
#include "huiyin/triage/v1/policy_service.grpc.pb.h"

namespace huiyin::ctl {
namespace {

namespace pb = huiyin::triage::v1;
using Stub = pb::PolicyService::Stub;

absl::StatusOr<std::string> ReadFile(const std::string& name) {
  if (name == "-") {
    return std::string(std::istreambuf_iterator<char>(std::cin), std::istreambuf_iterator<char>());
  }
  std::ifstream in(name, std::ios::binary);
  if (!in) return BadUsage("cannot read " + name);
  return std::string(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
}

absl::Status Show(Ctl& ctl, const absl::StatusOr<pb::Policy>& policy) {
  if (!policy.ok()) return policy.status();
  if (ctl.PrintedAsJson(*policy)) return absl::OkStatus();
  ctl.Print(
      Ctl::Facts{{"version", policy->version()},
                 {"in force", policy->in_force() ? "yes" : "no"},
                 {"note", policy->note()},
                 {"created by", policy->created_by()},
                 {"created", policy->has_create_time() ? TimeText(policy->create_time()) : ""}});
  ctl.out << '\n' << policy->source();
  return absl::OkStatus();
}

struct OfKind {
  pb::PolicyKind kind = pb::POLICY_KIND_PRIORITY;
};

void DeclareKind(CLI::App& app, OfKind& a) {
  EnumOption(app, "--kind", a.kind, "Kind of policy (default: priority)");
}

// --- list, show ---------------------------------------------------------------------------------

absl::Status List(Ctl& ctl, const OfKind& a) {
  pb::ListPoliciesRequest request;
  request.set_kind(a.kind);
  terminal::Table table({{"version"}, {"in force"}, {"created"}, {"by"}, {"note"}});
  do {
    HUIYIN_ASSIGN_OR_RETURN(const auto page,
                            client::Call(ctl.connection(), &Stub::ListPolicies, request));
    for (const pb::Policy& policy : page.policies()) {
      if (ctl.PrintedAsJson(policy, true)) continue;
      table.Add({policy.version(), policy.in_force() ? "yes" : "",
                 policy.has_create_time() ? TimeText(policy.create_time()) : "",
                 policy.created_by(), policy.note()});
    }
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  if (!ctl.json) ctl.Print(table, "No policy.");
  return absl::OkStatus();
}

struct Version : OfKind {
  std::string version;
};

void DeclareShow(CLI::App& app, Version& a) {
  app.add_option("version", a.version, "Version (default: the one in force)");
  DeclareKind(app, a);
}

absl::Status RunShow(Ctl& ctl, const Version& a) {
  pb::GetPolicyRequest request;
  request.set_kind(a.kind);
  request.set_version(a.version);
  return Show(ctl, client::Call(ctl.connection(), &Stub::GetPolicy, request));
}

// --- create -------------------------------------------------------------------------------------

struct Create : OfKind {
  std::string file, note;
};

void Declare(CLI::App& app, Create& a) {
  app.add_option("file", a.file, "Text of the policy; \"-\" reads standard input")->required();
  app.add_option("--note", a.note, "What is new in it");
  DeclareKind(app, a);
  app.footer(
      "Begin with: huiyinctl triage policy show --json | jq -r .source > rules.txt\n"
      "Mistakes are named by line, as source:12.");
}

absl::Status Run(Ctl& ctl, const Create& a) {
  pb::CreatePolicyRequest request;
  request.set_request_id(ctl.NewId());
  request.set_kind(a.kind);
  request.set_note(a.note);
  HUIYIN_ASSIGN_OR_RETURN(*request.mutable_source(), ReadFile(a.file));
  return Show(ctl, client::Call(ctl.connection(), &Stub::CreatePolicy, request));
}

// --- simulate -----------------------------------------------------------------------------------

struct SimulateArgs {
  std::string version, file;
  int tickets = 10'000, examples = 10;
};

void Declare(CLI::App& app, SimulateArgs& a) {
  auto* version = app.add_option("version", a.version, "Stored version to try");
  app.add_option("--file", a.file, "Text to try; nothing is stored")->excludes(version);
  app.add_option("-n,--tickets", a.tickets, "Newest tickets to replay (default 10000)")
      ->check(CLI::PositiveNumber);
  app.add_option("--examples", a.examples, "Shifted tickets to show (default 10)")
      ->check(CLI::Range(1, 100));
}

absl::Status Run(Ctl& ctl, const SimulateArgs& a) {
  if (a.version.empty() == a.file.empty()) return BadUsage("give a version or --file FILE");
  pb::SimulatePolicyRequest request;
  if (a.file.empty()) {
    request.set_version(a.version);
  } else {
    HUIYIN_ASSIGN_OR_RETURN(*request.mutable_source(), ReadFile(a.file));
  }
  request.set_max_examples(a.examples);
  request.set_page_size(std::min(a.tickets, 10'000));
  int examined = 0, changed = 0;
  std::map<std::pair<std::string, std::string>, int> moves;
  terminal::Table examples({{"ticket"}, {"before"}, {"after"}});
  int shown = 0;
  do {
    HUIYIN_ASSIGN_OR_RETURN(const auto page,
                            client::Call(ctl.connection(), &Stub::SimulatePolicy, request));
    examined += page.examined();
    changed += page.changed();
    if (!ctl.PrintedAsJson(page)) {
      for (const auto& move : page.moves()) {
        moves[{Label(move.before()), Label(move.after())}] += move.tickets();
      }
      for (const auto& shift : page.examples()) {
        if (shown++ < a.examples) examples.Add({shift.ticket_id(), shift.before(), shift.after()});
      }
    }
    request.set_page_token(page.next_page_token());
  } while (examined < a.tickets && !request.page_token().empty());
  if (ctl.json) return absl::OkStatus();
  terminal::Table table({{"before"}, {"after"}, {"tickets", true}});
  for (const auto& [move, tickets] : moves) {
    table.Add({move.first, move.second, absl::StrFormat("%d", tickets)});
  }
  ctl.Print(Ctl::Facts{{"replayed", absl::StrFormat("%d tickets", examined)},
                       {"would change", absl::StrFormat("%d", changed)}});
  ctl.Print(table, "No ticket to replay.");
  if (changed > 0) ctl.Print(examples, "");
  return absl::OkStatus();
}

// --- publish, rollback, replay ------------------------------------------------------------------

void DeclarePublish(CLI::App& app, Version& a) {
  app.add_option("version", a.version, "Version to put in force")->required();
  DeclareKind(app, a);
}

absl::Status RunPublish(Ctl& ctl, const Version& a) {
  pb::PublishPolicyRequest request;
  request.set_request_id(ctl.NewId());
  request.set_kind(a.kind);
  request.set_version(a.version);
  return Show(ctl, client::Call(ctl.connection(), &Stub::PublishPolicy, request));
}

absl::Status RunRollback(Ctl& ctl, const OfKind& a) {
  pb::RollbackPolicyRequest request;
  request.set_request_id(ctl.NewId());
  request.set_kind(a.kind);
  return Show(ctl, client::Call(ctl.connection(), &Stub::RollbackPolicy, request));
}

struct ReplayArgs {
  std::string decision;
};

void Declare(CLI::App& app, ReplayArgs& a) {
  app.add_option("decision", a.decision, "Id of the decision")->required();
}

absl::Status Run(Ctl& ctl, const ReplayArgs& a) {
  pb::ReplayDecisionRequest request;
  request.set_decision_id(a.decision);
  HUIYIN_ASSIGN_OR_RETURN(const auto replay,
                          client::Call(ctl.connection(), &Stub::ReplayDecision, request));
  if (!replay.identical()) ctl.EndAs(kPartly);
  if (ctl.PrintedAsJson(replay)) return absl::OkStatus();
  ctl.Print(Ctl::Facts{{"stored", replay.stored()},
                       {"replayed", replay.replayed()},
                       {"identical", replay.identical() ? "yes" : "NO"}});
  return absl::OkStatus();
}

}  // namespace

void AddTriagePolicyCommands(CLI::App& triage, Ctl& ctl) {
  CLI::App& policy = Group(triage, "policy", "Policies: written, tried out, published, taken back");
  Command<OfKind>(policy, ctl, "list", "Versions, newest first", DeclareKind, List);
  Command<Version>(policy, ctl, "show", "A version's text", DeclareShow, RunShow);
  Command<Create>(policy, ctl, "create", "Store a text as the next version", Declare, Run);
  Command<SimulateArgs>(policy, ctl, "simulate", "What a policy would change on past tickets",
                        Declare, Run);
  Command<Version>(policy, ctl, "publish", "Put a version in force", DeclarePublish, RunPublish);
  Command<OfKind>(policy, ctl, "rollback", "Take the newest publication back", DeclareKind,
                  RunRollback);
  Command<ReplayArgs>(triage, ctl, "replay", "Decide once more from what is stored", Declare, Run);
}

}  // namespace huiyin::ctl
