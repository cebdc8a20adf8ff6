// How many small durable writes a second group commit takes, on SQLite, from one submitting thread
// with many works in flight. Baseline: one commit for each write.
#include <atomic>
#include <condition_variable>
#include <cstdlib>
#include <iostream>
#include <mutex>

#include "absl/time/time.h"
#include "libs/core/clock.h"
#include "libs/db/group_commit.h"
#include "libs/testing/servers/temp_database.h"
#include "tests/bench/json_report.h"

namespace huiyin::bench {
namespace {

constexpr db::Migration kSchema[] = {
    {1, "0001_item.sql", "CREATE TABLE item (id BIGINT PRIMARY KEY, body TEXT NOT NULL);\n"}};
constexpr char kInsert[] = "INSERT INTO item (id, body) VALUES (?, ?)";
constexpr char kBody[] = "a small row of a few dozen bytes, as a log entry would be";

void MustBeOk(const absl::Status& status) {
  if (status.ok()) return;
  std::cerr << status << std::endl;
  std::exit(1);
}

// Works a second with at most `in_flight` not yet acknowledged.
double MeasureGroups(int works, int in_flight, size_t max_group) {
  testing::TempDatabase temp(db::Dialect::kSqlite);
  temp.Migrate("bench", kSchema);
  std::mutex mutex;
  std::condition_variable changed;
  int flying = 0;
  db::GroupCommit writer(temp.database(), {.max_group = max_group, .max_queue = 100'000});
  const absl::Time start = SystemClock().Now();
  for (int i = 0; i < works; ++i) {
    {
      std::unique_lock lock(mutex);
      changed.wait(lock, [&] { return flying < in_flight; });
      ++flying;
    }
    writer.Submit(
        1,
        [i](db::Transaction& tx) {
          return tx.Execute(kInsert, {i, kBody}).status();
        },
        [&](absl::Status status) {
          MustBeOk(status);
          std::lock_guard lock(mutex);
          if (flying-- == in_flight || flying == 0) changed.notify_one();
        });
  }
  std::unique_lock lock(mutex);
  changed.wait(lock, [&] { return flying == 0; });
  return works / absl::ToDoubleSeconds(SystemClock().Now() - start);
}

double MeasureSingly(int works) {
  testing::TempDatabase temp(db::Dialect::kSqlite);
  temp.Migrate("bench", kSchema);
  const absl::Time start = SystemClock().Now();
  for (int i = 0; i < works; ++i) {
    MustBeOk(temp.database().Write([i](db::Transaction& tx) {
      return tx.Execute(kInsert, {i, kBody}).status();
    }));
  }
  return works / absl::ToDoubleSeconds(SystemClock().Now() - start);
}

}  // namespace
}  // namespace huiyin::bench

int main(int argc, char** argv) {
  using namespace huiyin::bench;  // NOLINT: a main of three lines
  return Report(argc, argv,
                {{"group_commit_writes_per_s", MeasureGroups(500'000, 8192, 1024)},
                 {"group_commit_128_in_flight_per_s", MeasureGroups(100'000, 128, 256)},
                 {"single_commit_writes_per_s", MeasureSingly(5'000)}});
}
