// huiyinctl refund reconcile --file, differences, resolve: gateways' statements against the ledger.
#include <fstream>

#include "deploy/client/call.h"
#include "deploy/ctl/command.h"
#include "deploy/ctl/proto_text.h"
#include "deploy/terminal/text.h"
#include "huiyin/aftersales/v1/reconciliation_service.grpc.pb.h"
#include "libs/rpc/proto_time.h"

namespace huiyin::ctl {
namespace {

namespace pb = huiyin::aftersales::v1;
using Stub = pb::ReconciliationService::Stub;
using terminal::Tone;

constexpr absl::Duration kPatience = absl::Minutes(10);
constexpr size_t kPiece = 256 << 10;

// --- reconcile ----------------------------------------------------------------------------------

absl::StatusOr<pb::ImportStatementRequest> HeaderOf(Ctl& ctl, const StatementFile& a) {
  absl::Time start;
  std::string problem;
  absl::TimeZone zone;
  if (!absl::LoadTimeZone(a.zone, &zone)) return BadUsage("--zone: no such time zone");
  if (!absl::ParseTime("%Y-%m-%d", a.day, zone, &start, &problem)) {
    return BadUsage("--day must be a date such as 2026-11-22");
  }
  const absl::CivilDay day(absl::ToCivilDay(start, zone));
  pb::ImportStatementRequest request;
  auto& header = *request.mutable_header();
  header.set_gateway(a.gateway);
  *header.mutable_start_time() = rpc::ToProto(start);
  *header.mutable_end_time() = rpc::ToProto(absl::FromCivil(day + 1, zone));
  const bool json = a.file.size() > 4 && a.file.rfind(".csv") != a.file.size() - 4;
  header.set_format(json ? pb::STATEMENT_FORMAT_JSON_LINES : pb::STATEMENT_FORMAT_CSV);
  header.set_request_id(ctl.NewId());
  return request;
}

absl::StatusOr<pb::ImportStatementResponse> Send(Ctl& ctl, const StatementFile& a) {
  std::ifstream file(a.file, std::ios::binary);
  if (!file) return BadUsage(absl::StrCat("cannot read ", a.file));
  HUIYIN_ASSIGN_OR_RETURN(const pb::ImportStatementRequest header, HeaderOf(ctl, a));
  HUIYIN_ASSIGN_OR_RETURN(const auto channel, ctl.connection().Channel("aftersales"));
  Stub stub(channel);
  grpc::ClientContext context;
  HUIYIN_RETURN_IF_ERROR(ctl.connection().Prepare(context, kPatience));
  pb::ImportStatementResponse response;
  const auto stream = stub.ImportStatement(&context, &response);
  bool going = stream->Write(header);
  std::string piece(kPiece, '\0');
  while (going && file.read(piece.data(), kPiece), going && file.gcount() > 0) {
    pb::ImportStatementRequest part;
    part.set_data(piece.data(), static_cast<size_t>(file.gcount()));
    going = stream->Write(part);
  }
  stream->WritesDone();
  HUIYIN_RETURN_IF_ERROR(rpc::FromGrpc(stream->Finish()));
  return response;
}

// --- differences --------------------------------------------------------------------------------

struct Differences {
  std::string gateway, statement;
  bool all = false;
  int limit = 50;
};

void Declare(CLI::App& app, Differences& a) {
  app.add_option("--gateway", a.gateway, "Only of this gateway");
  app.add_option("--statement", a.statement, "Only of this statement");
  app.add_flag("--all", a.all, "Resolved ones too");
  app.add_option("-n,--limit", a.limit, "At most this many (default 50)")
      ->check(CLI::Range(1, 1000));
}

std::string Amount(bool known, const huiyin::common::v1::Money& money) {
  return known ? MoneyText(money) : "–";
}

absl::Status Run(Ctl& ctl, const Differences& a) {
  pb::ListDifferencesRequest request;
  request.set_gateway(a.gateway);
  request.set_statement_id(a.statement);
  request.set_include_resolved(a.all);
  request.set_page_size(a.limit);
  HUIYIN_ASSIGN_OR_RETURN(const auto page,
                          client::Call(ctl.connection(), &Stub::ListDifferences, request));
  terminal::Table table({{"difference"},
                         {"gateway"},
                         {"what"},
                         {"key"},
                         {"here", true},
                         {"there", true},
                         {"detail"},
                         {"resolved"}});
  for (const auto& each : page.differences()) {
    if (ctl.PrintedAsJson(each, true)) continue;
    table.Add({each.difference_id(),
               each.gateway(),
               {Label(each.kind()), Tone::kWarn},
               each.key(),
               Amount(each.has_ours(), each.ours()),
               Amount(each.has_theirs(), each.theirs()),
               each.detail(),
               each.has_resolve_time() ? absl::StrCat(each.resolved_by(), ": ", each.note()) : ""});
  }
  if (!ctl.json) ctl.Print(table, "Nothing differs.");
  return absl::OkStatus();
}

struct Resolve {
  std::string difference, note;
};

void Declare(CLI::App& app, Resolve& a) {
  app.add_option("difference", a.difference, "Id or resource name")->required();
  app.add_option("--note", a.note, "What was found and done")->required();
}

absl::Status Run(Ctl& ctl, const Resolve& a) {
  pb::ResolveDifferenceRequest request;
  request.set_name(a.difference);
  request.set_note(a.note);
  request.set_request_id(ctl.NewId());
  HUIYIN_ASSIGN_OR_RETURN(const auto resolved,
                          client::Call(ctl.connection(), &Stub::ResolveDifference, request));
  if (!ctl.PrintedAsJson(resolved)) {
    ctl.out << "Resolved by " << resolved.resolved_by() << " at "
            << TimeText(resolved.resolve_time()) << ".\n";
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status ImportStatement(Ctl& ctl, const StatementFile& a) {
  HUIYIN_ASSIGN_OR_RETURN(const pb::ImportStatementResponse result, Send(ctl, a));
  if (result.matched() < result.lines() || result.missing_there() > 0) ctl.EndAs(kPartly);
  if (ctl.PrintedAsJson(result)) return absl::OkStatus();
  ctl.Print(Ctl::Facts{{"statement", result.statement_id()},
                       {"lines", std::to_string(result.lines())},
                       {"matched", std::to_string(result.matched())},
                       {"missing here", std::to_string(result.missing_here())},
                       {"missing there", std::to_string(result.missing_there())},
                       {"amount differs", std::to_string(result.amount_differs())},
                       {"duplicates", std::to_string(result.duplicates())}});
  return absl::OkStatus();
}

void AddReconciliationCommands(CLI::App& refund, Ctl& ctl) {
  Command<Differences>(refund, ctl, "differences",
                       "Where gateways' statements and the ledger differ", Declare, Run);
  Command<Resolve>(refund, ctl, "resolve", "A difference is dealt with; say how", Declare, Run);
}

}  // namespace huiyin::ctl
