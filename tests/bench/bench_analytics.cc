// What analytics does per second, on SQLite with durable commits: events logged, rolled up, counted
// anew, and how long a question over 90 days by the hour takes – beside the same question asked of
// the raw rows through an index. Needs no running service.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include "huiyin/event/v1/ticket_events.pb.h"
#include "huiyin/event/v1/triage_events.pb.h"
#include "libs/core/clock.h"
#include "libs/testing/servers/temp_database.h"
#include "services/analytics/events/codec.h"
#include "services/analytics/storage/sql_store.h"
#include "services/analytics/usecase/query_metrics.h"
#include "services/analytics/usecase/rebuild.h"
#include "services/analytics/usecase/roll.h"
#include "tests/bench/json_report.h"

namespace huiyin::analytics {
namespace {

namespace ev = huiyin::event::v1;
namespace common = huiyin::common::v1;

constexpr int kEvents = 300'000;
constexpr int kLogBatch = 256;
constexpr int kRollBatch = 5000;
const absl::Time kStart = absl::FromUnixSeconds(1767225600);

void Check(const absl::Status& status) {
  if (status.ok()) return;
  std::fprintf(stderr, "bench_analytics: %s\n", status.ToString().c_str());
  std::exit(1);
}

double Seconds(std::chrono::steady_clock::time_point since) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - since).count();
}

LoggedEvent Wrap(const google::protobuf::Message& body, absl::Time at) {
  return {0, "t1", body.GetDescriptor()->name(), at, body.SerializeAsString()};
}

// One ticket is four events: created, decided, answered, resolved. Spread over 90 days in order.
std::vector<LoggedEvent> MakeEvents(int count) {
  std::mt19937 random(7);
  const auto pick = [&](uint32_t n) { return static_cast<int>(random() % n); };
  static constexpr const char* kLanguages[] = {"zh", "zh", "zh", "en", "en", "ja", "es"};
  std::vector<LoggedEvent> events;
  const int tickets = count / 4;
  for (int i = 0; i < tickets; ++i) {
    const absl::Time at = kStart + absl::Hours(90 * 24) * i / tickets;
    const std::string id = "018f3c5e-7b1a-7000-8000-" + std::to_string(100000000000 + i);
    ev::TicketCreated created;
    created.set_ticket_id(id);
    created.set_customer_id("customer-" + std::to_string(pick(200000)));
    created.set_channel(static_cast<common::Channel>(1 + pick(8)));
    created.set_product_id("P-" + std::to_string(pick(2000)));
    events.push_back(Wrap(created, at));
    ev::TicketTriaged triaged;
    triaged.set_ticket_id(id);
    triaged.set_language(kLanguages[pick(7)]);
    triaged.set_category(static_cast<common::Category>(1 + pick(18)));
    triaged.set_sentiment(static_cast<common::Sentiment>(1 + pick(3)));
    triaged.set_urgency(static_cast<common::Urgency>(1 + pick(4)));
    triaged.set_priority(static_cast<common::Priority>(1 + pick(4)));
    events.push_back(Wrap(triaged, at + absl::Milliseconds(20 + pick(200))));
    ev::TicketMessageAdded reply;
    reply.set_ticket_id(id);
    reply.set_first_response(true);
    events.push_back(Wrap(reply, at + absl::Minutes(1 + pick(300))));
    ev::TicketStateChanged resolved;
    resolved.set_ticket_id(id);
    resolved.set_from(ev::TICKET_LIFECYCLE_OPEN);
    resolved.set_to(ev::TICKET_LIFECYCLE_RESOLVED);
    events.push_back(Wrap(resolved, at + absl::Hours(1 + pick(72))));
  }
  return events;
}

double MeasureLog(db::Database& database, const std::vector<LoggedEvent>& events) {
  const auto start = std::chrono::steady_clock::now();
  for (size_t from = 0; from < events.size(); from += kLogBatch) {
    Check(database.Write([&](db::Transaction& tx) {
      SqlStore store(tx);
      for (size_t i = from; i < std::min(events.size(), from + kLogBatch); ++i) {
        const absl::Status status = store.AppendEvent(events[i]);
        if (!status.ok()) return status;
      }
      return absl::OkStatus();
    }));
  }
  return static_cast<double>(events.size()) / Seconds(start);
}

double MeasureRoll(db::Database& database, int64_t events) {
  const auto start = std::chrono::steady_clock::now();
  Generation at;
  do {
    Check(database.Write([&](db::Transaction& tx) {
      SqlStore store(tx);
      auto live = store.Live();
      if (!live.ok()) return live.status();
      auto rolled = RollBatch(store, Decode, *live, kRollBatch);
      if (!rolled.ok()) return rolled.status();
      at = *rolled;
      return absl::OkStatus();
    }));
  } while (at.position < events);
  return static_cast<double>(events) / Seconds(start);
}

double MeasureRebuild(db::Database& database, int64_t events) {
  const auto start = std::chrono::steady_clock::now();
  const InTransaction write = [&](absl::FunctionRef<absl::Status(Store&)> body) {
    return database.Write([&](db::Transaction& tx) {
      SqlStore store(tx);
      return body(store);
    });
  };
  const auto result = Rebuild(write, Decode, kRollBatch, [](int64_t, int64_t) { return true; });
  Check(result.status());
  if (!result->identical) Check(absl::InternalError("the rebuild differs"));
  return static_cast<double>(events) / Seconds(start);
}

double Percentile99(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() * 99 / 100];
}

// Three dimensions over 90 days, alternately in total and the first page by the hour.
double MeasureQueries(db::Database& database) {
  std::vector<double> milliseconds;
  for (int i = 0; i < 200; ++i) {
    MetricsQuestion question;
    question.measures = {"tickets_created", "tickets_resolved"};
    question.dimensions = {"category", "sentiment", "channel"};
    question.from = kStart + absl::Hours(i % 24);
    question.until = question.from + absl::Hours(90 * 24);
    if (i % 2 == 0) question.granularity = Grain::kHour;
    const auto start = std::chrono::steady_clock::now();
    Check(database.Read([&](db::Session& session) {
      SqlStore store(session);
      return QueryMetrics(View{store, SystemClock()}, {TenantId("t1"), "bench"}, question).status();
    }));
    milliseconds.push_back(Seconds(start) * 1000);
  }
  return Percentile99(milliseconds);
}

// The same total asked of one row per ticket.
double MeasureRaw(db::Database& database, const std::vector<LoggedEvent>& events) {
  Check(database.Write([&](db::Transaction& tx) -> absl::Status {
    for (const char* sql :
         {"CREATE TABLE raw (tenant TEXT, at BIGINT, category BIGINT, sentiment BIGINT, channel "
          "BIGINT)",
          "CREATE INDEX raw_at ON raw (tenant, at)"}) {
      if (auto done = tx.Execute(sql); !done.ok()) return done.status();
    }
    for (size_t i = 0; i + 1 < events.size(); i += 4) {
      ev::TicketCreated created;
      ev::TicketTriaged triaged;
      created.ParseFromString(events[i].body);
      triaged.ParseFromString(events[i + 1].body);
      auto done = tx.Execute(
          "INSERT INTO raw VALUES (?, ?, ?, ?, ?)",
          {"t1", events[i].at, triaged.category(), triaged.sentiment(), created.channel()});
      if (!done.ok()) return done.status();
    }
    return absl::OkStatus();
  }));
  std::vector<double> milliseconds;
  for (int i = 0; i < 10; ++i) {
    const auto start = std::chrono::steady_clock::now();
    Check(database.Read([&](db::Session& session) {
      return session.Query(
          "SELECT category, sentiment, channel, COUNT(*) FROM raw WHERE tenant = ? AND at >= ? AND "
          "at < ? GROUP BY category, sentiment, channel",
          {"t1", kStart, kStart + absl::Hours(90 * 24)}, [](const db::Row&) {});
    }));
    milliseconds.push_back(Seconds(start) * 1000);
  }
  return Percentile99(milliseconds);
}

}  // namespace
}  // namespace huiyin::analytics

int main(int argc, char** argv) {
  using namespace huiyin::analytics;  // NOLINT(google-build-using-namespace): a program of one file
  const std::vector<LoggedEvent> events = MakeEvents(kEvents);
  huiyin::testing::TempDatabase temp(huiyin::db::Dialect::kSqlite);
  temp.Migrate("analytics", Schema());
  const auto size = static_cast<int64_t>(events.size());
  const double logged = MeasureLog(temp.database(), events);
  const double rolled = MeasureRoll(temp.database(), size);
  const double rebuilt = MeasureRebuild(temp.database(), size);
  const double query = MeasureQueries(temp.database());
  const double raw = MeasureRaw(temp.database(), events);
  return huiyin::bench::Report(argc, argv,
                               {{"analytics_logged_per_s", logged},
                                {"analytics_rolled_per_s", rolled},
                                // Both, one after the other: from event to committed rollup.
                                {"analytics_events_per_s", 1 / (1 / logged + 1 / rolled)},
                                {"rebuild_events_per_s", rebuilt},
                                {"query_p99_ms", query},
                                {"query_raw_p99_ms", raw}});
}
