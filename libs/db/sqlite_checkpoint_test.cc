#include "libs/db/sqlite_checkpoint.h"

#include <filesystem>
#include <thread>

#include "libs/core/status.h"
#include "libs/testing/servers/temp_database.h"
#include "libs/testing/status.h"

namespace huiyin::db {
namespace {

constexpr Migration kMigrations[] = {
    {1, "0001_item.sql", "CREATE TABLE item (id BIGINT PRIMARY KEY, body TEXT NOT NULL);\n"}};
constexpr uintmax_t kLogBytes = 32 << 20;  // from which on it is checkpointed
constexpr int kMaxCommits = 20'000;

class SqliteCheckpointTest : public ::testing::Test {
 protected:
  SqliteCheckpointTest() { temp_.Migrate("test", kMigrations); }

  // A commit of about 20 pages.
  void Commit() {
    ASSERT_OK(temp_.database().Write([&](Transaction& tx) {
      return tx.Execute("INSERT INTO item (id, body) VALUES (?, ?)", {next_++, body_}).status();
    }));
  }
  // Commits until one did not make the log longer, although it is long: the log has begun anew.
  bool CommitUntilTheLogBeginsAnew() {
    for (int i = 0; i < kMaxCommits; ++i) {
      const uintmax_t before = LogSize();
      Commit();
      if (before >= kLogBytes && LogSize() <= before) return true;
    }
    return false;
  }
  uintmax_t LogSize() const {
    return std::filesystem::file_size(temp_.dsn().substr(std::string("sqlite:").size()) + "-wal");
  }
  int64_t Count(Session& session) {
    int64_t count = -1;
    EXPECT_OK(session.QueryOne("SELECT count(*) FROM item WHERE body = ?", {body_},
                               [&](const Row& row) { count = row.Int(0); }));
    return count;
  }

  testing::TempDatabase temp_{Dialect::kSqlite};
  const std::string body_ = std::string(80'000, 'b');
  int64_t next_ = 0;
};

TEST_F(SqliteCheckpointTest, TheLogBeginsAnewWhileCommitsGoOn) {
  EXPECT_TRUE(CommitUntilTheLogBeginsAnew());
  EXPECT_TRUE(CommitUntilTheLogBeginsAnew());
  temp_.Reopen();
  ASSERT_OK(temp_.database().Read([&](Session& session) {
    EXPECT_EQ(Count(session), next_);
    return absl::OkStatus();
  }));
}

TEST_F(SqliteCheckpointTest, AReaderKeepsItsStateAndTheLogBeginsAnewAfterwards) {
  Commit();
  ASSERT_OK(temp_.database().Read([&](Session& session) {
    EXPECT_EQ(Count(session), 1);
    while (LogSize() < 2 * kLogBytes) Commit();
    EXPECT_EQ(Count(session), 1);
    return absl::OkStatus();
  }));
  EXPECT_TRUE(CommitUntilTheLogBeginsAnew());
}

}  // namespace
}  // namespace huiyin::db
