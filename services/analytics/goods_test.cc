// Which goods, and which way they went, figures are told apart by; on both databases.
#include "absl/strings/str_join.h"
#include "services/analytics/figures_fixture.h"

namespace huiyin::analytics {
namespace {

using ::testing::ElementsAre;

class GoodsTest : public FiguresTest {
 protected:
  // First dimension's value → first measure.
  std::map<std::string, double> Ask(const std::string& measure,
                                    const std::vector<std::string>& dimensions,
                                    const std::vector<MetricsQuestion::Filter>& filters = {}) {
    MetricsQuestion q;
    q.measures = {measure};
    q.dimensions = dimensions;
    q.filters = filters;
    q.from = kStart - absl::Hours(24 * 7);
    q.until = kStart + absl::Hours(24);
    const auto answer = Query(q);
    EXPECT_OK(answer);
    std::map<std::string, double> values;
    if (!answer.ok()) return values;
    for (const MetricsRow& row : answer->rows) {
      values[absl::StrJoin(row.dimension_values, "/")] = row.values[0];
    }
    return values;
  }
  void Answer(int score, const std::string& ticket, const std::string& rma,
              const std::string& order, const std::string& product = "") {
    ev::SurveyAnswered m;
    m.set_kind(ev::SURVEY_KIND_CSAT);
    m.set_score(score);
    m.set_ticket_id(ticket);
    m.set_rma_id(rma);
    m.set_order_id(order);
    m.set_product_id(product);
    m.set_recovery_needed(score <= 2);
    Send(m, kStart + absl::Hours(2));
  }
  using Values = std::map<std::string, double>;
};
HUIYIN_ON_ALL_DATABASES(GoodsTest);

TEST_P(GoodsTest, ComplaintsAndUnitsAreToldApartByWarehouse) {
  const absl::Time delivered = kStart - absl::Hours(48);
  Ship("o1", "P1", "L1", 3, delivered, "HANGZHOU-1");
  Ship("o2", "P1", "L1", 2, delivered, "CHENGDU-2");
  Ship("o3", "P1", "L1", 1, delivered);  // as orders were before they told of a warehouse
  for (const char* order : {"o1", "o2", "o3"}) {
    CreateTicket(order, kStart, order);
    Decide(order, kStart, common::CATEGORY_DAMAGED_ON_ARRIVAL);
  }
  FileRma("r1", "o2", "P1", "L1", kStart);
  Settle();
  EXPECT_EQ(Ask("units_shipped", {"warehouse"}),
            (Values{{"", 1}, {"CHENGDU-2", 2}, {"HANGZHOU-1", 3}}));
  EXPECT_EQ(Ask("complaint_cases", {"warehouse"}),
            (Values{{"", 1}, {"CHENGDU-2", 2}, {"HANGZHOU-1", 1}}));
  EXPECT_EQ(Ask("units_returned", {"warehouse"}), (Values{{"CHENGDU-2", 1}}));
  ExplainChangeQuestion why;
  why.measure = "complaint_cases";
  why.from = kStart;
  why.until = kStart + absl::Hours(24);
  why.baseline_from = kStart - absl::Hours(24);
  why.baseline_until = kStart;
  const auto explained = FiguresTest::Ask<ChangeExplained>(
      [&](const View& view) { return ExplainChange(view, caller_, why); });
  EXPECT_EQ(explained.actual, 4);
  EXPECT_TRUE(RebuildAll(3).identical);
}

TEST_P(GoodsTest, AWarehouseThatBreaksThingsIsFound) {
  const absl::Time delivered = kStart - absl::Hours(48);
  for (int i = 0; i < 12; ++i) {
    const std::string n = std::to_string(i);
    Ship("good" + n, "P" + n, "L", 100, delivered, "HANGZHOU-1");
    Ship("bad" + n, "P" + n, "L", 10, delivered, "CHENGDU-2");
    CreateTicket("ticket" + n, kStart, "bad" + n, "", "c" + n);
    Decide("ticket" + n, kStart, common::CATEGORY_DAMAGED_ON_ARRIVAL);
  }
  Settle();
  EXPECT_EQ(Detect(), 1);
  const auto alerts = FiguresTest::Ask<std::vector<Alert>>(
      [&](const View& view) { return view.store.ListAlerts(caller_.tenant, {}, 10, 0); });
  ASSERT_EQ(alerts.size(), 1u);
  EXPECT_EQ(alerts[0].finding.subject, (Subject{"warehouse", "", "CHENGDU-2"}));
  EXPECT_EQ(alerts[0].finding.evidence.units_shipped, 120);
  EXPECT_EQ(alerts[0].finding.evidence.example_tickets.size(), kMaxExamples);
}

TEST_P(GoodsTest, ScoresAreOfTheGoodsThatWereAskedAbout) {
  Ship("o1", "P1", "L1");
  Ship("o2", "P2", "L2");
  FileRma("r1", "o1", "P1", "L1", kStart);
  CreateTicket("a", kStart, "o2");
  Decide("a", kStart, common::CATEGORY_QUALITY);
  Answer(1, "", "r1", "o1");      // of the return
  Answer(5, "a", "", "");         // of the ticket
  Answer(4, "", "", "o2", "P2");  // of the delivery
  Answer(3, "", "", "o9", "P9");  // of an order that is not known yet
  Settle();
  EXPECT_EQ(Ask("survey_score_sum", {"product", "sku", "lot"}),
            (Values{{"P1/SKU-P1/L1", 1}, {"P2/SKU-P2/L2", 9}, {"P9//", 3}}));
  EXPECT_EQ(Ask("survey_score_mean", {"lot"}, {{"product", {"P2"}}}), (Values{{"L2", 4.5}}));
  EXPECT_TRUE(RebuildAll(2).identical);
}

TEST_P(GoodsTest, WhyRefundsTakeLongerIsExplained) {
  const auto pay = [&](int n, const char* country, absl::Time filed, absl::Duration taken) {
    const std::string id = std::to_string(n);
    ev::RmaSubmitted rma;
    rma.set_rma_id("rma" + id);
    rma.set_country(country);
    Send(rma, filed);
    ev::RefundStateChanged m;
    m.set_refund_id("refund" + id);
    m.set_rma_id("rma" + id);
    m.set_to(ev::REFUND_LIFECYCLE_SUCCEEDED);
    m.mutable_amount()->set_currency("EUR");
    *m.mutable_submitted_at() = rpc::ToProto(filed);
    Send(m, filed + taken);
  };
  const absl::Time before = kStart - absl::Hours(24);
  for (int i = 0; i < 8; ++i) {
    const char* const country = i < 6 ? "DE" : "FR";
    pay(2 * i, country, before, absl::Hours(2));
    pay(2 * i + 1, country, kStart, absl::Hours(i < 6 ? 2 : 10));
  }
  Settle();
  ExplainChangeQuestion why;
  why.measure = "duration_mean_seconds";
  why.from = kStart;
  why.until = kStart + absl::Hours(24);
  why.baseline_from = before;
  why.baseline_until = kStart;
  why.filters = {{"duration", {"refund_cycle"}}};
  const auto explain = [&](const View& view) { return ExplainChange(view, caller_, why); };
  const auto explained = FiguresTest::Ask<ChangeExplained>(explain);
  EXPECT_DOUBLE_EQ(explained.forecast, 2 * 3600);
  EXPECT_DOUBLE_EQ(explained.actual, 4 * 3600);
  ASSERT_FALSE(explained.explanations.empty());
  EXPECT_EQ(explained.explanations[0].dimension, "country");
  EXPECT_EQ(explained.explanations[0].contributions.at(0).value, "FR");
  EXPECT_DOUBLE_EQ(explained.explanations[0].contributions[0].actual, 10 * 3600);
  why.measure = "duration_p90_seconds";
  why.filters = {{"lot", {"L"}}};
  absl::Status refused;
  (void)database().Read([&](db::Session& session) {
    SqlStore store(session);
    refused = explain(View{store, clock_}).status();
    return absl::OkStatus();
  });
  EXPECT_THAT(refused, testing::StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_EQ(Violations(refused).size(), 2u);
}

TEST_P(GoodsTest, AnUnhappyAnswerIsOneCaseHoweverOftenItIsToldOf) {
  for (const char* n : {"1", "2", "3"}) Ship(std::string("o") + n, "P1", "L1");
  const auto make_good = [&](const std::string& id, const std::string& order) {
    ev::TicketCreated m;
    m.set_ticket_id(id);
    m.set_channel(common::CHANNEL_SURVEY);
    m.set_order_id(order);
    m.set_product_id("P1");
    Send(m, kStart + absl::Hours(3));
    Decide(id, kStart + absl::Hours(3), common::CATEGORY_QUALITY);
  };
  FileRma("r1", "o1", "P1", "L1", kStart);
  Answer(1, "", "r1", "o1");  // the return is the case
  make_good("m1", "o1");
  Answer(1, "", "", "o2", "P1");  // the answer is
  make_good("m2", "o2");
  make_good("m3", "o3");  // what an answer says with few words is
  Settle();
  EXPECT_EQ(Ask("complaint_cases", {"lot", "source"}),
            (Values{{"L1/return", 1}, {"L1/survey", 2}}));
  EXPECT_EQ(Ask("complaints", {"source"}), (Values{{"return", 1}, {"survey", 5}}));
  EXPECT_TRUE(RebuildAll(2).identical);
}

}  // namespace
}  // namespace huiyin::analytics
