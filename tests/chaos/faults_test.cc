// A disk that is full or broken, and dependencies that hang: a clear error, nothing acknowledged
// that is not kept, and everything goes on once the fault is over.
#include "deploy/client/delivery.h"
#include "tests/chaos/load/injection.h"
#include "tests/e2e/whole_test.h"
#include "tests/harness/flows.h"

namespace huiyin {
namespace {

using ::huiyin::testing::Injection;
using ::huiyin::testing::IsOk;
using ::huiyin::testing::IsOkAndHolds;
using ::huiyin::testing::WaitUntil;
using ::testing::Not;

class FaultsTest : public WholeTest {
 protected:
  static auto Message(const std::string& request) {
    return testing::ChatMessage(request, "付款失败了，钱却扣了", client::UuidOf(request));
  }
  static auto Create(const std::string& request) {
    return testing::Create(connection(), Message(request));
  }
  static std::string WriteAheadLog() { return suite().database("ingest") + "-wal"; }

  // A call under `fault` is refused with `code`, reading goes on; when it is over, the same call
  // makes the one ticket, and what was there before is still there after a crash.
  static void ExpectRefusedAndNothingLost(const std::string& fault, absl::StatusCode code) {
    const auto before = Create(Fresh("before"));
    ASSERT_OK(before);
    const auto count = testing::CountTickets(connection());
    ASSERT_OK(count);
    const std::string request = Fresh("during");
    {
      Injection injected(suite().service("ingest").pid(), WriteAheadLog(), fault);
      for (int i = 0; i < 3; ++i) {
        const absl::Status refused = Create(request).status();
        EXPECT_EQ(refused.code(), code) << refused;
      }
      EXPECT_OK(testing::GetTicket(connection(), before->ticket().name()));
    }
    ASSERT_TRUE(WaitUntil([&] { return Create(request).ok(); })) << Create(request).status();
    EXPECT_THAT(testing::CountTickets(connection()), IsOkAndHolds(*count + 1));

    suite().Kill("ingest");
    suite().Start("ingest");
    ASSERT_TRUE(suite().WaitServing());
    EXPECT_OK(testing::GetTicket(connection(), before->ticket().name()));
    EXPECT_THAT(testing::CountTickets(connection()), IsOkAndHolds(*count + 1));
    EXPECT_OK(Create(Fresh("after")));
  }
};

TEST_F(FaultsTest, AFullDiskIsSaidAndNothingIsLost) {
  ExpectRefusedAndNothingLost("pwrite64:error=ENOSPC", absl::StatusCode::kResourceExhausted);
}

TEST_F(FaultsTest, ADiskThatFailsToWriteIsSaidAndNothingIsLost) {
  ExpectRefusedAndNothingLost("pwrite64:error=EIO", absl::StatusCode::kUnavailable);
}

TEST_F(FaultsTest, ADiskThatFailsToSyncAcknowledgesNothing) {
  ExpectRefusedAndNothingLost("fdatasync:error=EIO", absl::StatusCode::kUnavailable);
}

TEST_F(FaultsTest, AHungRedisHoldsUpNoCallerAndIsCaughtUpWith) {
  suite().redis().Pause();
  const absl::Time start = SystemClock().Now();
  for (int i = 0; i < 50; ++i) EXPECT_OK(Create(Fresh("hung")));
  const absl::Duration took = SystemClock().Now() - start;
  suite().redis().Resume();
  EXPECT_LT(took, absl::Seconds(5)) << "50 calls waited for Redis";
  EXPECT_OK(client::WaitUntilDelivered(connection(), absl::Seconds(20)));
}

TEST_F(FaultsTest, AHungIngestDelaysDecisionsAndNothingElse) {
  const auto created = Create(Fresh("user"));
  ASSERT_OK(created);
  suite().service("ingest").Signal(SIGSTOP);
  testing::ChildProcess& triage = suite().service("triage");
  EXPECT_TRUE(triage.Running());
  EXPECT_OK(testing::AuditFindings(connection())) << "aftersales answers";
  suite().service("ingest").Signal(SIGCONT);
  EXPECT_TRUE(WaitUntil([&] {
    const auto ticket = testing::GetTicket(connection(), created->ticket().name());
    return ticket.ok() && !ticket->triage().decision_id().empty();
  }));
  EXPECT_OK(client::WaitUntilDelivered(connection(), absl::Seconds(20)));
}

}  // namespace
}  // namespace huiyin
