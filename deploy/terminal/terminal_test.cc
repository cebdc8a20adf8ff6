#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

#include "deploy/terminal/progress.h"
#include "deploy/terminal/table.h"
#include "deploy/terminal/text.h"
#include "libs/testing/fake_clock.h"

namespace huiyin::terminal {
namespace {

TEST(WidthTest, CountsChineseAndEmojiTwiceAndCombiningMarksNotAtAll) {
  EXPECT_EQ(Width("abc"), 3);
  EXPECT_EQ(Width("退款"), 4);
  EXPECT_EQ(Width("ｶﾅ"), 2);
  EXPECT_EQ(Width("！"), 2);
  EXPECT_EQ(Width("😀"), 2);
  EXPECT_EQ(Width("e\u0301"), 1);
  EXPECT_EQ(Width("\xff"), 1);
}

TEST(OneLineTest, TakesAwayWhatCouldMoveTheCursor) {
  EXPECT_EQ(OneLine("a\nb\tc"), "a b c");
  EXPECT_EQ(OneLine("x\033[31mred"), "x [31mred");
  EXPECT_EQ(OneLine("a\u202Eb"), "ab");
  EXPECT_EQ(OneLine("\xff"), "\uFFFD");
}

TEST(CutTest, NeverCutsThroughACharacter) {
  EXPECT_EQ(Cut("退款", 4), "退款");
  EXPECT_EQ(Cut("退款了", 4), "退…");
  EXPECT_EQ(Cut("退款了", 5), "退款…");
  EXPECT_EQ(Cut("abcdef", 1), "…");
}

TEST(GroupedTest, GroupsByThousands) {
  EXPECT_EQ(Grouped(0), "0");
  EXPECT_EQ(Grouped(999), "999");
  EXPECT_EQ(Grouped(1234567), "1 234 567");
  EXPECT_EQ(Grouped(-123456), "-123 456");
}

TEST(TableTest, AlignsMixedScripts) {
  Table table({{"name"}, {"count", true}, {"text"}});
  table.Add({"退款", "7", "x"});
  table.Add({"abcdefg", "1 234", "y"});
  std::ostringstream out;
  table.Print(out, Style{});
  EXPECT_EQ(out.str(),
            "name     count  text\n"
            "退款         7  x\n"
            "abcdefg  1 234  y\n");
}

TEST(TableTest, CutsTheLastColumnOnATerminalOnly) {
  Table table({{"a"}, {"text"}});
  table.Add({"1", std::string(100, 'x')});
  std::ostringstream narrow;
  table.Print(narrow, Style{.columns = 30});
  EXPECT_EQ(narrow.str(), "a  text\n1  " + std::string(25, 'x') + "…\n");
  std::ostringstream whole;
  table.Print(whole, Style{});
  EXPECT_NE(whole.str().find(std::string(100, 'x')), std::string::npos);
}

TEST(SparklineTest, ScalesToTheLargestValue) {
  EXPECT_EQ(Sparkline({0, 1, 7}), "▁▂█");
  EXPECT_EQ(Sparkline({0, 0}), "▁▁");
  EXPECT_EQ(Sparkline({}), "");
}

TEST(BarTest, ShowsTheSmallestValueAsSomething) {
  EXPECT_EQ(Bar(1, 1, 3), "███");
  EXPECT_EQ(Bar(1, 2, 3), "█▌");
  EXPECT_EQ(Bar(1, 1000, 3), "▏");
  EXPECT_EQ(Bar(0, 5, 3), "");
}

TEST(ShortDurationTest, PicksAUnitThatReadsWell) {
  EXPECT_EQ(ShortDuration(0.05), "50 ms");
  EXPECT_EQ(ShortDuration(3.44), "3.4 s");
  EXPECT_EQ(ShortDuration(90), "90 s");
  EXPECT_EQ(ShortDuration(720), "12 min");
  EXPECT_EQ(ShortDuration(9000), "2.5 h");
  EXPECT_EQ(ShortDuration(200000), "2.3 d");
}

TEST(ProgressTest, WritesFewPlainLinesWhenItIsNotATerminal) {
  testing::FakeClock clock;
  std::ostringstream out;
  {
    Progress progress(out, clock, false, "import", 1000);
    progress.Update(1);
    clock.Advance(absl::Seconds(5));
    progress.Update(500, "2 refused");
    progress.Update(600, "2 refused");
    clock.Advance(absl::Seconds(1));
    progress.Update(1000, "3 refused");
  }
  EXPECT_EQ(out.str(),
            "import 500 of 1 000 (50 %), 100/s, 2 refused\n"
            "import 1 000 of 1 000 (100 %), 166/s, 3 refused\n");
}

TEST(ProgressTest, RedrawsOneLineOnATerminal) {
  testing::FakeClock clock;
  std::ostringstream out;
  {
    Progress progress(out, clock, true, "x", 2);
    progress.Update(1);
    progress.Update(2);
  }
  const std::string drawn = out.str();
  EXPECT_EQ(std::count(drawn.begin(), drawn.end(), '\n'), 1);
  EXPECT_EQ(std::count(drawn.begin(), drawn.end(), '\r'), 2);
}

}  // namespace
}  // namespace huiyin::terminal
