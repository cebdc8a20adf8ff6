#include "services/triage/train/compose.h"

#include <gmock/gmock.h>

#include <algorithm>

namespace huiyin::triage::train {
namespace {

using ::testing::AllOf;
using ::testing::Each;
using ::testing::Field;
using ::testing::IsEmpty;

Row Say(std::string text, Category category, Urgency urgency = Urgency::kNormal,
        Sentiment sentiment = Sentiment::kNeutral, std::string language = "en") {
  return {category, std::nullopt, sentiment, urgency, std::move(language), std::move(text)};
}

std::vector<Row> Fifty(const Row& row) { return std::vector<Row>(50, row); }

std::vector<Row> Both(const Row& a, const Row& b) {
  std::vector<Row> rows = Fifty(a);
  const std::vector<Row> more = Fifty(b);
  rows.insert(rows.end(), more.begin(), more.end());
  return rows;
}

TEST(Compose, GivesTheSameForTheSameSeedAndAboutTheShareAsked) {
  const auto rows = Both(Say("where is it", Category::kLogistics), Say("hi", Category::kOther));
  const auto once = Compose(rows, 0.5f, 7), again = Compose(rows, 0.5f, 7);
  ASSERT_EQ(once.size(), again.size());
  for (std::size_t i = 0; i < once.size(); ++i) EXPECT_EQ(once[i].text, again[i].text);
  EXPECT_GT(once.size(), 15u);
  EXPECT_LT(once.size(), 65u);
}

TEST(Compose, AGreetingChangesNothing) {
  const auto composed = Compose(
      Both(Say("where is it", Category::kLogistics), Say("hi", Category::kOther, Urgency::kLow)), 1,
      1);
  for (const Row& row : composed) {
    if (row.text.find("where is it") == std::string::npos) continue;
    EXPECT_EQ(row.category, Category::kLogistics) << row.text;
    EXPECT_EQ(row.urgency, Urgency::kNormal) << row.text;
    EXPECT_FALSE(row.second.has_value()) << row.text;
  }
}

TEST(Compose, WhoSaysWhatIsWrongAndWhatTheyWantIsAskingForTheLatter) {
  auto composed =
      Compose(Both(Say("it broke", Category::kQuality, Urgency::kNormal, Sentiment::kNegative),
                   Say("money back", Category::kRefund, Urgency::kHigh)),
              1, 1);
  std::erase_if(composed, [](const Row& row) {
    return row.text.find("it broke") == std::string::npos ||
           row.text.find("money back") == std::string::npos;
  });
  ASSERT_FALSE(composed.empty());
  EXPECT_THAT(composed, Each(AllOf(Field(&Row::category, Category::kRefund),
                                   Field(&Row::second, Category::kQuality),
                                   Field(&Row::urgency, Urgency::kHigh),
                                   Field(&Row::sentiment, Sentiment::kNegative))));
}

TEST(Compose, OfTwoMattersTheOneThatAsksForMoreIsWhatItIsAbout) {
  const auto composed = Compose(
      Both(Say("where is it", Category::kLogistics), Say("cancel it", Category::kOrderChange)), 1,
      1);
  int mixed = 0;
  for (const Row& row : composed) {
    if (row.text.find("where") == std::string::npos || row.text.find("cancel") == std::string::npos)
      continue;
    ++mixed;
    EXPECT_EQ(row.category, Category::kOrderChange) << row.text;
    EXPECT_EQ(row.second, Category::kLogistics) << row.text;
  }
  EXPECT_GT(mixed, 0);
}

TEST(Compose, NeedsEnoughRowsOfALanguageAndAllTheirLabels) {
  EXPECT_THAT(Compose(Fifty(Say("where is it", Category::kLogistics)), 1, 1), IsEmpty());
  Row unlabelled = Say("nice", Category::kPraise);
  unlabelled.urgency.reset();
  EXPECT_THAT(Compose(Both(unlabelled, unlabelled), 1, 1), IsEmpty());
  const auto mixed = Compose(
      Both(Say("where is it", Category::kLogistics),
           Say("où est-il", Category::kLogistics, Urgency::kNormal, Sentiment::kNeutral, "fr")),
      1, 1);
  EXPECT_THAT(mixed, IsEmpty());
}

}  // namespace
}  // namespace huiyin::triage::train
