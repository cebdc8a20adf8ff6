#include "services/survey/usecase/reviews.h"

#include "services/survey/usecase/recover.h"
#include "services/survey/usecase/review_desk.h"
#include "services/survey/usecase/review_queries.h"
#include "services/survey/usecase/testing/survey_fixture.h"

namespace huiyin::survey {
namespace {

using testing::HasReason;
using testing::StatusIs;

class ReviewsTest : public SurveyTest {
 protected:
  ReviewsTest() {
    TriggerRule delivery;
    delivery.id = "delivery";
    delivery.survey_id = "review";
    delivery.trigger = Trigger::kDelivered;
    setup_.rules.triggers.push_back(delivery);
  }
  static CreateReviewCommand Command(int rating, const char* text, const char* customer = "c1") {
    return {TenantId("t1"),
            CustomerId(customer),
            Purchase{OrderId(), "p1", ""},
            InvitationId(),
            {rating, Moderate(text), {}, "en"}};
  }
  Review Write(int rating, const char* text, const char* customer = "c1") {
    const auto made = CreateReview(unit_, Command(rating, text, customer));
    EXPECT_OK(made);
    return *made;
  }
  static Caller As(Role role, const char* subject) {
    return {TenantId("t1"), subject, 1U << static_cast<int>(role), ""};
  }
  RatingCounts Counted() { return reviews_.ratings["p1"]; }
  // "order-1" has brought them.
  void Receive(const std::vector<std::string>& products, const char* customer = "c1") {
    std::vector<Purchase> purchases;
    for (const std::string& product : products) {
      purchases.push_back({OrderId("order-1"), product, product + "-red"});
    }
    EXPECT_OK(NotePurchases(unit_, TenantId("t1"), OrderId("order-1"), CustomerId(customer),
                            clock_.Now(), purchases));
  }
  // An invitation to review what an order brought, that may be answered.
  Invitation AskForReview(const char* customer = "c1") {
    Episode delivered;
    delivered.tenant = TenantId("t1");
    delivered.trigger = Trigger::kDelivered;
    delivered.subject = "order-1";
    delivered.customer = CustomerId(customer);
    delivered.order = OrderId("order-1");
    delivered.facts.product = "p1";
    EXPECT_OK(ScheduleInvitation(unit_, delivered));
    FireTimers();
    return store_.invitations.begin()->second;
  }
};

TEST_F(ReviewsTest, CleanReviewsArePublishedAndCounted) {
  const Review review = Write(4, "Boils fast");
  EXPECT_EQ(review.state, ReviewState::kPublished);
  EXPECT_FALSE(review.verified);
  EXPECT_EQ(Counted().stars[3], 1);
  ASSERT_EQ(events_.review_changes.size(), 1u);
  EXPECT_FALSE(events_.review_changes[0].first.has_value());
}

TEST_F(ReviewsTest, WhatTheOrderBroughtVerifies) {
  ASSERT_OK(NotePurchases(unit_, TenantId("t1"), OrderId("order-1"), CustomerId("c1"), clock_.Now(),
                          {{OrderId("order-1"), "p1", "p1-red"}}));
  const Review review = Write(5, "Red");
  EXPECT_TRUE(review.verified);
  EXPECT_EQ(review.order, OrderId("order-1"));
  EXPECT_EQ(review.sku, "p1-red");
  EXPECT_EQ(Counted().verified, 1);
  EXPECT_FALSE(Write(5, "Blue", "c2").verified);
  CreateReviewCommand other_order = Command(5, "Again");
  other_order.about.order = OrderId("order-2");
  const auto unverified = CreateReview(unit_, other_order);
  ASSERT_OK(unverified);
  EXPECT_FALSE(unverified->verified);
  EXPECT_EQ(unverified->order, OrderId("order-2"));
}

TEST_F(ReviewsTest, OneReviewPerAuthorAndOrder) {
  const Review first = Write(5, "Nice");
  const auto second = CreateReview(unit_, Command(1, "Not nice"));
  EXPECT_THAT(second, HasReason("REVIEW_EXISTS"));
  EXPECT_EQ(Metadata(second.status()).at("review"), first.id.value());
  EXPECT_EQ(Counted().Count(), 1);
}

TEST_F(ReviewsTest, AbuseAndCopiesWaitForAPersonUncounted) {
  const char* const long_text =
      "The handle gets hot, the lid is loose and after two weeks it leaks at the base.";
  EXPECT_EQ(Write(1, "f u c k this", "c1").state, ReviewState::kPending);
  EXPECT_EQ(Write(2, long_text, "c2").state, ReviewState::kPublished);
  const Review copy = Write(2, long_text, "c3");
  EXPECT_EQ(copy.state, ReviewState::kPending);
  EXPECT_TRUE(copy.findings.Has(Finding::kDuplicate));
  // What everybody says is no copy.
  EXPECT_EQ(Write(5, "Very good", "c4").state, ReviewState::kPublished);
  EXPECT_EQ(Write(5, "very good!", "c5").state, ReviewState::kPublished);
  EXPECT_EQ(Counted().Count(), 3);
}

TEST_F(ReviewsTest, MediaWaitUnlessTheSettingSaysOtherwise) {
  CreateReviewCommand command = Command(5, "See photo");
  command.content.media = {"upload-1"};
  EXPECT_EQ(CreateReview(unit_, command)->state, ReviewState::kPending);
  setup_.hold_media = false;
  command.customer = CustomerId("c2");
  EXPECT_EQ(CreateReview(unit_, command)->state, ReviewState::kPublished);
}

TEST_F(ReviewsTest, ChangesAreCheckedAndCountedAnew) {
  const Review review = Write(5, "Nice");
  UpdateReviewCommand command{As(Role::kCustomer, "c1"), review.id, EtagOf(review), 2, {}, {}, {}};
  const auto changed = UpdateReview(unit_, command);
  ASSERT_OK(changed);
  EXPECT_EQ(changed->text, "Nice");
  EXPECT_EQ(Counted(), (RatingCounts{{0, 1, 0, 0, 0}, 0}));
  EXPECT_THAT(UpdateReview(unit_, command), HasReason("ETAG_MISMATCH"));
  command.etag.clear();
  command.text = Moderate("fuck");
  EXPECT_EQ(UpdateReview(unit_, command)->state, ReviewState::kPending);
  EXPECT_EQ(Counted().Count(), 0);
  command.caller = As(Role::kCustomer, "c2");
  EXPECT_THAT(UpdateReview(unit_, command), HasReason("REVIEW_NOT_FOUND"));
  command.caller = As(Role::kPlatform, "shop");
  EXPECT_OK(UpdateReview(unit_, command));
}

TEST_F(ReviewsTest, ErasingTakesItOutOfTheScoreAndStopsTheAlarm) {
  const Review review = Write(1, "Broken");
  EXPECT_THAT(DeleteReview(unit_, As(Role::kCustomer, "c2"), review.id),
              HasReason("REVIEW_NOT_FOUND"));
  ASSERT_OK(DeleteReview(unit_, As(Role::kCustomer, "c1"), review.id));
  EXPECT_EQ(Counted().Count(), 0);
  EXPECT_TRUE(reviews_.reviews.empty());
  const RecoveryCase& dropped = recoveries_.cases[InvitationId(review.id.value())];
  EXPECT_EQ(dropped.state, RecoveryState::kNotNeeded);
  EXPECT_EQ(dropped.comment, "");
  EXPECT_FALSE(events_.review_changes.back().second.has_value());
}

TEST_F(ReviewsTest, APersonDecidesAndTheAuthorCannotUndoIt) {
  const Review review = Write(5, "Nice");
  const auto decide = [&](ModerationAction action, const char* reason) {
    return ModerateReview(unit_, {TenantId("t1"), review.id, action, reason, "", "agent-li"});
  };
  EXPECT_THAT(decide(ModerationAction::kPublish, ""), HasReason("REVIEW_STATE"));
  const auto hidden = decide(ModerationAction::kHide, "names an employee");
  ASSERT_OK(hidden);
  EXPECT_EQ(hidden->moderator, "agent-li");
  EXPECT_EQ(Counted().Count(), 0);
  UpdateReviewCommand command{As(Role::kCustomer, "c1"), review.id, "", {},
                              Moderate("Very nice"),     {},        {}};
  EXPECT_EQ(UpdateReview(unit_, command)->state, ReviewState::kPending);
  ASSERT_OK(decide(ModerationAction::kPublish, ""));
  EXPECT_EQ(Counted().Count(), 1);
  EXPECT_THAT(ModerateReview(
                  unit_, {TenantId("t2"), review.id, ModerationAction::kHide, "x", "", "agent-li"}),
              HasReason("REVIEW_NOT_FOUND"));
}

TEST_F(ReviewsTest, PublishedReviewsAreAnsweredAndTheAnswerTakenBack) {
  const Review review = Write(3, "So so");
  const auto answered = ReplyToReview(unit_, {TenantId("t1"), review.id, "Thanks", "agent-li"});
  ASSERT_OK(answered);
  EXPECT_EQ(answered->reply->text, "Thanks");
  EXPECT_EQ(events_.replied.size(), 1u);
  EXPECT_EQ(ReplyToReview(unit_, {TenantId("t1"), review.id, "", "agent-li"})->reply, std::nullopt);
  EXPECT_EQ(events_.replied.size(), 1u);
  ASSERT_OK(ModerateReview(
      unit_, {TenantId("t1"), review.id, ModerationAction::kHide, "old", "", "agent-li"}));
  EXPECT_THAT(ReplyToReview(unit_, {TenantId("t1"), review.id, "Hm", "agent-li"}),
              HasReason("REVIEW_STATE"));
}

TEST_F(ReviewsTest, AnAnsweredInvitationBecomesAReview) {
  ASSERT_OK(NotePurchases(unit_, TenantId("t1"), OrderId("order-1"), CustomerId("c1"), clock_.Now(),
                          {{OrderId("order-1"), "p1", "p1-red"}}));
  const Invitation invitation = AskForReview();
  EXPECT_EQ(invitation.state, InvitationState::kInvited);
  EXPECT_TRUE(events_.invited.empty());
  const Answer photos{"media", {}, {}, {"018f3c5e-7b1a-7000-8000-0123456789ab"}};
  ASSERT_OK(
      Submit(invitation.id, {{"stars", 2, {}}, {"text", {}, "call 13800000017"}, photos}, true));
  ASSERT_EQ(reviews_.reviews.size(), 1u);
  const Review& review = reviews_.reviews.begin()->second;
  EXPECT_EQ(review.rating, 2);
  EXPECT_EQ(review.product, "p1");
  EXPECT_EQ(review.order, OrderId("order-1"));
  EXPECT_TRUE(review.verified);
  EXPECT_EQ(review.invitation, invitation.id);
  EXPECT_EQ(review.media, photos.picks);
  EXPECT_EQ(review.text.find("00000017"), std::string::npos);
  EXPECT_EQ(review.state, ReviewState::kPending);
  // One case, the review's.
  ASSERT_EQ(recoveries_.cases.size(), 1u);
  EXPECT_EQ(recoveries_.cases.begin()->second.rating, 2);
  EXPECT_TRUE(store_.scores.empty());
}

TEST_F(ReviewsTest, AnAnswerChangesTheReviewThatIsThereAlready) {
  ASSERT_OK(NotePurchases(unit_, TenantId("t1"), OrderId("order-1"), CustomerId("c1"), clock_.Now(),
                          {{OrderId("order-1"), "p1", "p1-red"}}));
  const Invitation invitation = AskForReview();
  const Review before = Write(5, "Nice");
  ASSERT_OK(Submit(invitation.id, {{"stars", 3, {}}}, true));
  ASSERT_EQ(reviews_.reviews.size(), 1u);
  EXPECT_EQ(reviews_.reviews[before.id].rating, 3);
  EXPECT_EQ(Counted(), (RatingCounts{{0, 0, 1, 0, 0}, 1}));
}

TEST_F(ReviewsTest, OneLinkTakesOneReviewOfEachProduct) {
  Receive({"p1", "p2", "p3"});
  Write(5, "Knew it before", "c1");  // p1
  const Invitation invitation = AskForReview();
  EXPECT_EQ(invitation.products, (std::vector<AskedProduct>{{"p2"}, {"p3"}}));
  const auto submit = [&](int stars, const char* product) {
    return SubmitAnswer(unit_,
                        {{invitation.id, TenantId()}, {{"stars", stars, {}}}, true, "", product});
  };
  for (const char* foreign : {"p1", "p4"}) {
    EXPECT_EQ(submit(1, foreign).status(), LinkInvalid()) << foreign;
    EXPECT_EQ(ShowSurvey(unit_, {invitation.id, TenantId()}, "", foreign).status(), LinkInvalid());
  }
  const auto first = submit(4, "");  // p2
  ASSERT_OK(first);
  EXPECT_FALSE(first->complete);
  EXPECT_THAT(first->open_products, ::testing::ElementsAre("p3"));
  for (const char* again : {"", "p2"}) EXPECT_EQ(submit(1, again).status(), LinkInvalid());
  EXPECT_EQ(store_.invitations[invitation.id].state, InvitationState::kPartial);
  const auto last = submit(1, "p3");
  ASSERT_OK(last);
  EXPECT_TRUE(last->complete);
  EXPECT_EQ(submit(5, "p3").status(), LinkInvalid());
  EXPECT_EQ(store_.invitations[invitation.id].state, InvitationState::kAnswered);

  std::map<std::string, int> stars;
  for (const auto& [id, review] : reviews_.reviews) {
    stars[review.product] = review.rating;
    EXPECT_TRUE(review.verified);
  }
  EXPECT_EQ(stars, (std::map<std::string, int>{{"p1", 5}, {"p2", 4}, {"p3", 1}}));
  EXPECT_EQ(store_.responses[invitation.id].recovery, Recovery::kNeeded);
  EXPECT_EQ(store_.responses[invitation.id].answers.size(), 2u);
}

TEST_F(ReviewsTest, PartialAnswersAreKeptForTheirProduct) {
  Receive({"p1", "p2"});
  const Invitation invitation = AskForReview();
  ASSERT_OK(
      SubmitAnswer(unit_, {{invitation.id, TenantId()}, {{"stars", 2, {}}}, false, "", "p2"}));
  ASSERT_OK(SubmitAnswer(unit_, {{invitation.id, TenantId()}, {{"stars", 5, {}}}, true, "", "p1"}));
  const auto shown = ShowSurvey(unit_, {invitation.id, TenantId()}, "");
  ASSERT_OK(shown);
  EXPECT_EQ(shown->product, "p2");
  EXPECT_EQ(shown->products, (std::vector<AskedProduct>{{"p1", true}, {"p2"}}));
  ASSERT_EQ(shown->answers.size(), 1u);
  EXPECT_EQ(shown->answers[0].score, 2);
  ASSERT_OK(SubmitAnswer(
      unit_, {{invitation.id, TenantId()}, {{"text", {}, "It leaks"}}, true, "", "p2"}));
  ASSERT_EQ(reviews_.reviews.size(), 2u);
  EXPECT_EQ(reviews_.reviews.rbegin()->second.rating, 2);
  EXPECT_EQ(reviews_.reviews.rbegin()->second.text, "It leaks");
}

TEST_F(ReviewsTest, WhoHasReviewedEverythingIsNotAsked) {
  Receive({"p1"});
  Write(5, "Nice");
  const Invitation invitation = AskForReview();
  EXPECT_EQ(invitation.state, InvitationState::kSuppressed);
  EXPECT_EQ(invitation.suppression, Suppression::kAlreadyReviewed);
}

// What triage and ingest say is the test's.
class FakeReader final : public CommentReader {
 public:
  absl::StatusOr<bool> IsNegative(const TenantId&, const std::string& text) override {
    return text.find("leaks") != std::string::npos;
  }
};
class FakeDesk final : public TicketDesk {
 public:
  absl::StatusOr<TicketId> Open(const RecoveryCase& recovery) override {
    return TicketId("ticket-of-" + recovery.id.value());
  }
  absl::Status NoteOnOrigin(const RecoveryCase&) override { return absl::OkStatus(); }
};

TEST_F(ReviewsTest, FewStarsOrNegativeWordsAlarmTheShopOnce) {
  const Review low = Write(2, "", "c1"), said = Write(4, "It leaks", "c2"),
               fine = Write(5, "Lovely", "c3"), silent = Write(3, "", "c4");
  EXPECT_EQ(recoveries_.cases.size(), 3u);
  FakeReader reader;
  FakeDesk desk;
  for (const auto& [id, pending] : std::map(recoveries_.cases)) {
    const auto worked = WorkOn(pending, reader, desk, clock_.Now());
    ASSERT_OK(worked);
    ASSERT_OK(KeepCase(unit_, *worked));
    ASSERT_OK(KeepCase(unit_, *worked));
  }
  EXPECT_EQ(reviews_.reviews[low.id].alert, ReviewAlert::kLowRating);
  EXPECT_EQ(reviews_.reviews[said.id].alert, ReviewAlert::kNegativeText);
  EXPECT_EQ(reviews_.reviews[fine.id].alert, ReviewAlert::kNone);
  EXPECT_EQ(reviews_.reviews[silent.id].alert, ReviewAlert::kNone);
  ASSERT_EQ(events_.alerts.size(), 2u);
  EXPECT_EQ(events_.alerts[0].second, TicketId("ticket-of-" + low.id.value()));
  // Fine words that become angry ones are read again; an alarm is not raised twice.
  UpdateReviewCommand command{As(Role::kCustomer, "c3"), fine.id, "", {},
                              Moderate("It leaks"),      {},      {}};
  ASSERT_OK(UpdateReview(unit_, command));
  EXPECT_EQ(recoveries_.cases[InvitationId(fine.id.value())].state, RecoveryState::kPending);
  command.caller = As(Role::kCustomer, "c1");
  command.id = low.id;
  ASSERT_OK(UpdateReview(unit_, command));
  EXPECT_EQ(recoveries_.cases[InvitationId(low.id.value())].state, RecoveryState::kOpen);
}

TEST_F(ReviewsTest, EverybodySeesWhatIsTheirs) {
  const Review open = Write(5, "Nice", "c1"), held = Write(5, "fuck", "c2");
  const View view{store_, definitions_, recoveries_, reviews_, clock_, setup_};
  const auto shown = [&](const Review& review, const Caller& caller,
                         ReviewView wanted = ReviewView::kUnspecified) {
    const auto found = GetReview(view, caller, review.id, wanted);
    return found.ok() ? std::optional(found->shown) : std::nullopt;
  };
  EXPECT_EQ(shown(open, As(Role::kCustomer, "c9")), Shown::kPublic);
  EXPECT_EQ(shown(open, As(Role::kCustomer, "c1")), Shown::kToAuthor);
  EXPECT_EQ(shown(open, As(Role::kPlatform, "shop")), Shown::kWhole);
  EXPECT_EQ(shown(open, As(Role::kPlatform, "shop"), ReviewView::kPublic), Shown::kPublic);
  EXPECT_EQ(shown(held, As(Role::kCustomer, "c9")), std::nullopt);
  EXPECT_EQ(shown(held, As(Role::kCustomer, "c2")), Shown::kToAuthor);
  EXPECT_EQ(shown(held, As(Role::kPlatform, "shop"), ReviewView::kPublic), std::nullopt);
  EXPECT_EQ(shown(held, As(Role::kAgent, "agent-li")), Shown::kWhole);
  EXPECT_THAT(ListReviews(view, As(Role::kCustomer, "c1"), {}, ReviewView::kStaff, {}),
              HasReason("STAFF_VIEW"));
  ReviewFilter filter;
  filter.customer = CustomerId("c1");
  EXPECT_THAT(ListReviews(view, As(Role::kCustomer, "c9"), filter, ReviewView::kUnspecified, {}),
              HasReason("CUSTOMER_NOT_FOUND"));
  filter.alerts_only = true;
  filter.state = ReviewState::kPending;
  const auto refused =
      ListReviews(view, As(Role::kPlatform, "shop"), filter, ReviewView::kPublic, {});
  EXPECT_EQ(Violations(refused.status()).size(), 3u);
}

}  // namespace
}  // namespace huiyin::survey
