#include "services/analytics/domain/report_schedule.h"

#include <gtest/gtest.h>

#include "absl/time/civil_time.h"

namespace huiyin::analytics {
namespace {

class ReportScheduleTest : public ::testing::Test {
 protected:
  ReportScheduleTest() { EXPECT_TRUE(absl::LoadTimeZone("Europe/Berlin", &zone_)); }
  absl::Time At(absl::CivilSecond time) const { return absl::FromCivil(time, zone_); }
  absl::TimeZone zone_;
};

TEST_F(ReportScheduleTest, DailyIsTheNextMorning) {
  EXPECT_EQ(NextDue(ReportInterval::kDaily, At(absl::CivilSecond(2026, 3, 28, 5)), zone_),
            At(absl::CivilSecond(2026, 3, 28, 6)));
  EXPECT_EQ(NextDue(ReportInterval::kDaily, At(absl::CivilSecond(2026, 3, 28, 6)), zone_),
            At(absl::CivilSecond(2026, 3, 29, 6)));
  const ReportPeriod short_day =
      PeriodOf(ReportInterval::kDaily, At(absl::CivilSecond(2026, 3, 30, 6)), zone_);
  EXPECT_EQ(short_day.until - short_day.from, absl::Hours(23));
}

TEST_F(ReportScheduleTest, WeeklyIsMondayAboutTheWeekBefore) {
  const absl::Time due =
      NextDue(ReportInterval::kWeekly, At(absl::CivilSecond(2026, 11, 22, 12)), zone_);
  EXPECT_EQ(due, At(absl::CivilSecond(2026, 11, 23, 6)));
  const ReportPeriod week = PeriodOf(ReportInterval::kWeekly, due, zone_);
  EXPECT_EQ(week.from, At(absl::CivilSecond(2026, 11, 16)));
  EXPECT_EQ(week.until, At(absl::CivilSecond(2026, 11, 23)));
}

TEST_F(ReportScheduleTest, MonthlyIsTheFirstAboutTheMonthBefore) {
  const absl::Time due =
      NextDue(ReportInterval::kMonthly, At(absl::CivilSecond(2026, 2, 1, 7)), zone_);
  EXPECT_EQ(due, At(absl::CivilSecond(2026, 3, 1, 6)));
  const ReportPeriod month = PeriodOf(ReportInterval::kMonthly, due, zone_);
  EXPECT_EQ(month.from, At(absl::CivilSecond(2026, 2, 1)));
  EXPECT_EQ(month.until, At(absl::CivilSecond(2026, 3, 1)));
}

}  // namespace
}  // namespace huiyin::analytics
