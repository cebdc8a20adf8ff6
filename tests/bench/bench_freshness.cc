// How old figures are: from an event's commit at its producer, through outbox, Redis and analytics'
// log, until a query shows it, at 1 000 events a second. Everything runs as it does in the
// services, on SQLite and a Redis that syncs at every write, in one process.
//
// The n-th event counts as visible when a query shows n; with several partitions that may be
// another one than the n-th published, so single events may be a little younger or older.
#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <iostream>
#include <thread>
#include <vector>

#include "absl/time/time.h"
#include "huiyin/event/v1/ticket_events.pb.h"
#include "libs/core/status.h"
#include "libs/events/consumer_runner.h"
#include "libs/events/outbox.h"
#include "libs/events/relay.h"
#include "libs/testing/servers/redis_server.h"
#include "libs/testing/servers/temp_database.h"
#include "services/analytics/events/codec.h"
#include "services/analytics/events/log_handler.h"
#include "services/analytics/roller.h"
#include "services/analytics/storage/sql_store.h"
#include "services/analytics/usecase/query_metrics.h"
#include "tests/bench/json_report.h"

namespace huiyin::analytics {
namespace {

constexpr int kPerSecond = 1000, kSeconds = 15, kEvents = kPerSecond * kSeconds;
constexpr int kAtOnce = 10;  // events in one of the producer's transactions
constexpr int kPartitions = 8;

void MustBeOk(const absl::Status& status) {
  if (status.ok()) return;
  std::cerr << status << std::endl;
  std::exit(1);
}

absl::Status Publish(db::Database& database, IdGenerator& ids) {
  return database.Write([&](db::Transaction& tx) -> absl::Status {
    for (int i = 0; i < kAtOnce; ++i) {
      event::v1::TicketCreated created;
      created.set_ticket_id(ids.NewId());
      created.set_customer_id(ids.NewId());
      HUIYIN_RETURN_IF_ERROR(events::Append(tx, ids,
                                            {.type = "huiyin.event.v1.TicketCreated",
                                             .tenant = "t1",
                                             .topic = "ticket",
                                             .aggregate_id = created.ticket_id(),
                                             .occurred_at = SystemClock().Now(),
                                             .body = created.SerializeAsString()}));
    }
    return absl::OkStatus();
  });
}

int64_t Visible(db::Database& database) {
  int64_t count = 0;
  MustBeOk(database.Read([&](db::Session& session) -> absl::Status {
    SqlStore store(session);
    MetricsQuestion question;
    question.measures = {"tickets_created"};
    question.until = SystemClock().Now() + absl::Minutes(1);
    question.from = question.until - absl::Hours(24);
    HUIYIN_ASSIGN_OR_RETURN(
        const MetricsAnswer answer,
        QueryMetrics(View{store, SystemClock()}, {TenantId("t1"), "bench"}, question));
    if (!answer.rows.empty()) count = static_cast<int64_t>(answer.rows[0].values[0]);
    return absl::OkStatus();
  }));
  return count;
}

std::vector<double> Measure() {
  testing::RedisServer redis;
  testing::TempDatabase producer(db::Dialect::kSqlite), analytics(db::Dialect::kSqlite);
  producer.Migrate("events", events::Schema());
  analytics.Migrate("events", events::Schema());
  analytics.Migrate("analytics", Schema());
  UuidV7Generator ids(SystemClock());
  obs::Metrics metrics;
  db::GroupCommit outbox_writer(producer.database(), {}), log_writer(analytics.database(), {});
  const events::BusOptions bus{.redis = redis.address(), .partitions = kPartitions};
  events::Relay relay({.bus = bus}, producer.database(), outbox_writer, SystemClock(), ids,
                      metrics);
  events::ConsumerRunner runner({.bus = bus}, analytics.database(), log_writer, SystemClock(), ids,
                                metrics);
  runner.Add(
      {.consumer = "analytics", .topics = {"ticket"}},
      std::make_unique<LogHandler>(LogHandler::Log{
          .append = [](db::Transaction& tx,
                       const LoggedEvent& event) { return SqlStore(tx).AppendEvent(event); },
          .alias_of =
              [&ids](db::Transaction& tx, const std::string& tenant, const std::string& customer) {
                return SqlStore(tx).AliasOf(tenant, customer, ids.NewId());
              },
          .forget_customer = {},  // none is forgotten here
      }));
  Roller roller(
      {}, analytics.database(), SystemClock(), ids, Decode,
      [](absl::FunctionRef<bool(int64_t, int64_t)>) { return absl::OkStatus(); }, metrics);
  relay.Start();
  runner.Start();
  roller.Start();

  std::vector<absl::Time> published(kEvents);
  std::atomic<int> done = 0;
  std::thread publisher([&] {
    const absl::Time start = SystemClock().Now();
    for (int i = 0; i < kEvents; i += kAtOnce) {
      absl::SleepFor(start + absl::Seconds(1) * i / kPerSecond - SystemClock().Now());
      MustBeOk(Publish(producer.database(), ids));
      std::fill_n(published.begin() + i, kAtOnce, SystemClock().Now());
      done = i + kAtOnce;
    }
  });
  std::vector<double> milliseconds;
  while (milliseconds.size() < kEvents) {
    const int64_t visible = std::min<int64_t>(Visible(analytics.database()), done);
    const absl::Time now = SystemClock().Now();
    while (static_cast<int64_t>(milliseconds.size()) < visible) {
      milliseconds.push_back(absl::ToDoubleMilliseconds(now - published[milliseconds.size()]));
    }
    absl::SleepFor(absl::Milliseconds(5));
  }
  publisher.join();
  roller.Stop();
  runner.Stop();
  relay.Stop(absl::Seconds(5));
  return milliseconds;
}

}  // namespace
}  // namespace huiyin::analytics

int main(int argc, char** argv) {
  std::vector<double> milliseconds = huiyin::analytics::Measure();
  std::sort(milliseconds.begin(), milliseconds.end());
  return huiyin::bench::Report(
      argc, argv,
      {{"freshness_p50_ms", milliseconds[milliseconds.size() / 2]},
       {"freshness_p99_ms", milliseconds[milliseconds.size() * 99 / 100]}});
}
