// huiyinctl rma policy: documents that decide about returns, and what they said.
#include <fstream>
#include <iostream>
#include <sstream>

#include "absl/strings/str_join.h"
#include "deploy/client/call.h"
#include "deploy/ctl/command.h"
#include "deploy/ctl/proto_text.h"
#include "deploy/terminal/progress.h"
#include "deploy/terminal/text.h"
#include "huiyin/aftersales/v1/policy_service.grpc.pb.h"

namespace huiyin::ctl {
namespace {

namespace pb = huiyin::aftersales::v1;
using Stub = pb::PolicyService::Stub;
using terminal::Tone;

constexpr absl::Duration kPatience = absl::Hours(1);

std::string StateText(const pb::Policy& policy) {
  if (policy.in_force()) return "in force";
  return policy.shipped() ? "shipped" : policy.has_publish_time() ? "was in force" : "stored";
}

absl::Status Show(Ctl& ctl, const absl::StatusOr<pb::Policy>& policy, bool with_text = false) {
  if (!policy.ok()) return policy.status();
  if (ctl.PrintedAsJson(*policy)) return absl::OkStatus();
  ctl.Print(Ctl::Facts{{"policy", policy->version()},
                       {"state", StateText(*policy)},
                       {"rules", std::to_string(policy->rule_count())},
                       {"stored", TimeText(policy->create_time())},
                       {"by", policy->creator()},
                       {"published", TimeText(policy->publish_time())},
                       {"note", policy->note()},
                       {"etag", policy->etag()}});
  if (with_text) ctl.out << '\n' << policy->yaml();
  return absl::OkStatus();
}

absl::StatusOr<std::string> ReadFile(const std::string& name) {
  std::ifstream file;
  if (name != "-") {
    file.open(name, std::ios::binary);
    if (!file) return BadUsage(name + " cannot be read");
  }
  std::stringstream text;
  text << (name == "-" ? std::cin : file).rdbuf();
  return text.str();
}

// --- create, show, list -------------------------------------------------------------------------

struct Create {
  std::string file, note;
  bool check = false;
};

void Declare(CLI::App& app, Create& a) {
  app.add_option("file", a.file, "YAML document; \"-\" reads standard input")->required();
  app.add_option("--note", a.note, "What is new in it");
  app.add_flag("--check", a.check, "Only check it");
}

absl::Status Run(Ctl& ctl, const Create& a) {
  pb::CreatePolicyRequest request;
  request.set_request_id(ctl.NewId());
  request.set_validate_only(a.check);
  HUIYIN_ASSIGN_OR_RETURN(*request.mutable_policy()->mutable_yaml(), ReadFile(a.file));
  request.mutable_policy()->set_note(a.note);
  return Show(ctl, client::Call(ctl.connection(), &Stub::CreatePolicy, request));
}

struct Get {
  std::string version;
};

void Declare(CLI::App& app, Get& a) {
  app.add_option("version", a.version, "Version; without it the one in force");
}

absl::Status Run(Ctl& ctl, const Get& a) {
  pb::GetPolicyRequest request;
  request.set_name(a.version);
  return Show(ctl, client::Call(ctl.connection(), &Stub::GetPolicy, request), true);
}

struct List {};

void Declare(CLI::App&, List&) {}

absl::Status Run(Ctl& ctl, const List&) {
  pb::ListPoliciesRequest request;
  request.set_page_size(1000);
  HUIYIN_ASSIGN_OR_RETURN(const auto page,
                          client::Call(ctl.connection(), &Stub::ListPolicies, request));
  if (ctl.PrintedAsJson(page)) return absl::OkStatus();
  terminal::Table table(
      {{"version"}, {"state"}, {"rules", true}, {"stored"}, {"published"}, {"by"}, {"note"}});
  for (const auto& policy : page.policies()) {
    table.Add({policy.version(),
               {StateText(policy), policy.in_force() ? Tone::kGood : Tone::kPlain},
               std::to_string(policy.rule_count()),
               TimeText(policy.create_time()),
               TimeText(policy.publish_time()),
               policy.creator(),
               policy.note()});
  }
  ctl.Print(table, "There is no policy.");
  return absl::OkStatus();
}

// --- publish, rollback --------------------------------------------------------------------------

struct Publish {
  std::string version, etag, note;
};

void DeclareChange(CLI::App& app, Publish& a) {
  app.add_option("--etag", a.etag, "Only if nothing was published since");
  app.add_option("--note", a.note, "Why");
}
void DeclarePublish(CLI::App& app, Publish& a) {
  app.add_option("version", a.version, "Version")->required();
  DeclareChange(app, a);
}

template <class Request>
Request Begin(Ctl& ctl, const Publish& a) {
  Request request;
  request.set_request_id(ctl.NewId());
  request.set_etag(a.etag);
  request.set_note(a.note);
  return request;
}

absl::Status RunPublish(Ctl& ctl, const Publish& a) {
  auto request = Begin<pb::PublishPolicyRequest>(ctl, a);
  request.set_name(a.version);
  return Show(ctl, client::Call(ctl.connection(), &Stub::PublishPolicy, request));
}
absl::Status RunRollback(Ctl& ctl, const Publish& a) {
  return Show(ctl, client::Call(ctl.connection(), &Stub::RollbackPolicy,
                                Begin<pb::RollbackPolicyRequest>(ctl, a)));
}

// --- simulate, replay, check --------------------------------------------------------------------

struct Simulate {
  std::string policy, since, until;
  int examples = 20;
  bool file = false;
};

void Declare(CLI::App& app, Simulate& a) {
  app.add_option("policy", a.policy, "Version, or with --file a document that is not stored")
      ->required();
  app.add_flag("--file", a.file, "POLICY is a file");
  app.add_option("--since", a.since, "Only returns filed since, for example 30d");
  app.add_option("--until", a.until, "Only returns filed before");
  app.add_option("--examples", a.examples, "Changed returns to show (default 20)")
      ->check(CLI::Range(1, 1000));
}

void PrintSimulation(Ctl& ctl, const pb::SimulatePolicyResponse& result) {
  ctl.out << "Of " << terminal::Grouped(result.examined()) << " returns "
          << terminal::Grouped(result.changed()) << " would be decided otherwise.\n\n";
  terminal::Table decisions({{"decision then"}, {"would be"}, {"returns", true}});
  for (const auto& change : result.decisions()) {
    const bool same = change.before() == change.after();
    decisions.Add({Label(change.before()),
                   {Label(change.after()), same ? Tone::kDim : Tone::kBold},
                   terminal::Grouped(change.count())});
  }
  decisions.Print(ctl.out, ctl.style);
  terminal::Table money({{"money then", true}, {"would be", true}, {"difference", true}});
  for (const auto& change : result.money()) {
    huiyin::common::v1::Money difference = change.after();
    difference.set_minor_units(change.after().minor_units() - change.before().minor_units());
    money.Add({MoneyText(change.before()), MoneyText(change.after()), MoneyText(difference)});
  }
  ctl.out << '\n';
  money.Print(ctl.out, ctl.style);
  if (result.examples().empty()) return;
  terminal::Table examples(
      {{"rma"}, {"then"}, {"would be"}, {"money", true}, {"would be", true}, {"new rules"}});
  for (const auto& change : result.examples()) {
    examples.Add({change.rma_id(), Label(change.before()) + " " + change.reason_before(),
                  Label(change.after()) + " " + change.reason_after(),
                  MoneyText(change.refund_before()), MoneyText(change.refund_after()),
                  absl::StrJoin(change.new_rule_ids(), ", ")});
  }
  ctl.out << '\n';
  examples.Print(ctl.out, ctl.style);
}

absl::Status Run(Ctl& ctl, const Simulate& a) {
  pb::SimulatePolicyRequest request;
  if (a.file) {
    HUIYIN_ASSIGN_OR_RETURN(*request.mutable_yaml(), ReadFile(a.policy));
  } else {
    request.set_name(a.policy);
  }
  if (!a.since.empty()) {
    HUIYIN_ASSIGN_OR_RETURN(*request.mutable_start_time(), ParseTime(a.since, ctl.clock.Now()));
  }
  if (!a.until.empty()) {
    HUIYIN_ASSIGN_OR_RETURN(*request.mutable_end_time(), ParseTime(a.until, ctl.clock.Now()));
  }
  request.set_max_examples(a.examples);
  terminal::Progress progress(ctl.err, ctl.clock, ctl.style.columns > 0 && !ctl.json, "returns", 0);
  pb::SimulatePolicyResponse last;
  HUIYIN_RETURN_IF_ERROR(client::Stream(ctl.connection(), &Stub::SimulatePolicy, request, kPatience,
                                        [&](const pb::SimulatePolicyResponse& answer) {
                                          progress.Update(answer.examined());
                                          last = answer;
                                          return true;
                                        }));
  progress.Finish();
  if (!ctl.PrintedAsJson(last)) PrintSimulation(ctl, last);
  return absl::OkStatus();
}

struct Replay {
  std::string rma;
};

void Declare(CLI::App& app, Replay& a) {
  app.add_option("rma", a.rma, "Id or resource name")->required();
}

absl::Status Run(Ctl& ctl, const Replay& a) {
  pb::ReplayVerdictRequest request;
  request.set_rma(a.rma);
  HUIYIN_ASSIGN_OR_RETURN(const auto answer,
                          client::Call(ctl.connection(), &Stub::ReplayVerdict, request));
  if (!answer.identical()) ctl.EndAs(kPartly);
  if (ctl.PrintedAsJson(answer)) return absl::OkStatus();
  const pb::Verdict& stored = answer.stored();
  ctl.Print(Ctl::Facts{
      {"policy", stored.policy_version()},
      {"inputs", stored.inputs_hash()},
      {"decision", Label(stored.decision())},
      {"rules", absl::StrJoin(stored.rule_ids(), ", ")},
      {"refund", MoneyText(stored.refund())},
      {"sentence", stored.sentence()},
      {"replayed", answer.identical() ? "identical, byte for byte"
                                      : "DIFFERENT: " + Label(answer.replayed().decision()) + " " +
                                            MoneyText(answer.replayed().refund())}});
  return absl::OkStatus();
}

struct Check {};

void Declare(CLI::App&, Check&) {}

absl::Status Run(Ctl& ctl, const Check&) {
  terminal::Progress progress(ctl.err, ctl.clock, ctl.style.columns > 0 && !ctl.json, "verdicts",
                              0);
  terminal::Table findings({{"rma"}, {"problem"}, {"what"}});
  pb::CheckVerdictsResponse last;
  HUIYIN_RETURN_IF_ERROR(client::Stream(
      ctl.connection(), &Stub::CheckVerdicts, pb::CheckVerdictsRequest(), kPatience,
      [&](const pb::CheckVerdictsResponse& answer) {
        for (const auto& finding : answer.findings()) {
          findings.Add({finding.rma_id(), {finding.problem(), Tone::kBad}, finding.detail()});
        }
        progress.Update(answer.checked());
        last = answer;
        return true;
      }));
  progress.Finish();
  if (last.total_findings() > 0) ctl.EndAs(kPartly);
  if (ctl.PrintedAsJson(last)) return absl::OkStatus();
  ctl.out << "Evaluated " << terminal::Grouped(last.checked()) << " verdicts again.\n";
  ctl.Print(findings, terminal::Paint(ctl.style, Tone::kGood, "All are the same, byte for byte."));
  return absl::OkStatus();
}

}  // namespace

void AddPolicyCommands(CLI::App& rma, Ctl& ctl) {
  CLI::App& policy = Group(rma, "policy", "Documents that decide about returns");
  Command<List>(policy, ctl, "list", "All documents", Declare, Run);
  Command<Get>(policy, ctl, "show", "One document with its text", Declare, Run);
  Command<Create>(policy, ctl, "create", "Store a document, or only check it", Declare, Run);
  Command<Simulate>(policy, ctl, "simulate", "What a document would have said in the past", Declare,
                    Run);
  Command<Publish>(policy, ctl, "publish", "Put a document in force", DeclarePublish, RunPublish);
  Command<Publish>(policy, ctl, "rollback", "Put what was in force before in force again",
                   DeclareChange, RunRollback);
  Command<Replay>(policy, ctl, "replay", "Evaluate one return's verdict again", Declare, Run);
  Command<Check>(policy, ctl, "check", "Evaluate every stored verdict again", Declare, Run);
}

}  // namespace huiyin::ctl
