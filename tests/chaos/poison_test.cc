// An event that cannot be handled harms only its own ticket, and can be handled once what was wrong
// is put right.
#include <gmock/gmock.h>
#include <sqlite3.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <sstream>

#include "deploy/client/delivery.h"
#include "libs/core/clock.h"
#include "libs/testing/status.h"
#include "tests/harness/flows.h"
#include "tests/harness/suite.h"

namespace huiyin::testing {
namespace {

// The fault: triage's database refuses decisions on tickets of one user until the trigger is
// dropped.
void Execute(const std::string& file, const std::string& sql) {
  sqlite3* opened = nullptr;
  ASSERT_EQ(sqlite3_open(file.c_str(), &opened), SQLITE_OK);
  const std::unique_ptr<sqlite3, int (*)(sqlite3*)> database(opened, sqlite3_close);
  sqlite3_busy_timeout(opened, 10000);
  char* error = nullptr;
  ASSERT_EQ(sqlite3_exec(opened, sql.c_str(), nullptr, nullptr, &error), SQLITE_OK)
      << (error == nullptr ? "" : error);
}

bool IsDecided(Suite& suite, const std::string& ticket) {
  const auto got = GetTicket(suite.connection(), ticket);
  return got.ok() && !got->triage().decision_id().empty();
}

TEST(PoisonTest, APoisonEventIsParkedListedAndReplayed) {
  Suite suite;
  Execute(suite.database("triage"),
          "CREATE TRIGGER poison BEFORE INSERT ON decision WHEN NOT EXISTS"
          " (SELECT 1 FROM decision) BEGIN SELECT RAISE(ABORT, 'poisoned by the test'); END");
  const auto poisoned = Create(
      suite.connection(), ChatMessage("poisoned", "退款什么时候到账", client::UuidOf("poisoned")));
  ASSERT_OK(poisoned);
  const std::string ticket_id = poisoned->ticket().id();
  // From now on only that ticket's decisions are refused.
  Execute(suite.database("triage"),
          "BEGIN IMMEDIATE; DROP TRIGGER poison; CREATE TRIGGER poison BEFORE INSERT ON decision"
          " WHEN NEW.ticket_id = '" +
              ticket_id + "' BEGIN SELECT RAISE(ABORT, 'poisoned by the test'); END; COMMIT");

  // Neighbours are decided as if nothing were.
  for (int i = 0; i < 20; ++i) {
    const std::string user = "neighbour-" + std::to_string(i);
    const auto created =
        Create(suite.connection(), ChatMessage(user, "什么时候发货", client::UuidOf(user)));
    ASSERT_OK(created);
    EXPECT_TRUE(
        WaitUntil([&] { return IsDecided(suite, created->ticket().name()); }, absl::Seconds(10)));
  }

  nlohmann::json letter;
  ASSERT_TRUE(WaitUntil(
      [&] {
        const Ran listed =
            RunProgram(suite, "huiyinctl", {"--json", "dlq", "list", "--service", "triage"});
        letter = nlohmann::json::parse(listed.out, nullptr, false);
        return letter.is_object();
      },
      absl::Minutes(2)))
      << "the event was not parked";
  EXPECT_EQ(letter["aggregateId"], ticket_id);
  EXPECT_THAT(letter["error"].get<std::string>(), ::testing::HasSubstr("poisoned by the test"));
  EXPECT_FALSE(IsDecided(suite, poisoned->ticket().name()));

  // Still wrong: the letter stays.
  const std::vector<std::string> replay = {"dlq", "replay", "--service", "triage", letter["id"]};
  EXPECT_EQ(RunProgram(suite, "huiyinctl", replay).code, 1);
  Execute(suite.database("triage"), "DROP TRIGGER poison");
  const Ran replayed = RunProgram(suite, "huiyinctl", replay);
  EXPECT_EQ(replayed.code, 0) << replayed.err;
  EXPECT_TRUE(WaitUntil([&] { return IsDecided(suite, poisoned->ticket().name()); }));
  EXPECT_THAT(CountDecisions(suite.connection(), ticket_id), IsOkAndHolds(1));
  EXPECT_EQ(RunProgram(suite, "huiyinctl", {"--json", "dlq", "list"}).out, "");
}

}  // namespace
}  // namespace huiyin::testing
