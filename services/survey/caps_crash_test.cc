// Limits per customer hold whatever happens: events delivered twice, transactions that fail after
// all their work, processes that end and start again, many timers at once. Real database, real
// durable timers; time is the test's. Prints its seed; HUIYIN_SEED=… plays one again.
#include <gmock/gmock.h>

#include <algorithm>
#include <iostream>
#include <map>
#include <random>

#include "libs/db/group_commit.h"
#include "libs/events/outbox.h"
#include "libs/testing/fake_clock.h"
#include "libs/testing/seed.h"
#include "libs/testing/sequential_ids.h"
#include "libs/testing/servers/temp_database.h"
#include "libs/testing/status.h"
#include "services/survey/events/outbox_publisher.h"
#include "services/survey/storage/sql_definition_store.h"
#include "services/survey/storage/sql_recovery_store.h"
#include "services/survey/storage/sql_review_store.h"
#include "services/survey/storage/sql_store.h"
#include "services/survey/timer_scheduler.h"
#include "services/survey/usecase/invite.h"

namespace huiyin::survey {
namespace {

constexpr int kCustomers = 12;
constexpr absl::Duration kCoolDown = absl::Hours(30);
constexpr absl::Duration kPeriod = absl::Hours(24 * 7);
constexpr int kPerPeriod = 3;
constexpr QuietHours kQuiet = {22 * 60, 8 * 60};

class CapsCrashTest : public testing::DatabaseTest {
 protected:
  CapsCrashTest() {
    ApplySchema("events", events::Schema());
    ApplySchema("timers", timers::Schema());
    ApplySchema("survey", Schema());
    TriggerRule ticket, refund;
    ticket.id = ticket.survey_id = "ticket";
    ticket.delay = absl::Minutes(20);
    refund.id = "refund";
    refund.survey_id = "effort";
    refund.trigger = Trigger::kRefundArrived;
    refund.delay = absl::Hours(2);
    setup_.rules.triggers = {ticket, refund};
    setup_.rules.caps = {kCoolDown, kPerPeriod, kPeriod};
    setup_.rules.quiet = kQuiet;
    setup_.rules.default_zone = "Asia/Shanghai";
    setup_.rules.reminder_delay = absl::Hours(36);
  }

  // Runs `body` in a unit; every fifth time all its work is lost at the end.
  absl::Status WithCrashes(db::Transaction& tx, absl::FunctionRef<absl::Status(Unit&)> body) {
    SqlStore store(tx);
    SqlDefinitionStore definitions(tx);
    SqlRecoveryStore recoveries(tx);
    SqlReviewStore reviews(tx);
    OutboxPublisher publisher(tx, ids_, "");
    TimerScheduler scheduler(tx);
    Unit unit{store, definitions, recoveries, reviews, publisher, scheduler, clock_, ids_, setup_};
    const absl::Status done = body(unit);
    if (!done.ok()) return done;
    return Random(5) == 0 ? absl::InternalError("the process ends here") : absl::OkStatus();
  }
  unsigned Random(unsigned below) {
    std::lock_guard lock(mutex_);
    return random_() % below;
  }

  // One life of the process: fires what is due, until nothing is.
  void LiveUntilNothingIsDue() {
    db::GroupCommit writer(database(), {});
    timers::Runner runner(database(), writer, clock_);
    runner.Handle(kInviteTimer, [this](db::Transaction& tx, const timers::Timer& timer) {
      return WithCrashes(tx, [&](Unit& u) { return MakeInvitation(u, InvitationId(timer.key)); });
    });
    runner.Handle(kRemindTimer, [this](db::Transaction& tx, const timers::Timer& timer) {
      return WithCrashes(tx, [&](Unit& u) { return RemindCustomer(u, InvitationId(timer.key)); });
    });
    runner.Start();
    ASSERT_TRUE(testing::WaitUntil([&] {
      runner.Wake();
      return Count("SELECT COUNT(*) FROM timer WHERE next_attempt <= ?") == 0;
    }));
  }
  int64_t Count(const char* sql) {
    int64_t count = 0;
    EXPECT_OK(database().Read([&](db::Session& session) {
      return session.Query(sql, {clock_.Now()}, [&](const db::Row& row) { count = row.Int(0); });
    }));
    return count;
  }

  // An event, as often as its courier likes, until it has been handled at least once.
  void Deliver(const Episode& episode) {
    bool handled = false;
    for (unsigned times = 1 + Random(3); times > 0 || !handled; times -= times > 0 ? 1 : 0) {
      handled |=
          database()
              .Write([&](db::Transaction& tx) {
                return WithCrashes(tx, [&](Unit& u) { return ScheduleInvitation(u, episode); });
              })
              .ok();
    }
  }
  Episode RandomEpisode(int step) {
    Episode episode;
    episode.tenant = TenantId("t1");
    episode.customer = CustomerId("c" + std::to_string(Random(kCustomers)));
    episode.subject = "subject-" + std::to_string(step - static_cast<int>(Random(3)));
    episode.number = Random(2);
    episode.trigger = Random(3) == 0 ? Trigger::kRefundArrived : Trigger::kTicketResolved;
    if (episode.trigger == Trigger::kTicketResolved) episode.ticket = TicketId(episode.subject);
    return episode;
  }

  std::mt19937_64 random_{testing::Seed()};
  std::mutex mutex_;
  testing::FakeClock clock_;
  testing::SequentialIds ids_;
  SurveySetup setup_{Catalogue(DefaultSurveys()), {}, TokenSigner({{1, std::string(32, 'k')}})};
};
HUIYIN_ON_ALL_DATABASES(CapsCrashTest);

struct Touch {
  absl::Time at;
  std::string invitation;
};

TEST_P(CapsCrashTest, NobodyIsAskedTooOftenOrAtNightOrTwiceAboutTheSame) {
  for (int step = 0; step < 400; ++step) {
    clock_.Advance(absl::Minutes(Random(240)));
    for (unsigned n = Random(3); n > 0; --n) Deliver(RandomEpisode(step));
    if (Random(3) == 0) LiveUntilNothingIsDue();
    if (Random(40) == 0) temp().Reopen();
  }
  clock_.Advance(absl::Hours(72));
  LiveUntilNothingIsDue();

  absl::TimeZone zone;
  ASSERT_TRUE(absl::LoadTimeZone("Asia/Shanghai", &zone));
  std::map<std::string, std::vector<Touch>> touches;
  int64_t invited = 0, reminded = 0, suppressed = 0;
  ASSERT_OK(database().Read([&](db::Session& session) {
    return session.Query("SELECT customer_id, id, state, created_at, reminded_at FROM invitation",
                         {}, [&](const db::Row& row) {
                           const auto state = static_cast<InvitationState>(row.Int(2));
                           if (state == InvitationState::kSuppressed) ++suppressed;
                           if (state != InvitationState::kInvited) return;
                           ++invited;
                           touches[row.Str(0)].push_back({row.Time(3), row.Str(1)});
                           if (row.IsNull(4)) return;
                           ++reminded;
                           touches[row.Str(0)].push_back({row.Time(4), row.Str(1)});
                         });
  }));
  // The test means something: all of it has happened, and to everybody.
  EXPECT_EQ(touches.size(), static_cast<size_t>(kCustomers));
  EXPECT_GT(invited, 2 * kCustomers);
  EXPECT_GT(reminded, 0);
  EXPECT_GT(suppressed, 0);

  int violations = 0;
  for (auto& [customer, list] : touches) {
    std::sort(list.begin(), list.end(), [](const Touch& a, const Touch& b) { return a.at < b.at; });
    for (size_t i = 0; i < list.size(); ++i) {
      violations += AfterQuiet(kQuiet, zone, list[i].at) != list[i].at;
      for (size_t j = i + 1; j < list.size(); ++j) {
        const absl::Duration apart = list[j].at - list[i].at;
        violations += list[i].invitation != list[j].invitation && apart < kCoolDown;
        violations += j - i >= kPerPeriod && apart < kPeriod;
      }
    }
  }
  EXPECT_EQ(violations, 0);
  // What was lost with a crash was not told either.
  const char* const published = "SELECT COUNT(*) FROM outbox WHERE occurred_at <= ? AND type = ";
  const std::string type = "'huiyin.event.v1.Survey";
  EXPECT_EQ(Count((published + type + "Invited'").c_str()), invited);
  EXPECT_EQ(Count((published + type + "Reminded'").c_str()), reminded);
}

}  // namespace
}  // namespace huiyin::survey
