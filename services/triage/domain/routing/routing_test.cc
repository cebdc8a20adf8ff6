#include <gmock/gmock.h>

#include <deque>
#include <iostream>
#include <queue>
#include <random>

#include "libs/testing/seed.h"
#include "libs/testing/status.h"
#include "services/triage/domain/routing/agent.h"
#include "services/triage/domain/routing/plan.h"
#include "services/triage/domain/routing/queue.h"

namespace huiyin::triage {
namespace {

using ::testing::ElementsAre;

TEST(HeadStartTest, GrowsWithPriorityAndTierUpToItsMost) {
  for (int p = 1; p <= 4; ++p) {
    for (int t = 0; t <= 4; ++t) {
      const auto start = HeadStart(static_cast<Priority>(p), static_cast<CustomerTier>(t), false);
      EXPECT_GE(start, absl::ZeroDuration());
      EXPECT_LE(start, kMostHeadStart);
      if (p > 1) {
        EXPECT_LT(start,
                  HeadStart(static_cast<Priority>(p - 1), static_cast<CustomerTier>(t), false));
      }
      if (t > 0) {
        EXPECT_GE(start,
                  HeadStart(static_cast<Priority>(p), static_cast<CustomerTier>(t - 1), false));
      }
    }
  }
  EXPECT_EQ(HeadStart(Priority::kP1, CustomerTier::kVip, false), kMostHeadStart);
  EXPECT_EQ(HeadStart(Priority::kP4, CustomerTier::kUnknown, true), kMostHeadStart);
}

// A million tickets in bursts, most of them VIPs at times, served by a changing number of agents:
// the bound of queue.h holds for every single one, and VIPs go first.
TEST(AgeingTest, EverybodysWaitIsBoundedOverAMillionTickets) {
  std::mt19937_64 random(testing::Seed());
  const auto below = [&](int n) { return static_cast<int>(random() % static_cast<uint64_t>(n)); };
  constexpr int kTickets = 1'000'000;

  struct Ticket {
    absl::Time entered;
    Priority priority;
    CustomerTier tier;
    int64_t served_before = -1;  // tickets served when it entered
    int64_t waiting_then = 0;
  };
  std::vector<Ticket> tickets;
  tickets.reserve(kTickets);
  absl::Time now = absl::UnixEpoch();
  for (int i = 0; i < kTickets; ++i) {
    // Load swings between a third and three times what can be served.
    const int phase = (i / 5000) % 6;
    now += absl::Milliseconds(below(phase < 3 ? 700 : phase < 5 ? 4000 : 12000));
    const bool flood = phase == 1;
    tickets.push_back({now, static_cast<Priority>(1 + below(flood ? 2 : 4)),
                       static_cast<CustomerTier>(flood ? 4 : below(5))});
  }

  struct Later {
    const std::vector<absl::Time>& ranks;
    bool operator()(int a, int b) const {
      const auto i = static_cast<size_t>(a), j = static_cast<size_t>(b);
      return ranks[i] != ranks[j] ? ranks[i] > ranks[j] : a > b;
    }
  };
  std::vector<absl::Time> ranks;
  ranks.reserve(kTickets);
  for (const Ticket& ticket : tickets) {
    WorkItem item;
    item.entered = ticket.entered;
    item.priority = ticket.priority;
    item.tier = ticket.tier;
    ranks.push_back(item.Rank());
  }
  const auto entered_by = [&](absl::Time t) {
    return std::upper_bound(tickets.begin(), tickets.end(), t,
                            [](absl::Time at, const Ticket& x) { return at < x.entered; }) -
           tickets.begin();
  };

  std::priority_queue<int, std::vector<int>, Later> waiting{Later{ranks}};
  int64_t served = 0;
  int next = 0;
  absl::Time at = absl::UnixEpoch();
  absl::Duration vip_wait, plain_wait;
  int64_t vips = 0, plains = 0;
  while (served < kTickets) {
    if (waiting.empty() && next < kTickets) {
      at = std::max(at, tickets[static_cast<size_t>(next)].entered);
    }
    for (; next < kTickets && tickets[static_cast<size_t>(next)].entered <= at; ++next) {
      Ticket& ticket = tickets[static_cast<size_t>(next)];
      ticket.served_before = served;
      ticket.waiting_then = static_cast<int64_t>(waiting.size());
      waiting.push(next);
    }
    const auto chosen = static_cast<size_t>(waiting.top());
    waiting.pop();
    const Ticket& ticket = tickets[chosen];
    const absl::Duration spare = kMostHeadStart - HeadStart(ticket.priority, ticket.tier, false);
    const int64_t came_within =
        entered_by(ticket.entered + spare) - static_cast<int64_t>(chosen) - 1;
    ASSERT_LE(served - ticket.served_before, ticket.waiting_then + came_within)
        << "ticket " << chosen;
    if (ticket.tier == CustomerTier::kVip && ticket.priority == Priority::kP2) {
      vip_wait += at - ticket.entered;
      ++vips;
    } else if (ticket.tier == CustomerTier::kStandard && ticket.priority == Priority::kP2) {
      plain_wait += at - ticket.entered;
      ++plains;
    }
    ++served;
    at += absl::Milliseconds(500 + below(3000));
  }
  EXPECT_LT(vip_wait / vips, plain_wait / plains);
}

Agent MakeAgent(const char* id, int load, int capacity = 10) {
  Agent agent;
  agent.id = AgentId(id);
  agent.capacity = capacity;
  agent.load = load;
  agent.presence = Presence::kOnline;
  return agent;
}

const WorkItem kItem = {.queue = "general", .category = Category::kRefund, .language = "zh-Hant"};

TEST(ChooseAgentTest, PrefersFitThenLoadThenWhoWaitedLongest) {
  std::vector<Agent> agents = {MakeAgent("a", 2), MakeAgent("b", 1), MakeAgent("c", 1)};
  agents[1].last_assigned = absl::FromUnixSeconds(10);
  const std::vector<bool> all(3, true);
  EXPECT_EQ(ChooseAgent(agents, all, kItem), 2u);
  agents[2].last_assigned = absl::FromUnixSeconds(20);
  EXPECT_EQ(ChooseAgent(agents, all, kItem), 1u);
  agents[0].categories = {Category::kRefund};
  agents[0].languages = {"zh"};
  EXPECT_EQ(ChooseAgent(agents, all, kItem), 0u);
}

TEST(ChooseAgentTest, PassesOverThoseWhoCannot) {
  std::vector<Agent> agents = {MakeAgent("full", 3, 3), MakeAgent("away", 0),
                               MakeAgent("off", 0),     MakeAgent("english", 0),
                               MakeAgent("vips", 0),    MakeAgent("payments", 0)};
  agents[1].presence = Presence::kAway;
  agents[3].languages = {"en"};
  agents[4].queues = {"specialists"};
  agents[5].categories = {Category::kPayment};
  std::vector<bool> on_shift(agents.size(), true);
  on_shift[2] = false;
  EXPECT_EQ(ChooseAgent(agents, on_shift, kItem), std::nullopt);
  EXPECT_TRUE(HasSkills(agents[2], kItem));
  EXPECT_FALSE(HasSkills(agents[3], kItem));
}

TEST(ChooseAgentTest, SharesEvenlyAmongEquals) {
  std::vector<Agent> agents = {MakeAgent("a", 0, 1000), MakeAgent("b", 0, 1000),
                               MakeAgent("c", 0, 1000)};
  for (int i = 0; i < 300; ++i) {
    Agent& chosen = agents[*ChooseAgent(agents, {true, true, true}, kItem)];
    ++chosen.load;
    chosen.last_assigned = absl::FromUnixSeconds(i);
  }
  for (const Agent& agent : agents) EXPECT_EQ(agent.load, 100);
}

TEST(ShiftTest, IsReadLikeAPlansHours) {
  const auto shift = ParseShift("Asia/Shanghai mon-fri 09:00-12:00, 13:30-18:00");
  ASSERT_OK(shift);
  EXPECT_TRUE(
      shift->IsWorking(absl::FromCivil(absl::CivilHour(2026, 11, 23, 2), absl::UTCTimeZone())));
  EXPECT_FALSE(
      shift->IsWorking(absl::FromCivil(absl::CivilHour(2026, 11, 22, 2), absl::UTCTimeZone())));
  EXPECT_THAT(ParseShift("Nowhere mon 09:00-10:00"),
              testing::StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(ParseShift("UTC mon 09:00-10:00\nwarn at 10%"),
              testing::StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_TRUE(ParseShift("")->IsWorking(absl::UnixEpoch()));
}

TEST(RoutingPlanTest, TheFirstQueueThatTakesItGetsIt) {
  const auto plan = RoutingPlan::Compile("x",
                                         "queue money\n takes category in PAYMENT, REFUND\n"
                                         "queue vips\n takes tier in VIP\n"
                                         " takes sentiment in NEGATIVE and priority in P1, P2\n"
                                         "queue chinese\n takes language in zh\nqueue rest\n"
                                         "fallback rest\nescalate to vips\n");
  ASSERT_OK(plan);
  Decision decision;
  EXPECT_EQ((*plan)->QueueFor(decision), "rest");
  decision.reading.language = "zh-Hans";
  EXPECT_EQ((*plan)->QueueFor(decision), "chinese");
  decision.reading.sentiment = Sentiment::kNegative;
  decision.verdict.priority = Priority::kP2;
  EXPECT_EQ((*plan)->QueueFor(decision), "vips");
  decision.reading.second = Category::kPayment;
  EXPECT_EQ((*plan)->QueueFor(decision), "money");
  EXPECT_EQ((*plan)->escalation(), "vips");
}

TEST(RoutingPlanTest, NamesMistakesByLine) {
  const auto refused = RoutingPlan::Compile("x",
                                            "takes tier in VIP\nqueue a\nqueue a\n"
                                            " takes tier is VIP\n takes mood in BAD\n"
                                            " takes tier in KING\nfallback b\nescalate a\n");
  std::vector<std::string> fields;
  for (const Violation& violation : Violations(refused.status())) fields.push_back(violation.field);
  EXPECT_THAT(fields, ElementsAre("source:1", "source:3", "source:4", "source:5", "source:6",
                                  "source:8", "source", "source"));
  EXPECT_OK(RoutingPlan::Compile("x", BuiltInRoutingSource(kDefaultRoutingVersion).value()));
}

}  // namespace
}  // namespace huiyin::triage
