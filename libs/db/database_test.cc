#include "libs/db/database.h"

#include <atomic>
#include <thread>

#include "libs/core/status.h"
#include "libs/testing/servers/postgres_server.h"
#include "libs/testing/servers/temp_database.h"
#include "libs/testing/status.h"

namespace huiyin::db {
namespace {

using ::huiyin::testing::IsOkAndHolds;
using ::huiyin::testing::StatusIs;
using ::testing::HasSubstr;

constexpr char kSchema[] = R"(
CREATE TABLE item (
  id TEXT PRIMARY KEY,
  count BIGINT NOT NULL CHECK (count >= 0),
  ratio DOUBLE PRECISION,
  bytes {blob},
  parent TEXT REFERENCES item (id)
);
)";
constexpr Migration kMigrations[] = {{1, "0001_item.sql", kSchema}};

class DatabaseContract : public testing::DatabaseTest {
 protected:
  DatabaseContract() { ApplySchema("test", kMigrations); }

  absl::Status Insert(std::string_view id, int64_t count = 1) {
    return database().Write([&](Transaction& tx) {
      return tx.Execute("INSERT INTO item (id, count) VALUES (?, ?)", {id, count}).status();
    });
  }
  int64_t Number(std::string_view sql) {
    int64_t number = -1;
    EXPECT_OK(database().Read([&](Session& session) {
      return session.QueryOne(sql, {}, [&](const Row& row) { number = row.Int(0); }).status();
    }));
    return number;
  }
};
HUIYIN_ON_ALL_DATABASES(DatabaseContract);

TEST_P(DatabaseContract, InsertTellsTheKeyThatTheRowGot) {
  static constexpr Migration kNumbered[] = {
      {1, "0001_numbered.sql",
       "CREATE TABLE numbered (\n  no {identity},\n  name TEXT NOT NULL UNIQUE\n);\n"}};
  ApplySchema("numbered", kNumbered);
  ASSERT_OK(database().Write([](Transaction& tx) -> absl::Status {
    constexpr char kSql[] = "INSERT INTO numbered (name) VALUES (?) ON CONFLICT DO NOTHING";
    EXPECT_THAT(tx.Insert(kSql, "no", {"a"}), IsOkAndHolds(1));
    HUIYIN_ASSIGN_OR_RETURN(const int64_t second, tx.Insert(kSql, "no", {"b"}));
    EXPECT_GT(second, 1);
    EXPECT_THAT(tx.Insert(kSql, "no", {"a"}), IsOkAndHolds(0));
    int64_t found = 0;
    HUIYIN_RETURN_IF_ERROR(tx.Query("SELECT no FROM numbered WHERE name = ?", {"b"},
                                    [&](const Row& row) { found = row.Int(0); }));
    EXPECT_EQ(found, second);
    return absl::OkStatus();
  }));
}

TEST_P(DatabaseContract, GivesBackEveryKindOfValue) {
  const std::string bytes("\0\1\xff\\x", 5);
  ASSERT_OK(database().Write([&](Transaction& tx) {
    return tx
        .Execute("INSERT INTO item (id, count, ratio, bytes, parent) VALUES (?, ?, ?, ?, ?)",
                 {"退款 'quoted' ?", INT64_MAX, 0.1, Blob{bytes}, nullptr})
        .status();
  }));
  int rows = 0;
  ASSERT_OK(database().Read([&](Session& session) {
    return session.Query("SELECT id, count, ratio, bytes, parent FROM item", {},
                         [&](const Row& row) {
                           ++rows;
                           EXPECT_EQ(row.Text(0), "退款 'quoted' ?");
                           EXPECT_EQ(row.Int(1), INT64_MAX);
                           EXPECT_EQ(row.Real(2), 0.1);
                           EXPECT_EQ(row.Text(3), bytes);
                           EXPECT_TRUE(row.IsNull(4));
                           EXPECT_EQ(row.Text(4), "");
                         });
  }));
  EXPECT_EQ(rows, 1);
}

TEST_P(DatabaseContract, KeepsEmptyTextAndEmptyBlobApartFromNull) {
  ASSERT_OK(database().Write([&](Transaction& tx) {
    return tx
        .Execute("INSERT INTO item (id, count, bytes) VALUES (?, 0, ?)",
                 {std::string_view(), Blob{}})
        .status();
  }));
  EXPECT_EQ(Number("SELECT count(*) FROM item WHERE id = '' AND bytes IS NOT NULL"), 1);
}

TEST_P(DatabaseContract, AParameterMayBeNullFirstAndTypedLater) {
  constexpr char kInsert[] = "INSERT INTO item (id, count, ratio, bytes) VALUES (?, ?, ?, ?)";
  ASSERT_OK(database().Write([&](Transaction& tx) -> absl::Status {
    HUIYIN_RETURN_IF_ERROR(tx.Execute(kInsert, {"a", 1, nullptr, nullptr}).status());
    HUIYIN_RETURN_IF_ERROR(tx.Execute(kInsert, {"b", 1, 2.5, Blob{"x"}}).status());
    return tx.Execute(kInsert, {"c", 1, nullptr, nullptr}).status();
  }));
  EXPECT_EQ(Number("SELECT count(*) FROM item WHERE ratio = 2.5"), 1);
}

TEST_P(DatabaseContract, TellsHowManyRowsChanged) {
  ASSERT_OK(Insert("a"));
  ASSERT_OK(Insert("b"));
  ASSERT_OK(database().Write([&](Transaction& tx) {
    EXPECT_THAT(tx.Execute("UPDATE item SET count = count + 1"), IsOkAndHolds(2));
    EXPECT_THAT(tx.Execute("UPDATE item SET count = 0 WHERE id = ?", {"none"}), IsOkAndHolds(0));
    return absl::OkStatus();
  }));
}

TEST_P(DatabaseContract, RunsAStatementForManyRows) {
  std::vector<std::string> ids;
  for (int i = 0; i < 2500; ++i) ids.push_back("id" + std::to_string(i));
  std::vector<Value> values;
  for (int i = 0; i < 2500; ++i) {
    values.push_back(ids[i]);
    values.push_back(i);
    values.push_back(i % 3 == 0 ? Value(nullptr) : Value(0.5));
  }
  ASSERT_OK(database().Write([&](Transaction& tx) {
    EXPECT_THAT(tx.ExecuteMany("INSERT INTO item (id, count, ratio) VALUES (?, ?, ?)", 3, values),
                IsOkAndHolds(2500));
    return absl::OkStatus();
  }));
  EXPECT_EQ(Number("SELECT sum(count) FROM item"), 2499 * 2500 / 2);
  EXPECT_EQ(Number("SELECT count(*) FROM item WHERE ratio IS NULL"), 834);
}

TEST_P(DatabaseContract, AFailingRowOfManyFailsTheTransaction) {
  const Value values[] = {"a", 1, "b", 1, "a", 1, "c", 1};
  EXPECT_THAT(database().Write([&](Transaction& tx) {
    return tx.ExecuteMany("INSERT INTO item (id, count) VALUES (?, ?)", 2, values).status();
  }),
              StatusIs(absl::StatusCode::kAlreadyExists));
  EXPECT_EQ(Number("SELECT count(*) FROM item"), 0);
  ASSERT_OK(Insert("a"));
}

TEST_P(DatabaseContract, MapsErrorsToCodes) {
  ASSERT_OK(Insert("a"));
  EXPECT_THAT(Insert("a"), StatusIs(absl::StatusCode::kAlreadyExists));
  EXPECT_THAT(Insert("b", -1), StatusIs(absl::StatusCode::kFailedPrecondition));
  const auto run = [&](std::string_view sql) {
    return database().Write([&](Transaction& tx) { return tx.Execute(sql).status(); });
  };
  EXPECT_THAT(run("INSERT INTO item (id, count, parent) VALUES ('c', 1, 'none')"),
              StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(run("INSERT INTO item (id, count) VALUES ('c', NULL)"),
              StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(run("SELEKT"), StatusIs(absl::StatusCode::kInternal));
  EXPECT_THAT(run("SELEKT").message(), HasSubstr("SELEKT"));
  EXPECT_THAT(run("UPDATE item SET count = ?"), ::testing::Not(testing::IsOk()));
}

TEST_P(DatabaseContract, UndoesEverythingWhenTheBodyFails) {
  EXPECT_THAT(database().Write([&](Transaction& tx) -> absl::Status {
    EXPECT_OK(tx.Execute("INSERT INTO item (id, count) VALUES ('a', 1)").status());
    return absl::AbortedError("my own reason");
  }),
              StatusIs(absl::StatusCode::kAborted));
  EXPECT_EQ(Number("SELECT count(*) FROM item"), 0);
}

TEST_P(DatabaseContract, DoesNotRepeatABodyThatAbortsForItsOwnReasons) {
  int runs = 0;
  EXPECT_THAT(database().Write([&](Transaction&) {
    ++runs;
    return absl::AbortedError("etag");
  }),
              StatusIs(absl::StatusCode::kAborted));
  EXPECT_EQ(runs, 1);
}

TEST_P(DatabaseContract, RefusesToWriteWhileReading) {
  EXPECT_FALSE(
      database()
          .Read([](Session& session) {
            return session.Execute("INSERT INTO item (id, count) VALUES ('a', 1)").status();
          })
          .ok());
  EXPECT_EQ(Number("SELECT count(*) FROM item"), 0);
}

TEST_P(DatabaseContract, AReadIsASnapshot) {
  ASSERT_OK(database().Read([&](Session& session) {
    int64_t before = -1, after = -1;
    constexpr char kCount[] = "SELECT count(*) FROM item";
    EXPECT_OK(session.QueryOne(kCount, {}, [&](const Row& row) { before = row.Int(0); }).status());
    EXPECT_OK(Insert("a"));  // on another connection, not waiting for the reader
    EXPECT_OK(session.QueryOne(kCount, {}, [&](const Row& row) { after = row.Int(0); }).status());
    EXPECT_EQ(before, 0);
    EXPECT_EQ(after, 0);
    return absl::OkStatus();
  }));
}

TEST_P(DatabaseContract, LosesNoUpdateWhenManyReadAndWriteTheSameRow) {
  ASSERT_OK(Insert("a", 0));
  auto other = temp().OpenAnother();  // as another process
  std::atomic<int64_t> done{0};
  const auto add = [&](Database& database) {
    for (int i = 0; i < 50; ++i) {
      const absl::Status status = database.Write([](Transaction& tx) -> absl::Status {
        int64_t count = 0;
        HUIYIN_RETURN_IF_ERROR(
            tx.QueryOne("SELECT count FROM item WHERE id = 'a'", {}, [&](const Row& row) {
                count = row.Int(0);
              }).status());
        return tx.Execute("UPDATE item SET count = ? WHERE id = 'a'", {count + 1}).status();
      });
      if (status.ok()) ++done;
      EXPECT_TRUE(status.ok() || absl::IsAborted(status)) << status;
    }
  };
  {
    std::jthread a([&] { add(database()); }), b([&] { add(*other); }), c([&] { add(database()); });
  }
  EXPECT_GT(done, 100);
  EXPECT_EQ(Number("SELECT count FROM item"), done);
}

TEST_P(DatabaseContract, WaitsForAFreeReaderAndGivesUpInTime) {
  auto small = temp().OpenAnother({.max_readers = 1, .acquire_timeout = absl::Milliseconds(20)});
  ASSERT_OK(small->Read([&](Session&) {
    EXPECT_THAT(small->Read([](Session&) { return absl::OkStatus(); }),
                StatusIs(absl::StatusCode::kUnavailable));
    return absl::OkStatus();
  }));
  EXPECT_OK(small->Read([](Session&) { return absl::OkStatus(); }));
}

TEST_P(DatabaseContract, EndsAStatementThatRunsTooLong) {
  auto quick = temp().OpenAnother({.statement_timeout = absl::Milliseconds(100)});
  constexpr char kLong[] =
      "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000000)"
      " SELECT count(*) FROM n";
  EXPECT_THAT(
      quick->Read([&](Session& session) { return session.Query(kLong, {}, [](const Row&) {}); }),
      StatusIs(absl::StatusCode::kDeadlineExceeded));
  EXPECT_OK(quick->Read([](Session& session) {
    return session.Query("SELECT count(*) FROM item", {}, [](const Row&) {});
  }));
}

TEST_P(DatabaseContract, KeepsWhatWasCommittedAfterReopening) {
  ASSERT_OK(Insert("a", 7));
  temp().Reopen();
  EXPECT_EQ(Number("SELECT count FROM item WHERE id = 'a'"), 7);
}

TEST(DatabaseOpen, SaysWhenItCannotBeReached) {
  EXPECT_THAT(Database::Open({.dsn = "sqlite:/no/such/folder/x.db"}).status(),
              StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_THAT(Database::Open({.dsn = "host=/no/such/folder dbname=x"}).status(),
              StatusIs(absl::StatusCode::kUnavailable));
}

TEST(SqliteDatabase, SaysDiskFullAndRecovers) {
  testing::TempDatabase temp(Dialect::kSqlite);
  temp.Migrate("test", kMigrations);
  const auto insert = [&](std::string_view id, size_t size) {
    const std::string bytes(size, 'x');
    return temp.database().Write([&](Transaction& tx) -> absl::Status {
      // The page limit gives the same error as a full disk.
      HUIYIN_RETURN_IF_ERROR(tx.Query("PRAGMA max_page_count = 100", {}, [](const Row&) {}));
      return tx.Execute("INSERT INTO item (id, count, bytes) VALUES (?, 1, ?)", {id, Blob{bytes}})
          .status();
    });
  };
  EXPECT_THAT(insert("big", 1 << 20), StatusIs(absl::StatusCode::kResourceExhausted));
  EXPECT_OK(insert("small", 10));
}

TEST(PostgresDatabase, RefusesNulInText) {
  testing::TempDatabase temp(Dialect::kPostgres);
  temp.Migrate("test", kMigrations);
  EXPECT_THAT(temp.database().Write([](Transaction& tx) {
    return tx.Execute("INSERT INTO item (id, count) VALUES (?, 1)", {std::string_view("a\0b", 3)})
        .status();
  }),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST(PostgresDatabase, ReconnectsAfterTheServerCrashed) {
  testing::PostgresServer server;
  auto database = Database::Open({.dsn = server.CreateDatabase()});
  ASSERT_OK(database.status());
  const auto count = [&] {
    return (*database)->Read(
        [](Session& session) { return session.Query("SELECT 1", {}, [](const Row&) {}); });
  };
  ASSERT_OK(count());
  server.Kill9();
  EXPECT_THAT(count(), StatusIs(absl::StatusCode::kUnavailable));
  server.Restart();
  EXPECT_OK(count());
}

TEST(PostgresDatabase, GivesUpOnAServerThatHangs) {
  testing::PostgresServer server;
  auto database =
      Database::Open({.dsn = server.CreateDatabase(), .statement_timeout = absl::Seconds(1)});
  ASSERT_OK(database.status());
  const auto count = [&] {
    return (*database)->Read(
        [](Session& session) { return session.Query("SELECT 1", {}, [](const Row&) {}); });
  };
  ASSERT_OK(count());
  server.Pause();
  const absl::Time before = absl::Now();
  EXPECT_THAT(count(), StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_LT(absl::Now() - before, absl::Seconds(8));
  server.Resume();
  EXPECT_OK(count());
}

}  // namespace
}  // namespace huiyin::db
