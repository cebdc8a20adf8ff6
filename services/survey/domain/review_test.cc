#include "services/survey/domain/review.h"

#include <gmock/gmock.h>

namespace huiyin::survey {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(ReviewTest, EveryDecisionFitsSomeStatesOnly) {
  using S = ReviewState;
  using A = ModerationAction;
  EXPECT_EQ(StateAfter(S::kPending, A::kPublish), S::kPublished);
  EXPECT_EQ(StateAfter(S::kPending, A::kReject), S::kRejected);
  EXPECT_EQ(StateAfter(S::kPending, A::kHide), std::nullopt);
  EXPECT_EQ(StateAfter(S::kPublished, A::kPublish), std::nullopt);
  EXPECT_EQ(StateAfter(S::kPublished, A::kReject), S::kRejected);
  EXPECT_EQ(StateAfter(S::kPublished, A::kHide), S::kHidden);
  EXPECT_EQ(StateAfter(S::kRejected, A::kPublish), S::kPublished);
  EXPECT_EQ(StateAfter(S::kRejected, A::kReject), std::nullopt);
  EXPECT_EQ(StateAfter(S::kRejected, A::kHide), std::nullopt);
  EXPECT_EQ(StateAfter(S::kHidden, A::kPublish), S::kPublished);
  EXPECT_EQ(StateAfter(S::kHidden, A::kReject), S::kRejected);
  EXPECT_EQ(StateAfter(S::kHidden, A::kHide), std::nullopt);
}

TEST(ReviewTest, CleanOnesArePublishedOthersWait) {
  Review review;
  EXPECT_EQ(StateAsWritten(review, nullptr), ReviewState::kPublished);
  review.findings.Add(Finding::kContactData);
  EXPECT_EQ(StateAsWritten(review, nullptr), ReviewState::kPublished);
  review.findings.Add(Finding::kLink);
  EXPECT_EQ(StateAsWritten(review, nullptr), ReviewState::kPending);
}

TEST(ReviewTest, AnAuthorCannotUndoAPersonsRefusal) {
  Review before, after;
  before.text = "bad words";
  after.text = "nice words";
  before.state = ReviewState::kRejected;
  before.moderation_reason = "insults";
  EXPECT_EQ(StateAsWritten(after, &before), ReviewState::kPending);
  before.state = ReviewState::kPending;  // changed once already
  EXPECT_EQ(StateAsWritten(after, &before), ReviewState::kPending);
}

TEST(ReviewTest, WhatAPersonPublishedStaysWhileTheWordsDo) {
  Review before;
  before.media = {"photo"};
  before.findings.Add(Finding::kMedia);
  before.state = ReviewState::kPublished;
  before.moderator = "agent-li";
  Review after = before;
  after.rating = 5;
  EXPECT_EQ(StateAsWritten(after, &before), ReviewState::kPublished);
  after.media.push_back("another");
  EXPECT_EQ(StateAsWritten(after, &before), ReviewState::kPending);
}

std::vector<std::string> Asked(Trigger trigger, const char* first,
                               std::vector<ReceivedProduct> received) {
  Invitation invitation;
  invitation.trigger = trigger;
  invitation.facts.product = first;
  invitation.products = ProductsToAsk(invitation, std::move(received));
  return OpenProducts(invitation);
}

TEST(ProductsToAskTest, WhatTheOrderBroughtAndIsNotReviewedYetInOrder) {
  EXPECT_THAT(Asked(Trigger::kDelivered, "p1", {{"p3", false}, {"p1", true}, {"p2", false}}),
              ElementsAre("p2", "p3"));
  EXPECT_THAT(Asked(Trigger::kDelivered, "p1", {{"p1", true}}), IsEmpty());
  EXPECT_THAT(Asked(Trigger::kDelivered, "p1", {}), ElementsAre("p1"));
  EXPECT_THAT(Asked(Trigger::kDelivered, "", {}), IsEmpty());
}

TEST(ProductsToAskTest, WhatWasExchangedComesFirstAndOnceWhateverWasSaidBefore) {
  EXPECT_THAT(Asked(Trigger::kRmaCompleted, "p2", {{"p1", false}, {"p2", true}, {"p3", true}}),
              ElementsAre("p2", "p1"));
}

TEST(ProductsToAskTest, ThereIsAMost) {
  std::vector<ReceivedProduct> received;
  for (char id = 'z'; id >= 'a'; --id) received.push_back({std::string(1, id)});
  const auto asked = Asked(Trigger::kDelivered, "a", received);
  EXPECT_EQ(asked.size(), kMaxAskedProducts);
  EXPECT_EQ(asked.back(), "j");
  EXPECT_EQ(Asked(Trigger::kRmaCompleted, "q", received).size(), kMaxAskedProducts);
}

TEST(AskedProductsTest, EachIsOpenOnce) {
  Invitation invitation;
  EXPECT_TRUE(IsOpenFor(invitation, ""));
  EXPECT_FALSE(IsOpenFor(invitation, "p1"));
  invitation.products = {{"p1", true}, {"p2", false}};
  EXPECT_FALSE(IsOpenFor(invitation, ""));
  EXPECT_FALSE(IsOpenFor(invitation, "p1"));
  EXPECT_TRUE(IsOpenFor(invitation, "p2"));
}

}  // namespace
}  // namespace huiyin::survey
