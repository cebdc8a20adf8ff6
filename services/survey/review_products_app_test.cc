// One invitation for all products of an order, through the whole service on both databases.
#include <gmock/gmock.h>

#include <map>

#include "huiyin/event/v1/aftersales_events.pb.h"
#include "huiyin/survey/v1/review_service.grpc.pb.h"
#include "huiyin/survey/v1/survey_service.grpc.pb.h"
#include "libs/rpc/status.h"
#include "libs/testing/host/test_host.h"
#include "libs/testing/status.h"
#include "services/survey/app.h"

namespace huiyin::survey {
namespace {

namespace ev = huiyin::event::v1;
namespace pb = huiyin::survey::v1;
using ::testing::ElementsAre;
using testing::HasReason;

class ReviewProductsTest : public ::testing::TestWithParam<db::Dialect> {
 protected:
  ReviewProductsTest()
      : host_(Program(), GetParam(), {{"survey.delivery_survey", "review"}}),
        stub_(pb::SurveyService::NewStub(host_.channel())),
        reviews_(pb::ReviewService::NewStub(host_.channel())) {}

  // Calls with the role; empty: without a token.
  template <class S, class Request, class Answer>
  absl::StatusOr<Answer> Call(S& stub,
                              grpc::Status (S::*method)(grpc::ClientContext*, const Request&,
                                                        Answer*),
                              const Request& request, const std::string& role = "") {
    grpc::ClientContext context;
    host_.Prepare(context, role.empty() ? std::vector<std::string>() : std::vector{role}, "t1");
    Answer answer;
    const grpc::Status status = (stub.*method)(&context, request, &answer);
    if (!status.ok()) return rpc::FromGrpc(status);
    return answer;
  }
  // The newest invitation, after an order with these products was delivered and some days passed.
  pb::Invitation Deliver(const std::string& order, const std::vector<std::string>& products) {
    ev::OrderUpserted event;
    event.set_order_id(order);
    event.set_customer_id("c1");
    event.mutable_delivered_at()->set_seconds(absl::ToUnixSeconds(host_.clock().Now()));
    for (const std::string& product : products) {
      auto* units = event.add_units();
      units->set_product_id(product);
      units->set_sku("SKU-" + product);
    }
    EXPECT_OK(host_.Deliver("survey", "order", order, event, host_.clock().Now()));
    host_.fake_clock().Advance(absl::Hours(73));
    host_.FireTimers();
    return List().invitations(0);
  }
  pb::ListInvitationsResponse List() {
    pb::ListInvitationsRequest list;
    list.set_parent("tenants/t1");
    const auto found = Call(*stub_, &pb::SurveyService::Stub::ListInvitations, list, "service");
    EXPECT_OK(found);
    return found.value_or(pb::ListInvitationsResponse());
  }
  absl::StatusOr<pb::ShowSurveyResponse> Show(const std::string& token,
                                              const std::string& product = "") {
    pb::ShowSurveyRequest show;
    show.set_token(token);
    show.set_product_id(product);
    return Call(*stub_, &pb::SurveyService::Stub::ShowSurvey, show);
  }
  absl::StatusOr<pb::SubmitAnswerResponse> Submit(const std::string& token, int stars,
                                                  const std::string& product) {
    pb::SubmitAnswerRequest submit;
    submit.set_token(token);
    submit.set_product_id(product);
    submit.set_complete(true);
    submit.set_request_id(host_.ids().NewId());
    submit.add_answers()->set_question_id("stars");
    submit.mutable_answers(0)->set_score(stars);
    return Call(*stub_, &pb::SurveyService::Stub::SubmitAnswer, submit);
  }
  static std::vector<std::string> Names(
      const google::protobuf::RepeatedPtrField<pb::AskedProduct>& products) {
    std::vector<std::string> names;
    for (const auto& product : products) {
      names.push_back(product.product_id() + (product.reviewed() ? " reviewed" : ""));
    }
    return names;
  }

  testing::TestHost host_;
  std::unique_ptr<pb::SurveyService::Stub> stub_;
  std::unique_ptr<pb::ReviewService::Stub> reviews_;
};
HUIYIN_ON_ALL_DATABASES(ReviewProductsTest);

TEST_P(ReviewProductsTest, OneLinkReviewsEveryProductOfTheOrderOnce) {
  const pb::Invitation invitation = Deliver("order-1", {"P-1", "P-2", "P-3"});
  EXPECT_EQ(List().invitations_size(), 1);
  EXPECT_THAT(Names(invitation.products()), ElementsAre("P-1", "P-2", "P-3"));
  const auto shown = Show(invitation.token());
  ASSERT_OK(shown);
  EXPECT_EQ(shown->product_id(), "P-1");
  EXPECT_NE(shown->json().find("\"productId\":\"P-3\""), std::string::npos);

  ASSERT_OK(Submit(invitation.token(), 4, ""));
  const auto second = Submit(invitation.token(), 5, "P-3");
  ASSERT_OK(second);
  EXPECT_FALSE(second->complete());
  EXPECT_THAT(second->open_product_ids(), ElementsAre("P-2"));
  for (const char* used : {"", "P-1", "P-3", "P-4"}) {
    EXPECT_THAT(Submit(invitation.token(), 1, used), HasReason("SURVEY_LINK_INVALID")) << used;
  }
  EXPECT_THAT(Show(invitation.token(), "P-1"), HasReason("SURVEY_LINK_INVALID"));
  EXPECT_EQ(Show(invitation.token())->product_id(), "P-2");
  EXPECT_THAT(Names(List().invitations(0).products()),
              ElementsAre("P-1 reviewed", "P-2", "P-3 reviewed"));
  EXPECT_EQ(List().invitations(0).state(), pb::Invitation::STATE_PARTIAL);

  EXPECT_TRUE(Submit(invitation.token(), 3, "P-2")->complete());
  EXPECT_EQ(List().invitations(0).state(), pb::Invitation::STATE_ANSWERED);
  EXPECT_THAT(Show(invitation.token()), HasReason("SURVEY_LINK_INVALID"));
  pb::ListReviewsRequest list;
  list.set_parent("tenants/t1");
  const auto reviews = Call(*reviews_, &pb::ReviewService::Stub::ListReviews, list, "agent");
  ASSERT_OK(reviews);
  std::map<std::string, int> stars;
  for (const auto& review : reviews->reviews()) {
    stars[review.product_id()] = review.rating();
    EXPECT_TRUE(review.verified_purchase());
    EXPECT_EQ(review.invitation(), invitation.name());
  }
  EXPECT_EQ(stars, (std::map<std::string, int>{{"P-1", 4}, {"P-2", 3}, {"P-3", 5}}));
}

TEST_P(ReviewProductsTest, WhatIsReviewedIsNotAskedAboutAgain) {
  ASSERT_OK(Submit(Deliver("order-1", {"P-1"}).token(), 5, "P-1"));
  EXPECT_THAT(Names(Deliver("order-2", {"P-1", "P-2"}).products()), ElementsAre("P-2"));
  EXPECT_EQ(Deliver("order-3", {"P-1"}).suppression(), "ALREADY_REVIEWED");
}

}  // namespace
}  // namespace huiyin::survey
