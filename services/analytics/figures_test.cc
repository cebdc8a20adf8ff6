// From events to answers, on both databases: what is counted, that a rebuild gives the same bytes,
// that corrections move counts, that questions are answered and refused as promised.
#include "services/analytics/figures_fixture.h"

namespace huiyin::analytics {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::StatusIs;

HUIYIN_ON_ALL_DATABASES(FiguresTest);

TEST_P(FiguresTest, OverviewCountsTicketsAndTheirDurations) {
  CreateTicket("a", kStart + absl::Hours(1));
  CreateTicket("b", kStart + absl::Hours(2), "", "", "c2");
  Decide("a", kStart + absl::Hours(1) + absl::Seconds(4), common::CATEGORY_QUALITY);
  ev::TicketMessageAdded reply;
  reply.set_ticket_id("a");
  reply.set_first_response(true);
  Send(reply, kStart + absl::Hours(1) + absl::Minutes(10));
  ChangeState("a", ev::TICKET_LIFECYCLE_OPEN, ev::TICKET_LIFECYCLE_RESOLVED,
              kStart + absl::Hours(3));
  Settle();
  const Overview o = GetDay();
  EXPECT_EQ(o.created, 2);
  EXPECT_EQ(o.decided, 1);
  EXPECT_EQ(o.resolved, 1);
  EXPECT_EQ(o.distinct_customers, 2);
  ASSERT_EQ(o.by_category.size(), 2u);
  std::map<std::string, int64_t> categories;
  for (const ValueCount& c : o.by_category) categories[c.value] = c.count;
  EXPECT_EQ(categories["QUALITY"], 1);
  EXPECT_EQ(categories[""], 1);
  std::map<std::string, DurationFigures> durations;
  for (const DurationFigures& d : o.durations) durations[d.duration] = d;
  EXPECT_NEAR(durations["time_to_decision"].p50, 4, 0.04);
  EXPECT_NEAR(durations["first_response"].p50, 600, 6);
  EXPECT_NEAR(durations["resolution"].p50, 7200, 72);
  EXPECT_EQ(durations["resolution"].count, 1);
  EXPECT_DOUBLE_EQ(durations["first_response"].mean, 600);
}

TEST_P(FiguresTest, CorrectionsMergesAndReopeningsMoveCounts) {
  CreateTicket("a", kStart);
  Decide("a", kStart + absl::Seconds(1), common::CATEGORY_QUALITY);
  Settle();
  Decide("a", kStart + absl::Hours(1), common::CATEGORY_REFUND);
  ChangeState("a", ev::TICKET_LIFECYCLE_OPEN, ev::TICKET_LIFECYCLE_RESOLVED,
              kStart + absl::Hours(2));
  ChangeState("a", ev::TICKET_LIFECYCLE_RESOLVED, ev::TICKET_LIFECYCLE_OPEN,
              kStart + absl::Hours(3));
  Settle();
  Overview o = GetDay();
  ASSERT_EQ(o.by_category.size(), 1u);
  EXPECT_EQ(o.by_category[0].value, "REFUND");
  EXPECT_EQ(o.created, 1);
  EXPECT_EQ(o.reopened, 1);
  ev::TicketMerged merge;
  merge.set_ticket_id("a");
  merge.set_target_ticket_id("b");
  Send(merge, kStart + absl::Hours(4));
  Settle();
  EXPECT_EQ(GetDay().created, 0);
  merge.set_undone(true);
  Send(merge, kStart + absl::Hours(5));
  Settle();
  EXPECT_EQ(GetDay().created, 1);
}

TEST_P(FiguresTest, LateEventsLandInTheirTrueBucket) {
  CreateTicket("late", kStart - absl::Hours(30));
  Settle();
  EXPECT_EQ(GetDay().created, 0);
  MetricsQuestion q;
  q.measures = {"tickets_created"};
  q.from = kStart - absl::Hours(48);
  q.until = kStart;
  q.granularity = Grain::kHour;
  const auto answer = Query(q);
  ASSERT_OK(answer);
  ASSERT_EQ(answer->rows.size(), 1u);
  EXPECT_EQ(answer->rows[0].time, kStart - absl::Hours(30));
}

TEST_P(FiguresTest, ReturnsRefundsAndSurveys) {
  ev::RmaSubmitted rma;
  rma.set_rma_id("r1");
  rma.set_country("CN");
  auto* line = rma.add_lines();
  line->set_product_id("P1");
  line->set_reason("DEFECTIVE");
  line->set_kind(ev::RMA_KIND_RETURN_REFUND);
  line->set_quantity(2);
  Send(rma, kStart + absl::Hours(1));
  ev::RmaDecided decided;
  decided.set_rma_id("r1");
  decided.set_approved(true);
  Send(decided, kStart + absl::Hours(2));
  ev::RefundStateChanged refund;
  refund.set_refund_id("f1");
  refund.set_rma_id("r1");
  refund.set_to(ev::REFUND_LIFECYCLE_SUBMITTED);
  refund.mutable_amount()->set_minor_units(12345);
  refund.mutable_amount()->set_currency("CNY");
  *refund.mutable_requested_at() = rpc::ToProto(kStart + absl::Hours(2));
  *refund.mutable_submitted_at() = rpc::ToProto(kStart + absl::Hours(1));
  Send(refund, kStart + absl::Hours(2));
  Settle();
  Overview o = GetDay();
  EXPECT_EQ(o.refunds_pending, 1);
  EXPECT_TRUE(o.refunds.empty());

  refund.set_from(ev::REFUND_LIFECYCLE_SUBMITTED);
  refund.set_to(ev::REFUND_LIFECYCLE_SUCCEEDED);
  Send(refund, kStart + absl::Hours(3));
  ev::SurveyInvited invited;
  invited.set_kind(ev::SURVEY_KIND_CSAT);
  invited.add_other_kinds(ev::SURVEY_KIND_NPS);
  Send(invited, kStart + absl::Hours(4));
  for (const int score : {5, 4, 1}) {
    ev::SurveyAnswered answered;
    answered.set_kind(ev::SURVEY_KIND_CSAT);
    answered.set_score(score);
    auto* nps = answered.add_other_scores();
    nps->set_kind(ev::SURVEY_KIND_NPS);
    nps->set_score(score * 2);
    Send(answered, kStart + absl::Hours(5));
  }
  Settle();
  o = GetDay();
  EXPECT_EQ(o.rmas_submitted, 1);
  EXPECT_EQ(o.rmas_approved, 1);
  ASSERT_EQ(o.rma_lines_by_reason.size(), 1u);
  EXPECT_EQ(o.rma_lines_by_reason[0].value, "DEFECTIVE");
  EXPECT_EQ(o.refunds_pending, 0);
  ASSERT_EQ(o.refunds.size(), 1u);
  EXPECT_EQ(o.refunds[0].amount, Money(12345, "CNY"));
  ASSERT_EQ(o.surveys.size(), 2u);
  EXPECT_EQ(o.surveys[0].kind, "CSAT");
  EXPECT_EQ(o.surveys[0].count, 3);
  EXPECT_EQ(o.surveys[0].invited, 1);
  EXPECT_EQ(o.surveys[1].invited, 1);
  EXPECT_NEAR(o.surveys[0].mean.value, 10.0 / 3, 1e-12);
  EXPECT_NEAR(o.surveys[0].headline.value, 2.0 / 3, 1e-12);
  EXPECT_NEAR(o.surveys[1].headline.value, 0, 1e-12);  // 10 promotes, 8 is passive, 2 detracts
}

TEST_P(FiguresTest, ALotIsFoundWhetherTheOrderOrTheTicketComesFirst) {
  Ship("o1", "P1", "L1");
  CreateTicket("a", kStart, "o1");
  Decide("a", kStart, common::CATEGORY_QUALITY);
  CreateTicket("b", kStart, "o2", "P1");
  Decide("b", kStart, common::CATEGORY_QUALITY);
  Settle();
  Ship("o2", "P1", "L2");
  Settle();
  const auto health = Ask<ProductHealth>([&](const View& view) {
    return GetProductHealth(view, caller_, "P1", kStart - absl::Hours(72),
                            kStart + absl::Hours(24));
  });
  EXPECT_EQ(health.units_shipped, 2);
  std::map<std::string, int64_t> lots;
  for (const LotHealth& lot : health.lots) lots[lot.lot] = lot.complaints;
  EXPECT_EQ(lots, (std::map<std::string, int64_t>{{"L1", 1}, {"L2", 1}}));
}

// Any mixture of events, in any order, counted in any batches, gives the same bytes as a rebuild.
TEST_P(FiguresTest, RebuildIsByteIdentical) {
  std::mt19937 random(GetParam() == db::Dialect::kSqlite ? 1 : 2);
  const auto pick = [&](uint32_t n) { return static_cast<int>(random() % n); };
  std::map<std::string, std::string> expected;  // ticket → category
  for (int step = 0; step < 1500; ++step) {
    const std::string ticket = "ticket-" + std::to_string(pick(120));
    const std::string order = "order-" + std::to_string(pick(40));
    const absl::Time at = kStart + absl::Seconds(pick(100000));
    switch (pick(11)) {
      case 0:
        CreateTicket(ticket, at, pick(2) ? order : "", pick(2) ? "P1" : "",
                     "c" + std::to_string(pick(50)));
        break;
      case 1:
      case 2:
        Decide(ticket, at, static_cast<common::Category>(1 + pick(18)), pick(2) ? "zh" : "en",
               {"term" + std::to_string(pick(9)), "Term1"});
        break;
      case 3:
        ChangeState(ticket, ev::TICKET_LIFECYCLE_OPEN, ev::TICKET_LIFECYCLE_RESOLVED, at);
        break;
      case 4:
        ChangeState(ticket, ev::TICKET_LIFECYCLE_RESOLVED, ev::TICKET_LIFECYCLE_OPEN, at);
        break;
      case 5:
        Send(Order(order, "P" + std::to_string(pick(90)), "L" + std::to_string(pick(3)), 2, at,
                   pick(3) ? "W" + std::to_string(pick(2)) : "", "c" + std::to_string(pick(50))),
             at);
        break;
      case 6: {
        ev::TicketMerged m;
        m.set_ticket_id(ticket);
        m.set_undone(pick(2) == 0);
        Send(m, at);
        break;
      }
      case 7: {
        ev::SlaMeasured m;
        m.set_ticket_id(ticket);
        m.set_metric(static_cast<ev::SlaMetric>(1 + pick(3)));
        m.set_round(1 + static_cast<uint32_t>(pick(2)));
        m.set_hit(pick(3) > 0);
        m.mutable_worked()->set_seconds(pick(9000));
        Send(m, at);
        break;
      }
      case 8: {
        ev::TicketAssigned m;
        m.set_ticket_id(ticket);
        m.set_queue("q" + std::to_string(pick(3)));
        m.set_assignee(pick(3) ? "agent-" + std::to_string(pick(4)) : "");
        *m.mutable_entered_at() = rpc::ToProto(at - absl::Seconds(pick(500)));
        Send(m, at);
        break;
      }
      case 9:
        FileRma("rma-" + std::to_string(pick(60)), order, "P" + std::to_string(pick(90)),
                "L" + std::to_string(pick(3)), at, "c" + std::to_string(pick(50)));
        break;
      default: {
        ev::SurveyAnswered m;
        if (pick(3)) m.set_ticket_id(ticket);
        if (pick(3) == 0) m.set_rma_id("rma-" + std::to_string(pick(60)));
        m.set_order_id(order);
        m.set_customer_id("c" + std::to_string(pick(50)));
        m.set_kind(ev::SURVEY_KIND_CSAT);
        m.set_score(1 + pick(5));
        m.set_recovery_needed(m.score() <= 2);
        Send(m, at);
      }
    }
    if (pick(40) == 0) Settle(1 + pick(20));
  }
  Settle(13);
  const Overview before = GetDay();
  const RebuildResult result = RebuildAll(277);
  EXPECT_TRUE(result.identical);
  EXPECT_EQ(result.events, 1500);
  const Overview after = GetDay();
  EXPECT_EQ(after.created, before.created);
  EXPECT_GT(after.created, 0);
  // And it can be done again, from the generation that is now in use.
  EXPECT_TRUE(RebuildAll(5000).identical);
  // New events count on top of the rebuilt figures.
  CreateTicket("fresh", kStart + absl::Hours(5));
  Settle();
  EXPECT_EQ(GetDay().created, before.created + 1);
}

TEST_P(FiguresTest, ARebuildForOtherZonesMovesDaysAndLosesNothing) {
  for (int hour = 0; hour < 48; ++hour) {
    CreateTicket("t" + std::to_string(hour), kStart + absl::Hours(hour));
  }
  Settle();
  MetricsQuestion q;
  q.measures = {"tickets_created"};
  q.from = kStart - absl::Hours(24);
  q.until = kStart + absl::Hours(72);
  q.granularity = Grain::kDay;
  ASSERT_EQ(Query(q)->rows.size(), 2u);
  zones_ = "Asia/Shanghai";
  EXPECT_FALSE(RebuildAll(100).identical);
  EXPECT_TRUE(RebuildAll(7).identical);
  const auto answer = Query(q);
  ASSERT_OK(answer);
  ASSERT_EQ(answer->rows.size(), 3u);
  EXPECT_EQ(answer->rows[0].time, kStart - absl::Hours(8));
  EXPECT_THAT(answer->rows[0].values, ElementsAre(16));
  EXPECT_THAT(answer->rows[1].values, ElementsAre(24));
  EXPECT_THAT(answer->rows[2].values, ElementsAre(8));
}

TEST_P(FiguresTest, FiguresOfOtherTenantsAreInvisible) {
  CreateTicket("a", kStart);
  pending_.back().tenant = "t2";
  Settle();
  EXPECT_EQ(GetDay().created, 0);
  const auto progress = Ask<Progress>([&](const View& view) { return GetProgress(view, caller_); });
  EXPECT_EQ(progress.received, 1);
  EXPECT_EQ(progress.counted, 1);
  EXPECT_TRUE(progress.events.empty());
}

TEST_P(FiguresTest, QueriesPageThroughEveryRowOnce) {
  for (int i = 0; i < 60; ++i) {
    const std::string id = "t" + std::to_string(i);
    const absl::Time at = kStart + absl::Minutes(40 * i);
    CreateTicket(id, at);
    Decide(id, at, static_cast<common::Category>(1 + i % 5), i % 2 ? "zh" : "en");
  }
  Settle();
  MetricsQuestion q;
  q.measures = {"tickets_created", "tickets_decided"};
  q.dimensions = {"category", "language"};
  q.from = kStart;
  q.until = kStart + absl::Hours(60);
  q.granularity = Grain::kHour;
  const auto whole = Query(q);
  ASSERT_OK(whole);
  EXPECT_EQ(whole->rows.size(), 60u);
  EXPECT_EQ(whole->next_position, "");
  q.page_size = 7;
  std::vector<MetricsRow> rows;
  do {
    const auto page = Query(q);
    ASSERT_OK(page);
    ASSERT_LE(page->rows.size(), 7u);
    rows.insert(rows.end(), page->rows.begin(), page->rows.end());
    q.position = page->next_position;
  } while (!q.position.empty());
  ASSERT_EQ(rows.size(), whole->rows.size());
  for (size_t i = 0; i < rows.size(); ++i) {
    EXPECT_EQ(rows[i].time, whole->rows[i].time);
    EXPECT_EQ(rows[i].dimension_values, whole->rows[i].dimension_values);
    EXPECT_EQ(rows[i].values, whole->rows[i].values);
  }
  // Without granularity one row per combination; filters keep some.
  q.granularity.reset();
  q.page_size = 100;
  q.filters = {{"language", {"en", "sw"}}};
  const auto total = Query(q);
  ASSERT_OK(total);
  EXPECT_EQ(total->rows.size(), 5u);
  EXPECT_THAT(total->rows[0].values, ElementsAre(6, 6));
}

TEST_P(FiguresTest, BadQuestionsListWhatIsValid) {
  MetricsQuestion q;
  q.measures = {"tickets_created", "no_such_measure", "units_shipped"};
  q.dimensions = {"lot"};
  q.filters = {{"colour", {}}};
  q.from = kStart;
  q.until = kStart + absl::Hours(24 * 100);
  q.granularity = Grain::kHour;
  const auto answer = Query(q);
  EXPECT_THAT(answer, StatusIs(absl::StatusCode::kInvalidArgument));
  std::map<std::string, std::string> violations;
  for (const Violation& v : Violations(answer.status())) violations[v.field] = v.description;
  EXPECT_THAT(violations["measures[1]"], HasSubstr("tickets_resolved"));
  EXPECT_THAT(violations["measures[2]"], HasSubstr("together"));
  EXPECT_THAT(violations["dimensions[0]"], HasSubstr("category, sentiment"));
  EXPECT_THAT(violations["filters[0].dimension"], HasSubstr("language"));
  EXPECT_THAT(violations["filters[0].values"], HasSubstr("empty"));
  EXPECT_THAT(violations["period"], HasSubstr("93 days"));
}

TEST_P(FiguresTest, QuantilesCanBeAskedForByDimension) {
  for (int i = 1; i <= 100; ++i) {
    const std::string id = "t" + std::to_string(i);
    CreateTicket(id, kStart);
    Decide(id, kStart + absl::Seconds(i), common::CATEGORY_STOCK);
  }
  Settle();
  MetricsQuestion q;
  q.measures = {"durations", "duration_p50_seconds", "duration_p99_seconds"};
  q.dimensions = {"duration", "category"};
  q.from = kStart;
  q.until = kStart + absl::Hours(1);
  const auto answer = Query(q);
  ASSERT_OK(answer);
  ASSERT_EQ(answer->rows.size(), 1u);
  EXPECT_THAT(answer->rows[0].dimension_values, ElementsAre("time_to_decision", "STOCK"));
  EXPECT_EQ(answer->rows[0].values[0], 100);
  EXPECT_NEAR(answer->rows[0].values[1], 50, 1);
  EXPECT_NEAR(answer->rows[0].values[2], 99, 1.5);
}

}  // namespace
}  // namespace huiyin::analytics
