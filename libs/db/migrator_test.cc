#include "libs/db/migrator.h"

#include <thread>

#include "libs/db/sql_text.h"
#include "libs/testing/servers/temp_database.h"
#include "libs/testing/status.h"

namespace huiyin::db {
namespace {

using ::huiyin::testing::IsOkAndHolds;
using ::huiyin::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr char kFirst[] = R"(-- A comment; with a semicolon.
CREATE TABLE note (
  id {identity},
  body TEXT NOT NULL,
  bytes {blob}
);
-- @sqlite
CREATE TABLE lite_only (id BIGINT);
-- @postgres
CREATE TABLE postgres_only (id BIGINT);
INSERT INTO note (body) VALUES ('first');
)";
constexpr char kSecond[] = "ALTER TABLE note ADD COLUMN size BIGINT NOT NULL DEFAULT 0;\n";

class MigratorTest : public testing::DatabaseTest {
 protected:
  int64_t Count(std::string_view table) {
    int64_t count = -1;
    EXPECT_OK(database().Read([&](Session& session) {
      return session
          .QueryOne("SELECT count(*) FROM " + std::string(table), {},
                    [&](const Row& row) { count = row.Int(0); })
          .status();
    }));
    return count;
  }
};
HUIYIN_ON_ALL_DATABASES(MigratorTest);

TEST_P(MigratorTest, AppliesEachMigrationOnce) {
  const Migration one[] = {{1, "0001_note.sql", kFirst}};
  const Migration both[] = {{1, "0001_note.sql", kFirst}, {2, "0002_size.sql", kSecond}};
  EXPECT_THAT(SchemaVersion(database(), "a"), IsOkAndHolds(0));
  ASSERT_OK(Migrate(database(), "a", one));
  ASSERT_OK(Migrate(database(), "a", one));
  EXPECT_EQ(Count("note"), 1);
  EXPECT_THAT(SchemaVersion(database(), "a"), IsOkAndHolds(1));
  ASSERT_OK(Migrate(database(), "a", both));
  EXPECT_THAT(SchemaVersion(database(), "a"), IsOkAndHolds(2));
  EXPECT_THAT(SchemaVersion(database(), "b"), IsOkAndHolds(0));
  EXPECT_EQ(Count("note WHERE size = 0"), 1);
  EXPECT_EQ(Count(GetParam() == Dialect::kSqlite ? "lite_only" : "postgres_only"), 0);
}

TEST_P(MigratorTest, RefusesEditedAndUnknownMigrations) {
  const Migration one[] = {{1, "0001_note.sql", kFirst}};
  ASSERT_OK(Migrate(database(), "a", one));
  const Migration edited[] = {{1, "0001_note.sql", kSecond}};
  EXPECT_THAT(Migrate(database(), "a", edited), StatusIs(absl::StatusCode::kFailedPrecondition));
  const absl::Status newer = Migrate(database(), "a", {});
  EXPECT_THAT(newer, StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(newer.message(), HasSubstr("newer"));
  EXPECT_OK(Migrate(database(), "a", one));
}

TEST_P(MigratorTest, LeavesNothingOfAMigrationThatFails) {
  const Migration bad[] = {{1, "0001_bad.sql", "CREATE TABLE gone (id BIGINT);\nNONSENSE;\n"}};
  EXPECT_THAT(Migrate(database(), "a", bad).message(), HasSubstr("0001_bad.sql"));
  EXPECT_THAT(SchemaVersion(database(), "a"), IsOkAndHolds(0));
  const Migration good[] = {{1, "0001_good.sql", "CREATE TABLE gone (id BIGINT);\n"}};
  EXPECT_OK(Migrate(database(), "a", good));
}

TEST_P(MigratorTest, ManyMayStartAtOnce) {
  const Migration both[] = {{1, "0001_note.sql", kFirst}, {2, "0002_size.sql", kSecond}};
  {
    std::vector<std::jthread> starters;
    for (int i = 0; i < 6; ++i) {
      starters.emplace_back([&] {
        auto own = temp().OpenAnother();
        EXPECT_OK(Migrate(*own, "a", both));
      });
    }
  }
  EXPECT_EQ(Count("note"), 1);
}

TEST(SqlText, NumbersParametersOutsideQuotesAndComments) {
  EXPECT_EQ(NumberParameters("SELECT ?, '?''?', \"?\" -- ?\n, ? /* ? */ WHERE a = ?"),
            "SELECT $1, '?''?', \"?\" -- ?\n, $2 /* ? */ WHERE a = $3");
}

TEST(SqlText, KeepsTheStatementsOfATriggerTogether) {
  EXPECT_THAT(StatementsFor(Dialect::kSqlite,
                            "CREATE TRIGGER t AFTER INSERT ON a BEGIN\n  DELETE FROM b;\nEND;\n"
                            "DROP TABLE c;\n"),
              ElementsAre("CREATE TRIGGER t AFTER INSERT ON a BEGIN\n  DELETE FROM b;\nEND;\n",
                          "DROP TABLE c;\n"));
}

}  // namespace
}  // namespace huiyin::db
