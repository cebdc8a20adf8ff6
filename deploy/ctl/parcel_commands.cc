// huiyinctl rma book-parcel, parcel, cancel-parcel, parcels, carrier-notice: parcels of returns and
// where they are.
#include <fstream>
#include <iterator>

#include "absl/strings/str_cat.h"
#include "deploy/client/call.h"
#include "deploy/ctl/command.h"
#include "deploy/ctl/proto_text.h"
#include "deploy/terminal/text.h"
#include "huiyin/aftersales/v1/parcel_service.grpc.pb.h"

namespace huiyin::ctl {
namespace {

namespace pb = huiyin::aftersales::v1;
using Stub = pb::ParcelService::Stub;
using terminal::Tone;

Tone ToneOf(pb::ParcelState state) {
  switch (state) {
    case pb::PARCEL_STATE_DELIVERED:
      return Tone::kGood;
    case pb::PARCEL_STATE_LOST:
    case pb::PARCEL_STATE_REFUSED:
      return Tone::kBad;
    default:
      return Tone::kPlain;
  }
}

absl::Status Show(Ctl& ctl, const absl::StatusOr<pb::Parcel>& parcel) {
  if (!parcel.ok()) return parcel.status();
  if (ctl.PrintedAsJson(*parcel)) return absl::OkStatus();
  ctl.Print(Ctl::Facts{{"parcel", parcel->parcel_id()},
                       {"return", parcel->rma_id()},
                       {"state", Label(parcel->state())},
                       {"why", parcel->state_reason()},
                       {"handover", Label(parcel->handover())},
                       {"carrier", parcel->carrier()},
                       {"tracking", parcel->tracking_number()},
                       {"label", parcel->label_url()}});
  return absl::OkStatus();
}

struct Book {
  std::string rma, pick_up;
};

void Declare(CLI::App& app, Book& a) {
  app.add_option("rma", a.rma, "Id or resource name")->required();
  app.add_option("--pick-up", a.pick_up,
                 "The courier comes then, for example 2026-11-24T10:00:00Z; without it the "
                 "customer brings the parcel");
}

absl::Status Run(Ctl& ctl, const Book& a) {
  pb::BookParcelRequest request;
  request.set_rma(a.rma);
  request.set_request_id(ctl.NewId());
  request.set_handover(a.pick_up.empty() ? pb::HANDOVER_DROP_OFF : pb::HANDOVER_PICK_UP);
  if (!a.pick_up.empty()) {
    HUIYIN_ASSIGN_OR_RETURN(*request.mutable_pick_up_time(), ParseTime(a.pick_up, ctl.clock.Now()));
  }
  return Show(ctl, client::Call(ctl.connection(), &Stub::BookParcel, request));
}

struct Named {
  std::string parcel;
};

void Declare(CLI::App& app, Named& a) {
  app.add_option("parcel", a.parcel, "Id or resource name")->required();
}

absl::Status Get(Ctl& ctl, const Named& a) {
  pb::GetParcelRequest request;
  request.set_name(a.parcel);
  return Show(ctl, client::Call(ctl.connection(), &Stub::GetParcel, request));
}

absl::Status Cancel(Ctl& ctl, const Named& a) {
  pb::CancelParcelRequest request;
  request.set_name(a.parcel);
  request.set_request_id(ctl.NewId());
  return Show(ctl, client::Call(ctl.connection(), &Stub::CancelParcel, request));
}

struct Parcels {
  std::string rma;
};

void Declare(CLI::App& app, Parcels& a) {
  app.add_option("rma", a.rma, "Id or resource name")->required();
}

absl::Status Run(Ctl& ctl, const Parcels& a) {
  pb::ListParcelsRequest request;
  request.set_rma(a.rma);
  HUIYIN_ASSIGN_OR_RETURN(const auto answer,
                          client::Call(ctl.connection(), &Stub::ListParcels, request));
  if (ctl.PrintedAsJson(answer)) return absl::OkStatus();
  terminal::Table table({{"when"}, {"parcel"}, {"what"}, {"where"}, {"tracking"}});
  for (const auto& parcel : answer.parcels()) {
    table.Add({TimeText(parcel.create_time()),
               parcel.parcel_id(),
               {Label(parcel.state()), ToneOf(parcel.state())},
               parcel.state_reason(),
               absl::StrCat(parcel.carrier(), " ", parcel.tracking_number())});
    for (const auto& scan : parcel.scans()) {
      table.Add({TimeText(scan.scan_time()), "", Label(scan.kind()), scan.place(), ""});
    }
  }
  ctl.Print(table, "No parcel is booked.");
  return absl::OkStatus();
}

struct ScanArgs {
  std::string file, signature;
};

void Declare(CLI::App& app, ScanArgs& a) {
  app.add_option("-f,--file", a.file, "The callback's body as it came")->required();
  app.add_option("--signature", a.signature, "Its signature header")->required();
}

absl::Status Run(Ctl& ctl, const ScanArgs& a) {
  std::ifstream in(a.file, std::ios::binary);
  if (!in) return BadUsage(a.file + " cannot be read");
  pb::AcceptCarrierNoticeRequest request;
  request.set_body(std::string(std::istreambuf_iterator<char>(in), {}));
  request.set_signature(a.signature);
  request.set_request_id(ctl.NewId());
  HUIYIN_ASSIGN_OR_RETURN(const auto answer,
                          client::Call(ctl.connection(), &Stub::AcceptCarrierNotice, request));
  if (!ctl.PrintedAsJson(answer)) ctl.out << "Taken in.\n";
  return absl::OkStatus();
}

}  // namespace

void AddParcelCommands(CLI::App& rma, Ctl& ctl) {
  Command<Book>(rma, ctl, "book-parcel", "Have the carrier make a label for the goods", Declare,
                Run);
  Command<Named>(rma, ctl, "parcel", "One parcel and its label", Declare, Get);
  Command<Named>(rma, ctl, "cancel-parcel", "Nothing will be sent with this label", Declare,
                 Cancel);
  Command<Parcels>(rma, ctl, "parcels", "Parcels of a return and where they were scanned", Declare,
                   Run);
  Command<ScanArgs>(rma, ctl, "carrier-notice", "Hand in a carrier's callback", Declare, Run);
}

}  // namespace huiyin::ctl
