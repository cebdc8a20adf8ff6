// Measures that say how service, goods and surveys do, on both databases.
#include "services/analytics/figures_fixture.h"

namespace huiyin::analytics {
namespace {

using ::testing::DoubleEq;
using ::testing::ElementsAre;
using testing::StatusIs;

class MeasuresTest : public FiguresTest {
 protected:
  // Values of the only row.
  std::vector<double> Values(const std::vector<std::string>& measures,
                             const std::vector<MetricsQuestion::Filter>& filters = {}) {
    const std::vector<MetricsRow> rows = Rows(measures, {}, filters);
    EXPECT_EQ(rows.size(), 1u);
    return rows.empty() ? std::vector<double>() : rows[0].values;
  }
  std::vector<MetricsRow> Rows(const std::vector<std::string>& measures,
                               const std::vector<std::string>& dimensions,
                               const std::vector<MetricsQuestion::Filter>& filters = {}) {
    MetricsQuestion q;
    q.measures = measures;
    q.dimensions = dimensions;
    q.filters = filters;
    q.from = from_;
    q.until = kStart + absl::Hours(24);
    const auto answer = Query(q);
    EXPECT_OK(answer);
    return answer.ok() ? answer->rows : std::vector<MetricsRow>();
  }

  absl::Time from_ = kStart;
};
HUIYIN_ON_ALL_DATABASES(MeasuresTest);

TEST_P(MeasuresTest, RatesOfServiceFollowWhatTicketsBecome) {
  const auto say = [&](const std::string& ticket, ev::MessageAuthor author, absl::Time at) {
    ev::TicketMessageAdded m;
    m.set_ticket_id(ticket);
    m.set_author(author);
    m.set_public_(true);
    if (author == ev::MESSAGE_AUTHOR_AGENT) m.set_agent_id("agent-7");
    Send(m, at);
  };
  const auto resolve = [&](const std::string& ticket, absl::Time at) {
    ChangeState(ticket, ev::TICKET_LIFECYCLE_OPEN, ev::TICKET_LIFECYCLE_RESOLVED, at);
  };
  CreateTicket("a", kStart, "", "", "c1");  // answered once, done
  say("a", ev::MESSAGE_AUTHOR_AGENT, kStart + absl::Minutes(1));
  resolve("a", kStart + absl::Minutes(2));
  CreateTicket("b", kStart + absl::Hours(1), "", "", "c1");  // the same customer again
  say("b", ev::MESSAGE_AUTHOR_AGENT, kStart + absl::Hours(2));
  say("b", ev::MESSAGE_AUTHOR_CUSTOMER, kStart + absl::Hours(3));
  resolve("b", kStart + absl::Hours(4));
  CreateTicket("c", kStart + absl::Hours(1), "", "", "c2");  // helped by the bot alone
  say("c", ev::MESSAGE_AUTHOR_BOT, kStart + absl::Hours(1));
  resolve("c", kStart + absl::Hours(2));
  CreateTicket("d", kStart + absl::Hours(5), "", "", "c3");
  Settle();
  MetricsQuestion q;
  q.measures = {"contacts", "repeat_contact_rate", "first_contact_resolution_rate",
                "self_service_rate", "agent_replies"};
  q.from = kStart;
  q.until = kStart + absl::Hours(24);
  auto answer = Query(q);
  ASSERT_OK(answer);
  ASSERT_EQ(answer->rows.size(), 1u);
  EXPECT_THAT(answer->rows[0].values,
              ElementsAre(4, 0.25, DoubleEq(2.0 / 3), DoubleEq(1.0 / 3), 2));
  q.measures = {"agent_replies", "contacts_resolved"};
  q.dimensions = {"agent"};
  answer = Query(q);
  ASSERT_OK(answer);
  ASSERT_EQ(answer->rows.size(), 2u);
  EXPECT_THAT(answer->rows[1].dimension_values, ElementsAre("agent-7"));
  EXPECT_THAT(answer->rows[1].values, ElementsAre(2, 2));
  // The first ticket turns out to be the second's: then nobody came back.
  ev::TicketMerged merge;
  merge.set_ticket_id("a");
  merge.set_target_ticket_id("b");
  Send(merge, kStart + absl::Hours(6));
  Settle();
  q.measures = {"contacts", "repeat_contacts"};
  q.dimensions = {};
  answer = Query(q);
  ASSERT_OK(answer);
  EXPECT_THAT(answer->rows[0].values, ElementsAre(3, 0));
}

TEST_P(MeasuresTest, PeriodsAreCompared) {
  CreateTicket("a", kStart - absl::Hours(24));
  CreateTicket("b", kStart);
  CreateTicket("c", kStart);
  Decide("c", kStart, common::CATEGORY_STOCK);
  Settle();
  MetricsQuestion q;
  q.measures = {"tickets_created"};
  q.dimensions = {"category"};
  q.from = kStart;
  q.until = kStart + absl::Hours(24);
  q.baseline = {kStart - absl::Hours(24), kStart};
  const auto answer = Query(q);
  ASSERT_OK(answer);
  ASSERT_EQ(answer->rows.size(), 2u);
  EXPECT_THAT(answer->rows[0].values, ElementsAre(1));
  EXPECT_THAT(answer->rows[0].baseline_values, ElementsAre(1));
  EXPECT_THAT(answer->rows[1].baseline_values, ElementsAre(0));
  q.granularity = Grain::kDay;
  EXPECT_THAT(Query(q), StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST_P(MeasuresTest, TargetsOfServiceAreHitOrMissed) {
  const auto measure = [&](const std::string& ticket, ev::SlaMetric metric, uint32_t round,
                           bool hit, int64_t seconds, absl::Time at) {
    ev::SlaMeasured m;
    m.set_ticket_id(ticket);
    m.set_metric(metric);
    m.set_round(round);
    m.set_hit(hit);
    m.mutable_worked()->set_seconds(seconds);
    m.set_priority(common::PRIORITY_P2);
    m.set_tier(common::CUSTOMER_TIER_GOLD);
    Send(m, at);
  };
  CreateTicket("a", kStart);
  CreateTicket("b", kStart, "", "", "c2");
  Decide("a", kStart, common::CATEGORY_REFUND);
  measure("a", ev::SLA_METRIC_FIRST_RESPONSE, 1, true, 600, kStart + absl::Hours(1));
  measure("a", ev::SLA_METRIC_RESOLUTION, 1, true, 3600, kStart + absl::Hours(2));
  measure("b", ev::SLA_METRIC_FIRST_RESPONSE, 1, true, 1200, kStart + absl::Hours(1));
  ev::SlaAlarm alarm;
  alarm.set_ticket_id("a");
  alarm.set_metric(ev::SLA_METRIC_RESOLUTION);
  alarm.set_round(1);
  Send(alarm, kStart + absl::Hours(3));  // a warning counts nowhere
  alarm.set_breached(true);
  Send(alarm, kStart + absl::Hours(4));
  Settle();
  EXPECT_THAT(Values({"sla_measured", "sla_hits", "sla_hit_rate", "sla_breaches"}),
              ElementsAre(3, 3, 1, 1));
  // It is reopened and resolved again, too late: the last measurement holds.
  measure("a", ev::SLA_METRIC_RESOLUTION, 1, false, 9000, kStart + absl::Hours(5));
  Settle();
  EXPECT_THAT(Values({"sla_measured", "sla_hits", "sla_hit_rate"}),
              ElementsAre(3, 2, DoubleEq(2.0 / 3)));
  EXPECT_THAT(Values({"sla_hits"}, {{"sla", {"FIRST_RESPONSE"}}, {"category", {"REFUND"}}}),
              ElementsAre(1));
  const auto worked = Rows({"durations", "duration_mean_seconds"}, {"duration"},
                           {{"duration", {"first_response_worked", "resolution_worked"}}});
  ASSERT_EQ(worked.size(), 2u);
  EXPECT_THAT(worked[0].values, ElementsAre(2, 900));
  EXPECT_THAT(worked[1].values, ElementsAre(1, 9000));
  // A ticket that was no ticket of its own has no target.
  ev::TicketMerged merge;
  merge.set_ticket_id("a");
  merge.set_target_ticket_id("b");
  Send(merge, kStart + absl::Hours(6));
  Settle();
  EXPECT_THAT(Values({"sla_measured"}), ElementsAre(1));
}

TEST_P(MeasuresTest, AgentsAndQueuesHaveTheirLoad) {
  const auto assign = [&](const std::string& ticket, const std::string& queue,
                          const std::string& agent, const std::string& previous, absl::Time at,
                          const std::string& reason = "ASSIGNED") {
    ev::TicketAssigned m;
    m.set_ticket_id(ticket);
    m.set_queue(queue);
    m.set_assignee(agent);
    m.set_previous_assignee(previous);
    m.set_reason(reason);
    *m.mutable_entered_at() = rpc::ToProto(kStart);
    Send(m, at);
  };
  CreateTicket("a", kStart);
  CreateTicket("b", kStart, "", "", "c2");
  assign("a", "refunds", "li", "", kStart + absl::Minutes(5));
  assign("b", "refunds", "li", "", kStart + absl::Minutes(15));
  assign("b", "second-line", "", "li", kStart + absl::Hours(1), "ESCALATED");
  assign("b", "second-line", "wang", "", kStart + absl::Hours(2));
  Settle();
  const auto agents =
      Rows({"assignments", "assignments_ended"}, {"agent"}, {{"agent", {"li", "wang"}}});
  ASSERT_EQ(agents.size(), 2u);
  EXPECT_THAT(agents[0].values, ElementsAre(2, 1));
  EXPECT_THAT(agents[1].values, ElementsAre(1, 0));
  EXPECT_THAT(Values({"escalations"}, {{"queue", {"second-line"}}}), ElementsAre(1));
  // The wait is from when the ticket entered the queues; the ticket's contact is its last queue's.
  EXPECT_THAT(Values({"durations", "duration_mean_seconds"}, {{"duration", {"queue_wait"}}}),
              ElementsAre(3, DoubleEq((5 + 15 + 120) * 60 / 3.0)));
  const auto queues = Rows({"contacts"}, {"queue"});
  ASSERT_EQ(queues.size(), 2u);
  EXPECT_THAT(queues[1].dimension_values, ElementsAre("second-line"));
}

TEST_P(MeasuresTest, CohortsAreOfTheDayGoodsWereDelivered) {
  const absl::Time delivered = kStart - absl::Hours(24 * 20);
  Ship("o1", "P1", "L1", 4, delivered);
  FileRma("r1", "o1", "P1", "L1", kStart);                         // 20 days later
  FileRma("r2", "o1", "P1", "L1", kStart + absl::Hours(24 * 15));  // 35 days later
  CreateTicket("a", kStart, "o1", "P1");
  Decide("a", kStart, common::CATEGORY_QUALITY);
  FileRma("r3", "o2", "P1", "L1", kStart);  // its order comes to be known later
  Settle();
  Ship("o2", "P1", "L1", 4, delivered);
  Settle();
  from_ = delivered;
  EXPECT_THAT(Values({"units_shipped", "units_returned"}), ElementsAre(8, 2));
  MetricsQuestion q;
  q.measures = {"units_shipped", "cohort_units_returned", "cohort_return_rate",
                "cohort_return_rate_30d", "cohort_complaint_rate"};
  q.from = delivered;
  q.until = delivered + absl::Hours(24);
  q.granularity = Grain::kDay;
  const auto answer = Query(q);
  ASSERT_OK(answer);
  ASSERT_EQ(answer->rows.size(), 1u);
  EXPECT_THAT(answer->rows[0].values, ElementsAre(8, 3, 3 / 8.0, 2 / 8.0, 1 / 8.0));
}

TEST_P(MeasuresTest, StarsFollowWhatReviewsBecome) {
  Ship("o1", "P1", "L1");
  const auto review = [&](const char* id, int stars, ev::ReviewLifecycle to, absl::Time at,
                          const char* order = "o1") {
    ev::ReviewChanged m;
    m.set_review_id(id);
    m.set_product_id("P1");
    m.set_order_id(order);
    m.set_language("fr");
    m.set_to(to);
    m.set_rating(stars);
    Send(m, at);
  };
  review("a", 5, ev::REVIEW_LIFECYCLE_PUBLISHED, kStart);
  review("b", 1, ev::REVIEW_LIFECYCLE_PENDING, kStart);
  review("c", 4, ev::REVIEW_LIFECYCLE_PUBLISHED, kStart, "");
  Settle();
  EXPECT_THAT(Values({"reviews", "review_stars_mean", "review_low_share"}), ElementsAre(2, 4.5, 0));
  review("b", 1, ev::REVIEW_LIFECYCLE_PUBLISHED, kStart + absl::Hours(1));
  review("a", 3, ev::REVIEW_LIFECYCLE_PUBLISHED, kStart + absl::Hours(2));
  review("c", 4, ev::REVIEW_LIFECYCLE_HIDDEN, kStart + absl::Hours(3));
  Settle();
  EXPECT_THAT(Values({"reviews", "review_stars", "reviews_good", "reviews_low"}),
              ElementsAre(2, 4, 0, 1));
  MetricsQuestion q;
  q.measures = {"review_stars_mean"};
  q.dimensions = {"product", "lot", "language"};
  q.from = kStart;
  q.until = kStart + absl::Hours(24);
  q.granularity = Grain::kHour;
  const auto answer = Query(q);
  ASSERT_OK(answer);
  ASSERT_EQ(answer->rows.size(), 2u);
  EXPECT_THAT(answer->rows[0].dimension_values, ElementsAre("P1", "L1", "fr"));
  EXPECT_THAT(answer->rows[0].values, ElementsAre(3));
  EXPECT_EQ(answer->rows[1].time, kStart + absl::Hours(1));
  EXPECT_TRUE(RebuildAll(2).identical);
}

TEST_P(MeasuresTest, SentimentAndSatisfactionHaveShares) {
  CreateTicket("a", kStart);
  CreateTicket("b", kStart, "", "", "c2");
  Decide("a", kStart, common::CATEGORY_REFUND);  // negative
  for (const int score : {10, 9, 9, 7, 3}) {
    ev::SurveyAnswered m;
    m.set_kind(ev::SURVEY_KIND_NPS);
    m.set_score(score);
    Send(m, kStart);
  }
  Settle();
  EXPECT_THAT(Values({"tickets_negative", "negative_share"}), ElementsAre(1, 0.5));
  EXPECT_THAT(Values({"survey_good_share", "survey_net_score", "survey_low"}),
              ElementsAre(0.6, DoubleEq(0.4), 1));
}

}  // namespace
}  // namespace huiyin::analytics
