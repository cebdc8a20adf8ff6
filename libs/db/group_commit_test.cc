#include "libs/db/group_commit.h"

#include <atomic>
#include <latch>
#include <thread>

#include "absl/functional/function_ref.h"
#include "libs/core/status.h"
#include "libs/testing/servers/postgres_server.h"
#include "libs/testing/servers/temp_database.h"
#include "libs/testing/status.h"

namespace huiyin::db {
namespace {

using ::huiyin::testing::IsOk;
using ::huiyin::testing::StatusIs;
using ::testing::Each;

constexpr Migration kMigrations[] = {
    {1, "0001_item.sql", "CREATE TABLE item (id TEXT PRIMARY KEY, count BIGINT NOT NULL);\n"}};

class GroupCommitTest : public testing::DatabaseTest {
 protected:
  GroupCommitTest() { ApplySchema("test", kMigrations); }

  static GroupCommit::Work Insert(std::string id) {
    return [id](Transaction& tx) {
      return tx.Execute("INSERT INTO item (id, count) VALUES (?, 1)", {id}).status();
    };
  }
  int64_t Count() {
    int64_t count = -1;
    EXPECT_OK(database().Read([&](Session& session) {
      return session
          .QueryOne("SELECT count(*) FROM item", {}, [&](const Row& row) { count = row.Int(0); })
          .status();
    }));
    return count;
  }
  // Holds the writer of key 1 back while `submit` runs, so that what it submits shares a group. The
  // writer is waited for first: it might else take the first of them into the group that is held.
  static void WhileHeldBack(GroupCommit& writer, absl::FunctionRef<void()> submit) {
    std::latch holding(1), submitted(1);
    std::jthread holder([&] {
      EXPECT_OK(writer.Run(1, [&](Transaction&) {
        holding.count_down();
        submitted.wait();
        return absl::OkStatus();
      }));
    });
    holding.wait();
    submit();
    submitted.count_down();
  }
  // Runs the works in one group.
  static std::vector<absl::Status> RunTogether(GroupCommit& writer,
                                               std::vector<GroupCommit::Work> works) {
    std::vector<absl::Status> ended(works.size());
    std::latch done(static_cast<std::ptrdiff_t>(works.size()));
    WhileHeldBack(writer, [&] {
      for (size_t i = 0; i < works.size(); ++i) {
        writer.Submit(1, std::move(works[i]), [&ended, &done, i](absl::Status status) {
          ended[i] = std::move(status);
          done.count_down();
        });
      }
    });
    done.wait();
    return ended;
  }
};
HUIYIN_ON_ALL_DATABASES(GroupCommitTest);

TEST_P(GroupCommitTest, ALargeGroupsAnswersDoNotHoldUpTheNextGroup) {
  GroupCommit writer(database(), {.writers = 1});
  std::latch answering(1), next_committed(1), done(100);
  WhileHeldBack(writer, [&] {
    for (int i = 0; i < 100; ++i) {
      writer.Submit(1, Insert(std::to_string(i)), [&](absl::Status status) {
        EXPECT_OK(status);
        if (answering.try_wait()) return done.count_down();
        answering.count_down();
        next_committed.wait();
        done.count_down();
      });
    }
  });
  answering.wait();
  EXPECT_OK(writer.Run(1, Insert("next")));
  next_committed.count_down();
  done.wait();
  EXPECT_EQ(Count(), 101);
}

TEST_P(GroupCommitTest, WhatIsAcknowledgedIsCommitted) {
  GroupCommit writer(database(), {});
  std::atomic<int> acknowledged{0};
  {
    std::vector<std::jthread> clients;
    for (int c = 0; c < 8; ++c) {
      clients.emplace_back([&, c] {
        for (int i = 0; i < 50; ++i) {
          const std::string id = std::to_string(c) + "/" + std::to_string(i);
          ASSERT_OK(writer.Run(std::hash<std::string>()(id), Insert(id)));
          ++acknowledged;
          EXPECT_GE(Count(), 1);
        }
      });
    }
  }
  EXPECT_EQ(acknowledged, 400);
  EXPECT_EQ(Count(), 400);
}

TEST_P(GroupCommitTest, AnErrorUndoesItsOwnWorkOnly) {
  GroupCommit writer(database(), {});
  std::vector<GroupCommit::Work> works;
  works.push_back(Insert("a"));
  works.push_back([](Transaction& tx) -> absl::Status {  // fails after it wrote
    HUIYIN_RETURN_IF_ERROR(tx.Execute("INSERT INTO item (id, count) VALUES ('b', 1)").status());
    return absl::NotFoundError("no such thing");
  });
  works.push_back([](Transaction&) { return absl::AbortedError("etag"); });
  works.push_back(Insert("a"));  // there already
  works.push_back([](Transaction& tx) { return tx.Execute("NONSENSE").status(); });
  works.push_back(Insert("c"));
  const auto ended = RunTogether(writer, std::move(works));
  EXPECT_THAT(ended[0], IsOk());
  EXPECT_THAT(ended[1], StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(ended[2], StatusIs(absl::StatusCode::kAborted));
  EXPECT_THAT(ended[3], StatusIs(absl::StatusCode::kAlreadyExists));
  EXPECT_THAT(ended[4], StatusIs(absl::StatusCode::kInternal));
  EXPECT_THAT(ended[5], IsOk());
  EXPECT_EQ(Count(), 2);
}

TEST_P(GroupCommitTest, AStatementThatRunsTooLongDoesNotHarmItsNeighbours) {
  auto quick = temp().OpenAnother({.statement_timeout = absl::Milliseconds(200)});
  GroupCommit writer(*quick, {});
  std::vector<GroupCommit::Work> works;
  works.push_back(Insert("a"));
  works.push_back([](Transaction& tx) {
    return tx
        .Execute(
            "INSERT INTO item (id, count) WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL"
            " SELECT i + 1 FROM n WHERE i < 1000000000) SELECT 'n', count(*) FROM n")
        .status();
  });
  works.push_back(Insert("c"));
  const auto ended = RunTogether(writer, std::move(works));
  EXPECT_THAT(ended[0], IsOk());
  EXPECT_THAT(ended[1], StatusIs(absl::StatusCode::kDeadlineExceeded));
  EXPECT_THAT(ended[2], IsOk());
  EXPECT_EQ(Count(), 2);
}

TEST_P(GroupCommitTest, AFailedCommitIsToldToEveryWork) {
  constexpr Migration kDeferred[] = {
      {1, "0001_child.sql",
       "CREATE TABLE child (parent TEXT REFERENCES item (id) DEFERRABLE INITIALLY DEFERRED);\n"}};
  ApplySchema("deferred", kDeferred);
  GroupCommit writer(database(), {});
  std::vector<GroupCommit::Work> works;
  works.push_back(Insert("a"));
  works.push_back([](Transaction& tx) {  // noticed by COMMIT only
    return tx.Execute("INSERT INTO child (parent) VALUES ('none')").status();
  });
  EXPECT_THAT(RunTogether(writer, std::move(works)),
              Each(StatusIs(absl::StatusCode::kFailedPrecondition)));
  EXPECT_EQ(Count(), 0);
  EXPECT_OK(writer.Run(1, Insert("a")));
}

TEST_P(GroupCommitTest, WorksOfOneKeyRunOneAfterAnother) {
  GroupCommit writer(database(), {});
  ASSERT_OK(writer.Run(7, Insert("counter")));
  std::latch done(200);
  for (int i = 0; i < 200; ++i) {
    writer.Submit(
        7,
        [i](Transaction& tx) -> absl::Status {
          int64_t count = 0;
          HUIYIN_RETURN_IF_ERROR(tx.QueryOne("SELECT count FROM item", {}, [&](const Row& row) {
                                     count = row.Int(0);
                                   }).status());
          if (count != i + 1) return absl::OutOfRangeError("out of order");
          return tx.Execute("UPDATE item SET count = ?", {count + 1}).status();
        },
        [&](absl::Status status) {
          EXPECT_OK(status);
          done.count_down();
        });
  }
  done.wait();
}

TEST_P(GroupCommitTest, ConflictsWithOthersAreRunAgain) {
  auto other_database = temp().OpenAnother();
  GroupCommit one(database(), {}), other(*other_database, {});
  ASSERT_OK(one.Run(1, Insert("counter")));
  const auto add = [](GroupCommit& writer) {
    for (int i = 0; i < 40; ++i) {
      ASSERT_OK(writer.Run(1, [](Transaction& tx) -> absl::Status {
        int64_t count = 0;
        HUIYIN_RETURN_IF_ERROR(tx.QueryOne("SELECT count FROM item", {}, [&](const Row& row) {
                                   count = row.Int(0);
                                 }).status());
        return tx.Execute("UPDATE item SET count = ?", {count + 1}).status();
      }));
    }
  };
  {
    std::jthread a([&] { add(one); }), b([&] { add(other); });
  }
  int64_t count = 0;
  ASSERT_OK(database().Read([&](Session& session) {
    return session.Query("SELECT count FROM item", {}, [&](const Row& row) { count = row.Int(0); });
  }));
  EXPECT_EQ(count, 81);
}

TEST_P(GroupCommitTest, RefusesWhenTheQueueIsFull) {
  std::atomic<int> refused{0}, accepted{0};
  {
    GroupCommit writer(database(), {.max_queue = 3, .writers = 1});
    WhileHeldBack(writer, [&] {
      for (int i = 0; i < 5; ++i) {
        writer.Submit(1, Insert(std::to_string(i)), [&](absl::Status status) {
          status.ok() ? ++accepted : ++refused;
          EXPECT_TRUE(status.ok() || absl::IsResourceExhausted(status)) << status;
        });
      }
      EXPECT_EQ(refused, 3);
    });
  }
  EXPECT_EQ(accepted, 2);  // finished before the writer was gone
  EXPECT_EQ(Count(), 2);
}

TEST_P(GroupCommitTest, TellsOfCommitsThatChangedSomething) {
  std::atomic<int> commits{0};
  GroupCommit writer(database(), {});
  writer.OnCommit([&] { ++commits; });
  ASSERT_OK(writer.Run(1, [](Transaction&) { return absl::OkStatus(); }));
  EXPECT_EQ(commits, 0);
  ASSERT_OK(writer.Run(1, Insert("a")));
  EXPECT_EQ(commits, 1);
}

TEST(PostgresGroupCommit, ALostServerIsToldAndLaterWritesWork) {
  testing::PostgresServer server;
  auto database = Database::Open({.dsn = server.CreateDatabase()});
  ASSERT_OK(database.status());
  ASSERT_OK(Migrate(**database, "test", kMigrations));
  GroupCommit writer(**database, {});
  const auto insert = [&](std::string id) {
    return writer.Run(1, [id](Transaction& tx) {
      return tx.Execute("INSERT INTO item (id, count) VALUES (?, 1)", {id}).status();
    });
  };
  ASSERT_OK(insert("a"));
  server.Kill9();
  EXPECT_THAT(insert("b"), StatusIs(absl::StatusCode::kUnavailable));
  server.Restart();
  EXPECT_OK(insert("b"));
}

}  // namespace
}  // namespace huiyin::db
