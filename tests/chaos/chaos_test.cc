// What is acknowledged stays, and every event has its effect once, whatever breaks.
//
// CHAOS_ROUNDS (default 4): faults per test. HUIYIN_SEED: the seed, printed by every
// run, decides who breaks when and what the clients do.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <iostream>

#include "libs/testing/seed.h"
#include "libs/testing/servers/postgres_server.h"
#include "tests/chaos/load/load.h"
#include "tests/chaos/load/redis_command.h"

namespace huiyin::testing {
namespace {

constexpr int kClients = 4;

uint64_t FromEnvironment(const char* name, uint64_t standard) {
  const char* value = std::getenv(name);
  return value == nullptr || *value == '\0' ? standard : std::strtoull(value, nullptr, 10);
}

// Who can die, and how: killed, and there again.
using Victims = std::vector<std::pair<std::string, std::function<void()>>>;

class ChaosTest : public ::testing::Test {
 protected:
  explicit ChaosTest(std::map<std::string, std::vector<std::string>> settings = {})
      : rounds_(static_cast<int>(FromEnvironment("CHAOS_ROUNDS", 4))),
        seed_(Seed()),
        random_(seed_),
        suite_(std::move(settings)) {
    std::cout << "CHAOS_ROUNDS=" << rounds_ << std::endl;
  }
  int64_t Between(int64_t low, int64_t high) {
    return low + static_cast<int64_t>(random_() % (high - low + 1));
  }

  // Refunds above all: whoever stands between the decision and the money dies, while the gateway
  // loses answers, fails before and after it paid, and replays its failures.
  void BreakRefunds(Victims victims);

  const int rounds_;
  const uint64_t seed_;
  std::mt19937_64 random_;
  Suite suite_;
};

struct OwnPostgres {
  PostgresServer postgres_;
};

// The books are on PostgreSQL, which can die by itself.
class ChaosOnPostgresTest : private OwnPostgres, public ChaosTest {
 protected:
  ChaosOnPostgresTest()
      : ChaosTest({{"aftersales", {"database.dsn: " + postgres_.CreateDatabase()}}}) {}
  using OwnPostgres::postgres_;
};

TEST_F(ChaosTest, KillingAnyProcessLosesAndRepeatsNothing) {
  std::vector<std::string> victims = client::Services();
  victims.emplace_back("redis");
  Load load(suite_, seed_, kClients);
  for (int round = 0; round < rounds_; ++round) {
    ASSERT_TRUE(load.WaitForMore(Between(20, 120))) << "the load stands still";
    const std::string& victim = victims[random_() % victims.size()];
    std::cout << "round " << round + 1 << ": kill -9 " << victim << std::endl;
    if (victim == "redis") {
      suite_.redis().Kill9();
      if (random_() % 2 == 0) load.WaitForMore(Between(1, 30));  // a while without
      suite_.redis().Restart();
    } else {
      suite_.Kill(victim);
      suite_.Start(victim);
    }
    ASSERT_TRUE(suite_.WaitServing()) << victim << " does not come up again";
  }
  const Journal journal = load.Stop();
  std::cout << load.acknowledged() << " calls acknowledged" << std::endl;
  ExpectTheJournal(suite_, journal);
}

void ChaosTest::BreakRefunds(Victims victims) {
  victims.emplace_back("gateway", [&] { suite_.RestartGateway(); });
  victims.emplace_back("redis", [&] { suite_.redis().Restart(); });
  victims.emplace_back("aftersales", [&] {
    suite_.Kill("aftersales");
    suite_.Start("aftersales");
  });
  const std::vector<std::string> faults = {"drop_after_effect", "error_after_effect",
                                           "error_before_effect", "error_replayed"};
  Load load(suite_, seed_, kClients, /*returns_percent=*/90);
  for (int round = 0; round < rounds_; ++round) {
    const std::string& fault = faults[random_() % faults.size()];
    suite_.GatewayControl("{\"" + fault + "\": " + std::to_string(Between(1, 5)) + "}");
    ASSERT_TRUE(load.WaitForMore(Between(20, 120))) << "the load stands still";
    const size_t turn = round % victims.size();
    if (turn == 0) std::shuffle(victims.begin(), victims.end(), random_);  // everybody's comes
    const auto& [name, die] = victims[turn];
    std::cout << "round " << round + 1 << ": " << fault << ", kill -9 " << name << std::endl;
    die();
    ASSERT_TRUE(suite_.WaitServing()) << name << " does not come up again";
  }
  const Journal journal = load.Stop();
  std::cout << journal.rmas.size() << " refunds acknowledged" << std::endl;
  ExpectTheJournal(suite_, journal);
}

TEST_F(ChaosTest, NoRefundIsLostOrPaidTwiceWhoeverDies) { BreakRefunds({}); }

TEST_F(ChaosOnPostgresTest, NoRefundIsLostOrPaidTwiceWhenTheDatabaseDiesToo) {
  BreakRefunds({{"postgres", [&] { postgres_.Restart(); }}});
}

TEST_F(ChaosTest, RedisMayForgetEverything) {
  Load load(suite_, seed_, kClients);
  for (int round = 0; round < rounds_; ++round) {
    ASSERT_TRUE(load.WaitForMore(Between(50, 150))) << "the load stands still";
    if (round % 2 == 0) {
      std::cout << "round " << round + 1 << ": FLUSHALL" << std::endl;
      ASSERT_TRUE(RedisCommand(suite_.redis(), {"FLUSHALL"}));
    } else {
      std::cout << "round " << round + 1 << ": kill -9, append-only file deleted" << std::endl;
      suite_.redis().LoseData();
      suite_.redis().Restart();
    }
  }
  const Journal journal = load.Stop();
  ExpectTheJournal(suite_, journal);
}

TEST_F(ChaosTest, StoppingUnderLoadFailsNoAcknowledgedCall) {
  Load load(suite_, seed_, kClients);
  for (int round = 0; round < rounds_; ++round) {
    ASSERT_TRUE(load.WaitForMore(Between(50, 150))) << "the load stands still";
    const std::string& service = client::Services()[random_() % client::Services().size()];
    std::cout << "round " << round + 1 << ": SIGTERM " << service << std::endl;
    EXPECT_EQ(suite_.Stop(service), 0) << service << " did not end in order";
    suite_.Start(service);
    ASSERT_TRUE(suite_.WaitServing());
  }
  const Journal journal = load.Stop();
  ExpectTheJournal(suite_, journal);
}

}  // namespace
}  // namespace huiyin::testing
