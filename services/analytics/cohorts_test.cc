// Customers by the month they were first heard of, on both databases.
#include "services/analytics/figures_fixture.h"

namespace huiyin::analytics {
namespace {

using ::testing::DoubleEq;
using ::testing::ElementsAre;
using testing::StatusIs;

constexpr absl::Duration kDay = absl::Hours(24);

class CohortsTest : public FiguresTest {
 protected:
  // "cohort/months since" → values, from December 2025 on.
  std::map<std::string, std::vector<double>> Ask(const std::vector<std::string>& measures) {
    MetricsQuestion q;
    q.measures = measures;
    q.dimensions = {"cohort", "months_since"};
    q.from = kStart - 31 * kDay;
    q.until = kStart + 90 * kDay;
    const auto answer = Query(q);
    EXPECT_OK(answer);
    std::map<std::string, std::vector<double>> values;
    if (!answer.ok()) return values;
    for (const MetricsRow& row : answer->rows) {
      values[row.dimension_values[0] + "/" + row.dimension_values[1]] = row.values;
    }
    return values;
  }
  void Buy(const std::string& order, const std::string& customer, absl::Time ordered) {
    Send(Order(order, "P1", "L1", 1, ordered + 3 * kDay, "", customer), ordered);
  }
  void Answer(const std::string& customer, int score, absl::Time at) {
    ev::SurveyAnswered m;
    m.set_customer_id(customer);
    m.set_kind(ev::SURVEY_KIND_CSAT);
    m.set_score(score);
    Send(m, at);
  }
};
HUIYIN_ON_ALL_DATABASES(CohortsTest);

TEST_P(CohortsTest, WhatCustomersDoIsToldByMonthsSinceTheirFirst) {
  Buy("o1", "ann", kStart - 10 * kDay);
  Buy("o2", "ann", kStart + kDay);
  Buy("o3", "bob", kStart - 5 * kDay);
  FileRma("r1", "o1", "P1", "L1", kStart + 2 * kDay, "ann");
  CreateTicket("a", kStart + 40 * kDay, "", "", "ann");
  CreateTicket("b", kStart + 41 * kDay, "", "", "ann");  // again within the week
  CreateTicket("c", kStart + 40 * kDay, "", "", "cat");  // never heard of before
  Answer("ann", 5, kStart + 42 * kDay);
  Answer("cat", 2, kStart + 42 * kDay);
  Settle();
  const auto done =
      Ask({"active_customers", "customer_orders", "customer_contacts", "customer_repeat_contacts",
           "customer_returns", "customer_repeat_contact_rate", "customer_return_rate"});
  EXPECT_THAT(done.at("2025-12/00"), ElementsAre(2, 2, 0, 0, 0, 0, 0));
  EXPECT_THAT(done.at("2025-12/01"), ElementsAre(1, 1, 0, 0, 1, 0, 1));
  EXPECT_THAT(done.at("2025-12/02"), ElementsAre(1, 0, 2, 1, 0, 0.5, 0));
  EXPECT_THAT(done.at("2026-02/00"), ElementsAre(1, 0, 1, 0, 0, 0, 0));
  EXPECT_EQ(done.size(), 4u);
  const auto said = Ask({"customer_scores", "customer_score_mean", "customer_good_share"});
  EXPECT_THAT(said.at("2025-12/02"), ElementsAre(1, 5, 1));
  EXPECT_THAT(said.at("2026-02/00"), ElementsAre(1, DoubleEq(2), 0));
  EXPECT_TRUE(RebuildAll(3).identical);
}

TEST_P(CohortsTest, LateNewsAndMergesMoveACustomer) {
  CreateTicket("a", kStart + 40 * kDay, "", "", "ann");
  CreateTicket("b", kStart + 41 * kDay, "", "", "ann");
  Settle();
  EXPECT_THAT(Ask({"customer_contacts", "customer_repeat_contacts"}).at("2026-02/00"),
              ElementsAre(2, 1));
  ev::TicketMerged merge;
  merge.set_ticket_id("a");
  merge.set_target_ticket_id("b");
  Send(merge, kStart + 42 * kDay);
  Buy("o1", "ann", kStart + kDay);  // heard of late
  Settle();
  auto done = Ask({"active_customers", "customer_contacts", "customer_repeat_contacts"});
  EXPECT_THAT(done.at("2026-01/00"), ElementsAre(1, 0, 0));
  EXPECT_THAT(done.at("2026-01/01"), ElementsAre(1, 1, 0));
  EXPECT_EQ(done.size(), 2u);
  merge.set_undone(true);
  Send(merge, kStart + 43 * kDay);
  Settle();
  done = Ask({"active_customers", "customer_contacts", "customer_repeat_contacts"});
  EXPECT_THAT(done.at("2026-01/01"), ElementsAre(1, 2, 1));
  EXPECT_TRUE(RebuildAll(2).identical);
}

TEST_P(CohortsTest, MonthsAreTheTenantsAndNothingFiner) {
  Buy("o1", "ann", kStart - absl::Hours(1));  // 1 January in Shanghai
  Settle();
  EXPECT_TRUE(Ask({"customer_orders"}).contains("2025-12/00"));
  zones_ = "Asia/Shanghai";
  EXPECT_FALSE(RebuildAll(10).identical);
  EXPECT_TRUE(Ask({"customer_orders"}).contains("2026-01/00"));
  MetricsQuestion q;
  q.measures = {"customer_orders"};
  q.filters = {{"cohort", {"2026-01"}}};
  q.from = kStart;
  q.until = kStart + 10 * kDay;
  ASSERT_OK(Query(q));
  EXPECT_THAT(Query(q)->rows.at(0).values, ElementsAre(1));
  q.granularity = Grain::kDay;
  EXPECT_THAT(Query(q), StatusIs(absl::StatusCode::kInvalidArgument));
}

}  // namespace
}  // namespace huiyin::analytics
