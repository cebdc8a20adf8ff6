// From events to alerts and what they lead to, on both databases.
#include "services/analytics/figures_fixture.h"

namespace huiyin::analytics {
namespace {

using testing::HasReason;
using testing::StatusIs;

class AlertsTest : public FiguresTest {};
HUIYIN_ON_ALL_DATABASES(AlertsTest);

TEST_P(AlertsTest, ADefectiveLotRaisesOneAlertWithEvidence) {
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
        Decide(id, kStart + absl::Hours(1), common::CATEGORY_QUALITY, bad ? "zh" : "en",
               bad ? std::vector<std::string>{"坏了", o % 2 ? "拉链坏了" : "Zipper!"}
                   : std::vector<std::string>{"坏了", "broken"});
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
  // Everybody says that it is broken; of this lot they say what.
  EXPECT_THAT(alert.finding.evidence.phrases,
              ::testing::UnorderedElementsAre("拉链坏了", "zipper"));
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

TEST_P(AlertsTest, ASuddenRiseRaisesAnAlertOnceTheUsualIsKnown) {
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

TEST_P(AlertsTest, TopIssuesAndTheExplanationNameTheProduct) {
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
