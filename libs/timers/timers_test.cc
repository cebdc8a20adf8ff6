#include "libs/timers/timers.h"

#include <condition_variable>
#include <mutex>

#include "libs/testing/fake_clock.h"
#include "libs/testing/servers/temp_database.h"
#include "libs/testing/status.h"

namespace huiyin::timers {
namespace {

using ::testing::ElementsAre;

// What handlers were called with; waits for calls.
class Calls {
 public:
  void Add(std::string call) {
    std::lock_guard lock(mutex_);
    calls_.push_back(std::move(call));
    changed_.notify_all();
  }
  // All calls so far, once there are `count`; fewer after a minute.
  std::vector<std::string> WaitFor(size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, std::chrono::minutes(1), [&] { return calls_.size() >= count; });
    return calls_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> calls_;
};

class TimersTest : public testing::DatabaseTest {
 protected:
  TimersTest() : writer_(database(), {}) { ApplySchema("timers", Schema()); }

  void SetTimer(std::string key, absl::Duration in, std::string payload = "") {
    ASSERT_OK(writer_.Run(0, [&](db::Transaction& tx) {
      return Set(tx, {"test", key, clock_.Now() + in, payload});
    }));
  }
  // A handler that records the call and, in the timer's transaction, an effect.
  Runner::Handler Record(Calls& calls) {
    return [&calls](db::Transaction&, const Timer& timer) {
      calls.Add(timer.key + ":" + timer.payload);
      return absl::OkStatus();
    };
  }
  int64_t Left() {
    int64_t left = -1;
    EXPECT_OK(database().Read([&](db::Session& session) {
      return session
          .QueryOne("SELECT count(*) FROM timer", {},
                    [&](const db::Row& row) { left = row.Int(0); })
          .status();
    }));
    return left;
  }

  testing::FakeClock clock_;
  db::GroupCommit writer_;
};
HUIYIN_ON_ALL_DATABASES(TimersTest);

TEST_P(TimersTest, FiresWhenDueAndNotBefore) {
  Calls calls;
  Runner runner(database(), writer_, clock_);
  runner.Handle("test", Record(calls));
  SetTimer("later", absl::Hours(2), "b");
  SetTimer("soon", absl::Hours(1), "a");
  runner.Start();
  clock_.Advance(absl::Hours(1));
  runner.Wake();
  EXPECT_THAT(calls.WaitFor(1), ElementsAre("soon:a"));
  clock_.Advance(absl::Hours(1));
  runner.Wake();
  EXPECT_THAT(calls.WaitFor(2), ElementsAre("soon:a", "later:b"));
  runner.Stop();
  EXPECT_EQ(Left(), 0);
}

TEST_P(TimersTest, ASecondSetReplacesAndCancelRemoves) {
  Calls calls;
  Runner runner(database(), writer_, clock_);
  runner.Handle("test", Record(calls));
  SetTimer("moved", absl::Hours(1), "old");
  SetTimer("moved", absl::Hours(3), "new");
  SetTimer("cancelled", absl::Hours(1));
  ASSERT_OK(writer_.Run(0, [&](db::Transaction& tx) { return Cancel(tx, "test", "cancelled"); }));
  SetTimer("other", absl::Hours(2));
  clock_.Advance(absl::Hours(2));
  runner.Start();
  EXPECT_THAT(calls.WaitFor(1), ElementsAre("other:"));
  clock_.Advance(absl::Hours(1));
  runner.Wake();
  EXPECT_THAT(calls.WaitFor(2), ElementsAre("other:", "moved:new"));
}

TEST_P(TimersTest, SurvivesARestart) {
  Calls calls;
  SetTimer("a", absl::Hours(1));
  {
    Runner runner(database(), writer_, clock_);
    runner.Handle("test", Record(calls));
    runner.Start();
  }
  clock_.Advance(absl::Hours(2));
  Runner runner(database(), writer_, clock_);
  runner.Handle("test", Record(calls));
  runner.Start();
  EXPECT_THAT(calls.WaitFor(1), ElementsAre("a:"));
}

TEST_P(TimersTest, AHandlerMaySetItsTimerAgain) {
  Calls calls;
  Runner runner(database(), writer_, clock_);
  runner.Handle("test", [&](db::Transaction& tx, const Timer& timer) {
    calls.Add(timer.payload);
    if (timer.payload == "xxx") return absl::OkStatus();
    return Set(tx, {timer.kind, timer.key, timer.due, timer.payload + "x"});
  });
  SetTimer("a", absl::ZeroDuration(), "x");
  runner.Start();
  EXPECT_THAT(calls.WaitFor(3), ElementsAre("x", "xx", "xxx"));
}

TEST_P(TimersTest, AFailingTimerIsRetriedLaterAndHoldsUpNoOther) {
  Calls calls;
  std::atomic<bool> broken{true};
  Runner runner(database(), writer_, clock_);
  runner.Handle("test", [&](db::Transaction& tx, const Timer& timer) -> absl::Status {
    if (timer.key == "bad" && broken) {
      EXPECT_OK(Set(tx, {"test", "undone", clock_.Now(), ""}));
      return absl::InternalError("broken");
    }
    calls.Add(timer.key);
    return absl::OkStatus();
  });
  SetTimer("bad", absl::ZeroDuration());
  SetTimer("good", absl::ZeroDuration());
  runner.Start();
  EXPECT_THAT(calls.WaitFor(1), ElementsAre("good"));
  // The postponement is written by the same queue, after the failure; wait for it.
  ASSERT_TRUE(testing::WaitUntil([&] {
    int64_t attempts = 0;
    EXPECT_OK(database().Read([&](db::Session& session) {
      return session.Query("SELECT attempts FROM timer WHERE key = 'bad'", {},
                           [&](const db::Row& row) { attempts = row.Int(0); });
    }));
    return attempts > 0;
  }));
  ASSERT_TRUE(testing::WaitUntil([&] { return Left() == 1; }));  // "bad"; nothing of its work
  broken = false;
  clock_.Advance(absl::Minutes(10));
  runner.Wake();
  ASSERT_TRUE(testing::WaitUntil([&] { return Left() == 0; }));
  EXPECT_EQ(calls.WaitFor(2).back(), "bad");
}

TEST_P(TimersTest, ReplicasFireEachTimerOnce) {
  Calls calls;
  auto other_database = temp().OpenAnother();
  db::GroupCommit other_writer(*other_database, {});
  ASSERT_OK(database().Write(
      [](db::Transaction& tx) { return tx.Execute("CREATE TABLE effect (id TEXT)").status(); }));
  const auto count = [](db::Transaction& tx, const Timer& timer) {
    return tx.Execute("INSERT INTO effect (id) VALUES (?)", {timer.key}).status();
  };
  Runner one(database(), writer_, clock_), two(*other_database, other_writer, clock_);
  one.Handle("test", count);
  two.Handle("test", count);
  ASSERT_OK(database().Write([&](db::Transaction& tx) {
    for (int i = 0; i < 500; ++i) {
      EXPECT_OK(Set(tx, {"test", std::to_string(i), clock_.Now(), ""}));
    }
    return absl::OkStatus();
  }));
  one.Start();
  two.Start();
  EXPECT_TRUE(testing::WaitUntil([&] { return Left() == 0; }));
  one.Stop();
  two.Stop();
  ASSERT_OK(database().Read([](db::Session& session) {
    return session.Query("SELECT count(*), count(DISTINCT id) FROM effect", {},
                         [](const db::Row& row) {
                           EXPECT_EQ(row.Int(0), 500);
                           EXPECT_EQ(row.Int(1), 500);
                         });
  }));
}

}  // namespace
}  // namespace huiyin::timers
