#include "services/triage/domain/text/evidence.h"

#include <gmock/gmock.h>

#include <cmath>
#include <numeric>

namespace huiyin::triage::text {
namespace {

using ::testing::ElementsAre;
using ::testing::FloatNear;

constexpr std::array<float, kCategoryCount> kSurelyLogistics = {1};
constexpr std::size_t kTokens = 7;

testing::Matcher<float> Near(float value) { return FloatNear(value, 1e-5f); }

TEST(Evidence, HoldsTheOddsAndWhatEachHeadSays) {
  const std::array<float, kSentimentCount> sentiment = {0.25f, 0.5f, 0.25f};
  const std::array<float, kUrgencyCount> urgency = {0.1f, 0.4f, 0.3f, 0.2f};
  const Evidence e = EvidenceOf(kSurelyLogistics.data(), sentiment.data(), urgency.data(), kTokens);
  EXPECT_THAT(e[0], Near(0));
  EXPECT_THAT(e[1], Near(0));
  EXPECT_THAT(e[2], Near(0));
  EXPECT_THAT(e[3], Near(std::log(8.0f)));
  EXPECT_EQ(e[4], 1);
  EXPECT_EQ(e[4 + kCategoryCount], 0.25f);
  EXPECT_EQ(e.back(), 0.2f);
}

TEST(Evidence, IsFiniteWhereAHeadIsCertain) {
  const std::array<float, kSentimentCount> sentiment = {0, 1, 0};
  const std::array<float, kUrgencyCount> urgency = {1, 0, 0, 0};
  const Evidence e = EvidenceOf(kSurelyLogistics.data(), sentiment.data(), urgency.data(), kTokens);
  EXPECT_GT(e[0], 5);
  EXPECT_LT(e[0], 20);
  EXPECT_LT(e[1], -5);
  EXPECT_GT(e[1], -20);
}

TEST(Evidence, TellsHowSurelyATextLeansWhicheverWay) {
  const std::array<float, kUrgencyCount> urgency = {1, 0, 0, 0};
  const auto lean = [&](float negative, float positive) {
    std::array<float, kSentimentCount> sentiment = {0.5f, 0.5f, 0.5f};
    sentiment[static_cast<std::size_t>(Sentiment::kNegative)] = negative;
    sentiment[static_cast<std::size_t>(Sentiment::kPositive)] = positive;
    return EvidenceOf(kSurelyLogistics.data(), sentiment.data(), urgency.data(), kTokens)[2];
  };
  EXPECT_THAT(lean(0.1f, 0.4f), Near(std::log(4.0f)));
  EXPECT_THAT(lean(0.4f, 0.1f), Near(std::log(4.0f)));
  EXPECT_THAT(lean(0.05f, 0.2f), Near(std::log(4.0f)));
}

TEST(Evidence, AnOpinionThatRepeatsTheHeadGivesItsProbability) {
  const std::array<float, kSentimentCount> sentiment = {0.1f, 0.7f, 0.2f};
  const std::array<float, kUrgencyCount> urgency = {0.1f, 0.6f, 0.2f, 0.1f};
  const Evidence e = EvidenceOf(kSurelyLogistics.data(), sentiment.data(), urgency.data(), kTokens);
  Opinion neutral = {};
  neutral.weight[0] = 1;
  Opinion haste = {};
  haste.weight[1] = 1;
  EXPECT_THAT(Answer(neutral, e), Near(0.7f));
  EXPECT_THAT(Answer(haste, e), Near(0.3f));
}

TEST(Evidence, TheOtherSentimentsShareTheRestAsTheyDid) {
  std::array<float, kSentimentCount> sentiment = {0.1f, 0.7f, 0.2f};
  SetNeutral(0.1f, sentiment.data());
  EXPECT_THAT(sentiment, ElementsAre(Near(0.3f), Near(0.1f), Near(0.6f)));
}

TEST(Evidence, HasteMovesBothSidesAndKeepsTheSum) {
  std::array<float, kUrgencyCount> urgency = {0.2f, 0.6f, 0.15f, 0.05f};
  SetHaste(0.6f, urgency.data());
  EXPECT_THAT(urgency, ElementsAre(Near(0.1f), Near(0.3f), Near(0.45f), Near(0.15f)));
}

TEST(Evidence, CertainHeadsAreNotDividedByNothing) {
  std::array<float, kSentimentCount> sentiment = {0, 1, 0};
  SetNeutral(1, sentiment.data());
  EXPECT_THAT(sentiment, ElementsAre(0, 1, 0));
  std::array<float, kUrgencyCount> urgency = {1, 0, 0, 0};
  SetHaste(0, urgency.data());
  EXPECT_THAT(urgency, ElementsAre(1, 0, 0, 0));
}

}  // namespace
}  // namespace huiyin::triage::text
