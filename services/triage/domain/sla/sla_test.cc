// Calendars and clocks against an oracle that shares no code with them: it walks minute by minute
// and looks at the wall clock each time.
#include <gmock/gmock.h>

#include <iostream>
#include <random>

#include "libs/testing/seed.h"
#include "libs/testing/status.h"
#include "services/triage/domain/sla/plan.h"

namespace huiyin::triage {
namespace {

using ::huiyin::testing::StatusIs;
using ::testing::ElementsAre;

absl::TimeZone Zone(const char* name) {
  absl::TimeZone zone;
  EXPECT_TRUE(absl::LoadTimeZone(name, &zone)) << name;
  return zone;
}

absl::Time At(const absl::TimeZone& zone, int y, int mo, int d, int h, int mi) {
  return absl::FromCivil(absl::CivilMinute(y, mo, d, h, mi), zone);
}

std::array<Shifts, 7> EveryDay(const Shifts& shifts) {
  std::array<Shifts, 7> week;
  week.fill(shifts);
  return week;
}

constexpr Shift kMorning = {9 * 60, 12 * 60}, kAfternoon = {13 * 60 + 30, 18 * 60};

TEST(CalendarTest, CountsSplitShiftsOnly) {
  const absl::TimeZone zone = Zone("Asia/Shanghai");
  const Calendar calendar(zone, EveryDay({kMorning, kAfternoon}), {});
  EXPECT_EQ(calendar.Between(At(zone, 2026, 3, 2, 8, 0), At(zone, 2026, 3, 2, 20, 0)),
            absl::Minutes(450));
  EXPECT_EQ(calendar.After(At(zone, 2026, 3, 2, 11, 30), absl::Hours(1)),
            At(zone, 2026, 3, 2, 14, 0));
  EXPECT_EQ(calendar.After(At(zone, 2026, 3, 2, 17, 0), absl::Hours(1)),
            At(zone, 2026, 3, 2, 18, 0));
}

TEST(CalendarTest, HolidaysAreNotWorkedAndMakeUpDaysAre) {
  const absl::TimeZone zone = Zone("Asia/Shanghai");
  std::array<Shifts, 7> week;
  for (size_t day = 0; day < 5; ++day) week[day] = {kMorning};
  const Calendar calendar(zone, week,
                          {{absl::CivilDay(2026, 10, 1), {}},
                           {absl::CivilDay(2026, 10, 2), {}},
                           {absl::CivilDay(2026, 10, 10), {kAfternoon}}});  // a Saturday
  EXPECT_EQ(calendar.After(At(zone, 2026, 9, 30, 11, 0), absl::Hours(2)),
            At(zone, 2026, 10, 5, 10, 0));
  EXPECT_TRUE(calendar.IsWorking(At(zone, 2026, 10, 10, 14, 0)));
  EXPECT_FALSE(calendar.IsWorking(At(zone, 2026, 10, 10, 10, 0)));
}

TEST(CalendarTest, SkippedHoursAreNotWorkedAndRepeatedOnesTwice) {
  const absl::TimeZone zone = Zone("Europe/Berlin");
  const Calendar calendar(zone, EveryDay({{60, 240}}), {});  // 01:00 to 04:00
  const auto day = [&](int month, int d) {
    return calendar.Between(At(zone, 2026, month, d, 0, 0), At(zone, 2026, month, d + 1, 0, 0));
  };
  EXPECT_EQ(day(3, 28), absl::Hours(3));
  EXPECT_EQ(day(3, 29), absl::Hours(2));
  EXPECT_EQ(day(10, 25), absl::Hours(4));
}

TEST(CalendarTest, NeverWorkingEndsInTheInfiniteFuture) {
  EXPECT_EQ(Calendar().After(absl::UnixEpoch(), absl::Seconds(1)), absl::InfiniteFuture());
  EXPECT_EQ(Calendar().After(absl::UnixEpoch(), absl::ZeroDuration()), absl::UnixEpoch());
}

// --- the oracle ---------------------------------------------------------------------------------

struct RandomCalendar {
  absl::TimeZone zone;
  std::array<Shifts, 7> week;
  std::map<absl::CivilDay, Shifts> own;
};

class Oracle {
 public:
  // Looks at each of `minutes` minutes from `start` on by the wall clock.
  Oracle(const RandomCalendar& calendar, absl::Time start, int minutes)
      : open_(static_cast<size_t>(minutes)), before_(static_cast<size_t>(minutes) + 1) {
    for (int i = 0; i < minutes; ++i) {
      const absl::CivilSecond wall = calendar.zone.At(start + absl::Minutes(i)).cs;
      const absl::CivilDay day(wall);
      const auto own = calendar.own.find(day);
      const Shifts& shifts = own != calendar.own.end()
                                 ? own->second
                                 : calendar.week[static_cast<size_t>(absl::GetWeekday(day))];
      for (const Shift& shift : shifts) {
        const int minute = wall.hour() * 60 + wall.minute();
        if (minute >= shift.from && minute < shift.to) open_[static_cast<size_t>(i)] = 1;
      }
      before_[static_cast<size_t>(i) + 1] =
          before_[static_cast<size_t>(i)] + open_[static_cast<size_t>(i)];
    }
  }
  bool Open(int minute) const { return open_[static_cast<size_t>(minute)] != 0; }
  int Between(int from, int to) const {
    return before_[static_cast<size_t>(to)] - before_[static_cast<size_t>(from)];
  }
  // First minute boundary ≥ from at which `work` minutes have passed; -1: not within the walk.
  int After(int from, int work) const {
    const auto found = std::lower_bound(before_.begin() + from, before_.end(),
                                        before_[static_cast<size_t>(from)] + work);
    return found == before_.end() ? -1 : static_cast<int>(found - before_.begin());
  }

 private:
  std::vector<char> open_;
  std::vector<int> before_;
};

class SlaOracle : public ::testing::Test {
 protected:
  int Below(int n) { return static_cast<int>(random_() % static_cast<uint64_t>(n)); }

  Shifts RandomShifts() {
    Shifts shifts;
    int at = 0;
    for (int i = Below(4); i > 0 && at < 1380; --i) {
      const int from = at + Below(1440 - at), to = std::min(1440, from + 1 + Below(400));
      if (from < to) shifts.push_back({from, to});
      at = to;
    }
    return shifts;
  }
  RandomCalendar Random(absl::Time start) {
    static constexpr const char* kZones[] = {
        "Asia/Shanghai", "America/New_York", "Europe/Berlin",  "Australia/Lord_Howe",
        "Asia/Kolkata",  "America/St_Johns", "Pacific/Apia",   "UTC",
        "Africa/Cairo",  "America/Santiago", "Asia/Kathmandu", "Pacific/Chatham"};
    RandomCalendar calendar;
    calendar.zone = Zone(kZones[Below(static_cast<int>(std::size(kZones)))]);
    for (Shifts& shifts : calendar.week) shifts = RandomShifts();
    if (Below(5) == 0) calendar.week.fill({{0, 1440}});
    for (int i = Below(5); i > 0; --i) {
      calendar.own[absl::CivilDay(absl::ToCivilDay(start, calendar.zone)) + Below(40)] =
          Below(2) == 0 ? Shifts{} : RandomShifts();
    }
    return calendar;
  }
  // Half of them shortly before the clocks change.
  absl::Time RandomStart() {
    const absl::Time year = absl::FromCivil(absl::CivilYear(2024 + Below(4)), absl::UTCTimeZone());
    const int day = Below(2) == 0 ? Below(365) : (Below(2) == 0 ? 60 : 270) + Below(40);
    return year + absl::Hours(24 * day);
  }

  std::mt19937_64 random_{testing::Seed()};
};

TEST_F(SlaOracle, CalendarsAgreeOnAMillionRandomCases) {
  constexpr int kCalendars = 125, kCases = 8000, kMinutes = 40 * 1440;
  for (int c = 0; c < kCalendars; ++c) {
    const absl::Time start = RandomStart();
    const RandomCalendar random = Random(start);
    const Calendar calendar(random.zone, random.week, random.own);
    const Oracle oracle(random, start, kMinutes);
    for (int i = 0; i < kCases; ++i) {
      const int from = Below(kMinutes), span = Below(Below(2) == 0 ? 2000 : kMinutes - from);
      const int to = std::min(from + span, kMinutes);
      const absl::Time begin = start + absl::Minutes(from);
      ASSERT_EQ(calendar.Between(begin, start + absl::Minutes(to)),
                absl::Minutes(oracle.Between(from, to)))
          << random.zone.name() << " " << begin << " " << span;
      const int work = 1 + Below(1500);
      const int after = oracle.After(from, work);
      if (after >= 0) {
        ASSERT_EQ(calendar.After(begin, absl::Minutes(work)), start + absl::Minutes(after))
            << random.zone.name() << " " << begin << " " << work;
      }
      if (from < kMinutes) {
        ASSERT_EQ(calendar.IsWorking(begin), oracle.Open(from));
      }
    }
  }
}

// What a metric's measurement is, counted minute by minute from the story.
struct Counted {
  int due = -1;    // minute boundary
  int ended = -1;  // minute
};

TEST_F(SlaOracle, ClocksWithPausesAgreeOnAMillionRandomCases) {
  constexpr int kCalendars = 250, kCases = 4000, kMinutes = 3 * 1440;
  for (int c = 0; c < kCalendars; ++c) {
    const absl::Time start = RandomStart();
    const RandomCalendar random = Random(start);
    const Calendar calendar(random.zone, random.week, random.own);
    const Oracle oracle(random, start, kMinutes);
    for (int i = 0; i < kCases; ++i) {
      // A story: at random minutes we wait for the customer, or not any more; at last an answer.
      const int begin = Below(1440), target = 1 + Below(600);
      SlaHistory history = {{SlaMoment::kStarted, start + absl::Minutes(begin)}};
      std::vector<std::pair<int, bool>> turns = {{begin, true}};  // minute, ours from there on
      int at = begin;
      for (int n = Below(6); n > 0; --n) {
        at += Below(400);
        turns.emplace_back(at, !turns.back().second);
        history.push_back({turns.back().second ? SlaMoment::kResumed : SlaMoment::kPaused,
                           start + absl::Minutes(at)});
      }
      Counted counted;
      if (Below(3) > 0) {
        counted.ended = at + Below(500);
        history.push_back({SlaMoment::kAnswered, start + absl::Minutes(counted.ended)});
      }
      // The walk.
      const int last = counted.ended >= 0 ? counted.ended : kMinutes;
      int worked = 0;
      size_t turn = 0;
      for (int minute = begin; minute < std::min(last, kMinutes); ++minute) {
        while (turn + 1 < turns.size() && turns[turn + 1].first <= minute) ++turn;
        if (turns[turn].second && oracle.Open(minute) && ++worked == target) {
          counted.due = minute + 1;
          break;
        }
      }

      const auto measures = Fold(history, {.first_response = absl::Minutes(target)}, calendar);
      ASSERT_EQ(measures.size(), 1u);
      const SlaMeasure& measure = measures[0];
      ASSERT_EQ(measure.ended.has_value(), counted.ended >= 0);
      if (counted.due >= 0) {
        ASSERT_EQ(measure.due, start + absl::Minutes(counted.due)) << random.zone.name();
      } else {
        ASSERT_TRUE(measure.due >= start + absl::Minutes(std::min(last, kMinutes)));
      }
      if (counted.ended >= 0) {
        ASSERT_EQ(measure.Missed(absl::InfiniteFuture()),
                  counted.due >= 0 && counted.due < counted.ended);
      }
    }
  }
}

// --- what a clock measures ----------------------------------------------------------------------

const SlaTargets kTargets = {.first_response = absl::Hours(1),
                             .next_response = absl::Hours(2),
                             .resolution = absl::Hours(8)};

class ClockTest : public ::testing::Test {
 protected:
  const Calendar always_{absl::UTCTimeZone(), EveryDay({{0, 1440}}), {}};
  static absl::Time Hour(double h) { return absl::UnixEpoch() + absl::Hours(h); }
  std::vector<SlaMeasure> After(const SlaHistory& history) {
    return Fold(history, kTargets, always_);
  }
};

TEST_F(ClockTest, MeasuresFirstResponseNextResponseAndResolution) {
  const SlaHistory history = {
      {SlaMoment::kStarted, Hour(0)},        {SlaMoment::kAnswered, Hour(0.5)},
      {SlaMoment::kPaused, Hour(0.5)},       {SlaMoment::kResumed, Hour(10)},
      {SlaMoment::kCustomerSpoke, Hour(10)}, {SlaMoment::kAnswered, Hour(13)},
      {SlaMoment::kResolved, Hour(14)}};
  const auto measures = After(history);
  ASSERT_EQ(measures.size(), 3u);
  EXPECT_EQ(measures[0].metric, SlaMetric::kFirstResponse);
  EXPECT_TRUE(measures[0].Hit());
  EXPECT_EQ(measures[1].metric, SlaMetric::kResolution);
  EXPECT_EQ(measures[1].worked, absl::Hours(4.5));
  EXPECT_TRUE(measures[1].Hit());
  EXPECT_EQ(measures[2].metric, SlaMetric::kNextResponse);
  EXPECT_EQ(measures[2].due, Hour(12));
  EXPECT_TRUE(measures[2].Missed(Hour(14)));
  EXPECT_EQ(StateOf(history, measures, Hour(14)), SlaState::kMissed);
}

TEST_F(ClockTest, AReopenedTicketGoesOnWithWhatIsLeft) {
  SlaHistory history = {{SlaMoment::kStarted, Hour(0)},
                        {SlaMoment::kResolved, Hour(3)},
                        {SlaMoment::kReopened, Hour(100)}};
  const auto measures = After(history);
  EXPECT_EQ(measures[1].due, Hour(105));
  EXPECT_EQ(StateOf(history, measures, Hour(101)), SlaState::kActiveWithMisses);  // first response
}

TEST_F(ClockTest, AMergedTicketIsMeasuredNoMore) {
  const SlaHistory history = {{SlaMoment::kStarted, Hour(0)}, {SlaMoment::kEnded, Hour(0.5)}};
  EXPECT_TRUE(After(history).empty());
  EXPECT_TRUE(IsOver(history));
}

TEST_F(ClockTest, OnlyWhatChangesSomethingMatters) {
  const SlaHistory history = {{SlaMoment::kStarted, Hour(0)}};
  EXPECT_FALSE(Matters(history, SlaMoment::kCustomerSpoke));
  EXPECT_FALSE(Matters(history, SlaMoment::kResumed));
  EXPECT_TRUE(Matters(history, SlaMoment::kPaused));
  EXPECT_TRUE(Matters(history, SlaMoment::kAnswered));
  EXPECT_FALSE(Matters(history, SlaMoment::kReopened));
}

// --- plans --------------------------------------------------------------------------------------

TEST(SlaPlanTest, FindsTermsByTierThenForAll) {
  const auto plan =
      SlaPlan::Compile("x",
                       "calendar office\n zone Asia/Shanghai\n"
                       " hours mon-fri 09:00-12:00, 13:30-18:00\n"
                       " closed 2026-10-01..2026-10-07\n hours 2026-10-10 09:00-18:00\n"
                       "target P3 in office first_response 4h resolution 24h\n"
                       "target VIP P3 in office first_response 1h\nwarn at 50%\n");
  ASSERT_OK(plan);
  const SlaPlan::Terms* vip = (*plan)->TermsFor(CustomerTier::kVip, Priority::kP3);
  EXPECT_EQ(vip->targets, SlaTargets{.first_response = absl::Hours(1)});
  EXPECT_EQ((*plan)->TermsFor(CustomerTier::kGold, Priority::kP3)->targets.resolution,
            absl::Hours(24));
  EXPECT_EQ((*plan)->TermsFor(CustomerTier::kGold, Priority::kP1), nullptr);
  const absl::TimeZone zone = Zone("Asia/Shanghai");
  const auto measures =
      Fold({{SlaMoment::kStarted, At(zone, 2026, 9, 30, 17, 30)}}, vip->targets, *vip->calendar);
  EXPECT_EQ(measures[0].due, At(zone, 2026, 10, 8, 9, 30));
  EXPECT_EQ((*plan)->WarningTime(measures[0], *vip), At(zone, 2026, 9, 30, 18, 0));
}

TEST(SlaPlanTest, TheOneThatShipsCompiles) {
  EXPECT_OK(SlaPlan::Compile("x", BuiltInSlaSource(kDefaultSlaVersion).value()));
}

TEST(SlaPlanTest, NamesMistakesByLine) {
  const auto refused = SlaPlan::Compile("x",
                                        "zone UTC\n"
                                        "calendar a\n"
                                        "hours mon-sun 09:00-25:00\n"
                                        "zone Mars/Phobos\n"
                                        "hours fri-mon 09:00-10:00\n"
                                        "hours mon 10:00-11:00, 10:30-12:00\n"
                                        "closed 2026-02-30\n"
                                        "target P5 in a first_response 1h\n"
                                        "target P1 in b first_response 1h\n"
                                        "target P2 in a first_response never\n"
                                        "warn at 100%\n");
  std::vector<std::string> fields;
  for (const Violation& violation : Violations(refused.status())) fields.push_back(violation.field);
  EXPECT_THAT(fields, ElementsAre("source:1", "source:3", "source:4", "source:5", "source:6",
                                  "source:7", "source:8", "source:10", "source:11", "source:2",
                                  "source:2", "source:9"));
}

}  // namespace
}  // namespace huiyin::triage
