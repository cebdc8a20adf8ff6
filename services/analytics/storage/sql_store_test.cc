#include "services/analytics/storage/sql_store.h"

#include <gmock/gmock.h>

#include "libs/testing/servers/temp_database.h"
#include "libs/testing/status.h"
#include "services/analytics/storage/evidence_json.h"

namespace huiyin::analytics {
namespace {

using ::testing::ElementsAre;
using testing::IsOkAndHolds;
using ::testing::Pair;
using testing::StatusIs;

const absl::Time kNow = absl::FromUnixSeconds(1767225600);

class AnalyticsStoreContract : public testing::DatabaseTest {
 protected:
  AnalyticsStoreContract() { ApplySchema("analytics", Schema()); }

  void Write(absl::FunctionRef<void(SqlStore&)> body) {
    ASSERT_OK(database().Write([&](db::Transaction& tx) {
      SqlStore store(tx);
      body(store);
      return absl::OkStatus();
    }));
  }
};
HUIYIN_ON_ALL_DATABASES(AnalyticsStoreContract);

TEST_P(AnalyticsStoreContract, LogKeepsEventsInOrderWithoutGaps) {
  for (int i = 0; i < 3; ++i) {
    Write([&](SqlStore& store) {
      for (int j = 0; j < 2; ++j) {
        const std::string body = std::string(1, '\0') + std::to_string(i * 2 + j);
        EXPECT_OK(store.AppendEvent({0, "t1", "TicketCreated", kNow, body}));
      }
    });
  }
  // One that is rolled back leaves no gap.
  EXPECT_FALSE(database()
                   .Write([&](db::Transaction& tx) {
                     EXPECT_OK(SqlStore(tx).AppendEvent({0, "t1", "X", kNow, ""}));
                     return absl::InvalidArgumentError("no");
                   })
                   .ok());
  Write([&](SqlStore& store) {
    EXPECT_OK(store.AppendEvent({0, "t2", "TicketMerged", kNow, "last"}));
    EXPECT_THAT(store.LastPosition(), IsOkAndHolds(7));
    std::vector<int64_t> positions;
    EXPECT_OK(store.ReadEvents(4, 10, [&](const LoggedEvent& e) {
      positions.push_back(e.position);
      if (e.position == 5) {
        EXPECT_EQ(e.body, std::string("\0004", 2));
        EXPECT_EQ(e.type, "TicketCreated");
        EXPECT_EQ(e.at, kNow);
        EXPECT_EQ(e.tenant, "t1");
      }
    }));
    EXPECT_THAT(positions, ElementsAre(5, 6, 7));
    int read = 0;
    EXPECT_OK(store.ReadEvents(0, 2, [&](const LoggedEvent&) { ++read; }));
    EXPECT_EQ(read, 2);
  });
}

TEST_P(AnalyticsStoreContract, GenerationsAdvanceOnlyFromWhereTheyAre) {
  Write([](SqlStore& store) {
    const auto live = store.Live();
    ASSERT_OK(live);
    EXPECT_OK(store.Advance(live->number, 0, 10));
    EXPECT_THAT(store.Advance(live->number, 0, 10), StatusIs(absl::StatusCode::kAborted));
    EXPECT_EQ(store.Live()->position, 10);
  });
}

TEST_P(AnalyticsStoreContract, RebuildsBesideAndSwitches) {
  const CellAddress address{"t1", Cube::kTickets, Grain::kHour, 3600, 0};
  Write([&](SqlStore& store) {
    const int64_t live = store.Live()->number;
    EXPECT_OK(store.SaveRuns(live, {{address, 0, "abc"}}));
    EXPECT_OK(store.SaveEntities(live, {{"t1", EntityKind::kTicket, "x", "state"}}));
    EXPECT_OK(store.SaveNumbers(live, {{"t1", Dimension::kLot, "L1", 1}}));
    const int64_t given_up = store.StartBuilding("UTC")->number;
    const int64_t building = store.StartBuilding("UTC")->number;
    EXPECT_NE(building, live);
    EXPECT_NE(building, given_up);
    EXPECT_THAT(store.SameRollups(live, building), IsOkAndHolds(false));
    EXPECT_OK(store.SaveRuns(building, {{address, 0, "abd"}}));
    EXPECT_THAT(store.SameRollups(live, building), IsOkAndHolds(false));
    EXPECT_OK(store.SaveRuns(building, {{address, 0, "abc"}}));
    EXPECT_THAT(store.SameRollups(live, building), IsOkAndHolds(true));
    for (int i = 0; i < 5 && *store.HasOld(); ++i) EXPECT_OK(store.RemoveSomeOld());
    EXPECT_THAT(store.HasOld(), IsOkAndHolds(false));
    EXPECT_OK(store.LockGenerations());
    EXPECT_THAT(store.Switch(given_up), StatusIs(absl::StatusCode::kAborted));
    EXPECT_OK(store.Switch(building));
    EXPECT_EQ(store.Live()->number, building);
    EXPECT_THAT(store.HasOld(), IsOkAndHolds(true));
    for (int i = 0; i < 5 && *store.HasOld(); ++i) EXPECT_OK(store.RemoveSomeOld());
    EXPECT_THAT(store.HasOld(), IsOkAndHolds(false));
    EXPECT_EQ(store.SizesOfRuns(live, address)->whole, 0u);
    EXPECT_EQ(store.SizesOfRuns(building, address)->whole, 3u);
    EXPECT_EQ(store.Live()->zones, "UTC");
    EXPECT_EQ(store.StartBuilding("Asia/Shanghai")->zones, "Asia/Shanghai");
    EXPECT_EQ(store.LoadEntity(live, "t1", EntityKind::kTicket, "x")->has_value(), false);
  });
}

TEST_P(AnalyticsStoreContract, KeepsEntitiesAndDictionaries) {
  Write([](SqlStore& store) {
    const std::string bytes("\0\xff", 2);
    EXPECT_OK(store.SaveEntities(
        1, {{"t1", EntityKind::kTicket, "x", "old"}, {"t1", EntityKind::kOrder, "x", "order"}}));
    EXPECT_OK(store.SaveEntities(1, {{"t1", EntityKind::kTicket, "x", bytes}}));
    EXPECT_EQ(store.LoadEntity(1, "t1", EntityKind::kTicket, "x")->value(), bytes);
    EXPECT_EQ(store.LoadEntity(1, "t2", EntityKind::kTicket, "x")->has_value(), false);
    EXPECT_OK(store.SaveEntities(1, {{"t1", EntityKind::kTicket, "Y", "a"}}));
    EXPECT_THAT(store.LastEntityId(1, "t1", EntityKind::kTicket), IsOkAndHolds(std::string("x")));
    EXPECT_THAT(store.LastEntityId(1, "t9", EntityKind::kTicket), IsOkAndHolds(std::string()));
    EXPECT_THAT(store.LastNumber(1, "t1", Dimension::kLot), IsOkAndHolds(0u));
    EXPECT_OK(
        store.SaveNumbers(1, {{"t1", Dimension::kLot, "L1", 1}, {"t1", Dimension::kLot, "L2", 2}}));
    EXPECT_THAT(store.LastNumber(1, "t1", Dimension::kLot), IsOkAndHolds(2u));
    EXPECT_THAT(store.NumberOf(1, "t1", Dimension::kLot, "L2"), IsOkAndHolds(2u));
    EXPECT_THAT(store.NumberOf(1, "t1", Dimension::kSku, "L2"), IsOkAndHolds(0u));
    EXPECT_THAT(store.TextOf(1, "t1", Dimension::kLot, 1), IsOkAndHolds(std::string("L1")));
  });
}

TEST_P(AnalyticsStoreContract, ScansOneTenantsBucketsInOrder) {
  Write([](SqlStore& store) {
    const auto save = [&](const char* tenant, int64_t bucket, uint32_t shard, const char* bytes) {
      EXPECT_OK(
          store.SaveRuns(1, {{{tenant, Cube::kSignals, Grain::kHour, bucket, shard}, 0, bytes}}));
    };
    save("t1", 7200, 1, "c");
    save("t1", 3600, 0, "a");
    save("t1", 7200, 0, "b");
    save("t1", 10800, 0, "late");
    save("t2", 3600, 0, "foreign");
    save("t1", 3600, 5, "gone");
    EXPECT_OK(store.RemoveRuns(1, {"t1", Cube::kSignals, Grain::kHour, 3600, 5}));
    using Seen = std::vector<std::pair<int64_t, std::string>>;
    const auto scan = [&](int64_t shard) {
      Seen seen;
      EXPECT_OK(store.ScanCells(
          1, "t1", Cube::kSignals, {Grain::kHour, 3600, 10800}, shard,
          [&](int64_t bucket, std::string_view bytes) { seen.emplace_back(bucket, bytes); }));
      return seen;
    };
    EXPECT_THAT(scan(-1), ElementsAre(Pair(3600, "a"), Pair(7200, "b"), Pair(7200, "c")));
    EXPECT_THAT(scan(1), ElementsAre(Pair(7200, "c")));
    EXPECT_OK(store.SaveRuns(1, {{{"t1", Cube::kEvents, Grain::kDay, 0, 0}, 0, "x"}}));
    EXPECT_THAT(*store.Tenants(1), ElementsAre("t1"));
  });
}

TEST_P(AnalyticsStoreContract, RunsCountOnTopUntilTheyAreMerged) {
  const CellAddress address{"t1", Cube::kTickets, Grain::kMonth, 1767225600, 0};
  Write([&](SqlStore& store) {
    EXPECT_OK(store.SaveRuns(1, {{address, 0, "whole"}, {address, 1, "a"}, {address, 2, "bc"}}));
    const auto sizes = store.SizesOfRuns(1, address);
    ASSERT_OK(sizes);
    EXPECT_EQ(sizes->whole, 5u);
    EXPECT_EQ(sizes->runs, 3u);
    EXPECT_EQ(sizes->last_run, 2);
    EXPECT_THAT(*store.WithRuns(1), ElementsAre(address));
    std::vector<std::pair<int64_t, std::string>> runs;
    EXPECT_OK(store.LoadRuns(
        1, address, [&](int64_t run, std::string_view bytes) { runs.emplace_back(run, bytes); }));
    EXPECT_THAT(runs, ElementsAre(Pair(0, "whole"), Pair(1, "a"), Pair(2, "bc")));
    EXPECT_OK(store.RemoveRuns(1, address));
    EXPECT_OK(store.SaveRuns(1, {{address, 0, "merged"}}));
    EXPECT_EQ(store.SizesOfRuns(1, address)->runs, 0u);
    EXPECT_TRUE(store.WithRuns(1)->empty());
    EXPECT_THAT(store.LastBucket(1, "t1", Cube::kTickets, Grain::kMonth), IsOkAndHolds(1767225600));
    EXPECT_LT(*store.LastBucket(1, "t1", Cube::kTickets, Grain::kDay), 0);
  });
}

TEST_P(AnalyticsStoreContract, KeepsAlerts) {
  Write([](SqlStore& store) {
    Alert alert;
    alert.tenant = TenantId("t1");
    alert.id = AlertId("a1");
    alert.finding.subject = {"lot", "P1", "L1"};
    alert.finding.issue = 4;
    alert.finding.evidence.observed = 9;
    alert.finding.evidence.relative_rate = {5, 3.25, 8};
    alert.finding.evidence.example_tickets = {"x", "y"};
    alert.first_seen = alert.last_seen = alert.updated_at = kNow;
    EXPECT_OK(store.PutAlert(alert));
    Alert weaker = alert;
    weaker.id = AlertId("a2");
    weaker.finding.subject = {"product", "P2", "P2"};
    weaker.finding.evidence.relative_rate.lower = 2;
    EXPECT_OK(store.PutAlert(weaker));

    const auto found = store.FindOpenAlert(alert.tenant, alert.finding.subject);
    ASSERT_OK(found);
    ASSERT_TRUE(found->has_value());
    EXPECT_EQ((*found)->finding.evidence.observed, 9);
    EXPECT_EQ((*found)->finding.evidence.relative_rate.lower, 3.25);
    EXPECT_THAT((*found)->finding.evidence.example_tickets, ElementsAre("x", "y"));
    EXPECT_EQ(store.ListAlerts(alert.tenant, {}, 10, 0)->at(1).id, weaker.id);
    EXPECT_EQ(store.ListAlerts(alert.tenant, {}, 10, 1)->size(), 1u);
    EXPECT_EQ(store.ListAlerts(TenantId("t2"), {}, 10, 0)->size(), 0u);

    alert.state = AlertState::kResolved;
    alert.version = 2;
    EXPECT_OK(store.PutAlert(alert));
    EXPECT_EQ(store.FindOpenAlert(alert.tenant, alert.finding.subject)->has_value(), false);
    EXPECT_EQ(store.FindAlert(alert.tenant, alert.id)->value().version, 2);
    EXPECT_EQ(store.FindAlert(TenantId("t2"), alert.id)->has_value(), false);
    AlertFilter filter;
    filter.product = "P1";
    EXPECT_EQ(store.ListAlerts(alert.tenant, filter, 10, 0)->size(), 0u);
    filter.state = AlertState::kResolved;
    EXPECT_EQ(store.ListAlerts(alert.tenant, filter, 10, 0)->size(), 1u);
    // A new alert on the same subject may follow a resolved one.
    alert.id = AlertId("a3");
    alert.state = AlertState::kOpen;
    EXPECT_OK(store.PutAlert(alert));
  });
}

TEST(EvidenceJsonTest, TextThatIsNotJsonGivesNothing) {
  EXPECT_EQ(EvidenceFromJson("not json").observed, 0);
  EXPECT_EQ(EvidenceFromJson("[1]").observed, 0);
}

}  // namespace
}  // namespace huiyin::analytics
