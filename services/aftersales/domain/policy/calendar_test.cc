#include "services/aftersales/domain/policy/calendar.h"

#include "libs/testing/status.h"

namespace huiyin::aftersales {
namespace {

Calendar Read(const std::string& yaml) {
  const auto node = ParseYaml(yaml);
  EXPECT_OK(node);
  DocumentCheck check;
  Calendar calendar = Calendar::Parse(*node, check);
  EXPECT_OK(check.ToStatus());
  return calendar;
}

absl::Time At(const std::string& zone, absl::CivilSecond time) {
  absl::TimeZone found;
  EXPECT_TRUE(absl::LoadTimeZone(zone, &found));
  return absl::FromCivil(time, found);
}

TEST(Calendar, WindowsEndWithTheDayInTheCustomersZone) {
  const Calendar calendar = Read("{zone: customer}");
  const absl::Time delivered = At("Asia/Shanghai", absl::CivilSecond(2026, 3, 1, 23, 30, 0));
  const absl::Time end = calendar.EndOfWindow(delivered, 7, false, "Asia/Shanghai");
  EXPECT_EQ(end,
            At("Asia/Shanghai", absl::CivilSecond(2026, 3, 9, 0, 0, 0)) - absl::Microseconds(1));
  // The same moment is another day elsewhere.
  EXPECT_EQ(
      calendar.EndOfWindow(delivered, 7, false, "America/Los_Angeles"),
      At("America/Los_Angeles", absl::CivilSecond(2026, 3, 9, 0, 0, 0)) - absl::Microseconds(1));
}

TEST(Calendar, DaysOfTwentyThreeAndTwentyFiveHoursAreDays) {
  const Calendar calendar = Read("{zone: Europe/Berlin}");
  for (const auto& [month, day] : {std::pair(3, 28), std::pair(10, 24)}) {
    const absl::Time delivered = At("Europe/Berlin", absl::CivilSecond(2026, month, day, 12, 0, 0));
    EXPECT_EQ(calendar.EndOfWindow(delivered, 2, false, ""),
              At("Europe/Berlin", absl::CivilSecond(2026, month, day + 3, 0, 0, 0)) -
                  absl::Microseconds(1));
  }
}

TEST(Calendar, RollsOffWeekendsAndHolidaysAndCountsWorkingDays) {
  const Calendar calendar = Read(
      "{zone: Asia/Shanghai, weekend: [SAT, SUN], roll: true, holidays: [2026-10-01, 2026-10-02, "
      "2026-10-05, 2026-10-06, 2026-10-07]}");
  const absl::Time delivered = At("Asia/Shanghai", absl::CivilSecond(2026, 9, 24, 9, 0, 0));
  const absl::Time end =
      At("Asia/Shanghai", absl::CivilSecond(2026, 10, 9, 0, 0, 0)) - absl::Microseconds(1);
  EXPECT_EQ(calendar.EndOfWindow(delivered, 7, false, ""), end);  // 1 October → 8 October
  EXPECT_EQ(calendar.EndOfWindow(delivered, 5, true, ""), end);   // 25, 28, 29, 30 September, 8
}

TEST(Calendar, MistakesAreShown) {
  for (const std::string yaml :
       {"{zone: Mars/Olympus}", "{weekend: [FUNDAY]}", "{holidays: [2026-02-30]}", "{roll: maybe}",
        "{weekend: [MON, TUE, WED, THU, FRI, SAT, SUN]}", "{other: 1}"}) {
    const auto node = ParseYaml(yaml);
    ASSERT_OK(node);
    DocumentCheck check;
    Calendar::Parse(*node, check);
    EXPECT_FALSE(check.ok()) << yaml;
  }
}

TEST(Calendar, EveryCountryWeSellToHasAZoneThatExists) {
  for (const std::string country :
       {"CN", "TW", "HK", "US", "CA", "BR", "MX", "DE", "FR", "ES", "PT",
        "RU", "JP", "KR", "VN", "TH", "ID", "AE", "SA", "KW", "AU"}) {
    absl::TimeZone zone;
    EXPECT_TRUE(absl::LoadTimeZone(ZoneOf(country), &zone)) << country;
    EXPECT_NE(ZoneOf(country), "UTC");
  }
  EXPECT_EQ(ZoneOf("ZZ"), "UTC");
}

}  // namespace
}  // namespace huiyin::aftersales
