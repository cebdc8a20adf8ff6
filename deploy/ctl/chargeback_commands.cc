// huiyinctl refund chargeback: what a customer's bank took back, and gave back again.
#include "deploy/client/call.h"
#include "deploy/ctl/command.h"
#include "deploy/ctl/proto_text.h"
#include "huiyin/aftersales/v1/refund_service.grpc.pb.h"

namespace huiyin::ctl {
namespace {

namespace pb = huiyin::aftersales::v1;
using Stub = pb::RefundService::Stub;

struct Chargeback {
  std::string id, payment, amount;
  bool won = false;
};

void Declare(CLI::App& app, Chargeback& a) {
  app.add_option("chargeback", a.id, "The bank's id of it; the same one again changes nothing")
      ->required();
  app.add_option("--payment", a.payment, "Payment that it took the money of")->required();
  app.add_option("--amount", a.amount, "\"12.34 CNY\", in the currency that was charged")
      ->required();
  app.add_flag("--won", a.won, "The dispute was won: the bank has given the money back");
}

absl::Status Run(Ctl& ctl, const Chargeback& a) {
  pb::RecordChargebackRequest request;
  request.set_request_id(ctl.NewId());
  request.set_chargeback_id(a.id);
  request.set_payment_id(a.payment);
  HUIYIN_ASSIGN_OR_RETURN(*request.mutable_amount(), ParseMoney(a.amount));
  request.set_won(a.won);
  HUIYIN_ASSIGN_OR_RETURN(const auto response,
                          client::Call(ctl.connection(), &Stub::RecordChargeback, request));
  if (response.over_captured()) ctl.EndAs(kPartly);
  if (ctl.PrintedAsJson(response)) return absl::OkStatus();
  ctl.out << (a.won ? "The money is back and can be refunded again.\n"
                    : "Booked; what no gateway has heard of yet is refunded no more.\n");
  if (response.over_captured()) {
    ctl.out << terminal::Paint(ctl.style, terminal::Tone::kBad,
                               "Refunds and chargebacks exceed what was captured: money is lost.")
            << '\n';
  }
  ctl.out << "Its entries: huiyinctl ledger entries --cause " << a.id << '\n';
  return absl::OkStatus();
}

}  // namespace

void AddChargebackCommands(CLI::App& refund, Ctl& ctl) {
  Command<Chargeback>(refund, ctl, "chargeback", "Book what a customer's bank took, or gave back",
                      Declare, Run);
}

}  // namespace huiyin::ctl
