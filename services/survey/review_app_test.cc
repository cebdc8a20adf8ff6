// Product reviews through the whole service, on both databases: who may do and see what, and how
// fast an unhappy one becomes a ticket.
#include <gmock/gmock.h>

#include "huiyin/event/v1/aftersales_events.pb.h"
#include "huiyin/survey/v1/policy_service.grpc.pb.h"
#include "huiyin/survey/v1/recovery_service.grpc.pb.h"
#include "huiyin/survey/v1/review_service.grpc.pb.h"
#include "huiyin/survey/v1/survey_service.grpc.pb.h"
#include "libs/rpc/status.h"
#include "libs/testing/host/test_host.h"
#include "libs/testing/status.h"
#include "services/survey/app.h"
#include "services/survey/testing/peers.h"

namespace huiyin::survey {
namespace {

namespace ev = huiyin::event::v1;
namespace pb = huiyin::survey::v1;
using ::testing::ElementsAre;
using Stub = pb::ReviewService::Stub;
using testing::HasReason;
using testing::StatusIs;

constexpr char kProduct[] = "P-KET15";

// Who calls.
struct As {
  std::string role, subject, tenant = "t1";
};

class ReviewAppTest : public ::testing::TestWithParam<db::Dialect> {
 protected:
  ReviewAppTest()
      : host_(Program(), GetParam(),
              {{"peers.triage", peers_.address()},
               {"peers.ingest", peers_.address()},
               {"survey.delivery_survey", "review"}},
              SystemClock().Now()),  // deadlines of its calls are real
        stub_(pb::ReviewService::NewStub(host_.channel())) {}

  template <class S, class Request, class Answer>
  absl::StatusOr<Answer> Call(S& stub,
                              grpc::Status (S::*method)(grpc::ClientContext*, const Request&,
                                                        Answer*),
                              const Request& request, const As& as) {
    grpc::ClientContext context;
    host_.Prepare(context, {as.role}, as.tenant, as.subject);
    Answer answer;
    const grpc::Status status = (stub.*method)(&context, request, &answer);
    if (!status.ok()) return rpc::FromGrpc(status);
    return answer;
  }
  As Customer(const std::string& id) { return {"customer", id}; }

  pb::CreateReviewRequest Words(int rating, const std::string& text) {
    pb::CreateReviewRequest request;
    request.set_parent("tenants/t1");
    request.set_request_id(host_.ids().NewId());
    request.mutable_review()->set_product_id(kProduct);
    request.mutable_review()->set_rating(rating);
    request.mutable_review()->set_text(text);
    return request;
  }
  pb::Review Write(const std::string& customer, int rating, const std::string& text) {
    const auto made = Call(*stub_, &Stub::CreateReview, Words(rating, text), Customer(customer));
    EXPECT_OK(made);
    return made.value_or(pb::Review());
  }
  std::vector<pb::Review> List(pb::ListReviewsRequest request, const As& as) {
    request.set_parent("tenants/t1");
    const auto page = Call(*stub_, &Stub::ListReviews, request, as);
    EXPECT_OK(page);
    return {page->reviews().begin(), page->reviews().end()};
  }
  absl::StatusOr<pb::Review> Moderate(const pb::Review& review,
                                      pb::ModerateReviewRequest::Action action,
                                      const std::string& reason = "",
                                      const As& as = {"agent", "li"}) {
    pb::ModerateReviewRequest request;
    request.set_name(review.name());
    request.set_action(action);
    request.set_reason(reason);
    request.set_request_id(host_.ids().NewId());
    return Call(*stub_, &Stub::ModerateReview, request, as);
  }
  absl::StatusOr<pb::VoteReviewResponse> Vote(const pb::Review& review, const As& as,
                                              pb::VoteReviewRequest::Vote vote) {
    pb::VoteReviewRequest request;
    request.set_name(review.name());
    request.set_vote(vote);
    request.set_request_id(host_.ids().NewId());
    return Call(*stub_, &Stub::VoteReview, request, as);
  }
  pb::ProductScore Score(const std::string& product = kProduct) {
    pb::GetProductScoreRequest request;
    request.set_name("tenants/t1/productScores/" + product);
    const auto score = Call(*stub_, &Stub::GetProductScore, request, Customer("c9"));
    EXPECT_OK(score);
    return score.value_or(pb::ProductScore());
  }
  void DeliverOrder(const std::string& order, const std::string& customer) {
    ev::OrderUpserted event;
    event.set_order_id(order);
    event.set_customer_id(customer);
    event.mutable_delivered_at()->set_seconds(absl::ToUnixSeconds(host_.clock().Now()));
    event.add_units()->set_product_id(kProduct);
    event.mutable_units(0)->set_sku("SKU-KETW");
    ASSERT_OK(host_.Deliver("survey", "order", order, event, host_.clock().Now()));
  }

  Peers peers_;
  testing::TestHost host_;
  std::unique_ptr<Stub> stub_;
};
HUIYIN_ON_ALL_DATABASES(ReviewAppTest);

TEST_P(ReviewAppTest, FromABuyersWordsToAProductScore) {
  DeliverOrder("order-1", "c1");
  const pb::Review review = Write("c1", 5, "Boils fast, call 13800000017");
  EXPECT_EQ(review.state(), pb::Review::STATE_PUBLISHED);
  EXPECT_TRUE(review.verified_purchase());
  EXPECT_EQ(review.order_id(), "order-1");
  EXPECT_EQ(review.sku(), "SKU-KETW");
  EXPECT_EQ(review.customer_id(), "c1");
  EXPECT_EQ(review.text().find("00000017"), std::string::npos);
  Write("c2", 3, "So so");
  Write("c3", 1, "f u c k it");

  const pb::ProductScore score = Score();
  EXPECT_EQ(score.count(), 2);
  EXPECT_EQ(score.verified_count(), 1);
  EXPECT_THAT(score.histogram(), ElementsAre(0, 0, 1, 0, 1));
  EXPECT_DOUBLE_EQ(score.mean().value(), 4);
  EXPECT_DOUBLE_EQ(score.bayesian_average(), 4);
  EXPECT_NEAR(score.positive_share().lower(), 0.0945, 1e-4);
  EXPECT_EQ(Score("other").count(), 0);
  EXPECT_DOUBLE_EQ(Score("other").bayesian_average(), 4);
  EXPECT_EQ(host_.Published("huiyin.event.v1.ReviewChanged"), 3);
}

TEST_P(ReviewAppTest, TheSameRequestAgainIsTheSameReview) {
  const pb::CreateReviewRequest request = Words(4, "Nice");
  const auto first = Call(*stub_, &Stub::CreateReview, request, Customer("c1"));
  const auto again = Call(*stub_, &Stub::CreateReview, request, Customer("c1"));
  ASSERT_OK(again);
  EXPECT_EQ(again->name(), first->name());
  EXPECT_EQ(Score().count(), 1);
  EXPECT_THAT(Call(*stub_, &Stub::CreateReview, Words(4, "Nice"), Customer("c1")),
              HasReason("REVIEW_EXISTS"));
}

TEST_P(ReviewAppTest, EveryViolationIsNamed) {
  pb::CreateReviewRequest request = Words(6, std::string(4001, 'x'));
  request.clear_request_id();
  request.mutable_review()->set_product_id("a/b");
  request.mutable_review()->set_language("not a language");
  request.mutable_review()->add_media("photo.jpg");
  const auto refused = Call(*stub_, &Stub::CreateReview, request, Customer("c1"));
  std::vector<std::string> fields;
  for (const Violation& violation : Violations(refused.status())) fields.push_back(violation.field);
  EXPECT_THAT(fields, ElementsAre("request_id", "review.product_id", "review.rating", "review.text",
                                  "review.language", "review.media[0]"));
  pb::ListReviewsRequest list;
  list.set_parent("tenants/t1");
  list.set_min_rating(9);
  EXPECT_THAT(Call(*stub_, &Stub::ListReviews, list, {"agent", "li"}),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST_P(ReviewAppTest, ThePublicSeesWhatIsPublishedAndNoAuthor) {
  const pb::Review open = Write("c1", 5, "Nice");
  const pb::Review held = Write("c2", 1, "asshole seller");
  EXPECT_EQ(held.state(), pb::Review::STATE_PENDING);
  EXPECT_EQ(held.findings_size(), 0);  // for staff

  pb::ListReviewsRequest all, open_only;
  open_only.set_view(pb::REVIEW_VIEW_PUBLIC);
  for (const As& as : {Customer("c9"), As{"platform", "shop"}}) {
    const auto shown = List(open_only, as);
    ASSERT_EQ(shown.size(), 1u);
    EXPECT_EQ(shown[0].name(), open.name());
    EXPECT_EQ(shown[0].customer_id() + shown[0].order_id() + shown[0].etag(), "");
  }
  const auto whole = List(all, {"agent", "li"});
  ASSERT_EQ(whole.size(), 2u);
  EXPECT_EQ(whole[0].customer_id(), "c2");
  EXPECT_THAT(whole[0].findings(), ElementsAre(pb::Review::FINDING_ABUSE));
  pb::ListReviewsRequest own;
  own.set_customer_id("c2");
  EXPECT_EQ(List(own, Customer("c2")).size(), 1u);
  own.set_parent("tenants/t1");
  EXPECT_THAT(Call(*stub_, &Stub::ListReviews, own, Customer("c1")),
              HasReason("CUSTOMER_NOT_FOUND"));

  pb::GetReviewRequest get;
  get.set_name(held.name());
  EXPECT_OK(Call(*stub_, &Stub::GetReview, get, Customer("c2")));
  EXPECT_THAT(Call(*stub_, &Stub::GetReview, get, Customer("c1")), HasReason("REVIEW_NOT_FOUND"));
  EXPECT_THAT(Call(*stub_, &Stub::GetReview, get, {"agent", "li", "t2"}),
              HasReason("REVIEW_NOT_FOUND"));
  get.set_name("tenants/t2" + held.name().substr(10));
  EXPECT_THAT(Call(*stub_, &Stub::GetReview, get, {"agent", "li", "t2"}),
              HasReason("REVIEW_NOT_FOUND"));
  pb::CreateReviewRequest foreign = Words(1, "Not mine");
  foreign.mutable_review()->set_customer_id("c1");
  EXPECT_THAT(Call(*stub_, &Stub::CreateReview, foreign, Customer("c2")),
              HasReason("CUSTOMER_NOT_FOUND"));
}

TEST_P(ReviewAppTest, AgentsDecideAndAnswer) {
  const pb::Review held = Write("c1", 4, "Cheaper at cheap.com");
  EXPECT_THAT(Moderate(held, pb::ModerateReviewRequest::ACTION_PUBLISH, "", Customer("c1")),
              StatusIs(absl::StatusCode::kPermissionDenied));
  EXPECT_THAT(Moderate(held, pb::ModerateReviewRequest::ACTION_REJECT),
              StatusIs(absl::StatusCode::kInvalidArgument));
  ASSERT_OK(Moderate(held, pb::ModerateReviewRequest::ACTION_PUBLISH));
  EXPECT_EQ(Score().count(), 1);
  pb::ReplyToReviewRequest reply;
  reply.set_name(held.name());
  reply.set_text("Thank you");
  reply.set_request_id(host_.ids().NewId());
  const auto answered = Call(*stub_, &Stub::ReplyToReview, reply, {"agent", "li"});
  ASSERT_OK(answered);
  EXPECT_EQ(answered->reply().author(), "li");
  EXPECT_EQ(host_.Published("huiyin.event.v1.ReviewReplied"), 1);
  pb::GetReviewRequest get;
  get.set_name(held.name());
  const auto seen = Call(*stub_, &Stub::GetReview, get, Customer("c9"));
  ASSERT_OK(seen);
  EXPECT_EQ(seen->reply().text(), "Thank you");
  EXPECT_EQ(seen->reply().author(), "");
  const auto hidden = Moderate(held, pb::ModerateReviewRequest::ACTION_HIDE, "advertises");
  ASSERT_OK(hidden);
  EXPECT_EQ(hidden->moderator(), "li");
  EXPECT_EQ(Score().count(), 0);
  EXPECT_EQ(Call(*stub_, &Stub::GetReview, get, Customer("c1"))->moderation_reason(), "advertises");
}

TEST_P(ReviewAppTest, CustomersVoteOnceOnOthersReviews) {
  const pb::Review review = Write("c1", 5, "Nice"), other = Write("c2", 4, "Good");
  EXPECT_THAT(Vote(review, Customer("c1"), pb::VoteReviewRequest::VOTE_HELPFUL),
              HasReason("OWN_REVIEW"));
  for (int again = 0; again < 2; ++again) {
    EXPECT_EQ(Vote(review, Customer("c3"), pb::VoteReviewRequest::VOTE_HELPFUL)->helpful_votes(),
              1);
  }
  EXPECT_EQ(Vote(other, Customer("c3"), pb::VoteReviewRequest::VOTE_UNHELPFUL)->unhelpful_votes(),
            1);
  pb::ListReviewsRequest helpful;
  helpful.set_order(pb::REVIEW_ORDER_HELPFUL);
  helpful.set_page_size(1);
  helpful.set_parent("tenants/t1");
  const auto page = Call(*stub_, &Stub::ListReviews, helpful, Customer("c9"));
  ASSERT_OK(page);
  EXPECT_EQ(page->reviews(0).name(), review.name());
  helpful.set_page_token(page->next_page_token());
  const auto next = Call(*stub_, &Stub::ListReviews, helpful, Customer("c9"));
  ASSERT_OK(next);
  EXPECT_EQ(next->reviews(0).name(), other.name());
  EXPECT_EQ(next->next_page_token(), "");
  EXPECT_EQ(Vote(review, Customer("c3"), pb::VoteReviewRequest::VOTE_NONE)->helpful_votes(), 0);
  EXPECT_THAT(Vote(review, {"platform", "shop"}, pb::VoteReviewRequest::VOTE_HELPFUL),
              StatusIs(absl::StatusCode::kInvalidArgument));  // for whom?
}

TEST_P(ReviewAppTest, AuthorsChangeAndEraseTheirReviews) {
  pb::Review review = Write("c1", 5, "Nice");
  pb::UpdateReviewRequest update;
  *update.mutable_review() = review;
  update.mutable_review()->set_rating(3);
  update.mutable_update_mask()->add_paths("rating");
  update.set_request_id(host_.ids().NewId());
  const auto changed = Call(*stub_, &Stub::UpdateReview, update, Customer("c1"));
  ASSERT_OK(changed);
  EXPECT_EQ(changed->rating(), 3);
  EXPECT_EQ(changed->text(), "Nice");
  EXPECT_EQ(Score().mean().value(), 3);
  update.set_request_id(host_.ids().NewId());
  EXPECT_THAT(Call(*stub_, &Stub::UpdateReview, update, Customer("c1")),
              HasReason("ETAG_MISMATCH"));
  update.mutable_update_mask()->add_paths("state");
  EXPECT_THAT(Call(*stub_, &Stub::UpdateReview, update, Customer("c1")),
              StatusIs(absl::StatusCode::kInvalidArgument));
  pb::DeleteReviewRequest erase;
  erase.set_name(review.name());
  erase.set_request_id(host_.ids().NewId());
  EXPECT_THAT(Call(*stub_, &Stub::DeleteReview, erase, Customer("c2")),
              HasReason("REVIEW_NOT_FOUND"));
  EXPECT_OK(Call(*stub_, &Stub::DeleteReview, erase, Customer("c1")));
  EXPECT_EQ(Score().count(), 0);
  EXPECT_TRUE(List({}, {"agent", "li"}).empty());
}

TEST_P(ReviewAppTest, UnhappyReviewsBecomeTicketsAndAlarms) {
  const pb::Review low = Write("c1", 1, "It leaks"), angry = Write("c2", 4, "bad smell"),
                   fine = Write("c3", 5, "Lovely");
  host_.StartBackground();
  pb::ListReviewsRequest alerts;
  alerts.set_alerts_only(true);
  ASSERT_TRUE(testing::WaitUntil([&] {
    host_.fake_clock().Advance(absl::Seconds(2));
    return List(alerts, {"agent", "li"}).size() == 2;
  }));
  const auto alarmed = List(alerts, {"agent", "li"});
  EXPECT_EQ(alarmed[0].name(), angry.name());
  EXPECT_EQ(alarmed[0].alert(), pb::Review::ALERT_NEGATIVE_TEXT);
  EXPECT_EQ(alarmed[1].alert(), pb::Review::ALERT_LOW_RATING);
  EXPECT_EQ(host_.Published("huiyin.event.v1.ReviewAlerted"), 2);

  const auto tickets = peers_.ingest.tickets();
  ASSERT_EQ(tickets.size(), 2u);
  std::map<uint32_t, ingest::v1::Feedback> by_rating;
  for (const auto& [id, feedback] : tickets) by_rating[feedback.review().rating()] = feedback;
  EXPECT_EQ(by_rating[1].channel(), common::v1::CHANNEL_REVIEW);
  EXPECT_EQ(by_rating[1].review().text(), "It leaks");
  EXPECT_EQ(by_rating[1].product_id(), kProduct);
  EXPECT_EQ(by_rating[4].customer_id(), "c2");

  pb::ListRecoveriesRequest list;
  list.set_parent("tenants/t1");
  const auto recoveries = pb::RecoveryService::NewStub(host_.channel());
  const auto open =
      Call(*recoveries, &pb::RecoveryService::Stub::ListRecoveries, list, {"agent", "li"});
  ASSERT_OK(open);
  ASSERT_EQ(open->recoveries_size(), 2);
  EXPECT_EQ(open->recoveries(0).review(), angry.name());
  EXPECT_EQ(open->recoveries(0).reason(), pb::Recovery::REASON_NEGATIVE_COMMENT);
}

TEST_P(ReviewAppTest, BuyersAreAskedAfterDeliveryWithinConsent) {
  const auto surveys = pb::SurveyService::NewStub(host_.channel());
  const auto policies = pb::PolicyService::NewStub(host_.channel());
  pb::UpdateContactPreferenceRequest refuse;
  refuse.mutable_preference()->set_name("tenants/t1/contactPreferences/c2");
  refuse.mutable_preference()->set_consent(pb::ContactPreference::CONSENT_REFUSED);
  refuse.set_request_id(host_.ids().NewId());
  ASSERT_OK(
      Call(*policies, &pb::PolicyService::Stub::UpdateContactPreference, refuse, Customer("c2")));
  DeliverOrder("order-1", "c1");
  DeliverOrder("order-2", "c2");
  host_.fake_clock().Advance(absl::Hours(73));
  host_.FireTimers();
  pb::ListInvitationsRequest list;
  list.set_parent("tenants/t1");
  const auto asked =
      Call(*surveys, &pb::SurveyService::Stub::ListInvitations, list, {"service", "mailer"});
  ASSERT_OK(asked);
  ASSERT_EQ(asked->invitations_size(), 2);
  EXPECT_EQ(asked->invitations(0).suppression(), "NO_CONSENT");
  EXPECT_EQ(asked->invitations(1).state(), pb::Invitation::STATE_INVITED);
  pb::SubmitAnswerRequest submit;
  submit.set_token(asked->invitations(1).token());
  submit.set_complete(true);
  submit.set_request_id(host_.ids().NewId());
  submit.add_answers()->set_question_id("stars");
  submit.mutable_answers(0)->set_score(5);
  submit.add_answers()->set_question_id("text");
  submit.mutable_answers(1)->set_text("Works as it should");
  ASSERT_OK(Call(*surveys, &pb::SurveyService::Stub::SubmitAnswer, submit, Customer("c1")));
  const auto reviews = List({}, {"agent", "li"});
  ASSERT_EQ(reviews.size(), 1u);
  EXPECT_TRUE(reviews[0].verified_purchase());
  EXPECT_EQ(reviews[0].invitation(), asked->invitations(1).name());
  EXPECT_EQ(reviews[0].text(), "Works as it should");
  EXPECT_EQ(host_.Published("huiyin.event.v1.SurveyAnswered"), 0);
}

}  // namespace
}  // namespace huiyin::survey
