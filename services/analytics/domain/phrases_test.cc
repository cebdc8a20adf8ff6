#include "services/analytics/domain/phrases.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/analytics/domain/stats/log_odds.h"

namespace huiyin::analytics {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(LogOddsTest, AgreesWithTheFormula) {
  // log((12 + 1.7) / (100 + 100 − 13.7)) − log((5 + 1.7) / (900 + 100 − 6.7)), and by its deviation
  // √(1/13.7 + 1/6.7).
  const LogOdds odds = LogOddsRatio(12, 100, 5, 900, 1.7, 100);
  EXPECT_NEAR(odds.ratio, 2.3889627620509257, 1e-12);
  EXPECT_NEAR(odds.z, 5.067479278096837, 1e-12);
  EXPECT_NEAR(LogOddsRatio(2, 40, 0, 1000, 0.2, 100).z, 1.916070052440156, 1e-12);
  EXPECT_NEAR(LogOddsRatio(30, 400, 30, 400, 5, 100).ratio, 0, 1e-12);
}

TEST(FoldTermTest, OneFormForTheWaysATermIsWritten) {
  EXPECT_EQ(FoldTerm(" Zipper, "), "zipper");
  EXPECT_EQ(FoldTerm("（拉链坏了！"), "拉链坏了");
  EXPECT_EQ(FoldTerm("ne marche pas."), "ne marche pas");
  EXPECT_EQ(FoldTerm("kaputt…"), "kaputt");
  EXPECT_EQ(FoldTerm("壞"), "壞");  // one character says something in Chinese
  EXPECT_EQ(FoldTerm("x"), "");
  EXPECT_EQ(FoldTerm("2026 11"), "");
  EXPECT_EQ(FoldTerm("***"), "");
  EXPECT_EQ(FoldTerm(""), "");
  EXPECT_EQ(FoldTerm(std::string(61, 'a')), "");
}

TEST(TermsTest, WhatIsFrequentEverywhereDoesNotStandOut) {
  // 1: of every complaint; 2: new; 3: rare everywhere; 4: said once here.
  const TermCounts here = {{1, 30}, {2, 12}, {3, 2}, {4, 1}};
  const TermCounts elsewhere = {{1, 400}, {2, 4}, {3, 20}, {5, 200}};
  EXPECT_THAT(TermsThatStandOut(here, elsewhere), ElementsAre(2));
  EXPECT_THAT(TermsThatStandOut({{1, 30}, {2, 3}}, {{1, 300}, {2, 30}}), IsEmpty());
  EXPECT_THAT(TermsThatStandOut({{1, 5}}, {}), IsEmpty());
  EXPECT_THAT(TermsThatStandOut({}, elsewhere), IsEmpty());
}

TEST(TermsTest, PhrasesThatHoldOneAnotherAreToldOnce) {
  EXPECT_THAT(WithoutOverlap({"拉链坏了", "拉链", "zipper", "the zipper", "hole"}, 5),
              ElementsAre("拉链坏了", "zipper", "hole"));
  EXPECT_THAT(WithoutOverlap({"a1", "b1", "c1"}, 2), ElementsAre("a1", "b1"));
}

}  // namespace
}  // namespace huiyin::analytics
