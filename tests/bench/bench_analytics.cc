// What analytics does per second, on SQLite with durable commits: events logged, rolled up, counted
// anew; how long a question over 90 days takes – beside the same question asked of the raw rows
// through an index – and how much memory all of it needs. Needs no running service.
//
//   bench_analytics [--events N] [--json FILE]     default: 1 000 000 events; the figures that are
//                                                  promised are those of 10 000 000
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <queue>
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

constexpr int64_t kDefaultEvents = 1'000'000;
constexpr int64_t kLogMeasured = 300'000;  // logged as they arrive; the rest in bulk
constexpr int kLogBatch = 256;
constexpr int kBulkBatch = 20'000;
constexpr int kRollBatch = 20'000;
constexpr int kDays = 90;
const absl::Time kStart = absl::FromUnixSeconds(1767225600);

void Check(const absl::Status& status) {
  if (status.ok()) return;
  std::fprintf(stderr, "bench_analytics: %s\n", status.ToString().c_str());
  std::exit(1);
}

double Seconds(std::chrono::steady_clock::time_point since) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - since).count();
}

double PeakRssMiB() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

// The facts of one ticket.
struct Ticket {
  absl::Time at;
  ev::TicketCreated created;
  ev::TicketTriaged triaged;
};

// 90 days of tickets, evenly; always the same.
class Tickets {
 public:
  explicit Tickets(int64_t count) : count_(count) {}
  bool Next(Ticket& ticket) {
    if (made_ == count_) return false;
    static constexpr const char* kLanguages[] = {"zh", "zh", "zh", "en", "en", "ja", "es"};
    ticket.at = kStart + absl::Hours(kDays * 24) * made_ / count_;
    const std::string id = "018f3c5e-7b1a-7000-8000-" + std::to_string(100000000000 + made_++);
    ticket.created.set_ticket_id(id);
    ticket.created.set_customer_id("customer-" + std::to_string(Pick(200000)));
    ticket.created.set_channel(static_cast<common::Channel>(1 + Pick(8)));
    ticket.created.set_product_id("P-" + std::to_string(Pick(2000)));
    ticket.triaged.set_ticket_id(id);
    ticket.triaged.set_language(kLanguages[Pick(7)]);
    ticket.triaged.set_category(static_cast<common::Category>(1 + Pick(18)));
    ticket.triaged.set_sentiment(static_cast<common::Sentiment>(1 + Pick(3)));
    ticket.triaged.set_urgency(static_cast<common::Urgency>(1 + Pick(4)));
    ticket.triaged.set_priority(static_cast<common::Priority>(1 + Pick(4)));
    ticket.triaged.set_queue("queue-" + std::to_string(Pick(6)));
    ticket.triaged.clear_terms();
    for (int i = 0; i < 3; ++i) ticket.triaged.add_terms("term " + std::to_string(Pick(3000)));
    return true;
  }
  uint32_t Pick(uint32_t n) { return static_cast<uint32_t>(random_() % n); }

 private:
  const int64_t count_;
  int64_t made_ = 0;
  std::mt19937 random_{7};
};

// The events of these tickets in the order they happen: created, decided, answered, resolved.
class Events {
 public:
  explicit Events(int64_t count) : tickets_(count / 4) { more_ = tickets_.Next(ticket_); }

  bool Next(LoggedEvent& event) {
    while (more_ && (later_.empty() || ticket_.at <= later_.top().at)) Begin();
    if (later_.empty()) return false;
    event = later_.top();
    later_.pop();
    return true;
  }

 private:
  struct Later {
    bool operator()(const LoggedEvent& x, const LoggedEvent& y) const { return x.at > y.at; }
  };
  void Add(const google::protobuf::Message& body, absl::Time at) {
    later_.push({0, "t1", body.GetDescriptor()->name(), at, body.SerializeAsString()});
  }
  void Begin() {
    const absl::Time at = ticket_.at;
    Add(ticket_.created, at);
    Add(ticket_.triaged, at + absl::Milliseconds(20 + tickets_.Pick(200)));
    ev::TicketMessageAdded reply;
    reply.set_ticket_id(ticket_.created.ticket_id());
    reply.set_author(ev::MESSAGE_AUTHOR_AGENT);
    reply.set_agent_id("agent-" + std::to_string(tickets_.Pick(40)));
    reply.set_public_(true);
    reply.set_first_response(true);
    const absl::Time answered = at + absl::Minutes(1 + tickets_.Pick(300));
    Add(reply, answered);
    ev::TicketStateChanged resolved;
    resolved.set_ticket_id(ticket_.created.ticket_id());
    resolved.set_from(ev::TICKET_LIFECYCLE_OPEN);
    resolved.set_to(ev::TICKET_LIFECYCLE_RESOLVED);
    Add(resolved, answered + absl::Minutes(tickets_.Pick(72 * 60)));
    more_ = tickets_.Next(ticket_);
  }

  Tickets tickets_;
  Ticket ticket_;
  bool more_ = false;
  std::priority_queue<LoggedEvent, std::vector<LoggedEvent>, Later> later_;
};

// Logs at most `limit` events in transactions of `batch`; returns how many.
int64_t Log(db::Database& database, Events& events, int64_t limit, int batch) {
  int64_t logged = 0;
  std::vector<LoggedEvent> pending;
  for (LoggedEvent event; logged < limit;) {
    pending.clear();
    while (static_cast<int>(pending.size()) < batch && events.Next(event)) pending.push_back(event);
    if (pending.empty()) break;
    Check(database.Write([&](db::Transaction& tx) {
      SqlStore store(tx);
      for (const LoggedEvent& each : pending) {
        const absl::Status status = store.AppendEvent(each);
        if (!status.ok()) return status;
      }
      return absl::OkStatus();
    }));
    logged += static_cast<int64_t>(pending.size());
  }
  return logged;
}

double MeasureRoll(db::Database& database, int64_t events) {
  const auto start = std::chrono::steady_clock::now();
  Projector projector;
  Generation at;
  do {
    Check(database.Write([&](db::Transaction& tx) {
      SqlStore store(tx);
      auto live = store.Live();
      if (!live.ok()) return live.status();
      auto rolled = RollBatch(store, projector, Decode, *live, kRollBatch);
      if (!rolled.ok()) return rolled.status();
      at = *rolled;
      return absl::OkStatus();
    }));
  } while (at.position < events);
  return static_cast<double>(events) / Seconds(start);
}

double MeasureRebuild(db::Database& database, int64_t events) {
  const auto start = std::chrono::steady_clock::now();
  RebuildParts parts;
  parts.write = [&](absl::FunctionRef<absl::Status(Store&)> body) {
    return database.Write([&](db::Transaction& tx) {
      SqlStore store(tx);
      return body(store);
    });
  };
  parts.read = [&](absl::FunctionRef<absl::Status(Store&)> body) {
    return database.Read([&](db::Session& session) {
      SqlStore store(session);
      return body(store);
    });
  };
  parts.decode = Decode;
  const auto result = Rebuild(parts, [](int64_t, int64_t) { return true; });
  Check(result.status());
  if (!result->identical) Check(absl::InternalError("the rebuild differs"));
  return static_cast<double>(events) / Seconds(start);
}

double Percentile99(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() * 99 / 100];
}

// Three dimensions over 90 days, in total or the first page by the hour.
double MeasureQueries(db::Database& database, std::optional<Grain> granularity) {
  std::vector<double> milliseconds;
  for (int i = 0; i < 200; ++i) {
    MetricsQuestion question;
    question.measures = {"tickets_created", "tickets_resolved"};
    question.dimensions = {"category", "sentiment", "channel"};
    question.from = kStart + absl::Hours(i % 24);
    question.until = question.from + absl::Hours(kDays * 24);
    question.granularity = granularity;
    const auto start = std::chrono::steady_clock::now();
    Check(database.Read([&](db::Session& session) {
      SqlStore store(session);
      return QueryMetrics(View{store, SystemClock()}, {TenantId("t1"), "bench"}, question).status();
    }));
    milliseconds.push_back(Seconds(start) * 1000);
  }
  return Percentile99(milliseconds);
}

// The same total asked of one row per ticket, found by an index.
double MeasureRaw(db::Database& database, int64_t events) {
  Check(database.Write([&](db::Transaction& tx) -> absl::Status {
    for (const char* sql :
         {"CREATE TABLE raw (tenant TEXT, at BIGINT, category BIGINT, sentiment BIGINT, channel "
          "BIGINT)",
          "CREATE INDEX raw_at ON raw (tenant, at)"}) {
      if (auto done = tx.Execute(sql); !done.ok()) return done.status();
    }
    Tickets tickets(events / 4);
    for (Ticket ticket; tickets.Next(ticket);) {
      auto done = tx.Execute("INSERT INTO raw VALUES (?, ?, ?, ?, ?)",
                             {"t1", ticket.at, ticket.triaged.category(),
                              ticket.triaged.sentiment(), ticket.created.channel()});
      if (!done.ok()) return done.status();
    }
    return absl::OkStatus();
  }));
  std::vector<double> milliseconds;
  for (int i = 0; i < 3; ++i) {
    const auto start = std::chrono::steady_clock::now();
    Check(database.Read([&](db::Session& session) {
      return session.Query(
          "SELECT category, sentiment, channel, COUNT(*) FROM raw WHERE tenant = ? AND at >= ? AND "
          "at < ? GROUP BY category, sentiment, channel",
          {"t1", kStart, kStart + absl::Hours(kDays * 24)}, [](const db::Row&) {});
    }));
    milliseconds.push_back(Seconds(start) * 1000);
  }
  return Percentile99(milliseconds);
}

}  // namespace
}  // namespace huiyin::analytics

int main(int argc, char** argv) {
  using namespace huiyin::analytics;  // NOLINT(google-build-using-namespace): a program of one file
  int64_t count = kDefaultEvents;
  if (argc >= 3 && std::strcmp(argv[1], "--events") == 0) {
    count = std::atoll(argv[2]);
    argv[2] = argv[0];
    argv += 2;
    argc -= 2;
  }
  huiyin::testing::TempDatabase temp(huiyin::db::Dialect::kSqlite);
  temp.Migrate("analytics", Schema());
  Events events(count);
  const auto start = std::chrono::steady_clock::now();
  int64_t size = Log(temp.database(), events, kLogMeasured, kLogBatch);
  const double logged = static_cast<double>(size) / Seconds(start);
  size += Log(temp.database(), events, count, kBulkBatch);
  const double rolled = MeasureRoll(temp.database(), size);
  const double rebuilt = MeasureRebuild(temp.database(), size);
  const double total = MeasureQueries(temp.database(), std::nullopt);
  const double hourly = MeasureQueries(temp.database(), Grain::kHour);
  const double rss = PeakRssMiB();
  const double raw = MeasureRaw(temp.database(), size);
  return huiyin::bench::Report(argc, argv,
                               {{"analytics_events", static_cast<double>(size)},
                                {"analytics_logged_per_s", logged},
                                {"analytics_rolled_per_s", rolled},
                                // Both, one after the other: from event to committed rollup.
                                {"analytics_events_per_s", 1 / (1 / logged + 1 / rolled)},
                                {"rebuild_events_per_s", rebuilt},
                                {"query_p99_ms", std::max(total, hourly)},
                                {"query_total_p99_ms", total},
                                {"query_hourly_page_p99_ms", hourly},
                                {"query_raw_p99_ms", raw},
                                {"query_raw_ratio", raw / total},
                                {"analytics_rss_mb", rss}});
}
