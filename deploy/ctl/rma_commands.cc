// huiyinctl rma: returns, exchanges, repairs.
#include <map>

#include "absl/strings/numbers.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "deploy/client/call.h"
#include "deploy/ctl/command.h"
#include "deploy/ctl/proto_text.h"
#include "deploy/ctl/rma_view.h"
#include "huiyin/aftersales/v1/rma_service.grpc.pb.h"

namespace huiyin::ctl {
namespace {

namespace pb = huiyin::aftersales::v1;
using Stub = pb::RmaService::Stub;

absl::Status Show(Ctl& ctl, const absl::StatusOr<pb::Rma>& rma) {
  if (!rma.ok()) return rma.status();
  if (!ctl.PrintedAsJson(*rma)) PrintRma(ctl, *rma);
  return absl::OkStatus();
}

// "LINE:UNITS" with any number of further parts; `usage` tells what was expected.
absl::StatusOr<std::vector<std::string>> Parts(const std::string& text, size_t count,
                                               const std::string& usage) {
  std::vector<std::string> parts = absl::StrSplit(text, ':');
  if (parts.size() < count) return BadUsage("\"" + text + "\" is not " + usage);
  return parts;
}

absl::StatusOr<uint32_t> Units(const std::string& text) {
  uint32_t units = 0;
  if (!absl::SimpleAtoi(text, &units)) return BadUsage("\"" + text + "\" is not a number of units");
  return units;
}

// --- options ------------------------------------------------------------------------------------

struct Options {
  std::string order, language;
  std::vector<std::string> reasons;
};

void Declare(CLI::App& app, Options& a) {
  app.add_option("order", a.order, "Id of the order")->required();
  app.add_option("--reason", a.reasons, "Reasons to consider, for example DEFECTIVE")
      ->delimiter(',');
  app.add_option("--language", a.language, "Language of the sentences");
}

absl::Status Run(Ctl& ctl, const Options& a) {
  pb::GetReturnOptionsRequest request;
  request.set_order(a.order);
  request.set_language(a.language);
  for (const std::string& reason : a.reasons) request.add_reasons(reason);
  HUIYIN_ASSIGN_OR_RETURN(const auto answer,
                          client::Call(ctl.connection(), &Stub::GetReturnOptions, request));
  if (ctl.PrintedAsJson(answer)) return absl::OkStatus();
  terminal::Table table({{"line"},
                         {"units", true},
                         {"kind"},
                         {"reason"},
                         {"verdict"},
                         {"refund", true},
                         {"until"},
                         {"to the customer"}});
  for (const auto& line : answer.lines()) {
    if (line.options().empty()) {
      table.Add({line.order_line_id(), "0", "", "", line.why_not(), "", "", line.sentence()});
    }
    for (const auto& option : line.options()) {
      table.Add({line.order_line_id(), std::to_string(line.returnable()), Label(option.kind()),
                 option.reason(), Label(option.decision()), MoneyText(option.refund()),
                 TimeText(option.until()),
                 option.sentence().empty() ? option.why_not() : option.sentence()});
    }
  }
  ctl.Print(table, "The order has no lines.");
  std::map<std::string, std::string> questions;
  for (const auto& line : answer.lines()) {
    for (const auto& option : line.options()) {
      for (const auto& question : option.questions()) {
        questions[question.question_id()] = absl::StrCat(
            question.text(), question.choices().empty() ? "" : " ",
            absl::StrJoin(question.choices(), " | "), question.mandatory() ? " (mandatory)" : "");
      }
    }
  }
  for (const auto& [id, text] : questions) ctl.out << "Asks " << id << ": " << text << '\n';
  return absl::OkStatus();
}

// --- create -------------------------------------------------------------------------------------

struct Create {
  std::string order, ticket, note, language, reason, exchange_sku, request_id;
  pb::RmaKind kind = pb::RMA_KIND_UNSPECIFIED;
  std::vector<std::string> lines, evidence, answers;
  bool instant = false;
  int64_t partial_minor = 0;
  std::string currency;
};

void Declare(CLI::App& app, Create& a) {
  app.add_option("order", a.order, "Id of the order")->required();
  app.add_option("--line", a.lines, "ORDER_LINE:UNITS; repeatable")->required();
  EnumOption(app, "--kind", a.kind, "What is asked for")->required();
  app.add_option("--reason", a.reason, "NO_LONGER_WANTED, DEFECTIVE, SAFETY_HAZARD …")->required();
  app.add_option("--note", a.note, "The customer's words");
  app.add_option("--ticket", a.ticket, "Ticket it belongs to");
  app.add_option("--language", a.language, "Language of texts to the customer");
  app.add_option("--exchange-sku", a.exchange_sku, "Exchange: SKU wanted instead");
  app.add_flag("--instant", a.instant, "Exchange: at once, against a hold on a payment");
  app.add_option("--partial-minor", a.partial_minor,
                 "Partial refund: minor units, with --currency");
  app.add_option("--currency", a.currency, "ISO 4217 code of --partial-minor");
  app.add_option("--evidence", a.evidence, "Ids of uploads that show it")->delimiter(',');
  app.add_option("--answer", a.answers, "QUESTION=ANSWER, as `rma options` asks; several times");
  app.add_option("--request-id", a.request_id, "UUID; the same one again changes nothing");
  app.footer(
      "Example: huiyinctl rma create HY100001 --line HY100001-1:1 --kind return_refund "
      "--reason SAFETY_HAZARD");
}

absl::Status Run(Ctl& ctl, const Create& a) {
  pb::CreateRmaRequest request;
  request.set_request_id(a.request_id.empty() ? ctl.NewId() : a.request_id);
  pb::Rma& rma = *request.mutable_rma();
  rma.set_order_id(BareId(a.order));
  rma.set_ticket_id(a.ticket.empty() ? "" : BareId(a.ticket));
  rma.set_customer_note(a.note);
  rma.set_language(a.language);
  for (const std::string& text : a.lines) {
    HUIYIN_ASSIGN_OR_RETURN(const auto parts, Parts(text, 2, "ORDER_LINE:UNITS"));
    HUIYIN_ASSIGN_OR_RETURN(const uint32_t units, Units(parts[1]));
    pb::RmaLine& line = *rma.add_lines();
    line.set_order_line_id(parts[0]);
    line.set_quantity(units);
    line.set_kind(a.kind);
    line.set_reason(a.reason);
    line.set_exchange_sku(a.exchange_sku);
    line.set_instant_exchange(a.instant);
    if (a.partial_minor != 0) {
      line.mutable_partial_refund()->set_minor_units(a.partial_minor);
      line.mutable_partial_refund()->set_currency(a.currency);
    }
    for (const std::string& id : a.evidence) line.add_evidence_ids(BareId(id));
    for (const std::string& said : a.answers) {
      const size_t equals = said.find('=');
      if (equals == said.npos) return BadUsage(said + " is not QUESTION=ANSWER");
      pb::RmaAnswer& answer = *line.add_answers();
      answer.set_question_id(said.substr(0, equals));
      answer.set_answer(said.substr(equals + 1));
    }
  }
  return Show(ctl, client::Call(ctl.connection(), &Stub::CreateRma, request));
}

// --- get, list ----------------------------------------------------------------------------------

struct Get {
  std::string rma;
};

void Declare(CLI::App& app, Get& a) {
  app.add_option("rma", a.rma, "Id or resource name")->required();
}

absl::Status Run(Ctl& ctl, const Get& a) {
  pb::GetRmaRequest request;
  request.set_name(a.rma);
  HUIYIN_ASSIGN_OR_RETURN(const auto rma, client::Call(ctl.connection(), &Stub::GetRma, request));
  if (ctl.PrintedAsJson(rma)) return absl::OkStatus();
  PrintRma(ctl, rma);
  pb::ListRmaActionsRequest actions;
  actions.set_name(a.rma);
  HUIYIN_ASSIGN_OR_RETURN(const auto log,
                          client::Call(ctl.connection(), &Stub::ListRmaActions, actions));
  terminal::Table table({{"when"}, {"what"}, {"line"}, {"units", true}, {"who"}, {"note"}});
  for (const auto& action : log.actions()) {
    table.Add({TimeText(action.time()),
               Label(action.type()) + (action.grade() == 0 ? "" : " " + Label(action.grade())),
               action.rma_line_id(),
               action.quantity() == 0 ? "" : std::to_string(action.quantity()),
               Label(action.actor_kind()) + " " + action.actor_id(), action.note()});
  }
  ctl.out << '\n';
  table.Print(ctl.out, ctl.style);
  return absl::OkStatus();
}

struct List {
  std::string customer, order, ticket;
  std::vector<pb::RmaApproval> approvals;
  bool open = false;
  int limit = 50;
};

void Declare(CLI::App& app, List& a) {
  app.add_option("--customer", a.customer, "Only this customer's");
  app.add_option("--order", a.order, "Only of this order");
  app.add_option("--ticket", a.ticket, "Only of this ticket");
  EnumsOption(app, "--approval", a.approvals, "Only these");
  app.add_flag("--open", a.open, "Only those that have not ended");
  app.add_option("-n,--limit", a.limit, "At most this many (default 50)")
      ->check(CLI::Range(1, 1000));
}

absl::Status Run(Ctl& ctl, const List& a) {
  pb::ListRmasRequest request;
  request.set_customer_id(a.customer);
  request.set_order_id(a.order);
  request.set_ticket_id(a.ticket);
  request.set_open_only(a.open);
  request.set_page_size(a.limit);
  for (const auto approval : a.approvals) request.add_approvals(approval);
  HUIYIN_ASSIGN_OR_RETURN(const auto page,
                          client::Call(ctl.connection(), &Stub::ListRmas, request));
  terminal::Table table = RmaTable();
  for (const auto& rma : page.rmas()) {
    if (!ctl.PrintedAsJson(rma, true)) AddRma(table, rma);
  }
  if (!ctl.json) ctl.Print(table, "No return passes this filter.");
  return absl::OkStatus();
}

// --- steps --------------------------------------------------------------------------------------

struct Step {
  std::string rma, etag, note, carrier, tracking, until;
  std::vector<std::string> lines;
};

template <class Request>
Request Begin(Ctl& ctl, const Step& a) {
  Request request;
  request.set_name(a.rma);
  request.set_request_id(ctl.NewId());
  request.set_etag(a.etag);
  if constexpr (requires { request.set_note(a.note); }) request.set_note(a.note);
  if constexpr (requires { request.set_carrier(a.carrier); }) {
    request.set_carrier(a.carrier);
    request.set_tracking_number(a.tracking);
  }
  return request;
}

void DeclareStep(CLI::App& app, Step& a) {
  app.add_option("rma", a.rma, "Id or resource name")->required();
  app.add_option("--etag", a.etag, "Only if it has not changed since");
}
void DeclareNoted(CLI::App& app, Step& a) {
  DeclareStep(app, a);
  app.add_option("--note", a.note, "Why");
}
void DeclareParcel(CLI::App& app, Step& a) {
  DeclareStep(app, a);
  app.add_option("--carrier", a.carrier, "Carrier");
  app.add_option("--tracking", a.tracking, "Tracking number");
}
void DeclareUnits(CLI::App& app, Step& a) {
  DeclareNoted(app, a);
  app.add_option("--line", a.lines, "LINE:UNITS; repeatable. Without it everything");
}
void DeclareGrades(CLI::App& app, Step& a) {
  DeclareStep(app, a);
  app.add_option("--line", a.lines,
                 "LINE:GRADE:UNITS[:NOTE], grade as_new|opened|damaged|"
                 "wrong_item|missing; repeatable")
      ->required();
}
void DeclareExtend(CLI::App& app, Step& a) {
  DeclareStep(app, a);
  app.add_option("--until", a.until, "New end, for example 2026-12-24")->required();
}

template <class Request>
absl::Status AddLines(const Step& a, Request& request) {
  for (const std::string& text : a.lines) {
    HUIYIN_ASSIGN_OR_RETURN(const auto parts, Parts(text, 2, "LINE:UNITS"));
    HUIYIN_ASSIGN_OR_RETURN(const uint32_t units, Units(parts[1]));
    auto& line = *request.add_lines();
    line.set_rma_line_id(parts[0]);
    line.set_quantity(units);
  }
  return absl::OkStatus();
}

absl::Status Approve(Ctl& ctl, const Step& a) {
  auto request = Begin<pb::ApproveRmaRequest>(ctl, a);
  HUIYIN_RETURN_IF_ERROR(AddLines(a, request));
  return Show(ctl, client::Call(ctl.connection(), &Stub::ApproveRma, request));
}
absl::Status Receive(Ctl& ctl, const Step& a) {
  auto request = Begin<pb::ReceiveRmaRequest>(ctl, a);
  HUIYIN_RETURN_IF_ERROR(AddLines(a, request));
  return Show(ctl, client::Call(ctl.connection(), &Stub::ReceiveRma, request));
}
absl::Status Inspect(Ctl& ctl, const Step& a) {
  auto request = Begin<pb::InspectRmaRequest>(ctl, a);
  for (const std::string& text : a.lines) {
    HUIYIN_ASSIGN_OR_RETURN(const auto parts, Parts(text, 3, "LINE:GRADE:UNITS"));
    const auto* grade = FindEnum(*pb::Grade_descriptor(), parts[1]);
    if (grade == nullptr) {
      return BadUsage(parts[1] + " is not one of " + EnumLabels(*pb::Grade_descriptor()));
    }
    HUIYIN_ASSIGN_OR_RETURN(const uint32_t units, Units(parts[2]));
    auto& graded = *request.add_units();
    graded.set_rma_line_id(parts[0]);
    graded.set_grade(static_cast<pb::Grade>(grade->number()));
    graded.set_quantity(units);
    if (parts.size() > 3) graded.set_note(absl::StrJoin(parts.begin() + 3, parts.end(), ":"));
  }
  return Show(ctl, client::Call(ctl.connection(), &Stub::InspectRma, request));
}
absl::Status Extend(Ctl& ctl, const Step& a) {
  auto request = Begin<pb::ExtendRmaRequest>(ctl, a);
  HUIYIN_ASSIGN_OR_RETURN(*request.mutable_ship_by(), ParseTime(a.until, ctl.clock.Now()));
  return Show(ctl, client::Call(ctl.connection(), &Stub::ExtendRma, request));
}

struct MoreEvidence {
  std::string rma, line, note;
  std::vector<std::string> uploads;
};

void Declare(CLI::App& app, MoreEvidence& a) {
  app.add_option("rma", a.rma, "Id or resource name")->required();
  app.add_option("--line", a.line, "Line of the return or of the order")->required();
  app.add_option("--upload", a.uploads, "Id of an upload; several times")->required();
  app.add_option("--note", a.note, "What they show");
}

absl::Status Run(Ctl& ctl, const MoreEvidence& a) {
  pb::AddRmaEvidenceRequest request;
  request.set_name(a.rma);
  request.set_request_id(ctl.NewId());
  request.set_rma_line_id(a.line);
  request.set_note(a.note);
  for (const std::string& upload : a.uploads) request.add_evidence_ids(upload);
  return Show(ctl, client::Call(ctl.connection(), &Stub::AddRmaEvidence, request));
}

absl::Status Split(Ctl& ctl, const Step& a) {
  auto request = Begin<pb::SplitRmaRequest>(ctl, a);
  HUIYIN_RETURN_IF_ERROR(AddLines(a, request));
  return Show(ctl, client::Call(ctl.connection(), &Stub::SplitRma, request));
}

// Steps whose request holds nothing more than Begin fills in.
template <class Request, auto Method>
absl::Status Plain(Ctl& ctl, const Step& a) {
  return Show(ctl, client::Call(ctl.connection(),
                                static_cast<client::UnaryMethod<Stub, Request, pb::Rma>>(Method),
                                Begin<Request>(ctl, a)));
}

}  // namespace

void AddRmaCommands(CLI::App& app, Ctl& ctl) {
  CLI::App& rma = Group(app, "rma", "Returns, exchanges, repairs");
  Command<Options>(rma, ctl, "options", "What can be done about an order, and why not", Declare,
                   Run);
  Command<Create>(rma, ctl, "create", "File a return and let the policy speak", Declare, Run);
  Command<Get>(rma, ctl, "get", "One return with everything that happened", Declare, Run);
  Command<List>(rma, ctl, "list", "Returns, newest first", Declare, Run);
  Command<MoreEvidence>(rma, ctl, "add-evidence", "Show more of what is wrong", Declare, Run);
  Command<Step>(rma, ctl, "approve", "Approve what waits for a person", DeclareUnits, Approve);
  Command<Step>(rma, ctl, "reject", "Refuse what waits for a person", DeclareNoted,
                Plain<pb::RejectRmaRequest, &Stub::RejectRma>);
  Command<Step>(rma, ctl, "appeal", "Ask a person to look at a refusal again", DeclareNoted,
                Plain<pb::AppealRmaRequest, &Stub::AppealRma>);
  Command<Step>(rma, ctl, "cancel", "Withdraw", DeclareNoted,
                Plain<pb::CancelRmaRequest, &Stub::CancelRma>);
  Command<Step>(rma, ctl, "extend", "Give more time to send the goods", DeclareExtend, Extend);
  Command<Step>(rma, ctl, "ship", "The customer has sent the goods", DeclareParcel,
                Plain<pb::MarkRmaShippedRequest, &Stub::MarkRmaShipped>);
  Command<Step>(rma, ctl, "receive", "The warehouse has the goods", DeclareUnits, Receive);
  Command<Step>(rma, ctl, "inspect", "Grade what arrived", DeclareGrades, Inspect);
  Command<Step>(rma, ctl, "lost", "The carrier lost the parcel", DeclareNoted,
                Plain<pb::MarkRmaLostRequest, &Stub::MarkRmaLost>);
  Command<Step>(rma, ctl, "write-off", "Give up what was lost; money follows", DeclareNoted,
                Plain<pb::WriteOffRmaRequest, &Stub::WriteOffRma>);
  Command<Step>(rma, ctl, "split", "Move units into a return of their own", DeclareUnits, Split);
  AddExchangeCommands(rma, ctl);
  Command<Step>(rma, ctl, "ship-back", "Replacement or repaired goods left", DeclareParcel,
                Plain<pb::ShipRmaBackRequest, &Stub::ShipRmaBack>);
  Command<Step>(rma, ctl, "back-delivered", "The customer has them", DeclareStep,
                Plain<pb::MarkRmaBackDeliveredRequest, &Stub::MarkRmaBackDelivered>);
  AddProgressCommands(rma, ctl);
  AddParcelCommands(rma, ctl);
  AddPolicyCommands(rma, ctl);
}

}  // namespace huiyin::ctl
