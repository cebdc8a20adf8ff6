#include "services/triage/domain/priority.h"

#include <gmock/gmock.h>

#include <random>

#include "libs/testing/seed.h"
#include "libs/testing/status.h"

namespace huiyin::triage {
namespace {

using ::huiyin::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::FieldsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

std::shared_ptr<const PriorityPolicy> BuiltIn(std::string_view version) {
  auto policy =
      PriorityPolicy::Compile(std::string(version), BuiltInPrioritySource(version).value());
  EXPECT_OK(policy);
  return *std::move(policy);
}

PriorityVerdict Decide(const PriorityInputs& inputs) {
  static const auto policy = BuiltIn(kDefaultPriorityVersion);
  return policy->Decide(inputs);
}

TEST(Priority, UrgentMattersAreP1WhateverTheyAreAbout) {
  for (size_t c = 0; c < kCategoryCount; ++c) {
    PriorityInputs inputs{.category = static_cast<Category>(c), .urgency = Urgency::kUrgent};
    if (inputs.category == Category::kPraise) continue;  // nobody praises in an emergency
    EXPECT_EQ(Decide(inputs).priority, Priority::kP1) << kCategoryNames[c];
  }
}

TEST(Priority, BlockedPaymentAndMissingStockGoFirst) {
  EXPECT_EQ(Decide({.category = Category::kPayment, .urgency = Urgency::kHigh}).priority,
            Priority::kP1);
  EXPECT_EQ(Decide({.category = Category::kStock, .urgency = Urgency::kHigh}).priority,
            Priority::kP1);
  EXPECT_EQ(Decide({.category = Category::kPayment, .urgency = Urgency::kNormal}).priority,
            Priority::kP2);
  EXPECT_EQ(Decide({.category = Category::kInvoice, .urgency = Urgency::kNormal}).priority,
            Priority::kP3);
}

TEST(Priority, QuestionsAndPraiseWait) {
  EXPECT_EQ(Decide({.category = Category::kProductQuestion, .urgency = Urgency::kLow}).priority,
            Priority::kP4);
  EXPECT_EQ(Decide({.category = Category::kPraise,
                    .sentiment = Sentiment::kPositive,
                    .urgency = Urgency::kNormal})
                .priority,
            Priority::kP4);
}

TEST(Priority, StandingLiftsByOneBand) {
  PriorityInputs inputs{.category = Category::kQuality, .urgency = Urgency::kNormal};
  EXPECT_EQ(Decide(inputs).priority, Priority::kP3);
  inputs.tier = CustomerTier::kVip;
  EXPECT_EQ(Decide(inputs).priority, Priority::kP2);
}

TEST(Priority, RaisesWhoWasLetDownAndSaidSoInASurvey) {
  PriorityInputs inputs{.category = Category::kQuality, .urgency = Urgency::kLow};
  EXPECT_EQ(Decide(inputs).priority, Priority::kP4);
  inputs.channel = Channel::kSurvey;
  EXPECT_EQ(Decide(inputs).priority, Priority::kP2);
  inputs.channel = Channel::kReview;
  EXPECT_EQ(Decide(inputs).priority, Priority::kP4);
}

TEST(Priority, NoLowReviewIsLeftToTheLast) {
  PriorityInputs inputs{.channel = Channel::kReview};
  for (size_t category = 0; category < kCategoryCount; ++category) {
    for (size_t urgency = 0; urgency < kUrgencyCount; ++urgency) {
      inputs.category = static_cast<Category>(category);
      inputs.urgency = static_cast<Urgency>(urgency);
      for (inputs.rating = 1; inputs.rating <= 2; ++inputs.rating) {
        EXPECT_LE(Decide(inputs).priority, Priority::kP3) << Encode(Decide(inputs));
      }
    }
  }
  const PriorityInputs liked{.category = Category::kPraise,
                             .urgency = Urgency::kLow,
                             .rating = 3,
                             .channel = Channel::kReview};
  EXPECT_EQ(Decide(liked).priority, Priority::kP4);
  const PriorityInputs unrated{.urgency = Urgency::kLow, .channel = Channel::kReview};
  EXPECT_EQ(Decide(unrated).priority, Priority::kP4);
}

TEST(Priority, NamesTheRulesThatApplied) {
  const PriorityVerdict verdict = Decide({.category = Category::kRefund,
                                          .sentiment = Sentiment::kNegative,
                                          .urgency = Urgency::kHigh,
                                          .customer_messages = 5});
  EXPECT_THAT(verdict.rules, ElementsAre(FieldsAre("high", 60), FieldsAre("money_awaited", 10),
                                         FieldsAre("asks_again", 15), FieldsAre("unhappy", 10)));
  EXPECT_EQ(verdict.score, 95);
  EXPECT_EQ(verdict.policy_version, "default-4");
  EXPECT_EQ(Encode(verdict),
            "P2 score=95 policy=default-4 high+60 money_awaited+10 asks_again+15 unhappy+10");
}

TEST(Priority, LooksAtRepeatContactOrderValueAndAge) {
  PriorityInputs inputs{.category = Category::kLogistics, .urgency = Urgency::kLow};
  EXPECT_EQ(Decide(inputs).score, 0);
  inputs.earlier_tickets = 2;
  EXPECT_EQ(Decide(inputs).score, 15);
  inputs.order_value = Money(200000, "CNY");
  EXPECT_EQ(Decide(inputs).score, 25);
  inputs.order_value = Money(900000, "JPY");  // nothing is said of other currencies
  EXPECT_EQ(Decide(inputs).score, 15);
  inputs.age = absl::Hours(24);
  EXPECT_EQ(Decide(inputs).score, 25);
}

TEST(Priority, IsMonotonicInUrgency) {
  for (size_t c = 0; c < kCategoryCount; ++c) {
    for (size_t s = 0; s < kSentimentCount; ++s) {
      Priority last = Priority::kP4;
      for (size_t u = 0; u < kUrgencyCount; ++u) {
        const Priority now = Decide({.category = static_cast<Category>(c),
                                     .sentiment = static_cast<Sentiment>(s),
                                     .urgency = static_cast<Urgency>(u)})
                                 .priority;
        EXPECT_LE(now, last);
        last = now;
      }
    }
  }
}

PriorityInputs RandomInputs(std::mt19937_64& random) {
  const auto below = [&](uint64_t n) { return random() % n; };
  PriorityInputs in;
  in.category = static_cast<Category>(below(kCategoryCount));
  if (below(2) == 0) in.second = static_cast<Category>(below(kCategoryCount));
  in.sentiment = static_cast<Sentiment>(below(kSentimentCount));
  in.urgency = static_cast<Urgency>(below(kUrgencyCount));
  in.tier = static_cast<CustomerTier>(below(kTierNames.size()));
  in.customer_messages = 1 + static_cast<int>(below(8));
  in.rating = static_cast<int>(below(6));
  in.earlier_tickets = static_cast<int>(below(5));
  in.age = absl::Seconds(below(200000));
  in.channel = static_cast<Channel>(below(kChannelNames.size()));
  if (below(2) == 0) {
    in.order_value = Money(static_cast<int64_t>(below(400000)), below(3) == 0 ? "JPY" : "CNY");
  }
  return in;
}

// What default-4 says, written a second time and in another way.
int ScoreByHand(const PriorityInputs& in) {
  const auto about = [&](Category c) { return in.category == c || in.second == c; };
  const bool urgent = in.urgency == Urgency::kUrgent;
  int score = urgent                           ? 100
              : in.urgency == Urgency::kHigh   ? 60
              : in.urgency == Urgency::kNormal ? 30
                                               : 0;
  if (about(Category::kPayment)) score += 45;
  if (about(Category::kStock)) score += 40;
  if (urgent && (about(Category::kQuality) || about(Category::kDamagedOnArrival) ||
                 about(Category::kNotAsDescribed))) {
    score += 60;
  }
  if (urgent && (about(Category::kAccount) || about(Category::kPayment))) score += 50;
  if (about(Category::kAccount)) score += 15;
  if (about(Category::kRefund)) score += 10;
  if (in.tier == CustomerTier::kVip) score += 35;
  if (in.tier == CustomerTier::kGold) score += 15;
  if (in.customer_messages >= 4) score += 15;
  if (in.earlier_tickets >= 2) score += 15;
  if (in.order_value.currency() == "CNY" && in.order_value.minor() >= 200000) score += 10;
  if (in.sentiment == Sentiment::kNegative) score += 10;
  if (in.rating == 1) score += 10;
  if (in.age >= absl::Hours(24)) score += 10;
  if (in.category == Category::kPraise && !in.second.has_value()) score -= 40;
  if (in.channel == Channel::kSurvey) score += 60;
  if (in.channel == Channel::kReview && (in.rating == 1 || in.rating == 2)) {
    if (in.urgency == Urgency::kLow) score += 30;
    if (in.category == Category::kPraise && !in.second.has_value()) score += 40;
  }
  return score;
}

TEST(Priority, ReplaysByteForByteFromItsTextOnRandomInputs) {
  std::mt19937_64 random(testing::Seed());
  const auto first = BuiltIn("default-4"), again = BuiltIn("default-4");
  for (int i = 0; i < 100'000; ++i) {
    const PriorityInputs inputs = RandomInputs(random);
    const PriorityVerdict verdict = first->Decide(inputs);
    ASSERT_EQ(Encode(verdict), Encode(again->Decide(inputs)));
    ASSERT_EQ(verdict.score, ScoreByHand(inputs));
  }
}

TEST(PrioritySource, EveryMistakeIsNamedWithItsLine) {
  const auto refused = PriorityPolicy::Compile("x",
                                               "P1 from 100\n"
                                               "P2 from 60\n"
                                               "rule vip +35 when tier is ROYAL\n"
                                               "\n"
                                               "rule Vip 1 when tier is VIP  # upper case\n"
                                               "rule a +5 when age >= soon and colour is RED\n"
                                               "rule b 0 when category in PAYMENT STOCK\n"
                                               "rule c 5 when order_value >= 10.005 CNY\n"
                                               "rule c 5 when messages ~ 3\n"
                                               "frobnicate\n");
  ASSERT_THAT(refused, StatusIs(absl::StatusCode::kInvalidArgument));
  std::vector<std::string> fields;
  for (const Violation& violation : Violations(refused.status())) fields.push_back(violation.field);
  EXPECT_THAT(fields,
              ElementsAre("source:3", "source:5", "source:6", "source:6", "source:7", "source:7",
                          "source:8", "source:9", "source:9", "source:10", "source"));
  EXPECT_THAT(Violations(refused.status())[0],
              Field(&Violation::description, HasSubstr("\"ROYAL\" is not one of")));
}

TEST(PrioritySource, BoundsWhatItReads) {
  EXPECT_THAT(PriorityPolicy::Compile("x", ""), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(PriorityPolicy::Compile("x", std::string(70'000, 'a')),
              StatusIs(absl::StatusCode::kInvalidArgument));
  std::string many = "P1 from 3\nP2 from 2\nP3 from 1\n";
  for (int i = 0; i < 201; ++i) {
    many += "rule r" + std::to_string(i) + " 1 when messages >= 1\n";
  }
  EXPECT_THAT(PriorityPolicy::Compile("x", many), StatusIs(absl::StatusCode::kInvalidArgument));
  std::string garbage;
  for (int i = 0; i < 1000; ++i) garbage += "x\n";
  EXPECT_THAT(Violations(PriorityPolicy::Compile("x", garbage).status()), SizeIs(20));
  EXPECT_THAT(
      PriorityPolicy::Compile("x", "P1 from 1\nP2 from 2\nP3 from 3\nrule a 1 when age > 1h"),
      StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST(PrioritySource, ComparesInEveryWay) {
  const auto policy = PriorityPolicy::Compile(
      "x",
      "P1 from 900\nP2 from 800\nP3 from 700\n"
      "rule more 1 when messages > 2\nrule less 10 when messages < 2\n"
      "rule same 100 when messages = 2\nrule not 1000 when tier is not VIP\n");
  ASSERT_OK(policy);
  EXPECT_EQ((*policy)->Decide({.tier = CustomerTier::kVip, .customer_messages = 1}).score, 10);
  EXPECT_EQ((*policy)->Decide({.tier = CustomerTier::kVip, .customer_messages = 2}).score, 100);
  EXPECT_EQ((*policy)->Decide({.tier = CustomerTier::kGold, .customer_messages = 3}).score, 1001);
}

}  // namespace
}  // namespace huiyin::triage
