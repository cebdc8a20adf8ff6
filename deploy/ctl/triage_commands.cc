// huiyinctl triage: what was decided and why; try the model out; correct it.
#include <iostream>
#include <iterator>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "deploy/client/call.h"
#include "deploy/ctl/command.h"
#include "deploy/ctl/proto_text.h"
#include "huiyin/triage/v1/triage_service.grpc.pb.h"

namespace huiyin::ctl {
namespace {

namespace pb = huiyin::triage::v1;
namespace common = huiyin::common::v1;
using Stub = pb::TriageService::Stub;

std::string Percent(float p) { return absl::StrFormat("%.0f %%", p * 100); }

// "quality (93 %)".
std::string WithChance(const std::string& label, float p) {
  return label.empty() ? "" : label + (p > 0 ? " (" + Percent(p) + ")" : "");
}

Ctl::Facts FactsOf(const pb::Classification& c) {
  std::vector<std::string> entities;
  for (const auto& entity : c.entities()) {
    entities.push_back(Label(entity.kind()) + " " + entity.text());
  }
  return {
      {"language", c.language() + (c.mixed_language().empty() ? "" : " + " + c.mixed_language())},
      {"category", WithChance(Label(c.category()), c.category_probability())},
      {"second", Label(c.second_category())},
      {"sentiment", WithChance(Label(c.sentiment()), c.sentiment_probability())},
      {"urgency", WithChance(Label(c.urgency()), c.urgency_probability())},
      {"needs review", c.needs_review() ? "yes: a person must confirm" : "no"},
      {"because of", absl::StrJoin(c.terms(), " · ")},
      {"found", absl::StrJoin(entities, " · ")},
      {"model", c.model_version()},
  };
}

std::string RulesText(const pb::Decision& decision) {
  std::vector<std::string> rules;
  for (const auto& rule : decision.rules()) {
    rules.push_back(absl::StrFormat("%s %+d", rule.rule_id(), rule.points()));
  }
  return absl::StrJoin(rules, ", ");
}

absl::Status Show(Ctl& ctl, const absl::StatusOr<pb::Decision>& decision) {
  if (!decision.ok()) return decision.status();
  if (ctl.PrintedAsJson(*decision)) return absl::OkStatus();
  Ctl::Facts facts = {
      {"decision", decision->decision_id()},
      {"ticket", decision->ticket_id()},
      {"priority", absl::StrFormat("%s, score %d", Label(decision->priority()), decision->score())},
      {"rules", RulesText(*decision)},
      {"policy", decision->policy_version()}};
  for (auto& fact : FactsOf(decision->classification())) facts.push_back(std::move(fact));
  facts.emplace_back("decided", TimeText(decision->create_time()));
  facts.emplace_back("corrected by", decision->corrected_by());
  facts.emplace_back("replaces", decision->replaces_decision_id());
  ctl.Print(facts);
  return absl::OkStatus();
}

// --- classify -----------------------------------------------------------------------------------

struct Classify {
  std::string text, input, format = "tsv", model;
  int text_column = 0;
  bool local = false;
};

void Declare(CLI::App& app, Classify& a) {
  auto* text = app.add_option("text", a.text, "What to read; \"-\" reads standard input");
  auto* local =
      app.add_flag("--local", a.local, "Without any server, in this process")->excludes(text);
  const auto file_option = [&](CLI::Option* option) { option->needs(local); };
  file_option(app.add_option("--input", a.input, "File to classify, line by line"));
  file_option(app.add_option("--format", a.format, "tsv (default), or jsonl with key \"text\"")
                  ->check(CLI::IsMember({"tsv", "jsonl"})));
  file_option(app.add_option("--text-column", a.text_column,
                             "TSV: column of the text, from 1 (default: the last)")
                  ->check(CLI::Range(1, 1000)));
  file_option(app.add_option("--model", a.model, "Model file (default: the one of this checkout)"));
  app.footer(
      "Examples: huiyinctl triage classify \"快递三天没动了\"\n"
      "          huiyinctl triage classify --local --input messages.tsv --text-column 2");
}

absl::Status Run(Ctl& ctl, const Classify& a) {
  if (a.local) {
    if (a.input.empty()) return BadUsage("--local needs --input FILE");
    return ClassifyFile(ctl, {a.input, a.format, a.text_column, a.model});
  }
  if (a.text.empty()) return BadUsage("give a text, or --local --input FILE");
  pb::ClassifyTextRequest request;
  request.set_text(a.text);
  if (a.text == "-") {
    request.mutable_text()->assign(std::istreambuf_iterator<char>(std::cin),
                                   std::istreambuf_iterator<char>());
  }
  HUIYIN_ASSIGN_OR_RETURN(const auto answer,
                          client::Call(ctl.connection(), &Stub::ClassifyText, request));
  if (!ctl.PrintedAsJson(answer)) ctl.Print(FactsOf(answer));
  return absl::OkStatus();
}

// --- get, list ----------------------------------------------------------------------------------

struct Get {
  std::string ticket;
};

void Declare(CLI::App& app, Get& a) {
  app.add_option("ticket", a.ticket, "Id of the ticket")->required();
}

absl::Status Run(Ctl& ctl, const Get& a) {
  pb::GetDecisionRequest request;
  request.set_ticket_id(BareId(a.ticket));
  return Show(ctl, client::Call(ctl.connection(), &Stub::GetDecision, request));
}

struct List {
  std::string ticket;
  bool needs_review = false;
  int limit = 50;
};

void Declare(CLI::App& app, List& a) {
  app.add_option("--ticket", a.ticket, "Only decisions on this ticket");
  app.add_flag("--needs-review", a.needs_review, "Only those that wait for a person");
  app.add_option("-n,--limit", a.limit, "At most this many (default 50)")
      ->check(CLI::PositiveNumber);
}

absl::Status Run(Ctl& ctl, const List& a) {
  pb::ListDecisionsRequest request;
  request.set_ticket_id(a.ticket.empty() ? "" : BareId(a.ticket));
  request.set_needs_review_only(a.needs_review);
  terminal::Table table({{"ticket"},
                         {"decided"},
                         {"prio"},
                         {"category"},
                         {"sentiment"},
                         {"urgency"},
                         {"lang"},
                         {"sure", true},
                         {"rules"}});
  int left = a.limit;
  do {
    request.set_page_size(std::min(left, 500));
    HUIYIN_ASSIGN_OR_RETURN(const auto page,
                            client::Call(ctl.connection(), &Stub::ListDecisions, request));
    for (const auto& decision : page.decisions()) {
      if (left-- <= 0) break;
      if (ctl.PrintedAsJson(decision, true)) continue;
      const pb::Classification& c = decision.classification();
      table.Add({decision.ticket_id(), TimeText(decision.create_time()), Label(decision.priority()),
                 Label(c.category()) + (c.needs_review() ? " ?" : ""), Label(c.sentiment()),
                 Label(c.urgency()), c.language(), Percent(c.category_probability()),
                 RulesText(decision)});
    }
    request.set_page_token(page.next_page_token());
  } while (left > 0 && !request.page_token().empty());
  if (!ctl.json) ctl.Print(table, "No decision passes this filter.");
  return absl::OkStatus();
}

// --- correct ------------------------------------------------------------------------------------

struct Correct {
  std::string ticket, decision;
  common::Category category = common::CATEGORY_UNSPECIFIED;
  common::Sentiment sentiment = common::SENTIMENT_UNSPECIFIED;
  common::Urgency urgency = common::URGENCY_UNSPECIFIED;
};

void Declare(CLI::App& app, Correct& a) {
  app.add_option("ticket", a.ticket, "Id of the ticket")->required();
  app.add_option("--decision", a.decision, "Decision you saw (default: the one in force)");
  EnumOption(app, "--category", a.category, "Right category");
  EnumOption(app, "--sentiment", a.sentiment, "Right sentiment");
  EnumOption(app, "--urgency", a.urgency, "Right urgency");
}

absl::Status Run(Ctl& ctl, const Correct& a) {
  if (a.category == common::CATEGORY_UNSPECIFIED && a.sentiment == common::SENTIMENT_UNSPECIFIED &&
      a.urgency == common::URGENCY_UNSPECIFIED) {
    return BadUsage("say what is right: --category, --sentiment or --urgency");
  }
  pb::CorrectDecisionRequest request;
  request.set_request_id(ctl.NewId());
  request.set_ticket_id(BareId(a.ticket));
  request.set_decision_id(a.decision);
  if (a.decision.empty()) {
    pb::GetDecisionRequest get;
    get.set_ticket_id(request.ticket_id());
    HUIYIN_ASSIGN_OR_RETURN(const auto current,
                            client::Call(ctl.connection(), &Stub::GetDecision, get));
    request.set_decision_id(current.decision_id());
  }
  request.set_category(a.category);
  request.set_sentiment(a.sentiment);
  request.set_urgency(a.urgency);
  return Show(ctl, client::Call(ctl.connection(), &Stub::CorrectDecision, request));
}

}  // namespace

void AddTriageCommands(CLI::App& app, Ctl& ctl) {
  CLI::App& triage = Group(app, "triage", "What messages are about, how urgent, who goes first");
  Command<Classify>(triage, ctl, "classify", "Read a text, storing nothing", Declare, Run);
  Command<Get>(triage, ctl, "get", "The decision in force on a ticket, and why", Declare, Run);
  Command<List>(triage, ctl, "list", "Decisions, newest first", Declare, Run);
  Command<Correct>(triage, ctl, "correct", "Replace a decision by yours", Declare, Run);
  AddModelCommands(triage, ctl);
  AddTriagePolicyCommands(triage, ctl);
  AddTriageDeskCommands(triage, ctl);
}

}  // namespace huiyin::ctl
