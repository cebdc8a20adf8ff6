// huiyinctl rma …-exchange: terms of exchanges; huiyinctl stock: what may be given in exchange.
#include <google/protobuf/util/json_util.h>

#include <fstream>
#include <iostream>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "deploy/client/call.h"
#include "deploy/ctl/command.h"
#include "deploy/ctl/proto_text.h"
#include "deploy/ctl/rma_view.h"
#include "huiyin/aftersales/v1/rma_service.grpc.pb.h"
#include "huiyin/aftersales/v1/stock_service.grpc.pb.h"

namespace huiyin::ctl {
namespace {

namespace pb = huiyin::aftersales::v1;
using Rmas = pb::RmaService::Stub;
using Stocks = pb::StockService::Stub;

absl::Status Show(Ctl& ctl, const absl::StatusOr<pb::Rma>& rma) {
  if (!rma.ok()) return rma.status();
  if (!ctl.PrintedAsJson(*rma)) PrintRma(ctl, *rma);
  return absl::OkStatus();
}

// --- terms --------------------------------------------------------------------------------------

struct Terms {
  std::string rma, line, sku, note, payment, currency;
  int64_t minor = 0;
  bool instant = false;
};

void DeclareLine(CLI::App& app, Terms& a) {
  app.add_option("rma", a.rma, "Id or resource name")->required();
  app.add_option("--line", a.line, "Line of the return or of the order")->required();
}
void DeclareOffer(CLI::App& app, Terms& a) {
  DeclareLine(app, a);
  app.add_option("--sku", a.sku, "SKU offered; without it the same again");
  app.add_flag("--instant", a.instant, "At once, against a hold on a payment");
}
void DeclareAmount(CLI::App& app, Terms& a) {
  DeclareLine(app, a);
  app.add_option("--amount-minor", a.minor, "What the offer asks for, in minor units")->required();
  app.add_option("--currency", a.currency, "ISO 4217 code")->required();
}
void DeclarePayment(CLI::App& app, Terms& a) {
  DeclareAmount(app, a);
  app.add_option("--payment", a.payment, "Reference of the payment or hold")->required();
}
void DeclareDecline(CLI::App& app, Terms& a) {
  DeclareLine(app, a);
  app.add_option("--note", a.note, "Why");
}

template <class Request>
Request Begin(Ctl& ctl, const Terms& a) {
  Request request;
  request.set_name(a.rma);
  request.set_request_id(ctl.NewId());
  request.set_rma_line_id(a.line);
  return request;
}

absl::Status Offer(Ctl& ctl, const Terms& a) {
  auto request = Begin<pb::OfferExchangeRequest>(ctl, a);
  request.set_sku(a.sku);
  request.set_instant(a.instant);
  return Show(ctl, client::Call(ctl.connection(), &Rmas::OfferExchange, request));
}
absl::Status Confirm(Ctl& ctl, const Terms& a) {
  auto request = Begin<pb::ConfirmExchangeRequest>(ctl, a);
  request.mutable_asked()->set_minor_units(a.minor);
  request.mutable_asked()->set_currency(a.currency);
  return Show(ctl, client::Call(ctl.connection(), &Rmas::ConfirmExchange, request));
}
absl::Status Decline(Ctl& ctl, const Terms& a) {
  auto request = Begin<pb::DeclineExchangeRequest>(ctl, a);
  request.set_note(a.note);
  return Show(ctl, client::Call(ctl.connection(), &Rmas::DeclineExchange, request));
}
absl::Status Paid(Ctl& ctl, const Terms& a) {
  auto request = Begin<pb::RecordExchangePaymentRequest>(ctl, a);
  request.set_payment(a.payment);
  request.mutable_amount()->set_minor_units(a.minor);
  request.mutable_amount()->set_currency(a.currency);
  return Show(ctl, client::Call(ctl.connection(), &Rmas::RecordExchangePayment, request));
}

// --- stock --------------------------------------------------------------------------------------

struct Import {
  std::string file;
};

void Declare(CLI::App& app, Import& a) {
  app.add_option("-f,--file", a.file, "JSON lines, a StockItem each")->required();
  app.footer("Safe to run twice: snapshots are known by SKU and version.");
}

absl::Status Run(Ctl& ctl, const Import& a) {
  std::ifstream in(a.file, std::ios::binary);
  if (!in) return BadUsage(a.file + " cannot be read");
  int64_t stored = 0, stale = 0, number = 0;
  pb::UpsertStockRequest request;
  const auto send = [&]() -> absl::Status {
    if (request.items().empty()) return absl::OkStatus();
    request.set_request_id(ctl.NewId());
    HUIYIN_ASSIGN_OR_RETURN(const auto answer,
                            client::Call(ctl.connection(), &Stocks::UpsertStock, request));
    for (const int result : answer.results()) {
      ++(result == pb::UpsertStockResponse::RESULT_STORED ? stored : stale);
    }
    request.clear_items();
    return absl::OkStatus();
  };
  for (std::string line; std::getline(in, line);) {
    ++number;
    if (absl::StripAsciiWhitespace(line).empty()) continue;
    const auto status = google::protobuf::util::JsonStringToMessage(line, request.add_items());
    if (!status.ok()) {
      return BadUsage(absl::StrCat(a.file, ":", number,
                                   ": not a StockItem in JSON: ", std::string(status.message())));
    }
    if (request.items_size() == 1000) HUIYIN_RETURN_IF_ERROR(send());
  }
  HUIYIN_RETURN_IF_ERROR(send());
  ctl.out << stored << " stored, " << stale << " known already\n";
  return absl::OkStatus();
}

terminal::Table StockTable() {
  return terminal::Table(
      {{"sku"}, {"product"}, {"name"}, {"on hand", true}, {"reserved", true}, {"prices"}});
}

void Add(terminal::Table& table, const pb::StockItem& item) {
  std::vector<std::string> prices;
  for (const auto& price : item.prices()) prices.push_back(MoneyText(price));
  table.Add({item.sku(), item.product_id(), item.product_name(), std::to_string(item.on_hand()),
             std::to_string(item.reserved()), absl::StrJoin(prices, ", ")});
}

struct List {
  std::string product;
  int limit = 50;
};

void Declare(CLI::App& app, List& a) {
  app.add_option("--product", a.product, "Only this product's");
  app.add_option("-n,--limit", a.limit, "At most this many (default 50)")
      ->check(CLI::Range(1, 1000));
}

absl::Status Run(Ctl& ctl, const List& a) {
  pb::ListStockRequest request;
  request.set_product_id(a.product);
  request.set_page_size(a.limit);
  HUIYIN_ASSIGN_OR_RETURN(const auto page,
                          client::Call(ctl.connection(), &Stocks::ListStock, request));
  terminal::Table table = StockTable();
  for (const auto& item : page.items()) {
    if (!ctl.PrintedAsJson(item, true)) Add(table, item);
  }
  if (!ctl.json) ctl.Print(table, "No stock was pushed in.");
  return absl::OkStatus();
}

struct OfSku {
  std::string sku;
};

void Declare(CLI::App& app, OfSku& a) {
  app.add_option("sku", a.sku, "SKU or resource name")->required();
}

absl::Status Run(Ctl& ctl, const OfSku& a) {
  pb::GetStockItemRequest request;
  request.set_name(a.sku);
  HUIYIN_ASSIGN_OR_RETURN(const auto item,
                          client::Call(ctl.connection(), &Stocks::GetStockItem, request));
  if (ctl.PrintedAsJson(item)) return absl::OkStatus();
  terminal::Table table = StockTable();
  Add(table, item);
  table.Print(ctl.out, ctl.style);
  return absl::OkStatus();
}

}  // namespace

void AddExchangeCommands(CLI::App& rma, Ctl& ctl) {
  Command<Terms>(rma, ctl, "offer-exchange", "Offer other goods for a line", DeclareOffer, Offer);
  Command<Terms>(rma, ctl, "confirm-exchange", "Take up what is offered", DeclareAmount, Confirm);
  Command<Terms>(rma, ctl, "decline-exchange", "Decline it: the line is a return for money",
                 DeclareDecline, Decline);
  Command<Terms>(rma, ctl, "exchange-paid", "What the offer asks for is paid, or held",
                 DeclarePayment, Paid);
}

void AddStockCommands(CLI::App& app, Ctl& ctl) {
  CLI::App& stock = Group(app, "stock", "What may be given in exchange");
  Command<Import>(stock, ctl, "import", "Push snapshots in", Declare, Run);
  Command<List>(stock, ctl, "list", "On hand, reserved, prices", Declare, Run);
  Command<OfSku>(stock, ctl, "get", "The same of one SKU", Declare, Run);
}

}  // namespace huiyin::ctl
