#include "libs/core/id.h"

#include <gtest/gtest.h>

#include <set>
#include <thread>

#include "libs/testing/fake_clock.h"

namespace huiyin {
namespace {

TEST(UuidV7, CarriesTimeVersionAndVariant) {
  testing::FakeClock clock(absl::FromUnixMillis(0x0192f3a4b5c6));
  UuidV7Generator ids(clock);
  const std::string id = ids.NewId();
  EXPECT_TRUE(IsUuid(id)) << id;
  EXPECT_EQ(id.substr(0, 13), "0192f3a4-b5c6");
  EXPECT_EQ(id[14], '7');
  EXPECT_NE(std::string("89ab").find(id[19]), std::string::npos);
}

TEST(UuidV7, IsStrictlyIncreasingEvenWhenTheClockStandsStillOrStepsBack) {
  testing::FakeClock clock;
  UuidV7Generator ids(clock);
  std::string last;
  for (int i = 0; i < 20000; ++i) {
    if (i == 10000) clock.Advance(-absl::Hours(1));
    const std::string id = ids.NewId();
    ASSERT_LT(last, id);
    last = id;
  }
}

TEST(UuidV7, NeverRepeatsAcrossThreads) {
  UuidV7Generator ids(SystemClock());
  std::vector<std::vector<std::string>> made(4);
  std::vector<std::thread> threads;
  for (auto& mine : made) {
    threads.emplace_back([&ids, &mine] {
      for (int i = 0; i < 5000; ++i) mine.push_back(ids.NewId());
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::set<std::string> all;
  for (const auto& mine : made) all.insert(mine.begin(), mine.end());
  EXPECT_EQ(all.size(), 20000u);
}

TEST(IsUuid, RefusesEverythingElse) {
  EXPECT_TRUE(IsUuid("018F3C5E-1234-7abc-8def-0123456789ab"));
  EXPECT_FALSE(IsUuid(""));
  EXPECT_FALSE(IsUuid("018f3c5e-1234-7abc-8def-0123456789a"));
  EXPECT_FALSE(IsUuid("018f3c5e-1234-7abc-8def-0123456789ag"));
  EXPECT_FALSE(IsUuid("018f3c5ea1234-7abc-8def-0123456789ab"));
}

}  // namespace
}  // namespace huiyin
