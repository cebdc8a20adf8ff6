// What every DeskStore must do, on each database.
#include <gmock/gmock.h>

#include "libs/testing/servers/temp_database.h"
#include "libs/testing/status.h"
#include "services/triage/storage/sql_desk_store.h"
#include "services/triage/storage/sql_store.h"

namespace huiyin::triage {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const TenantId kTenant("acme"), kOther("other");
const absl::Time kStart = absl::FromUnixMicros(1767225600123456);

class DeskContract : public testing::DatabaseTest {
 protected:
  DeskContract() {
    ApplySchema("timers", timers::Schema());
    ApplySchema("triage", Schema());
  }
  // Runs `body` in a transaction of its own.
  void Write(absl::FunctionRef<void(DeskStore&)> body) {
    EXPECT_OK(database().Write([&](db::Transaction& tx) {
      SqlDeskStore store(tx);
      body(store);
      return absl::OkStatus();
    }));
  }
  int64_t Timers() {
    int64_t count = 0;
    EXPECT_OK(database().Read([&](db::Session& session) {
      return session.Query("SELECT count(*) FROM timer", {},
                           [&](const db::Row& row) { count = row.Int(0); });
    }));
    return count;
  }
};

TEST_P(DeskContract, NumbersPoliciesPerTenantAndKind) {
  const PolicyDocument policy{.tenant = kTenant,
                              .kind = PolicyKind::kPriority,
                              .source = "P1 from 1\n",
                              .note = "first",
                              .created_by = "lin",
                              .created = kStart};
  Write([&](DeskStore& store) {
    EXPECT_EQ(*store.InsertPolicy(policy), 1);
    EXPECT_EQ(*store.InsertPolicy(policy), 2);
    PolicyDocument sla = policy;
    sla.kind = PolicyKind::kSla;
    EXPECT_EQ(*store.InsertPolicy(sla), 1);
  });
  Write([&](DeskStore& store) {
    const auto found = store.FindPolicy(kTenant, PolicyKind::kPriority, 1);
    ASSERT_OK(found);
    ASSERT_TRUE(found->has_value());
    EXPECT_EQ((*found)->source, policy.source);
    EXPECT_EQ((*found)->created, kStart);
    EXPECT_FALSE(store.FindPolicy(kTenant, PolicyKind::kPriority, 3)->has_value());
    EXPECT_FALSE(store.FindPolicy(kOther, PolicyKind::kPriority, 1)->has_value());
    EXPECT_THAT(*store.ListPolicies(kTenant, PolicyKind::kPriority, 2, 10), SizeIs(1));
  });
}

TEST_P(DeskContract, PublicationsAreAStack) {
  const auto publish = [&](int64_t sequence, const char* version) {
    Write([&](DeskStore& store) {
      EXPECT_OK(store.InsertPublication(
          kTenant, PolicyKind::kSla,
          {.sequence = sequence, .version = version, .by = "lin", .at = kStart}));
    });
  };
  publish(1, "sla-1");
  publish(2, "sla-2");
  Write([&](DeskStore& store) {
    EXPECT_OK(store.RollBack(kTenant, PolicyKind::kSla, 2, "lin"));
    EXPECT_EQ(*store.LastPublication(kTenant, PolicyKind::kSla), 2);
    EXPECT_EQ(*store.LastPublication(kOther, PolicyKind::kSla), 0);
    const auto standing = store.StandingPublications(kTenant, PolicyKind::kSla, 10);
    ASSERT_OK(standing);
    ASSERT_THAT(*standing, SizeIs(1));
    EXPECT_EQ((*standing)[0].version, "sla-1");
  });
}

TEST_P(DeskContract, NewerOrdersAndNewerWordsOnCustomersWin) {
  OrderFacts order{.tenant = kTenant,
                   .id = OrderId("o1"),
                   .customer = CustomerId("c1"),
                   .version = 2,
                   .tier = CustomerTier::kVip,
                   .value = Money(500, "CNY"),
                   .as_of = kStart};
  Write([&](DeskStore& store) {
    EXPECT_OK(store.PutOrder(order));
    order.version = 1;
    order.tier = CustomerTier::kGold;
    order.value = Money(1, "CNY");
    order.as_of -= absl::Seconds(1);
    EXPECT_OK(store.PutOrder(order));
    const auto standing = store.FindStanding(kTenant, CustomerId(), OrderId("o1"));
    ASSERT_OK(standing);
    EXPECT_EQ(standing->tier, CustomerTier::kVip);
    EXPECT_EQ(standing->order_value, Money(500, "CNY"));
    EXPECT_EQ(store.FindStanding(kOther, CustomerId("c1"), OrderId("o1"))->tier,
              CustomerTier::kUnknown);
  });
}

TEST_P(DeskContract, KeepsClocksTheirHistoryAndOneTimerEach) {
  SlaClock clock{.tenant = kTenant,
                 .ticket = TicketId("t1"),
                 .priority = Priority::kP2,
                 .tier = CustomerTier::kGold,
                 .history = {{SlaMoment::kStarted, kStart}},
                 .next = kStart + absl::Hours(1)};
  Write([&](DeskStore& store) { EXPECT_OK(store.PutClock(clock, 1)); });
  EXPECT_EQ(Timers(), 1);
  clock.history.push_back({SlaMoment::kAnswered, kStart + absl::Minutes(5)});
  clock.sent = {{true, SlaMetric::kNextResponse, 12}, {false, SlaMetric::kResolution, 1}};
  clock.state = SlaState::kActiveWithMisses;
  Write([&](DeskStore& store) { EXPECT_OK(store.PutClock(clock, 1)); });
  clock.next.reset();
  Write([&](DeskStore& store) {
    EXPECT_THAT(*store.ClocksDue(kTenant, kStart + absl::Hours(2), 10), ElementsAre(clock.ticket));
    EXPECT_THAT(*store.ClocksDue(kTenant, kStart, 10), IsEmpty());
    EXPECT_OK(store.PutClock(clock, 2));
  });
  EXPECT_EQ(Timers(), 0);
  Write([&](DeskStore& store) {
    const auto found = store.FindClock(kTenant, clock.ticket);
    ASSERT_OK(found);
    ASSERT_TRUE(found->has_value());
    EXPECT_EQ((*found)->history, clock.history);
    EXPECT_EQ((*found)->sent, clock.sent);
    EXPECT_EQ((*found)->next, std::nullopt);
    EXPECT_THAT(*store.ListClocks(kTenant, {.missed_only = true}, TicketId(), 10), SizeIs(1));
    EXPECT_THAT(*store.ListClocks(kTenant, {}, clock.ticket, 10), IsEmpty());
    EXPECT_FALSE(store.FindClock(kOther, clock.ticket)->has_value());
  });
}

TEST_P(DeskContract, WaitingTicketsComeByRankAndLoadsAreCounted) {
  const Agent agent{.tenant = kTenant,
                    .id = AgentId("li"),
                    .name = "Li",
                    .queues = {"general", "vip"},
                    .languages = {"zh"},
                    .categories = {Category::kRefund, Category::kLogistics},
                    .capacity = 3,
                    .shift = "UTC mon-fri 09:00-17:00",
                    .presence = Presence::kOnline,
                    .last_assigned = kStart};
  WorkItem plain{.tenant = kTenant, .ticket = TicketId("a"), .queue = "general", .entered = kStart};
  WorkItem urgent = plain;
  urgent.ticket = TicketId("b");
  urgent.entered += absl::Minutes(1);
  urgent.priority = Priority::kP1;
  urgent.language = "zh-Hans";
  Write([&](DeskStore& store) {
    EXPECT_THAT(*store.WaitingTenants(), IsEmpty());
    EXPECT_OK(store.PutAgent(agent));
    EXPECT_OK(store.PutItem(plain));
    EXPECT_OK(store.PutItem(urgent));
    EXPECT_THAT(*store.WaitingTenants(), ElementsAre(kTenant));
    EXPECT_THAT(*store.ListAgents(kTenant), ElementsAre(agent));
    EXPECT_THAT(*store.WaitingItems(kTenant, 10), ElementsAre(urgent, plain));
  });
  urgent.assignee = agent.id;
  plain.assignee = agent.id;
  plain.our_turn = false;
  Write([&](DeskStore& store) {
    EXPECT_OK(store.PutItem(urgent));
    EXPECT_OK(store.PutItem(plain));
    EXPECT_EQ((*store.ListAgents(kTenant))[0].load, 1);
    EXPECT_THAT(*store.ItemsOf(kTenant, agent.id), SizeIs(2));
    const auto queues = store.Queues();
    ASSERT_OK(queues);
    ASSERT_THAT(*queues, SizeIs(1));
    EXPECT_EQ((*queues)[0].assigned, 2);
    EXPECT_EQ((*queues)[0].oldest, std::nullopt);
    EXPECT_OK(store.RemoveItem(kTenant, plain.ticket));
    EXPECT_FALSE(store.FindItem(kTenant, plain.ticket)->has_value());
    EXPECT_EQ(*store.FindItem(kTenant, urgent.ticket), urgent);
    EXPECT_OK(store.RemoveAgent(kTenant, agent.id));
    EXPECT_THAT(*store.ListAgents(kTenant), IsEmpty());
  });
}

HUIYIN_ON_ALL_DATABASES(DeskContract);

}  // namespace
}  // namespace huiyin::triage
