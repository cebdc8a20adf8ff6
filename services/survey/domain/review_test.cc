#include "services/survey/domain/review.h"

#include <gtest/gtest.h>

namespace huiyin::survey {
namespace {

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

}  // namespace
}  // namespace huiyin::survey
