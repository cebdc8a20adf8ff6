// bench_rmas: customers filing returns, one line of JSON on standard output.
//
//   bench_rmas push --target 127.0.0.1:9090 --keys K [--orders 20000]
//   bench_rmas file --target 127.0.0.1:9090 --keys K [--orders 20000] [--channels 2]
//                   [--in_flight 64] [--seconds 5] [--warm_up 1]
//
// push: delivered orders of ten units each. file: CreateRma in a closed loop, one unit a call,
// going round over these orders; calls fail when all units are used up.
#include <atomic>
#include <cstdio>
#include <memory>
#include <thread>

#include "absl/strings/str_cat.h"
#include "huiyin/aftersales/v1/order_service.grpc.pb.h"
#include "huiyin/aftersales/v1/rma_service.grpc.pb.h"
#include "libs/core/id.h"
#include "libs/rpc/proto_time.h"
#include "tests/bench/load/client.h"
#include "tests/bench/load/flags.h"
#include "tests/bench/load/unary_slot.h"

namespace {

namespace pb = huiyin::aftersales::v1;
namespace bench = huiyin::bench;
using CreateRmaSlot = bench::UnarySlot<pb::CreateRmaRequest, pb::Rma>;

constexpr int kUnits = 10;
constexpr int64_t kPrice = 9900;

struct Flags {
  std::string target, keys;
  bench::LoopFlags loop;
  int orders = 20'000;
};

std::string OrderId(int64_t number) { return absl::StrCat("bench-order-", number); }

void Fill(pb::Order& order, int number, absl::Time now) {
  const auto ago = [now](int64_t hours) { return huiyin::rpc::ToProto(now - absl::Hours(hours)); };
  order.set_order_id(OrderId(number));
  order.set_customer_id(absl::StrCat("bench-customer-", number));
  order.set_version(1);
  order.set_country_of_sale("CN");
  order.set_country_of_delivery("CN");
  order.set_currency("CNY");
  *order.mutable_ordered_at() = ago(72);
  pb::OrderLine& line = *order.add_lines();
  line.set_line_id("l1");
  line.set_sku("sku");
  line.set_product_id("product");
  line.set_product_category("HOME");
  line.set_quantity(kUnits);
  line.set_unit_price_minor(kPrice);
  pb::Payment& payment = *order.add_payments();
  payment.set_payment_id(order.order_id() + "-pay");
  payment.set_method("CARD");
  payment.set_gateway("stripe");
  payment.set_captured_minor(kUnits * kPrice);
  *payment.mutable_captured_at() = ago(72);
  pb::Shipment& shipment = *order.add_shipments();
  shipment.set_shipment_id("s1");
  *shipment.mutable_shipped_at() = ago(48);
  *shipment.mutable_delivered_at() = ago(24);
  pb::ShipmentItem& item = *shipment.add_items();
  item.set_line_id("l1");
  item.set_quantity(kUnits);
}

int Push(const Flags& flags, const std::string& token) {
  const auto stub = pb::OrderService::NewStub(bench::Connect(flags.target, 0));
  grpc::ClientContext context;
  context.AddMetadata("authorization", "Bearer " + token);
  const auto stream = stub->UpsertOrders(&context);
  int stored = 0;
  std::thread answers([&] {
    for (pb::UpsertOrdersResponse answer; stream->Read(&answer);) {
      stored += answer.result() == pb::UpsertOrdersResponse::RESULT_CREATED;
    }
  });
  const absl::Time now = huiyin::SystemClock().Now();
  for (int number = 0; number < flags.orders; ++number) {
    pb::UpsertOrdersRequest request;
    Fill(*request.mutable_order(), number, now);
    if (!stream->Write(request)) break;
  }
  stream->WritesDone();
  answers.join();
  const grpc::Status status = stream->Finish();
  if (status.ok() && stored == flags.orders) return 0;
  std::fprintf(stderr, "bench_rmas: %d of %d orders stored: %s\n", stored, flags.orders,
               status.error_message().c_str());
  return 1;
}

int File(const Flags& flags, const std::string& token) {
  const auto stubs = bench::Stubs<pb::RmaService>(flags.target, flags.loop.channels);
  huiyin::UuidV7Generator ids(huiyin::SystemClock());
  std::atomic<int64_t> next = 0;
  pb::CreateRmaRequest request;
  request.mutable_rma()->set_customer_note("颜色和图片不一样,想退货");
  pb::RmaLine& line = *request.mutable_rma()->add_lines();
  line.set_order_line_id("l1");
  line.set_kind(pb::RMA_KIND_RETURN_REFUND);
  line.set_reason("NO_LONGER_WANTED");
  line.set_quantity(1);
  const bench::LoadResult result = bench::Run(flags.loop.Options(), [&](int index) {
    auto* async = stubs[index % flags.loop.channels]->async();
    return std::make_unique<CreateRmaSlot>(
        [async](auto* context, auto* in, auto* out, auto done) {
          async->CreateRma(context, in, out, std::move(done));
        },
        request, token,
        [&](pb::CreateRmaRequest& each) {
          each.set_request_id(ids.NewId());
          each.mutable_rma()->set_order_id(OrderId(next++ % flags.orders));
        });
  });
  return bench::Print(result);
}

}  // namespace

int main(int argc, char** argv) {
  bench::SpareDeadlockDetection();
  Flags flags;
  CLI::App app("Load on an aftersales service");
  app.require_subcommand(1);
  CLI::App* push = app.add_subcommand("push", "UpsertOrders");
  CLI::App* file = app.add_subcommand("file", "CreateRma");
  for (CLI::App* command : {push, file}) {
    bench::DeclareServer(*command, flags.target, flags.keys);
    command->add_option("--orders", flags.orders, "how many there are")->check(CLI::PositiveNumber);
  }
  flags.loop.DeclareTo(*file);
  CLI11_PARSE(app, argc, argv);
  const auto token = bench::Token(flags.keys);
  if (!token.ok()) {
    std::fprintf(stderr, "bench_rmas: %s\n", token.status().ToString().c_str());
    return 1;
  }
  return push->parsed() ? Push(flags, *token) : File(flags, *token);
}
