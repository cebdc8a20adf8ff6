// bench_decision: how long after a ticket was acknowledged triage's decision on it is committed.
// One line of JSON on standard output.
//
//   bench_decision --target 127.0.0.1:9090 --keys K --decisions sqlite:var/triage.db
//                  [--rate 1000] [--seconds 10] [--warm_up 2]
//
// CreateTicket in an open loop on ingest. The time of a commit is taken from triage's database: a
// reader of our own looks every millisecond for decisions that were not there before. What it sees
// is committed, so the figure errs to the long side, by that millisecond and the look itself; the
// row's own created_at is from before the commit and would err to the short side. Both ends are
// read from this process's clock.
#include <CLI/CLI.hpp>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <memory>
#include <mutex>
#include <thread>
#include <unordered_map>

#include "absl/synchronization/mutex.h"
#include "huiyin/ingest/v1/ticket_service.grpc.pb.h"
#include "libs/core/id.h"
#include "libs/db/database.h"
#include "tests/bench/load/client.h"
#include "tests/bench/load/load.h"
#include "tests/bench/load/unary_slot.h"

namespace {

namespace pb = huiyin::ingest::v1;
namespace bench = huiyin::bench;
namespace db = huiyin::db;
using CreateTicketSlot = bench::UnarySlot<pb::CreateTicketRequest, pb::CreateTicketResponse>;
using Steady = std::chrono::steady_clock;

constexpr auto kLook = std::chrono::milliseconds(1);
constexpr auto kPatience = std::chrono::seconds(20);  // for the last decisions

struct Flags {
  std::string target, keys, decisions;
  double rate = 1000, seconds = 10, warm_up = 2;
};

using Times = std::unordered_map<std::string, Steady::time_point>;  // by ticket id

// Writes down when each ticket was acknowledged. Thread-safe.
class Acknowledged {
 public:
  void Add(const std::string& ticket) {
    const auto now = Steady::now();
    std::lock_guard lock(mutex_);
    times_.emplace(ticket, now);
  }
  size_t size() const {
    std::lock_guard lock(mutex_);
    return times_.size();
  }
  Times Take() { return std::move(times_); }

 private:
  mutable std::mutex mutex_;
  Times times_;
};

// Watches triage's database from a thread of its own.
class Decided {
 public:
  explicit Decided(db::Database& database) : database_(database) {
    Look(nullptr);
    thread_ = std::thread([this] {
      while (!stopping_) {
        Look(&times_);
        std::this_thread::sleep_for(kLook);
      }
    });
  }
  // Waits until there are `wanted` decisions, or patience ends.
  Times Finish(size_t wanted) {
    const auto end = Steady::now() + kPatience;
    while (seen_ < wanted && Steady::now() < end) std::this_thread::sleep_for(kLook);
    stopping_ = true;
    thread_.join();
    return std::move(times_);
  }

 private:
  void Look(Times* times) {
    const absl::Status read = database_.Read([&](db::Session& session) {
      // Ids rise in the order of decisions, which one writer commits in that order.
      return session.Query(
          "SELECT decision_id, ticket_id FROM decision WHERE tenant = 'bench' AND decision_id > ? "
          "ORDER BY decision_id",
          {last_}, [&](const db::Row& row) {
            last_ = row.Str(0);
            if (times == nullptr) return;
            times->emplace(row.Str(1), Steady::now());
            ++seen_;
          });
    });
    if (!read.ok()) std::fprintf(stderr, "bench_decision: %s\n", read.ToString().c_str());
  }

  db::Database& database_;
  std::string last_;
  Times times_;
  std::atomic<size_t> seen_{0};
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

int Run(const Flags& flags, const std::string& token, db::Database& database) {
  bench::LoadOptions options;
  options.slots = 512;
  options.per_second = flags.rate;
  options.duration = absl::Seconds(flags.seconds);
  options.warm_up = absl::Seconds(flags.warm_up);
  const auto stubs = bench::Stubs<pb::TicketService>(flags.target, 2);
  huiyin::UuidV7Generator ids(huiyin::SystemClock());
  Acknowledged acknowledged;
  Decided decided(database);
  const auto counted_from = Steady::now() + absl::ToChronoNanoseconds(options.warm_up);
  const bench::LoadResult load = bench::Run(options, [&](int index) {
    auto* async = stubs[index % stubs.size()]->async();
    return std::make_unique<CreateTicketSlot>(
        [async](auto* context, auto* request, auto* response, auto done) {
          async->CreateTicket(context, request, response, std::move(done));
        },
        pb::CreateTicketRequest(), token,
        [&ids](pb::CreateTicketRequest& request) {
          request.set_request_id(ids.NewId());
          bench::Fill(*request.mutable_feedback(), request.request_id());
        },
        [&](const pb::CreateTicketResponse& answer) { acknowledged.Add(answer.ticket().id()); });
  });
  std::fprintf(stderr, "%s\n", load.Describe().c_str());
  const Times decisions = decided.Finish(acknowledged.size());
  bench::Histogram latency;
  size_t missing = 0;
  for (const auto& [ticket, at] : acknowledged.Take()) {
    const auto decision = decisions.find(ticket);
    if (decision == decisions.end()) {
      ++missing;
    } else if (at >= counted_from) {
      // A decision may be there before its ticket's acknowledgement has reached us.
      latency.Record(std::max(absl::FromChrono(decision->second - at), absl::ZeroDuration()));
    }
  }
  std::printf(
      "{\"p50_ms\": %.3f, \"p99_ms\": %.3f, \"decisions\": %llu, \"undecided\": %zu, "
      "\"failed\": %llu}\n",
      absl::ToDoubleMilliseconds(latency.Quantile(0.5)),
      absl::ToDoubleMilliseconds(latency.Quantile(0.99)),
      static_cast<unsigned long long>(latency.count()), missing,
      static_cast<unsigned long long>(load.failed()));
  return latency.count() > 0 && missing == 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);  // see load_main.cc
  Flags flags;
  CLI::App app("Time from acknowledgement to decision");
  app.add_option("--target", flags.target, "host:port of ingest")->required();
  app.add_option("--keys", flags.keys, "key file to sign the token with")->required();
  app.add_option("--decisions", flags.decisions, "triage's database, sqlite:FILE")->required();
  app.add_option("--rate", flags.rate, "tickets a second");
  app.add_option("--seconds", flags.seconds, "length of the measurement");
  app.add_option("--warm_up", flags.warm_up, "seconds before it");
  CLI11_PARSE(app, argc, argv);
  const auto token = bench::Token(flags.keys);
  auto database = db::Database::Open({.dsn = flags.decisions});
  const absl::Status status = token.ok() ? database.status() : token.status();
  if (!status.ok()) {
    std::fprintf(stderr, "bench_decision: %s\n", status.ToString().c_str());
    return 1;
  }
  return Run(flags, *token, **database);
}
