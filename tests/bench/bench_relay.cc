// How fast the relay drains a backlog (SQLite outbox to a Redis that syncs its append-only file at
// every write), and then a consumer what it published (one row and the inbox's per event, SQLite).
// Baseline: XADD of the same entries, pipelined over one connection, nothing else.
#include <prometheus/counter.h>

#include <cstdlib>
#include <iostream>

#include "absl/time/time.h"
#include "libs/core/status.h"
#include "libs/events/consumer_runner.h"
#include "libs/events/outbox.h"
#include "libs/events/redis_streams/connection.h"
#include "libs/events/redis_streams/stream.h"
#include "libs/events/relay.h"
#include "libs/testing/servers/redis_server.h"
#include "libs/testing/servers/temp_database.h"
#include "tests/bench/json_report.h"

namespace huiyin::bench {
namespace {

constexpr int kEvents = 300'000;
constexpr int kPipeline = 2000;
constexpr int kPartitions = 8;

void MustBeOk(const absl::Status& status) {
  if (status.ok()) return;
  std::cerr << status << std::endl;
  std::exit(1);
}

std::string Body() { return std::string(160, 'b'); }  // about a TicketCreated

void FillOutbox(db::Database& database, IdGenerator& ids) {
  for (int done = 0; done < kEvents; done += kPipeline) {
    MustBeOk(database.Write([&](db::Transaction& tx) -> absl::Status {
      for (int i = done; i < done + kPipeline; ++i) {
        HUIYIN_RETURN_IF_ERROR(events::Append(tx, ids,
                                              {.type = "huiyin.event.v1.TicketCreated",
                                               .tenant = "bench",
                                               .topic = "ticket",
                                               .aggregate_id = ids.NewId(),
                                               .occurred_at = SystemClock().Now(),
                                               .body = Body()}));
      }
      return absl::OkStatus();
    }));
  }
}

std::unique_ptr<events::redis::Connection> Connect(const testing::RedisServer& redis) {
  auto connection = events::redis::Connection::Open({.redis = redis.address()}, absl::Seconds(30));
  MustBeOk(connection.status());
  return *std::move(connection);
}

class CountingHandler final : public events::Handler {
 public:
  absl::Status Handle(db::Transaction& tx, const events::Event& event) override {
    return tx.Execute("INSERT INTO item (id) VALUES (?)", {event.event_id}).status();
  }
};

double MeasureConsumer(const testing::RedisServer& redis) {
  static constexpr db::Migration kItem[] = {
      {1, "0001_item.sql", "CREATE TABLE item (id TEXT PRIMARY KEY) {without_rowid};\n"}};
  testing::TempDatabase inbox(db::Dialect::kSqlite);
  inbox.Migrate("events", events::Schema());
  inbox.Migrate("bench", kItem);
  UuidV7Generator ids(SystemClock());
  db::GroupCommit writer(inbox.database(), {});
  obs::Metrics metrics;
  events::ConsumerRunner runner({.bus = {.redis = redis.address(), .partitions = kPartitions}},
                                inbox.database(), writer, SystemClock(), ids, metrics);
  runner.Add({.consumer = "bench", .topics = {"ticket"}}, std::make_unique<CountingHandler>());
  const absl::Time start = SystemClock().Now();
  runner.Start();
  prometheus::Counter& handled =
      metrics.Counter("huiyin_events_handled_total", "", {{"consumer", "bench"}});
  const auto all_there = [&] { return handled.Value() >= kEvents; };
  if (!testing::WaitUntil(all_there, absl::Minutes(5))) {
    std::cerr << "the consumer did not get all events" << std::endl;
    std::exit(1);
  }
  return kEvents / absl::ToDoubleSeconds(SystemClock().Now() - start);
}

struct Figures {
  double relay, consumer;
};

Figures MeasureBus() {
  testing::TempDatabase outbox(db::Dialect::kSqlite);
  outbox.Migrate("events", events::Schema());
  UuidV7Generator ids(SystemClock());
  FillOutbox(outbox.database(), ids);
  testing::RedisServer redis;
  const auto client = Connect(redis);
  db::GroupCommit writer(outbox.database(), {});
  obs::Metrics metrics;
  events::Relay relay({.bus = {.redis = redis.address(), .partitions = kPartitions}},
                      outbox.database(), writer, SystemClock(), ids, metrics);
  const absl::Time start = SystemClock().Now();
  relay.Start();
  relay.Stop(absl::Minutes(5));  // when everything is published
  const absl::Duration took = SystemClock().Now() - start;
  int64_t entries = 0;
  for (int p = 0; p < kPartitions; ++p) {
    const auto length = client->Call({"XLEN", events::StreamName{"ticket", p}.Key()});
    MustBeOk(length.status());
    entries += length->Int();
  }
  if (entries != kEvents) {
    std::cerr << entries << " entries instead of " << kEvents << std::endl;
    std::exit(1);
  }
  return {kEvents / absl::ToDoubleSeconds(took), MeasureConsumer(redis)};
}

double MeasureXadd() {
  testing::RedisServer redis;
  const auto client = Connect(redis);
  const std::string entry(260, 'e');
  const absl::Time start = SystemClock().Now();
  for (int done = 0; done < kEvents; done += kPipeline) {
    for (int i = 0; i < kPipeline; ++i) {
      client->Append(
          {"XADD", events::StreamName{"ticket", i % kPartitions}.Key(), "*", "n", "1", "e", entry});
    }
    for (int i = 0; i < kPipeline; ++i) MustBeOk(client->Read().status());
  }
  return kEvents / absl::ToDoubleSeconds(SystemClock().Now() - start);
}

}  // namespace
}  // namespace huiyin::bench

int main(int argc, char** argv) {
  const auto bus = huiyin::bench::MeasureBus();
  const double xadd = huiyin::bench::MeasureXadd();
  return huiyin::bench::Report(argc, argv,
                               {{"relay_events_per_s", bus.relay},
                                {"consumer_events_per_s", bus.consumer},
                                {"relay_xadd_baseline_per_s", xadd}});
}
