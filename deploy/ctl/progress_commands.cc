// huiyinctl rma timeline, way-back, clock: where returns are and how long they take.
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "deploy/client/call.h"
#include "deploy/ctl/command.h"
#include "deploy/ctl/proto_text.h"
#include "deploy/terminal/text.h"
#include "huiyin/aftersales/v1/rma_progress_service.grpc.pb.h"

namespace huiyin::ctl {
namespace {

namespace pb = huiyin::aftersales::v1;
using Stub = pb::RmaProgressService::Stub;
using terminal::Tone;

struct Timeline {
  std::string rma, language;
};

void Declare(CLI::App& app, Timeline& a) {
  app.add_option("rma", a.rma, "Id or resource name")->required();
  app.add_option("--language", a.language, "Language of the texts; without it the customer's");
}

absl::Status Run(Ctl& ctl, const Timeline& a) {
  pb::GetRmaTimelineRequest request;
  request.set_name(a.rma);
  request.set_language(a.language);
  HUIYIN_ASSIGN_OR_RETURN(const auto timeline,
                          client::Call(ctl.connection(), &Stub::GetRmaTimeline, request));
  if (ctl.PrintedAsJson(timeline)) return absl::OkStatus();
  terminal::Table table({{"when"}, {"what"}, {"parcel"}, {"money", true}, {"to the customer"}});
  for (const auto& entry : timeline.entries()) {
    table.Add({TimeText(entry.time()),
               entry.has_scan() ? Label(entry.scan().kind()) : Label(entry.type()),
               entry.tracking_number(), MoneyText(entry.amount()),
               entry.has_scan() ? entry.scan().place() : entry.text()});
  }
  for (const auto& step : timeline.under_way()) {
    table.Add({{TimeText(step.due_time()), step.late() ? Tone::kBad : Tone::kDim},
               {absl::StrCat(Label(step.step()), step.late() ? " is late" : " is expected"),
                step.late() ? Tone::kBad : Tone::kDim},
               "",
               "",
               ""});
  }
  table.Print(ctl.out, ctl.style);
  return absl::OkStatus();
}

struct WayBack {
  std::string rma;
};

void Declare(CLI::App& app, WayBack& a) {
  app.add_option("rma", a.rma, "Id or resource name")->required();
}

absl::Status Run(Ctl& ctl, const WayBack& a) {
  pb::GetReturnShipmentRequest request;
  request.set_name(a.rma);
  HUIYIN_ASSIGN_OR_RETURN(const auto shipment,
                          client::Call(ctl.connection(), &Stub::GetReturnShipment, request));
  if (ctl.PrintedAsJson(shipment)) return absl::OkStatus();
  const bool direct = shipment.route() == pb::RETURN_ROUTE_UNSPECIFIED;
  ctl.Print(
      Ctl::Facts{{"route", direct ? "to the seller" : Label(shipment.route())},
                 {"hub", shipment.hub()},
                 {"from", shipment.from_country()},
                 {"to", shipment.to_country()},
                 {"export reason", shipment.export_reason()},
                 {"outbound invoices", absl::StrJoin(shipment.outbound_invoice_numbers(), ", ")},
                 {"missing", absl::StrJoin(shipment.missing(), ", ")}});
  terminal::Table table(
      {{"line"}, {"units", true}, {"goods"}, {"HS code"}, {"origin"}, {"value", true}});
  for (const auto& line : shipment.lines()) {
    table.Add({line.rma_line_id(), std::to_string(line.quantity()), line.description(),
               line.hs_code(), line.origin_country(), MoneyText(line.value())});
  }
  ctl.out << '\n';
  ctl.Print(table, "Nothing is sent back.");
  return absl::OkStatus();
}

struct Clock {
  std::string since, until;
};

void Declare(CLI::App& app, Clock& a) {
  app.add_option("--since", a.since, "Start, for example 7d (default: 30 days before the end)");
  app.add_option("--until", a.until, "End (default: now)");
}

// "3d 4h", "5h 12m", "40s": the two greatest units.
std::string SpanText(const google::protobuf::Duration& duration) {
  const int64_t seconds = duration.seconds();
  if (seconds >= 86'400) return absl::StrCat(seconds / 86'400, "d ", seconds % 86'400 / 3600, "h");
  if (seconds >= 3600) return absl::StrCat(seconds / 3600, "h ", seconds % 3600 / 60, "m");
  if (seconds >= 60) return absl::StrCat(seconds / 60, "m ", seconds % 60, "s");
  return absl::StrCat(seconds, "s");
}

absl::Status Run(Ctl& ctl, const Clock& a) {
  pb::GetStepReportRequest request;
  if (!a.since.empty()) {
    HUIYIN_ASSIGN_OR_RETURN(*request.mutable_start_time(), ParseTime(a.since, ctl.clock.Now()));
  }
  if (!a.until.empty()) {
    HUIYIN_ASSIGN_OR_RETURN(*request.mutable_end_time(), ParseTime(a.until, ctl.clock.Now()));
  }
  HUIYIN_ASSIGN_OR_RETURN(const auto report,
                          client::Call(ctl.connection(), &Stub::GetStepReport, request));
  if (ctl.PrintedAsJson(report)) return absl::OkStatus();
  terminal::Table table({{"step"},
                         {"ended", true},
                         {"late", true},
                         {"p50", true},
                         {"p90", true},
                         {"p99", true},
                         {"longest", true},
                         {"under way", true},
                         {"late now", true}});
  for (const auto& step : report.steps()) {
    const auto span = [&](const google::protobuf::Duration& duration) {
      return step.ended() == 0 ? std::string() : SpanText(duration);
    };
    table.Add({{Label(step.step()), step.step() == report.slowest() ? Tone::kBold : Tone::kPlain},
               terminal::Grouped(step.ended()),
               {terminal::Grouped(step.ended_late()), step.ended_late() ? Tone::kWarn : Tone::kDim},
               span(step.p50()),
               span(step.p90()),
               span(step.p99()),
               span(step.max()),
               terminal::Grouped(step.open()),
               {terminal::Grouped(step.open_late()), step.open_late() ? Tone::kBad : Tone::kDim}});
  }
  ctl.Print(table, "No step of a return ended in this period, and none is under way.");
  if (report.slowest() != pb::RMA_STEP_UNSPECIFIED) {
    ctl.out << "\nSlowest: " << Label(report.slowest()) << ".\n";
  }
  return absl::OkStatus();
}

}  // namespace

void AddProgressCommands(CLI::App& rma, Ctl& ctl) {
  Command<Timeline>(rma, ctl, "timeline", "What happened and what is waited for", Declare, Run);
  Command<WayBack>(rma, ctl, "way-back", "How the goods come back, with customs data", Declare,
                   Run);
  Command<Clock>(rma, ctl, "clock", "How long each step takes, and which is the slowest", Declare,
                 Run);
}

}  // namespace huiyin::ctl
