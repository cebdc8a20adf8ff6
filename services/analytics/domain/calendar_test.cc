#include "services/analytics/domain/calendar.h"

#include <gtest/gtest.h>

#include "absl/time/civil_time.h"
#include "libs/testing/status.h"

namespace huiyin::analytics {
namespace {

Calendar Of(const char* name) {
  absl::TimeZone zone;
  EXPECT_TRUE(absl::LoadTimeZone(name, &zone)) << name;
  return Calendar(zone);
}

int64_t At(const char* zone_name, absl::CivilSecond time) {
  absl::TimeZone zone;
  EXPECT_TRUE(absl::LoadTimeZone(zone_name, &zone));
  return absl::ToUnixSeconds(absl::FromCivil(time, zone));
}

TEST(CalendarTest, TimesBefore1970FallIntoTheirBucketToo) {
  Calendar utc;
  EXPECT_EQ(utc.Floor(Grain::kHour, -1), -3600);
  EXPECT_EQ(utc.Floor(Grain::kDay, 86399), 0);
  EXPECT_EQ(utc.Floor(Grain::kMinute, -1), -60);
}

TEST(CalendarTest, ADayIsTheTenantsDay) {
  Calendar shanghai = Of("Asia/Shanghai");
  const int64_t midnight = At("Asia/Shanghai", absl::CivilSecond(2026, 11, 22));
  EXPECT_EQ(shanghai.Floor(Grain::kDay, midnight + 100), midnight);
  EXPECT_EQ(shanghai.Floor(Grain::kDay, midnight - 1), midnight - 86400);
  EXPECT_EQ(shanghai.Floor(Grain::kMonth, midnight),
            At("Asia/Shanghai", absl::CivilSecond(2026, 11, 1)));
}

TEST(CalendarTest, AMonthHasTheNumberOfTheTenantsMonth) {
  Calendar shanghai = Of("Asia/Shanghai"), utc;
  const int64_t start = At("Asia/Shanghai", absl::CivilSecond(2026, 1, 1));
  EXPECT_EQ(shanghai.MonthNumber(start), 2026u * 12);
  EXPECT_EQ(shanghai.MonthNumber(start - 1), 2025u * 12 + 11);
  EXPECT_EQ(utc.MonthNumber(start), 2025u * 12 + 11);
}

TEST(CalendarTest, DaysOfDaylightSavingHave23And25Hours) {
  Calendar berlin = Of("Europe/Berlin");
  const int64_t spring = At("Europe/Berlin", absl::CivilSecond(2026, 3, 29));
  EXPECT_EQ(berlin.Next(Grain::kDay, spring) - spring, 23 * 3600);
  const int64_t autumn = At("Europe/Berlin", absl::CivilSecond(2026, 10, 25));
  EXPECT_EQ(berlin.Next(Grain::kDay, autumn) - autumn, 25 * 3600);
  // The hour that comes twice is two hours of figures.
  int hours = 0;
  for (int64_t at = autumn; at < berlin.Next(Grain::kDay, autumn);
       at = berlin.Next(Grain::kHour, at)) {
    EXPECT_EQ(berlin.Floor(Grain::kHour, at + 3599), at);
    ++hours;
  }
  EXPECT_EQ(hours, 25);
}

TEST(CalendarTest, HoursStartOnTheFullHourOfTheTenantsClocks) {
  Calendar kathmandu = Of("Asia/Kathmandu");  // UTC+5:45
  const int64_t midnight = 1767225600;        // of UTC, 05:45 there
  EXPECT_EQ(kathmandu.Floor(Grain::kHour, midnight), midnight - 2700);
  EXPECT_EQ(kathmandu.Floor(Grain::kHour, midnight + 900), midnight + 900);
  EXPECT_EQ(kathmandu.Ceil(Grain::kHour, midnight + 901), midnight + 4500);
}

TEST(CalendarTest, HoursFollowOneAnotherWhereClocksChangeByHalfAnHour) {
  Calendar howe = Of("Australia/Lord_Howe");  // back on 2026-04-05, forward on 2026-10-04
  for (const absl::CivilSecond day :
       {absl::CivilSecond(2026, 4, 5), absl::CivilSecond(2026, 10, 4)}) {
    const int64_t start = At("Australia/Lord_Howe", day);
    const int64_t end = howe.Next(Grain::kDay, start);
    int hours = 0;
    for (int64_t at = start; at < end; ++hours) {
      const int64_t next = howe.Next(Grain::kHour, at);
      ASSERT_GT(next, at);
      EXPECT_EQ(howe.Floor(Grain::kHour, next), next);
      EXPECT_EQ(howe.Floor(Grain::kHour, next - 1), at);
      at = next;
    }
    EXPECT_EQ(hours, day.month() == 4 ? 25 : 24);
  }
}

TEST(CalendarTest, AMidnightThatIsSkippedStartsTheDayLater) {
  Calendar beirut = Of("Asia/Beirut");  // 2026-03-29 begins at 01:00
  const int64_t start = At("Asia/Beirut", absl::CivilSecond(2026, 3, 29, 1));
  EXPECT_EQ(beirut.Floor(Grain::kDay, start), start);
  EXPECT_EQ(beirut.Next(Grain::kDay, start - 1), start);
}

TEST(ZonesTest, TenantsMayHaveTheirOwn) {
  const auto zones = Zones::Parse("Asia/Shanghai,t1=Europe/Berlin");
  ASSERT_OK(zones);
  EXPECT_EQ(zones->Of("t1").name(), "Europe/Berlin");
  EXPECT_EQ(zones->Of("t2").name(), "Asia/Shanghai");
  EXPECT_EQ(zones->Text(), "Asia/Shanghai,t1=Europe/Berlin");
  EXPECT_EQ(Zones::Parse("")->Text(), "UTC");
  EXPECT_THAT(Zones::Parse("Mars/Base"), testing::StatusIs(absl::StatusCode::kInvalidArgument));
}

}  // namespace
}  // namespace huiyin::analytics
