#include "services/triage/domain/priority.h"

#include <gmock/gmock.h>

namespace huiyin::triage {
namespace {

using ::testing::ElementsAre;
using ::testing::FieldsAre;

TEST(Priority, UrgentMattersAreP1WhateverTheyAreAbout) {
  for (size_t c = 0; c < kCategoryCount; ++c) {
    PriorityInputs inputs{.category = static_cast<Category>(c), .urgency = Urgency::kUrgent};
    if (inputs.category == Category::kPraise) continue;  // nobody praises in an emergency
    EXPECT_EQ(DecidePriority(inputs).priority, Priority::kP1) << kCategoryNames[c];
  }
}

TEST(Priority, BlockedPaymentAndMissingStockGoFirst) {
  EXPECT_EQ(DecidePriority({.category = Category::kPayment, .urgency = Urgency::kHigh}).priority,
            Priority::kP1);
  EXPECT_EQ(DecidePriority({.category = Category::kStock, .urgency = Urgency::kHigh}).priority,
            Priority::kP1);
  EXPECT_EQ(DecidePriority({.category = Category::kPayment, .urgency = Urgency::kNormal}).priority,
            Priority::kP2);
  EXPECT_EQ(DecidePriority({.category = Category::kInvoice, .urgency = Urgency::kNormal}).priority,
            Priority::kP3);
}

TEST(Priority, QuestionsAndPraiseWait) {
  EXPECT_EQ(
      DecidePriority({.category = Category::kProductQuestion, .urgency = Urgency::kLow}).priority,
      Priority::kP4);
  EXPECT_EQ(DecidePriority({.category = Category::kPraise,
                            .sentiment = Sentiment::kPositive,
                            .urgency = Urgency::kNormal})
                .priority,
            Priority::kP4);
}

TEST(Priority, StandingLiftsByOneBand) {
  PriorityInputs inputs{.category = Category::kQuality, .urgency = Urgency::kNormal};
  EXPECT_EQ(DecidePriority(inputs).priority, Priority::kP3);
  inputs.tier = CustomerTier::kVip;
  EXPECT_EQ(DecidePriority(inputs).priority, Priority::kP2);
}

TEST(Priority, NamesTheRulesThatApplied) {
  const PriorityVerdict verdict = DecidePriority({.category = Category::kRefund,
                                                  .sentiment = Sentiment::kNegative,
                                                  .urgency = Urgency::kHigh,
                                                  .customer_messages = 5});
  EXPECT_THAT(verdict.rules, ElementsAre(FieldsAre("high", 60), FieldsAre("money_awaited", 10),
                                         FieldsAre("unhappy", 10), FieldsAre("asks_again", 15)));
  EXPECT_EQ(verdict.score, 95);
  EXPECT_EQ(verdict.policy_version, "default-1");
}

TEST(Priority, IsMonotonicInUrgency) {
  for (size_t c = 0; c < kCategoryCount; ++c) {
    for (size_t s = 0; s < kSentimentCount; ++s) {
      Priority last = Priority::kP4;
      for (size_t u = 0; u < kUrgencyCount; ++u) {
        const Priority now = DecidePriority({.category = static_cast<Category>(c),
                                             .sentiment = static_cast<Sentiment>(s),
                                             .urgency = static_cast<Urgency>(u)})
                                 .priority;
        EXPECT_LE(now, last);
        last = now;
      }
    }
  }
}

}  // namespace
}  // namespace huiyin::triage
