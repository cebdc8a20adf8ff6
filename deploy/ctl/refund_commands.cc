// huiyinctl refund and ledger: the money.
#include "absl/strings/str_cat.h"
#include "deploy/client/call.h"
#include "deploy/ctl/command.h"
#include "deploy/ctl/proto_text.h"
#include "deploy/terminal/progress.h"
#include "deploy/terminal/text.h"
#include "huiyin/aftersales/v1/refund_service.grpc.pb.h"

namespace huiyin::ctl {
namespace {

namespace pb = huiyin::aftersales::v1;
using Stub = pb::RefundService::Stub;
using terminal::Tone;

constexpr absl::Duration kAuditPatience = absl::Hours(1);

Tone ToneOf(pb::RefundState state) {
  switch (state) {
    case pb::REFUND_STATE_SUCCEEDED:
      return Tone::kGood;
    case pb::REFUND_STATE_FAILED:
    case pb::REFUND_STATE_REVERSED:
      return Tone::kBad;
    case pb::REFUND_STATE_UNKNOWN:
      return Tone::kWarn;
    default:
      return Tone::kPlain;
  }
}

terminal::Table RefundTable() {
  return terminal::Table({{"refund"},
                          {"requested"},
                          {"state"},
                          {"amount", true},
                          {"order"},
                          {"payment"},
                          {"gateway"},
                          {"rma"},
                          {"why"}});
}

void Add(terminal::Table& table, const pb::Refund& refund) {
  table.Add({refund.refund_id(),
             TimeText(refund.create_time()),
             {Label(refund.state()), ToneOf(refund.state())},
             MoneyText(refund.amount()),
             refund.order_id(),
             refund.payment_id(),
             refund.gateway(),
             refund.rma_id(),
             refund.state_reason().empty() ? refund.reason() : refund.state_reason()});
}

void Print(Ctl& ctl, const pb::Refund& refund) {
  ctl.Print(Ctl::Facts{
      {"refund", refund.refund_id()},
      {"state", Label(refund.state())},
      {"because", refund.state_reason()},
      {"amount", MoneyText(refund.amount())},
      {"order", refund.order_id()},
      {"rma", refund.rma_id()},
      {"payment", refund.payment_id()},
      {"gateway", absl::StrCat(refund.gateway(), " ", refund.gateway_refund_id())},
      {"customer", refund.customer_id()},
      {"reason", refund.reason()},
      {"attempts", std::to_string(refund.attempts())},
      {"requested", absl::StrCat(TimeText(refund.create_time()), " by ", refund.requested_by())},
      {"approved by", refund.approved_by()},
      {"submitted", TimeText(refund.submit_time())},
      {"completed", TimeText(refund.complete_time())},
      {"etag", refund.etag()},
  });
  terminal::Table parts({{"line"}, {"part"}, {"amount", true}});
  for (const auto& part : refund.parts()) {
    huiyin::common::v1::Money money;
    const bool off = part.component() == pb::REFUND_COMPONENT_DISCOUNT ||
                     part.component() == pb::REFUND_COMPONENT_WITHHELD;
    money.set_minor_units(off ? -part.amount_minor() : part.amount_minor());
    money.set_currency(refund.amount().currency());
    parts.Add({part.order_line_id(), Label(part.component()), MoneyText(money)});
  }
  ctl.out << '\n';
  parts.Print(ctl.out, ctl.style);
}

absl::Status Show(Ctl& ctl, const absl::StatusOr<pb::Refund>& refund) {
  if (!refund.ok()) return refund.status();
  if (!ctl.PrintedAsJson(*refund)) Print(ctl, *refund);
  return absl::OkStatus();
}

// --- list, get ----------------------------------------------------------------------------------

struct List {
  std::string rma, order, customer;
  std::vector<pb::RefundState> states;
  int limit = 50;
};

void Declare(CLI::App& app, List& a) {
  app.add_option("--rma", a.rma, "Only of this return");
  app.add_option("--order", a.order, "Only of this order");
  app.add_option("--customer", a.customer, "Only this customer's");
  EnumsOption(app, "--state", a.states, "Only these");
  app.add_option("-n,--limit", a.limit, "At most this many (default 50)")
      ->check(CLI::Range(1, 1000));
}

absl::Status Run(Ctl& ctl, const List& a) {
  pb::ListRefundsRequest request;
  request.set_rma_id(a.rma);
  request.set_order_id(a.order);
  request.set_customer_id(a.customer);
  request.set_page_size(a.limit);
  for (const auto state : a.states) request.add_states(state);
  HUIYIN_ASSIGN_OR_RETURN(const auto page,
                          client::Call(ctl.connection(), &Stub::ListRefunds, request));
  terminal::Table table = RefundTable();
  for (const auto& refund : page.refunds()) {
    if (!ctl.PrintedAsJson(refund, true)) Add(table, refund);
  }
  if (!ctl.json) ctl.Print(table, "No refund passes this filter.");
  return absl::OkStatus();
}

struct Named {
  std::string refund, etag, note;
};

void Declare(CLI::App& app, Named& a) {
  app.add_option("refund", a.refund, "Id or resource name")->required();
  app.add_option("--etag", a.etag, "Only if it has not changed since");
}
void DeclareReject(CLI::App& app, Named& a) {
  Declare(app, a);
  app.add_option("--note", a.note, "Why")->required();
}

template <class Request>
Request Fill(Ctl& ctl, const Named& a) {
  Request request;
  request.set_name(a.refund);
  if constexpr (requires { request.set_request_id(""); }) request.set_request_id(ctl.NewId());
  if constexpr (requires { request.set_etag(""); }) request.set_etag(a.etag);
  if constexpr (requires { request.set_note(""); }) request.set_note(a.note);
  return request;
}

template <class Request, auto Method>
absl::Status Plain(Ctl& ctl, const Named& a) {
  return Show(ctl, client::Call(ctl.connection(),
                                static_cast<client::UnaryMethod<Stub, Request, pb::Refund>>(Method),
                                Fill<Request>(ctl, a)));
}

// --- reconcile: one refund, or a gateway's statement --------------------------------------------

struct Reconcile {
  std::string refund;
  StatementFile statement;
};

void Declare(CLI::App& app, Reconcile& a) {
  auto* const refund = app.add_option("refund", a.refund, "Id or resource name of one refund");
  auto* const file = app.add_option("--file", a.statement.file,
                                    "Statement: .csv, or JSON lines; columns type (refund, "
                                    "chargeback or chargeback_won), key, amount, currency, id");
  file->excludes(refund);
  app.add_option("--gateway", a.statement.gateway, "With --file: whose it is")->needs(file);
  app.add_option("--day", a.statement.day, "With --file: its day, 2026-11-22")->needs(file);
  app.add_option("--zone", a.statement.zone, "With --file: the day's time zone (default UTC)")
      ->needs(file);
}

absl::Status Run(Ctl& ctl, const Reconcile& a) {
  if (a.refund.empty() == a.statement.file.empty()) return BadUsage("give a refund, or --file");
  if (a.refund.empty()) {
    if (a.statement.gateway.empty() || a.statement.day.empty()) {
      return BadUsage("--file needs --gateway and --day");
    }
    return ImportStatement(ctl, a.statement);
  }
  return Plain<pb::ReconcileRefundRequest, &Stub::ReconcileRefund>(ctl, {.refund = a.refund});
}

// --- request ------------------------------------------------------------------------------------

struct Request {
  std::string order, rma, amount, line, payment, reason, request_id;
};

void Declare(CLI::App& app, Request& a) {
  auto* order = app.add_option("--order", a.order, "Goodwill: order to refund");
  app.add_option("--rma", a.rma, "Again what this return is owed")->excludes(order);
  app.add_option("--amount", a.amount, "Goodwill: \"12.34 CNY\"");
  app.add_option("--line", a.line, "Goodwill: line it is about");
  app.add_option("--payment", a.payment, "Goodwill: payment to refund");
  app.add_option("--reason", a.reason, "Why")->required();
  app.add_option("--request-id", a.request_id, "UUID; the same one again changes nothing");
}

absl::Status Run(Ctl& ctl, const Request& a) {
  if (a.order.empty() == a.rma.empty()) return BadUsage("give --order with --amount, or --rma");
  pb::RequestRefundRequest request;
  request.set_request_id(a.request_id.empty() ? ctl.NewId() : a.request_id);
  request.set_order(a.order);
  request.set_rma(a.rma);
  if (!a.amount.empty()) {
    HUIYIN_ASSIGN_OR_RETURN(*request.mutable_amount(), ParseMoney(a.amount));
  }
  request.set_order_line_id(a.line);
  request.set_payment_id(a.payment);
  request.set_reason(a.reason);
  HUIYIN_ASSIGN_OR_RETURN(const auto response,
                          client::Call(ctl.connection(), &Stub::RequestRefund, request));
  if (ctl.PrintedAsJson(response)) return absl::OkStatus();
  terminal::Table table = RefundTable();
  for (const auto& refund : response.refunds()) Add(table, refund);
  table.Print(ctl.out, ctl.style);
  return absl::OkStatus();
}

// --- ledger -------------------------------------------------------------------------------------

struct Entries {
  std::string order, cause;
  int limit = 50;
};

void Declare(CLI::App& app, Entries& a) {
  app.add_option("--order", a.order, "Only of this order");
  app.add_option("--cause", a.cause, "Only of this refund or chargeback");
  app.add_option("-n,--limit", a.limit, "At most this many (default 50)")
      ->check(CLI::Range(1, 1000));
}

absl::Status Run(Ctl& ctl, const Entries& a) {
  pb::ListLedgerEntriesRequest request;
  request.set_order_id(a.order);
  request.set_cause_id(a.cause);
  request.set_page_size(a.limit);
  HUIYIN_ASSIGN_OR_RETURN(const auto page,
                          client::Call(ctl.connection(), &Stub::ListLedgerEntries, request));
  if (ctl.PrintedAsJson(page)) return absl::OkStatus();
  terminal::Table table(
      {{"#", true}, {"when"}, {"account"}, {"amount", true}, {"order"}, {"transfer"}});
  for (const auto& entry : page.entries()) {
    table.Add({std::to_string(entry.sequence()), TimeText(entry.time()), entry.account(),
               MoneyText(entry.amount()), entry.order_id(), entry.transfer_id()});
  }
  ctl.Print(table, "The ledger has no such entry.");
  return absl::OkStatus();
}

struct Audit {};

void Declare(CLI::App&, Audit&) {}

absl::Status Run(Ctl& ctl, const Audit&) {
  terminal::Progress progress(ctl.err, ctl.clock, ctl.style.columns > 0 && !ctl.json, "entries", 0);
  terminal::Table findings({{"invariant"}, {"broken by"}, {"figures"}});
  pb::AuditLedgerResponse last;
  HUIYIN_RETURN_IF_ERROR(client::Stream(
      ctl.connection(), &Stub::AuditLedger, pb::AuditLedgerRequest(), kAuditPatience,
      [&](const pb::AuditLedgerResponse& answer) {
        for (const auto& finding : answer.findings()) {
          findings.Add({{finding.invariant(), Tone::kBad}, finding.subject(), finding.detail()});
        }
        progress.Update(answer.entries());
        last = answer;
        return true;
      }));
  progress.Finish();
  if (!last.done()) {
    return Error(absl::StatusCode::kDataLoss, "AUDIT_CUT_SHORT", "the audit ended before its end");
  }
  if (last.total_findings() > 0) ctl.EndAs(kPartly);
  if (ctl.PrintedAsJson(last)) return absl::OkStatus();
  ctl.out << "Checked " << terminal::Grouped(last.entries()) << " ledger entries, "
          << terminal::Grouped(last.refunds()) << " refunds, " << terminal::Grouped(last.payments())
          << " payments, " << terminal::Grouped(last.order_lines()) << " order lines.\n";
  ctl.Print(findings, terminal::Paint(ctl.style, Tone::kGood, "Every invariant holds."));
  return absl::OkStatus();
}

}  // namespace

void AddRefundCommands(CLI::App& app, Ctl& ctl) {
  CLI::App& refund = Group(app, "refund", "Money going back to customers");
  Command<List>(refund, ctl, "list", "Refunds, newest first", Declare, Run);
  Command<Named>(refund, ctl, "get", "One refund and what it is made of", Declare,
                 Plain<pb::GetRefundRequest, &Stub::GetRefund>);
  Command<Request>(refund, ctl, "request", "Ask for money: goodwill, or a failed one again",
                   Declare, Run);
  Command<Named>(refund, ctl, "approve", "Approve one that waits", Declare,
                 Plain<pb::ApproveRefundRequest, &Stub::ApproveRefund>);
  Command<Named>(refund, ctl, "reject", "Refuse one that waits", DeclareReject,
                 Plain<pb::RejectRefundRequest, &Stub::RejectRefund>);
  Command<Reconcile>(refund, ctl, "reconcile",
                     "Have the gateway asked now, or match its statement against the ledger",
                     Declare, Run);
  AddReconciliationCommands(refund, ctl);
  AddChargebackCommands(refund, ctl);
  CLI::App& ledger = Group(app, "ledger", "The books behind the refunds");
  Command<Entries>(ledger, ctl, "entries", "Entries, oldest first", Declare, Run);
  Command<Audit>(ledger, ctl, "audit", "Check every invariant over the whole store", Declare, Run);
}

}  // namespace huiyin::ctl
