// huiyinctl order: snapshots of orders, pushed in and looked at.
#include <google/protobuf/util/json_util.h>
#include <grpcpp/client_context.h>

#include <fstream>
#include <iostream>
#include <map>
#include <thread>

#include "absl/strings/ascii.h"
#include "deploy/client/call.h"
#include "deploy/ctl/command.h"
#include "deploy/ctl/proto_text.h"
#include "deploy/terminal/text.h"
#include "huiyin/aftersales/v1/order_service.grpc.pb.h"

namespace huiyin::ctl {
namespace {

namespace pb = huiyin::aftersales::v1;
using Stub = pb::OrderService::Stub;

// --- import -------------------------------------------------------------------------------------

struct Import {
  std::string file;
};

void Declare(CLI::App& app, Import& a) {
  app.add_option("-f,--file", a.file, "JSON lines, an Order each; \"-\" reads standard input")
      ->required();
  app.footer("Safe to run twice: orders are known by id and version.");
}

// Sends every line of `in`; counts lines that are no order in `unreadable`.
void SendOrders(Ctl& ctl, std::istream& in,
                grpc::ClientReaderWriter<pb::UpsertOrdersRequest, pb::UpsertOrdersResponse>& stream,
                int64_t& unreadable) {
  std::string line;
  for (int64_t number = 1; std::getline(in, line); ++number) {
    if (absl::StripAsciiWhitespace(line).empty()) continue;
    pb::UpsertOrdersRequest request;
    const auto status = google::protobuf::util::JsonStringToMessage(line, request.mutable_order());
    if (!status.ok()) {
      ctl.err << "line " << number << ": not an Order in JSON: " << status.message() << '\n';
      ++unreadable;
    } else if (!stream.Write(request)) {
      break;
    }
  }
  stream.WritesDone();
}

absl::Status Run(Ctl& ctl, const Import& a) {
  std::ifstream opened;
  if (a.file != "-") {
    opened.open(a.file, std::ios::binary);
    if (!opened) return BadUsage(a.file + " cannot be read");
  }
  HUIYIN_ASSIGN_OR_RETURN(const auto channel, ctl.connection().Channel("aftersales"));
  Stub stub(channel);
  grpc::ClientContext context;
  HUIYIN_RETURN_IF_ERROR(ctl.connection().Prepare(context, absl::Hours(24)));
  const auto stream = stub.UpsertOrders(&context);
  int64_t unreadable = 0;
  std::thread sender(
      [&] { SendOrders(ctl, a.file == "-" ? std::cin : opened, *stream, unreadable); });
  std::map<pb::UpsertOrdersResponse::Result, int64_t> results;
  pb::UpsertOrdersResponse response;
  while (stream->Read(&response)) {
    ++results[response.result()];
    if (response.result() == pb::UpsertOrdersResponse::RESULT_REFUSED) {
      ctl.err << response.order_id() << ": " << terminal::OneLine(response.error_message()) << " ("
              << response.error_reason() << ")\n";
    }
    ctl.PrintedAsJson(response, true);
  }
  sender.join();
  HUIYIN_RETURN_IF_ERROR(rpc::FromGrpc(stream->Finish()));
  for (const auto& [result, count] : results) {
    if (!ctl.json) ctl.out << terminal::Grouped(count) << ' ' << Label(result) << '\n';
  }
  if (unreadable > 0 || results.contains(pb::UpsertOrdersResponse::RESULT_REFUSED)) {
    ctl.EndAs(kPartly);
  }
  return absl::OkStatus();
}

// --- get ----------------------------------------------------------------------------------------

struct Get {
  std::string order;
};

void Declare(CLI::App& app, Get& a) {
  app.add_option("order", a.order, "Id or resource name")->required();
}

std::string Amount(int64_t minor, const pb::Order& order) {
  huiyin::common::v1::Money money;
  money.set_minor_units(minor);
  money.set_currency(order.currency());
  return MoneyText(money);
}

void PrintOrder(Ctl& ctl, const pb::Order& order) {
  ctl.Print(Ctl::Facts{{"order", order.order_id()},
                       {"customer", order.customer_id() + " " + Label(order.tier())},
                       {"countries", order.country_of_sale() + " → " + order.country_of_delivery()},
                       {"ordered", TimeText(order.ordered_at())},
                       {"shipping", Amount(order.shipping_minor(), order)},
                       {"version", std::to_string(order.version())}});
  terminal::Table lines({{"line"},
                         {"sku"},
                         {"lot"},
                         {"units", true},
                         {"each", true},
                         {"discount", true},
                         {"tax", true},
                         {"name"}});
  for (const auto& line : order.lines()) {
    lines.Add({line.line_id(), line.sku(), line.lot(), std::to_string(line.quantity()),
               Amount(line.unit_price_minor(), order), Amount(line.discount_minor(), order),
               Amount(line.tax_minor(), order), line.product_name()});
  }
  ctl.out << '\n';
  lines.Print(ctl.out, ctl.style);
  terminal::Table payments(
      {{"payment"}, {"method"}, {"captured", true}, {"charged", true}, {"refunds", true}});
  for (const auto& payment : order.payments()) {
    payments.Add({payment.payment_id(), payment.method(), Amount(payment.captured_minor(), order),
                  MoneyText(payment.charged()), Amount(payment.refund_held_minor(), order)});
  }
  ctl.out << '\n';
  payments.Print(ctl.out, ctl.style);
  for (const auto& shipment : order.shipments()) {
    ctl.out << "\nshipment " << shipment.shipment_id() << ": "
            << (shipment.has_delivered_at() ? "delivered " + TimeText(shipment.delivered_at())
                                            : std::string("under way"))
            << (shipment.warehouse().empty() ? "" : ", from " + shipment.warehouse())
            << (shipment.carrier().empty() ? "" : ", by " + shipment.carrier()) << '\n';
  }
}

absl::Status Run(Ctl& ctl, const Get& a) {
  pb::GetOrderRequest request;
  request.set_name(a.order);
  HUIYIN_ASSIGN_OR_RETURN(const auto order,
                          client::Call(ctl.connection(), &Stub::GetOrder, request));
  if (!ctl.PrintedAsJson(order)) PrintOrder(ctl, order);
  return absl::OkStatus();
}

// --- list ---------------------------------------------------------------------------------------

struct List {
  std::string customer;
  int limit = 50;
};

void Declare(CLI::App& app, List& a) {
  app.add_option("--customer", a.customer, "Only this customer's");
  app.add_option("-n,--limit", a.limit, "At most this many (default 50)")
      ->check(CLI::Range(1, 1000));
}

absl::Status Run(Ctl& ctl, const List& a) {
  pb::ListOrdersRequest request;
  request.set_customer_id(a.customer);
  request.set_page_size(a.limit);
  HUIYIN_ASSIGN_OR_RETURN(const auto page,
                          client::Call(ctl.connection(), &Stub::ListOrders, request));
  if (ctl.PrintedAsJson(page)) return absl::OkStatus();
  terminal::Table table(
      {{"order"}, {"ordered"}, {"customer"}, {"tier"}, {"to"}, {"paid", true}, {"first line"}});
  for (const auto& order : page.orders()) {
    int64_t paid = 0;
    for (const auto& payment : order.payments()) paid += payment.captured_minor();
    table.Add({order.order_id(), TimeText(order.ordered_at()), order.customer_id(),
               Label(order.tier()), order.country_of_delivery(), Amount(paid, order),
               order.lines_size() > 0 ? order.lines(0).product_name() : ""});
  }
  ctl.Print(table, "No order passes this filter.");
  return absl::OkStatus();
}

}  // namespace

void AddOrderCommands(CLI::App& app, Ctl& ctl) {
  CLI::App& order = Group(app, "order", "Orders as after-sales knows them");
  Command<Import>(order, ctl, "import", "Push orders in", Declare, Run);
  Command<Get>(order, ctl, "get", "One order", Declare, Run);
  Command<List>(order, ctl, "list", "Orders, newest first", Declare, Run);
}

}  // namespace huiyin::ctl
