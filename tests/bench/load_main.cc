// bench_load: load on an ingest service (or on bench_echo), one line of JSON on standard output.
//
//   bench_load create --target 127.0.0.1:9090 --keys K [--channels 2] [--in_flight 64] [--rate 0]
//                     [--seconds 5] [--warm_up 1]
//   bench_load import --target 127.0.0.1:9090 --keys K [--count 100000] [--streams 4]
//
// create: CreateTicket; rate 0 is a closed loop of channels × in_flight calls, else an open loop of
// so many calls a second. import: so many items over ImportTickets, then waits until search finds
// the last one; the rate counts to that moment.
#include <grpcpp/create_channel.h>

#include <CLI/CLI.hpp>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <memory>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "huiyin/ingest/v1/ticket_service.grpc.pb.h"
#include "libs/core/id.h"
#include "libs/rpc/auth.h"
#include "tests/bench/load/load.h"
#include "tests/bench/load/unary_slot.h"

namespace {

namespace pb = huiyin::ingest::v1;
namespace bench = huiyin::bench;
using CreateTicketSlot = bench::UnarySlot<pb::CreateTicketRequest, pb::CreateTicketResponse>;

constexpr int kBatch = 500;  // items of one ImportTickets message

struct Flags {
  std::string target, keys;
  int channels = 2, in_flight = 64, count = 100'000, streams = 4;
  double rate = 0, seconds = 5, warm_up = 1;
};

std::unique_ptr<pb::TicketService::Stub> Connect(const Flags& flags, int index) {
  grpc::ChannelArguments arguments;
  arguments.SetInt("bench.channel", index);  // or the channels would share one connection
  return pb::TicketService::NewStub(
      grpc::CreateCustomChannel(flags.target, grpc::InsecureChannelCredentials(), arguments));
}

// A message of the length that most customers' messages have; every one from another customer.
void Fill(pb::Feedback& feedback, const std::string& id) {
  feedback.set_channel(huiyin::common::v1::CHANNEL_CHAT);
  feedback.set_external_user_id(id);
  feedback.set_external_message_id(id);
  feedback.set_subject("快递还没有到");
  feedback.set_order_id("SO-2026-0071342");
  feedback.set_language("zh");
  feedback.set_text(
      "你好,我上周三买的吹风机一直没有发货,物流信息已经三天没有更新了,请帮我查一下到底什么时候能到,"
      "如果这周到不了我就申请退款。");
}

int Create(const Flags& flags, const std::string& token) {
  bench::LoadOptions options;
  options.slots = flags.channels * flags.in_flight;
  options.per_second = flags.rate;
  options.duration = absl::Seconds(flags.seconds);
  options.warm_up = absl::Seconds(flags.warm_up);
  std::vector<std::unique_ptr<pb::TicketService::Stub>> stubs;
  for (int i = 0; i < flags.channels; ++i) stubs.push_back(Connect(flags, i));
  huiyin::UuidV7Generator ids(huiyin::SystemClock());
  const bench::LoadResult result = bench::Run(options, [&](int index) {
    auto* async = stubs[index % flags.channels]->async();
    return std::make_unique<CreateTicketSlot>(
        [async](auto* context, auto* request, auto* response, auto done) {
          async->CreateTicket(context, request, response, std::move(done));
        },
        pb::CreateTicketRequest(), token,
        [&ids](pb::CreateTicketRequest& request) {
          request.set_request_id(ids.NewId());
          Fill(*request.mutable_feedback(), request.request_id());
        });
  });
  std::fprintf(stderr, "%s\n", result.Describe().c_str());
  std::printf("{\"per_second\": %.1f, \"p50_ms\": %.3f, \"p99_ms\": %.3f, \"failed\": %llu}\n",
              result.ok_per_second, absl::ToDoubleMilliseconds(result.latency.Quantile(0.5)),
              absl::ToDoubleMilliseconds(result.latency.Quantile(0.99)),
              static_cast<unsigned long long>(result.failed()));
  return result.latency.count() == 0 ? 1 : 0;
}

// Sends `count` items over one stream; how many were stored.
int ImportOver(pb::TicketService::Stub& stub, const std::string& token, int count,
               huiyin::IdGenerator& ids) {
  grpc::ClientContext context;
  context.AddMetadata("authorization", "Bearer " + token);
  auto stream = stub.ImportTickets(&context);
  std::atomic<int> stored = 0;
  std::thread results([&] {
    pb::ImportTicketsResponse response;
    while (stream->Read(&response)) {
      for (const auto& result : response.results()) stored += !result.has_error();
    }
  });
  for (int sent = 0; sent < count;) {
    pb::ImportTicketsRequest batch;
    for (int i = 0; i < kBatch && sent < count; ++i, ++sent) Fill(*batch.add_items(), ids.NewId());
    if (!stream->Write(batch)) break;
  }
  stream->WritesDone();
  results.join();
  const grpc::Status status = stream->Finish();
  if (!status.ok()) std::fprintf(stderr, "import: %s\n", status.error_message().c_str());
  return stored;
}

bool Found(pb::TicketService::Stub& stub, const std::string& token, const std::string& word) {
  grpc::ClientContext context;
  context.AddMetadata("authorization", "Bearer " + token);
  pb::SearchTicketsRequest request;
  request.set_query(word);
  pb::SearchTicketsResponse response;
  return stub.SearchTickets(&context, request, &response).ok() && response.matches_size() > 0;
}

int Import(const Flags& flags, const std::string& token) {
  huiyin::UuidV7Generator ids(huiyin::SystemClock());
  const auto begin = std::chrono::steady_clock::now();
  std::atomic<int> stored = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < flags.streams; ++i) {
    threads.emplace_back([&, i] {
      stored += ImportOver(*Connect(flags, i), token, flags.count / flags.streams, ids);
    });
  }
  for (std::thread& thread : threads) thread.join();
  // What was indexed last: a message with a word of its own.
  const auto stub = Connect(flags, 0);
  const std::string word = "bench" + ids.NewId().substr(24);
  grpc::ClientContext context;
  context.AddMetadata("authorization", "Bearer " + token);
  pb::CreateTicketRequest request;
  request.set_request_id(ids.NewId());
  Fill(*request.mutable_feedback(), request.request_id());
  request.mutable_feedback()->set_text(word);
  pb::CreateTicketResponse response;
  const grpc::Status created = stub->CreateTicket(&context, request, &response);
  const auto give_up = begin + std::chrono::minutes(5);
  while (created.ok() && !Found(*stub, token, word)) {
    if (std::chrono::steady_clock::now() > give_up) return 1;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - begin;
  std::printf("{\"per_second\": %.1f, \"stored\": %d, \"sent\": %d}\n", stored / elapsed.count(),
              stored.load(), flags.count);
  return created.ok() && stored > 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  // Debian's Abseil watches for deadlocks, which slows gRPC down; the load should cost little.
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  Flags flags;
  CLI::App app("Load on an ingest service");
  app.require_subcommand(1);
  CLI::App* create = app.add_subcommand("create", "CreateTicket");
  CLI::App* import = app.add_subcommand("import", "ImportTickets");
  for (CLI::App* command : {create, import}) {
    command->add_option("--target", flags.target, "host:port")->required();
    command->add_option("--keys", flags.keys, "key file to sign the token with")->required();
  }
  create->add_option("--channels", flags.channels, "connections");
  create->add_option("--in_flight", flags.in_flight, "calls under way on each");
  create->add_option("--rate", flags.rate, "calls a second; 0: closed loop");
  create->add_option("--seconds", flags.seconds, "length of the measurement");
  create->add_option("--warm_up", flags.warm_up, "seconds before it");
  import->add_option("--count", flags.count, "items");
  import->add_option("--streams", flags.streams, "streams at once");
  CLI11_PARSE(app, argc, argv);
  const auto token =
      huiyin::rpc::MintToken(flags.keys, {"bench", "bench", {"platform", "agent"}, absl::Hours(1)},
                             huiyin::SystemClock().Now());
  if (!token.ok()) {
    std::fprintf(stderr, "bench_load: %s\n", token.status().ToString().c_str());
    return 1;
  }
  return create->parsed() ? Create(flags, *token) : Import(flags, *token);
}
