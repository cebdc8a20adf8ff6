#include "libs/rpc/executor.h"

#include <gtest/gtest.h>

#include <atomic>

#include "absl/synchronization/notification.h"

namespace huiyin::rpc {
namespace {

bool Submit(Executor& executor, Executor::Task task) { return executor.TrySubmit(task); }

TEST(ExecutorTest, TurnsAwayWhatItHasNoPlaceFor) {
  absl::Notification started, go;
  Executor executor(1, 1);
  ASSERT_TRUE(Submit(executor, [&] {
    started.Notify();
    go.WaitForNotification();
  }));
  started.WaitForNotification();
  EXPECT_TRUE(Submit(executor, [] {}));  // waits
  bool ran = false;
  Executor::Task refused = [&] { ran = true; };
  EXPECT_FALSE(executor.TrySubmit(refused));
  refused();  // still the caller's
  EXPECT_TRUE(ran);
  go.Notify();
}

TEST(ExecutorTest, WithoutQueueTakesAsManyAsItHasThreads) {
  absl::Notification go;
  Executor executor(3, 0);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(Submit(executor, [&] { go.WaitForNotification(); }));
  EXPECT_FALSE(Submit(executor, [] {}));
  go.Notify();
}

TEST(ExecutorTest, RunsWhatItAcceptedBeforeItEnds) {
  std::atomic<int> ran = 0;
  {
    Executor executor(2, 1000);
    for (int i = 0; i < 500; ++i) ASSERT_TRUE(Submit(executor, [&] { ++ran; }));
  }
  EXPECT_EQ(ran, 500);
}

}  // namespace
}  // namespace huiyin::rpc
