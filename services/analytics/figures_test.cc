// From events to answers, on both databases: what is counted, that a rebuild gives the same bytes,
// that corrections move counts, that questions are answered and refused as promised.
#include <gmock/gmock.h>

#include <map>
#include <random>

#include "huiyin/event/v1/aftersales_events.pb.h"
#include "huiyin/event/v1/survey_events.pb.h"
#include "huiyin/event/v1/ticket_events.pb.h"
#include "huiyin/event/v1/triage_events.pb.h"
#include "libs/rpc/proto_time.h"
#include "libs/testing/fake_clock.h"
#include "libs/testing/sequential_ids.h"
#include "libs/testing/servers/temp_database.h"
#include "libs/testing/status.h"
#include "services/analytics/events/codec.h"
#include "services/analytics/storage/sql_store.h"
#include "services/analytics/usecase/change_alert.h"
#include "services/analytics/usecase/explain_change.h"
#include "services/analytics/usecase/overview.h"
#include "services/analytics/usecase/products.h"
#include "services/analytics/usecase/progress.h"
#include "services/analytics/usecase/query_metrics.h"
#include "services/analytics/usecase/rebuild.h"
#include "services/analytics/usecase/roll.h"

namespace huiyin::analytics {
namespace {

namespace ev = huiyin::event::v1;
namespace common = huiyin::common::v1;
using ::testing::ElementsAre;
using testing::HasReason;
using ::testing::HasSubstr;
using testing::StatusIs;

const absl::Time kStart = absl::FromUnixSeconds(1767225600);  // a midnight

class FiguresTest : public testing::DatabaseTest {
 protected:
  FiguresTest() : clock_(kStart + absl::Hours(20)) { ApplySchema("analytics", Schema()); }

  void Send(const google::protobuf::Message& body, absl::Time at,
            const std::string& tenant = "t1") {
    pending_.push_back({0, tenant, body.GetDescriptor()->name(), at, body.SerializeAsString()});
  }
  // Logs what was sent and rolls it up, `batch` events at a time.
  void Settle(int batch = 1000) {
    ASSERT_OK(database().Write([&](db::Transaction& tx) -> absl::Status {
      for (const LoggedEvent& event : pending_) {
        HUIYIN_RETURN_IF_ERROR(SqlStore(tx).AppendEvent(event));
      }
      return absl::OkStatus();
    }));
    pending_.clear();
    for (bool more = true; more;) {
      ASSERT_OK(database().Write([&](db::Transaction& tx) -> absl::Status {
        SqlStore store(tx);
        HUIYIN_ASSIGN_OR_RETURN(const Generation before, store.Live());
        HUIYIN_ASSIGN_OR_RETURN(const Generation after, RollBatch(store, Decode, before, batch));
        more = after.position > before.position;
        return absl::OkStatus();
      }));
    }
  }
  template <class Answer>
  Answer Ask(absl::FunctionRef<absl::StatusOr<Answer>(const View&)> question) {
    absl::StatusOr<Answer> answer = absl::UnknownError("not asked");
    EXPECT_OK(database().Read([&](db::Session& session) {
      SqlStore store(session);
      answer = question(View{store, clock_});
      return answer.status();
    }));
    return answer.ok() ? *answer : Answer();
  }
  Overview GetDay() {
    return Ask<Overview>([&](const View& view) {
      return GetOverview(view, caller_, kStart, kStart + absl::Hours(24));
    });
  }
  absl::StatusOr<MetricsAnswer> Query(const MetricsQuestion& question) {
    absl::StatusOr<MetricsAnswer> answer = absl::UnknownError("not asked");
    (void)database().Read([&](db::Session& session) {
      SqlStore store(session);
      answer = QueryMetrics(View{store, clock_}, caller_, question);
      return absl::OkStatus();
    });
    return answer;
  }
  RebuildResult RebuildAll(int batch) {
    const InTransaction write = [&](absl::FunctionRef<absl::Status(Store&)> body) {
      return database().Write([&](db::Transaction& tx) {
        SqlStore store(tx);
        return body(store);
      });
    };
    const auto result = Rebuild(write, Decode, batch, [](int64_t, int64_t) { return true; });
    EXPECT_OK(result);
    return result.value_or(RebuildResult{});
  }
  int Detect(const char* tenant = "t1") {
    int open = -1;
    EXPECT_OK(database().Write([&](db::Transaction& tx) -> absl::Status {
      SqlStore store(tx);
      Unit unit{store, clock_, ids_};
      HUIYIN_ASSIGN_OR_RETURN(open, UpdateAlerts(unit, TenantId(tenant), absl::Hours(24 * 28), {}));
      return absl::OkStatus();
    }));
    return open;
  }

  void CreateTicket(const std::string& id, absl::Time at, const std::string& order = "",
                    const std::string& product = "", const std::string& customer = "c1") {
    ev::TicketCreated m;
    m.set_ticket_id(id);
    m.set_customer_id(customer);
    m.set_channel(common::CHANNEL_CHAT);
    m.set_order_id(order);
    m.set_product_id(product);
    Send(m, at);
  }
  void Decide(const std::string& id, absl::Time at, common::Category category,
              const std::string& language = "zh") {
    ev::TicketTriaged m;
    m.set_ticket_id(id);
    m.set_language(language);
    m.set_category(category);
    m.set_sentiment(common::SENTIMENT_NEGATIVE);
    m.set_urgency(common::URGENCY_NORMAL);
    m.set_priority(common::PRIORITY_P3);
    m.set_channel(common::CHANNEL_CHAT);
    Send(m, at);
  }
  void Ship(const std::string& order, const std::string& product, const std::string& lot,
            uint32_t units = 1) {
    ev::OrderUpserted m;
    m.set_order_id(order);
    m.set_version(1);
    m.set_country("CN");
    *m.mutable_delivered_at() = rpc::ToProto(kStart - absl::Hours(48));
    auto* line = m.add_units();
    line->set_product_id(product);
    line->set_sku("SKU-" + product);
    line->set_lot(lot);
    line->set_quantity(units);
    Send(m, kStart);
  }
  void ChangeState(const std::string& id, ev::TicketLifecycle from, ev::TicketLifecycle to,
                   absl::Time at) {
    ev::TicketStateChanged m;
    m.set_ticket_id(id);
    m.set_from(from);
    m.set_to(to);
    Send(m, at);
  }

  testing::FakeClock clock_;
  testing::SequentialIds ids_;
  const Caller caller_{TenantId("t1"), "agent"};
  std::vector<LoggedEvent> pending_;
};
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
    switch (pick(8)) {
      case 0:
        CreateTicket(ticket, at, pick(2) ? order : "", pick(2) ? "P1" : "",
                     "c" + std::to_string(pick(50)));
        break;
      case 1:
      case 2:
        Decide(ticket, at, static_cast<common::Category>(1 + pick(18)), pick(2) ? "zh" : "en");
        break;
      case 3:
        ChangeState(ticket, ev::TICKET_LIFECYCLE_OPEN, ev::TICKET_LIFECYCLE_RESOLVED, at);
        break;
      case 4:
        ChangeState(ticket, ev::TICKET_LIFECYCLE_RESOLVED, ev::TICKET_LIFECYCLE_OPEN, at);
        break;
      case 5:
        Ship(order, "P" + std::to_string(pick(90)), "L" + std::to_string(pick(3)), 2);
        break;
      case 6: {
        ev::TicketMerged m;
        m.set_ticket_id(ticket);
        m.set_undone(pick(2) == 0);
        Send(m, at);
        break;
      }
      default: {
        ev::SurveyAnswered m;
        m.set_ticket_id(ticket);
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

TEST_P(FiguresTest, ADefectiveLotRaisesOneAlertWithEvidence) {
  int ticket = 0;
  for (int p = 0; p < 12; ++p) {
    for (int lot = 0; lot < 2; ++lot) {
      for (int o = 0; o < 10; ++o) {
        const std::string product = "P" + std::to_string(p);
        const std::string order = product + "-" + std::to_string(lot) + "-" + std::to_string(o);
        Ship(order, product, product + "L" + std::to_string(lot));
        const bool bad = p == 3 && lot == 1;
        if (bad ? o >= 8 : o > 0 || p % 4 != 0) continue;
        const std::string id = "ticket-" + std::to_string(ticket++);
        CreateTicket(id, kStart + absl::Hours(1), order, product, "c" + id);
        Decide(id, kStart + absl::Hours(1), common::CATEGORY_QUALITY);
      }
    }
  }
  Settle();
  EXPECT_EQ(Detect(), 1);
  const Overview o = GetDay();
  ASSERT_EQ(o.alerts.size(), 1u);
  const Alert& alert = o.alerts[0];
  EXPECT_EQ(alert.finding.subject, (Subject{"lot", "P3", "P3L1"}));
  EXPECT_EQ(alert.finding.evidence.observed, 8);
  EXPECT_EQ(alert.finding.evidence.units_shipped, 10);
  EXPECT_EQ(alert.finding.evidence.example_tickets.size(), kMaxExamples);
  EXPECT_EQ(alert.finding.evidence.daily_counts.back(), 8);
  // Looking again changes nothing.
  EXPECT_EQ(Detect(), 1);
  EXPECT_EQ(GetDay().alerts[0].version, alert.version);

  // It can be muted, once per version, and wakes up.
  const auto change = [&](ChangeAlertCommand command) {
    absl::StatusOr<Alert> changed = absl::UnknownError("");
    (void)database().Write([&](db::Transaction& tx) {
      SqlStore store(tx);
      Unit unit{store, clock_, ids_};
      changed = ChangeAlert(unit, caller_, command);
      return changed.status();
    });
    return changed;
  };
  EXPECT_THAT(change({alert.id, AlertState::kMuted, std::nullopt, std::nullopt}),
              StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_OK(change({alert.id, AlertState::kMuted, clock_.Now() + absl::Hours(1), alert.version}));
  EXPECT_THAT(change({alert.id, AlertState::kAcknowledged, std::nullopt, alert.version}),
              HasReason("ETAG_MISMATCH"));
  EXPECT_EQ(Detect(), 0);
  clock_.Advance(absl::Hours(1));
  EXPECT_EQ(Detect(), 1);
  EXPECT_OK(change({alert.id, AlertState::kResolved, std::nullopt, std::nullopt}));
  EXPECT_THAT(change({alert.id, AlertState::kAcknowledged, std::nullopt, std::nullopt}),
              HasReason("ALERT_RESOLVED"));
  EXPECT_THAT(change({AlertId("none"), AlertState::kAcknowledged, std::nullopt, std::nullopt}),
              HasReason("ALERT_NOT_FOUND"));
}

TEST_P(FiguresTest, ASuddenRiseRaisesAnAlertOnceTheUsualIsKnown) {
  int ticket = 0;
  const auto complain = [&](const std::string& product, absl::Time at, int times) {
    for (int i = 0; i < times; ++i) {
      const std::string id = "ticket-" + std::to_string(ticket++);
      CreateTicket(id, at, "", product);
      Decide(id, at, common::CATEGORY_QUALITY);
    }
  };
  for (int day = 1; day <= 10; ++day) {
    for (const char* product : {"P1", "P2", "P3"}) {
      complain(product, kStart - absl::Hours(24 * day), 1 + day % 2);
    }
  }
  complain("P1", kStart, 2);
  complain("P2", kStart, 15);
  Settle();
  EXPECT_EQ(Detect(), 1);
  const Overview o = GetDay();
  ASSERT_EQ(o.alerts.size(), 1u);
  EXPECT_EQ(o.alerts[0].finding.subject, (Subject{"product", "P2", "P2"}));
  EXPECT_EQ(o.alerts[0].finding.evidence.method, "aberration");
  EXPECT_EQ(o.alerts[0].finding.evidence.observed, 15);
  EXPECT_EQ(o.alerts[0].finding.evidence.daily_counts.back(), 15);
}

TEST_P(FiguresTest, TopIssuesAndTheExplanationNameTheProduct) {
  const absl::Time yesterday = kStart - absl::Hours(24);
  for (int i = 0; i < 40; ++i) {
    const bool today = i >= 10;
    const std::string id = "t" + std::to_string(i);
    CreateTicket(id, today ? kStart : yesterday, "", i % 5 == 0 || !today ? "P-OLD" : "P-NEW");
    Decide(id, today ? kStart : yesterday,
           today && i % 5 != 0 ? common::CATEGORY_DAMAGED_ON_ARRIVAL : common::CATEGORY_QUALITY);
  }
  Settle();
  const auto issues = Ask<std::vector<Issue>>([&](const View& view) {
    return TopIssues(view, caller_, kStart, kStart + absl::Hours(24), 5);
  });
  ASSERT_EQ(issues.size(), 2u);
  EXPECT_EQ(issues[0].product, "P-NEW");
  EXPECT_EQ(issues[0].category, "DAMAGED_ON_ARRIVAL");
  EXPECT_EQ(issues[0].count, 24);
  EXPECT_EQ(issues[1].previous_count, 10);
  const auto why = Ask<ChangeExplained>([&](const View& view) {
    return ExplainChange(view, caller_,
                         {"complaints", kStart, kStart + absl::Hours(24), yesterday, kStart});
  });
  EXPECT_EQ(why.actual, 30);
  EXPECT_EQ(why.forecast, 10);
  ASSERT_FALSE(why.explanations.empty());
  ASSERT_FALSE(why.explanations[0].contributions.empty());
  const std::string& value = why.explanations[0].contributions[0].value;
  EXPECT_TRUE(value == "P-NEW" || value == "DAMAGED_ON_ARRIVAL") << value;
}

}  // namespace
}  // namespace huiyin::analytics
