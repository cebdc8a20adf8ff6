// bench_load: load on an ingest service (or on bench_echo), one line of JSON on standard output.
//
//   bench_load create --target 127.0.0.1:9090 --keys K [--channels 2] [--in_flight 64] [--rate 0]
//                     [--seconds 5] [--warm_up 1] [--limit 30]
//   bench_load import --target 127.0.0.1:9090 --keys K [--count 100000] [--streams 4]
//
// create: CreateTicket; rate 0 is a closed loop of channels × in_flight calls, else an open loop of
// so many calls a second; a call not answered within `limit` seconds fails. import: so many items
// over ImportTickets; the rate counts to the moment when every stream has ended and search finds
// the last item of each.
#include <atomic>
#include <chrono>
#include <cstdio>
#include <memory>
#include <thread>
#include <vector>

#include "huiyin/ingest/v1/ticket_service.grpc.pb.h"
#include "libs/core/id.h"
#include "tests/bench/load/client.h"
#include "tests/bench/load/flags.h"
#include "tests/bench/load/unary_slot.h"

namespace {

namespace pb = huiyin::ingest::v1;
namespace bench = huiyin::bench;
using CreateTicketSlot = bench::UnarySlot<pb::CreateTicketRequest, pb::CreateTicketResponse>;

constexpr int kBatch = 500;  // items of one ImportTickets message

struct Flags {
  std::string target, keys;
  bench::LoopFlags loop;
  int count = 100'000, streams = 4;
  double rate = 0, limit = 30;
};

int Create(const Flags& flags, const std::string& token) {
  bench::LoadOptions options = flags.loop.Options();
  options.per_second = flags.rate;
  const auto stubs = bench::Stubs<pb::TicketService>(flags.target, flags.loop.channels);
  huiyin::UuidV7Generator ids(huiyin::SystemClock());
  const bench::LoadResult result = bench::Run(options, [&](int index) {
    auto* async = stubs[index % flags.loop.channels]->async();
    return std::make_unique<CreateTicketSlot>(
        [async](auto* context, auto* request, auto* response, auto done) {
          async->CreateTicket(context, request, response, std::move(done));
        },
        pb::CreateTicketRequest(), token,
        [&ids](pb::CreateTicketRequest& request) {
          request.set_request_id(ids.NewId());
          bench::Fill(*request.mutable_feedback(), request.request_id());
        },
        nullptr, absl::Seconds(flags.limit));
  });
  return bench::Print(result);
}

// Sends `count` items over one stream, `word` in the last of them; how many were stored.
int ImportOver(pb::TicketService::Stub& stub, const std::string& token, int count,
               const std::string& word, huiyin::IdGenerator& ids) {
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
    for (int i = 0; i < kBatch && sent < count; ++i, ++sent) {
      bench::Fill(*batch.add_items(), ids.NewId());
    }
    if (sent == count) batch.mutable_items()->rbegin()->mutable_text()->append(" " + word);
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
  const auto stubs = bench::Stubs<pb::TicketService>(flags.target, flags.streams);
  std::vector<std::string> words;
  for (int i = 0; i < flags.streams; ++i) words.push_back("bench" + ids.NewId().substr(24));
  const auto begin = std::chrono::steady_clock::now();
  std::atomic<int> stored = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < flags.streams; ++i) {
    threads.emplace_back([&, i] {
      stored += ImportOver(*stubs[i], token, flags.count / flags.streams, words[i], ids);
    });
  }
  for (std::thread& thread : threads) thread.join();
  // That the index has caught up is what the answers promise; it is looked at, not believed.
  for (const std::string& word : words) {
    if (Found(*stubs[0], token, word)) continue;
    std::fprintf(stderr, "import: the last item of a stream was answered and is not found\n");
    return 1;
  }
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - begin;
  std::printf("{\"per_second\": %.1f, \"stored\": %d, \"sent\": %d}\n", stored / elapsed.count(),
              stored.load(), flags.count);
  return stored > 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  bench::SpareDeadlockDetection();
  Flags flags;
  CLI::App app("Load on an ingest service");
  app.require_subcommand(1);
  CLI::App* create = app.add_subcommand("create", "CreateTicket");
  CLI::App* import = app.add_subcommand("import", "ImportTickets");
  for (CLI::App* command : {create, import}) {
    bench::DeclareServer(*command, flags.target, flags.keys);
  }
  flags.loop.DeclareTo(*create);
  create->add_option("--rate", flags.rate, "calls a second; 0: closed loop");
  create->add_option("--limit", flags.limit, "seconds a call may take");
  import->add_option("--count", flags.count, "items");
  import->add_option("--streams", flags.streams, "streams at once");
  CLI11_PARSE(app, argc, argv);
  const auto token = bench::Token(flags.keys);
  if (!token.ok()) {
    std::fprintf(stderr, "bench_load: %s\n", token.status().ToString().c_str());
    return 1;
  }
  return create->parsed() ? Create(flags, *token) : Import(flags, *token);
}
