#include "services/analytics/domain/dimensions.h"

#include <gtest/gtest.h>

namespace huiyin::analytics {
namespace {

TEST(DimensionsTest, ValuesAreFoundByTheirNames) {
  for (const auto& [dimension, number] :
       {std::pair(Dimension::kCategory, 4u), std::pair(Dimension::kScore, 10u),
        std::pair(Dimension::kCohort, 2026u * 12 + 10), std::pair(Dimension::kMonthsSince, 3u),
        std::pair(Dimension::kMonthsSince, 12u)}) {
    EXPECT_EQ(ValueNumber(dimension, ValueName(dimension, number)), number);
  }
  EXPECT_EQ(ValueName(Dimension::kCohort, 2026 * 12 + 10), "2026-11");
  EXPECT_EQ(ValueName(Dimension::kMonthsSince, 3), "03");
  EXPECT_EQ(ValueNumber(Dimension::kMonthsSince, "3"), 3u);
}

TEST(DimensionsTest, WhatCannotBeAValueIsNone) {
  for (const char* text : {"2026", "2026-13", "2026-00", "-1", "x-1", "2026-1-1", "", "99999-01"}) {
    EXPECT_EQ(ValueNumber(Dimension::kCohort, text), std::nullopt) << text;
  }
  for (const char* text : {"-1", " 1", "1 ", "+1", "", "99999999999"}) {
    EXPECT_EQ(ValueNumber(Dimension::kScore, text), std::nullopt) << text;
  }
  EXPECT_EQ(ValueNumber(Dimension::kCategory, "NO_SUCH"), std::nullopt);
}

}  // namespace
}  // namespace huiyin::analytics
