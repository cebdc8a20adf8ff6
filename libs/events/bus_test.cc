// Relay and consumers together over a real Redis: every event's effect happens once, in order,
// whatever Redis does.
#include <atomic>
#include <latch>
#include <map>
#include <mutex>

#include "libs/core/status.h"
#include "libs/events/consumer_runner.h"
#include "libs/events/dead_letters.h"
#include "libs/events/outbox.h"
#include "libs/events/redis_streams/connection.h"
#include "libs/events/redis_streams/stream.h"
#include "libs/events/relay.h"
#include "libs/testing/servers/redis_server.h"
#include "libs/testing/servers/temp_database.h"
#include "libs/testing/status.h"

namespace huiyin::events {
namespace {

using ::huiyin::testing::StatusIs;
using ::huiyin::testing::WaitUntil;
using ::testing::HasSubstr;

constexpr db::Migration kEffects[] = {
    {1, "0001_effect.sql",
     "CREATE TABLE effect (n {identity}, replica TEXT NOT NULL, aggregate_id TEXT NOT NULL,"
     " sequence BIGINT NOT NULL, body {blob} NOT NULL);\n"}};

// Writes the effect; fails as the test asks.
class EffectHandler final : public Handler {
 public:
  struct Faults {
    std::atomic<bool> reject_poison{true};
    std::atomic<int> prepare_failures{0};
    std::latch awake{1};  // the replica "sleeper" waits for it before it handles anything
    std::atomic<bool> asleep{false};
  };
  EffectHandler(std::string replica, Faults& faults)
      : replica_(std::move(replica)), faults_(faults) {}

  absl::Status Prepare(std::span<const Event>) override {
    if (replica_ == "sleeper") {
      faults_.asleep = true;
      faults_.awake.wait();
    }
    if (faults_.prepare_failures.fetch_sub(1) > 0) return absl::UnavailableError("peer is down");
    return absl::OkStatus();
  }
  absl::Status Handle(db::Transaction& tx, const Event& event) override {
    HUIYIN_RETURN_IF_ERROR(
        tx.Execute("INSERT INTO effect (replica, aggregate_id, sequence, body) VALUES (?, ?, ?, ?)",
                   {replica_, event.aggregate_id, event.sequence, db::Blob{event.body}})
            .status());
    if (event.body == "poison" && faults_.reject_poison) {
      return absl::InternalError("cannot digest");
    }
    return absl::OkStatus();
  }

 private:
  const std::string replica_;
  Faults& faults_;
};

// A producing service: database, group commit, relay.
class Producer {
 public:
  Producer(db::Database& database, RelayOptions options)
      : ids_(SystemClock()),
        writer_(database, {}),
        relay_(std::move(options), database, writer_, SystemClock(), ids_, metrics_) {
    writer_.OnCommit([this] { relay_.Wake(); });
    relay_.Start();
  }
  // Appends one event to each aggregate "0" … "aggregates - 1", `rounds` times.
  void Append(int aggregates, int rounds, std::string body = "x") {
    for (int round = 0; round < rounds; ++round) {
      ASSERT_OK(writer_.Run(1, [&](db::Transaction& tx) -> absl::Status {
        for (int i = 0; i < aggregates; ++i) {
          HUIYIN_RETURN_IF_ERROR(AppendOne(tx, std::to_string(i), body));
        }
        return absl::OkStatus();
      }));
    }
  }
  void AppendTo(const std::string& aggregate, const std::string& body) {
    ASSERT_OK(writer_.Run(1, [&](db::Transaction& tx) { return AppendOne(tx, aggregate, body); }));
  }
  Relay& relay() { return relay_; }
  std::string Metrics() const { return metrics_.Text(); }

 private:
  absl::Status AppendOne(db::Transaction& tx, const std::string& aggregate,
                         const std::string& body) {
    return events::Append(tx, ids_,
                          {.type = "huiyin.event.v1.TicketCreated",
                           .tenant = "t",
                           .topic = "ticket",
                           .aggregate_id = aggregate,
                           .occurred_at = SystemClock().Now(),
                           .body = body});
  }
  UuidV7Generator ids_;
  obs::Metrics metrics_;
  db::GroupCommit writer_;
  Relay relay_;
};

// A replica of a consuming service.
class Consumer {
 public:
  Consumer(db::Database& database, ConsumerOptions options, EffectHandler::Faults& faults,
           std::string replica = "a", Subscription subscription = {"triage", {"ticket"}})
      : ids_(SystemClock()),
        writer_(database, {}),
        runner_(std::move(options), database, writer_, SystemClock(), ids_, metrics_) {
    subscription.max_attempts = 3;
    runner_.Add(subscription, std::make_unique<EffectHandler>(replica, faults));
    runner_.Start();
  }
  ConsumerRunner& runner() { return runner_; }
  std::string Metrics() const { return metrics_.Text(); }

 private:
  UuidV7Generator ids_;
  obs::Metrics metrics_;
  db::GroupCommit writer_;
  ConsumerRunner runner_;
};

class BusTest : public testing::DatabaseTest {
 protected:
  BusTest() : consumer_database_(GetParam()) {
    ApplySchema("events", Schema());
    consumer_database_.Migrate("events", Schema());
    consumer_database_.Migrate("effects", kEffects);
  }
  RelayOptions ForRelay() {
    return {.bus = {.redis = redis_.address()},
            .check_interval = absl::Milliseconds(100),
            .trim_interval = absl::Milliseconds(100)};
  }
  ConsumerOptions ForConsumer() {
    return {.bus = {.redis = redis_.address()},
            .lease = absl::Milliseconds(600),
            .first_retry = absl::Milliseconds(10)};
  }
  std::unique_ptr<Producer> MakeProducer() {
    return std::make_unique<Producer>(database(), ForRelay());
  }
  std::unique_ptr<Consumer> MakeConsumer(std::string replica = "a") {
    return std::make_unique<Consumer>(consumer_database_.database(), ForConsumer(), faults_,
                                      replica);
  }
  int64_t Number(std::string_view sql) {
    int64_t number = -1;
    EXPECT_OK(consumer_database_.database().Read([&](db::Session& session) {
      return session.QueryOne(sql, {}, [&](const db::Row& row) { number = row.Int(0); }).status();
    }));
    return number;
  }
  int64_t Effects() { return Number("SELECT count(*) FROM effect"); }

  // Waits until that many effects are there, then makes sure that each happened once, in order and
  // without gaps.
  void ExpectEffects(int64_t count) {
    EXPECT_TRUE(WaitUntil([&] { return Effects() >= count; })) << Effects() << " of " << count;
    std::map<std::string, int64_t> last;
    int64_t total = 0;
    ASSERT_OK(consumer_database_.database().Read([&](db::Session& session) {
      return session.Query("SELECT aggregate_id, sequence FROM effect ORDER BY n", {},
                           [&](const db::Row& row) {
                             ++total;
                             EXPECT_EQ(row.Int(1), ++last[row.Str(0)]) << row.Str(0);
                           });
    }));
    EXPECT_EQ(total, count);
  }
  std::unique_ptr<redis::Connection> Client() {
    auto client = redis::Connection::Open({.redis = redis_.address()}, absl::Seconds(5));
    EXPECT_OK(client);
    return *std::move(client);
  }
  std::vector<DeadLetter> Letters() {
    std::vector<DeadLetter> letters;
    EXPECT_OK(consumer_database_.database().Read([&](db::Session& session) -> absl::Status {
      HUIYIN_ASSIGN_OR_RETURN(letters, ListDeadLetters(session, "", "", 100));
      return absl::OkStatus();
    }));
    return letters;
  }

  testing::RedisServer redis_;
  testing::TempDatabase consumer_database_;
  EffectHandler::Faults faults_;
};
HUIYIN_ON_ALL_DATABASES(BusTest);

TEST_P(BusTest, DeliversEveryEventOnceAndInOrder) {
  auto producer = MakeProducer();
  auto consumer = MakeConsumer();
  producer->Append(50, 10);
  ExpectEffects(500);
}

TEST_P(BusTest, WhatWasWrittenBeforeAnyoneListenedArrives) {
  { MakeProducer()->Append(20, 5); }
  auto producer = MakeProducer();
  auto consumer = MakeConsumer();
  ExpectEffects(100);
}

TEST_P(BusTest, RedeliveryHasNoSecondEffect) {
  auto producer = MakeProducer();
  auto consumer = MakeConsumer();
  producer->Append(20, 3);
  ExpectEffects(60);
  for (int round = 0; round < 10; ++round) {
    consumer.reset();
    for (int partition = 0; partition < 8; ++partition) {
      ASSERT_OK(Client()->Call(
          {"XGROUP", "SETID", StreamName{"ticket", partition}.Key(), "triage", "0"}));
    }
    consumer = MakeConsumer();
    producer->Append(20, 1);
    ExpectEffects(60 + 20 * (round + 1));
  }
  EXPECT_EQ(Number("SELECT count(*) FROM inbox"), 260);
}

TEST_P(BusTest, SurvivesAKilledRedis) {
  auto producer = MakeProducer();
  auto consumer = MakeConsumer();
  for (int round = 0; round < 3; ++round) {
    producer->Append(30, 2);
    redis_.Kill9();
    producer->Append(30, 1);
    redis_.Restart();
    producer->Append(30, 1);
  }
  ExpectEffects(30 * 12);
}

TEST_P(BusTest, SurvivesFlushAllInTheMiddle) {
  auto producer = MakeProducer();
  auto consumer = MakeConsumer();
  for (int round = 0; round < 5; ++round) {
    producer->Append(40, 3);
    ASSERT_OK(Client()->Call({"FLUSHALL"}));
    producer->Append(40, 3);
  }
  ExpectEffects(40 * 30);
  EXPECT_THAT(producer->Metrics(), HasSubstr("huiyin_events_redis_losses_total"));
}

TEST_P(BusTest, PublishesAgainWhatWasUnreadWhenRedisLostItsFile) {
  auto producer = MakeProducer();
  producer->Append(100, 10);  // nobody reads yet
  ASSERT_TRUE(WaitUntil([&] {
    return producer->Metrics().find("huiyin_events_published_total{topic=\"ticket\"} 1000") !=
           std::string::npos;
  })) << producer->Metrics();
  redis_.LoseData();
  redis_.Restart();
  auto consumer = MakeConsumer();
  ExpectEffects(1000);
}

TEST_P(BusTest, ATrimmedStreamIsRewrittenFromItsFloorOnly) {
  auto producer = MakeProducer();
  auto consumer = MakeConsumer();
  producer->Append(200, 10);
  ExpectEffects(2000);
  // Trimming drops whole nodes of entries: at most one node of 100 stays in each stream.
  ASSERT_TRUE(WaitUntil([&] {
    int64_t length = 0;
    for (int p = 0; p < 8; ++p) {
      length += Client()->Call({"XLEN", StreamName{"ticket", p}.Key()})->Int();
    }
    return length <= 800;
  }));
  ASSERT_OK(Client()->Call({"FLUSHALL"}));
  producer->Append(200, 1);
  ExpectEffects(2200);
}

TEST_P(BusTest, NothingIsTrimmedBeforeARequiredConsumerHasSeenIt) {
  RelayOptions options = ForRelay();
  options.consumers["ticket"] = {"triage", "analytics"};
  Producer producer(database(), options);
  auto consumer = MakeConsumer();
  producer.Append(300, 5);
  ExpectEffects(1500);
  Consumer late(consumer_database_.database(), ForConsumer(), faults_, "late",
                {"analytics", {"ticket"}});
  EXPECT_TRUE(WaitUntil([&] { return Effects() == 3000; })) << Effects();
}

TEST_P(BusTest, AHungRedisIsSurvived) {
  auto producer = MakeProducer();
  auto consumer = MakeConsumer();
  producer->Append(20, 2);
  ExpectEffects(40);
  redis_.Pause();
  producer->Append(20, 2);  // writing does not wait for Redis
  redis_.Resume();
  ExpectEffects(80);
}

TEST_P(BusTest, APoisonEventIsParkedAndItsNeighboursFlow) {
  faults_.prepare_failures = 2;
  auto producer = MakeProducer();
  auto consumer = MakeConsumer();
  producer->AppendTo("bad", "x");
  producer->AppendTo("bad", "poison");
  producer->Append(50, 4);
  producer->AppendTo("bad", "after");
  EXPECT_TRUE(WaitUntil([&] { return Effects() == 202; })) << Effects();
  const auto letters = Letters();
  ASSERT_EQ(letters.size(), 1u);
  EXPECT_EQ(letters[0].consumer, "triage");
  EXPECT_EQ(letters[0].event.aggregate_id, "bad");
  EXPECT_EQ(letters[0].event.sequence, 2u);
  EXPECT_EQ(letters[0].attempts, 3);
  EXPECT_THAT(letters[0].error, HasSubstr("cannot digest"));

  EXPECT_THAT(consumer->runner().Replay(letters[0].id), StatusIs(absl::StatusCode::kInternal));
  EXPECT_EQ(Letters().size(), 1u);
  faults_.reject_poison = false;
  EXPECT_OK(consumer->runner().Replay(letters[0].id));
  EXPECT_EQ(Effects(), 203);
  EXPECT_TRUE(Letters().empty());
  EXPECT_THAT(consumer->runner().Replay(letters[0].id), StatusIs(absl::StatusCode::kNotFound));
}

TEST_P(BusTest, WhatIsNoEventIsParked) {
  auto producer = MakeProducer();
  auto consumer = MakeConsumer();
  producer->Append(8, 1);
  ExpectEffects(8);
  producer.reset();  // it would take the entry for a sign that its database went back in time
  ASSERT_OK(
      Client()->Call({"XADD", "huiyin:{ticket:0}", "9000000000-1", "n", "1", "e", "\xff\xff"}));
  ASSERT_TRUE(WaitUntil([&] { return Letters().size() == 1; }));
  EXPECT_EQ(Letters()[0].event.body, "\xff\xff");
  EXPECT_THAT(consumer->runner().Replay(Letters()[0].id),
              StatusIs(absl::StatusCode::kFailedPrecondition));
}

TEST_P(BusTest, EntriesThatVanishBeforeTheyAreReadArePublishedAgain) {
  faults_.prepare_failures = 1'000'000;  // delivered, never handled
  auto producer = MakeProducer();
  auto consumer = MakeConsumer();
  producer->Append(40, 1);
  ASSERT_TRUE(WaitUntil([&] { return faults_.prepare_failures < 1'000'000 - 3; }));
  consumer.reset();
  for (int p = 0; p < 8; ++p) {
    ASSERT_OK(Client()->Call({"XTRIM", StreamName{"ticket", p}.Key(), "MAXLEN", "0"}));
  }
  faults_.prepare_failures = 0;
  consumer = MakeConsumer();
  ExpectEffects(40);
}

TEST_P(BusTest, ReplicasShareThePartitionsAndTakeOverFromEachOther) {
  auto producer = MakeProducer();
  auto other_database = consumer_database_.OpenAnother();
  auto one = MakeConsumer("one");
  auto two = std::make_unique<Consumer>(*other_database, ForConsumer(), faults_, "two");
  const auto both_hold = [&] {
    const std::string half = "huiyin_events_partitions_held{consumer=\"triage\"} 4";
    return one->Metrics().find(half) != std::string::npos &&
           two->Metrics().find(half) != std::string::npos;
  };
  ASSERT_TRUE(WaitUntil(both_hold)) << one->Metrics() << two->Metrics();
  producer->Append(60, 5);
  ExpectEffects(300);
  EXPECT_GT(Number("SELECT count(*) FROM effect WHERE replica = 'one'"), 0);
  EXPECT_GT(Number("SELECT count(*) FROM effect WHERE replica = 'two'"), 0);
  one.reset();
  producer->Append(60, 5);
  ExpectEffects(600);
}

TEST_P(BusTest, AReplicaThatSleptPastItsLeaseDoesNoHarm) {
  auto producer = MakeProducer();
  producer->Append(40, 5);
  auto sleeper = MakeConsumer("sleeper");
  ASSERT_TRUE(WaitUntil([&] { return faults_.asleep.load(); }));
  auto other_database = consumer_database_.OpenAnother();
  Consumer other(*other_database, ForConsumer(), faults_, "other");
  ExpectEffects(200);  // all by the other, after the sleeper's lease ran out
  EXPECT_EQ(Number("SELECT count(*) FROM effect WHERE replica = 'other'"), 200);
  faults_.awake.count_down();
  producer->Append(40, 5);
  ExpectEffects(400);
  sleeper.reset();  // has finished what it held in its hands
  ExpectEffects(400);
}

TEST_P(BusTest, RelaysOfReplicasTakeTurns) {
  auto one = MakeProducer();
  auto other_database = temp().OpenAnother();
  auto two = std::make_unique<Producer>(*other_database, ForRelay());
  auto consumer = MakeConsumer();
  one->Append(20, 2);
  two->Append(20, 2);
  ExpectEffects(80);
  one.reset();
  two->Append(20, 2);
  ExpectEffects(120);
}

TEST_P(BusTest, ANewOutboxOnAnOldRedisIsPublished) {
  auto consumer = MakeConsumer();
  {
    auto producer = MakeProducer();
    producer->Append(20, 5);
    ExpectEffects(100);
  }
  // The producer's database is lost and begins anew, as does the consumer's.
  consumer.reset();
  testing::TempDatabase fresh(GetParam());
  fresh.Migrate("events", Schema());
  ASSERT_OK(consumer_database_.database().Write([](db::Transaction& tx) -> absl::Status {
    HUIYIN_RETURN_IF_ERROR(tx.Execute("DELETE FROM inbox").status());
    return tx.Execute("DELETE FROM effect").status();
  }));
  Producer producer(fresh.database(), ForRelay());
  producer.Append(20, 1);
  consumer = MakeConsumer();
  ExpectEffects(20);
}

TEST_P(BusTest, StoppingPublishesWhatIsCommitted) {
  auto producer = MakeProducer();
  producer->Append(100, 20);
  producer->relay().Stop(absl::Seconds(30));
  producer->relay().Stop(absl::Seconds(30));
  int64_t length = 0;
  for (int p = 0; p < 8; ++p) {
    length += Client()->Call({"XLEN", StreamName{"ticket", p}.Key()})->Int();
  }
  EXPECT_EQ(length, 2000);
}

}  // namespace
}  // namespace huiyin::events
