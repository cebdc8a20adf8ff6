// The whole service in one process, on both databases: from a resolved ticket to results, and what
// happens to links that must not work.
#include "services/survey/app.h"

#include <gmock/gmock.h>

#include "huiyin/event/v1/aftersales_events.pb.h"
#include "huiyin/event/v1/ticket_events.pb.h"
#include "huiyin/survey/v1/survey_service.grpc.pb.h"
#include "libs/rpc/status.h"
#include "libs/testing/host/test_host.h"
#include "libs/testing/status.h"
#include "services/survey/domain/token.h"

namespace huiyin::survey {
namespace {

namespace ev = huiyin::event::v1;
namespace pb = huiyin::survey::v1;
using testing::HasReason;
using testing::StatusIs;

constexpr char kRequestId[] = "5f0c5a9e-6c53-4c6e-9d8a-0f4f3f1f0a01";
constexpr char kOtherRequestId[] = "5f0c5a9e-6c53-4c6e-9d8a-0f4f3f1f0a02";

class SurveyAppTest : public ::testing::TestWithParam<db::Dialect> {
 protected:
  SurveyAppTest()
      : host_(Program(), GetParam(),
              {{"survey.link_base", "https://shop.example/s/"}, {"survey.rma_delay", "1h"}}),
        stub_(pb::SurveyService::NewStub(host_.channel())) {}

  // Calls with the given roles; none: without a token.
  template <class Request, class Answer>
  absl::StatusOr<Answer> Call(grpc::Status (pb::SurveyService::Stub::*method)(grpc::ClientContext*,
                                                                              const Request&,
                                                                              Answer*),
                              const Request& request, std::vector<std::string> roles = {},
                              const std::string& tenant = "t1") {
    grpc::ClientContext context;
    host_.Prepare(context, std::move(roles), tenant);
    Answer answer;
    const grpc::Status status = ((*stub_).*method)(&context, request, &answer);
    if (!status.ok()) return rpc::FromGrpc(status);
    return answer;
  }
  pb::Invitation Invite(const std::string& ticket, const std::string& customer = "c1") {
    ev::TicketStateChanged resolved;
    resolved.set_ticket_id(ticket);
    resolved.set_customer_id(customer);
    resolved.set_from(ev::TICKET_LIFECYCLE_OPEN);
    resolved.set_to(ev::TICKET_LIFECYCLE_RESOLVED);
    resolved.set_language("zh-CN");
    EXPECT_OK(host_.Deliver("survey", "ticket", ticket, resolved, host_.clock().Now()));
    host_.FireTimers();
    const auto found = List(ticket);
    return found.invitations_size() == 1 ? found.invitations(0) : pb::Invitation();
  }
  pb::ListInvitationsResponse List(const std::string& ticket) {
    pb::ListInvitationsRequest request;
    request.set_parent("tenants/t1");
    request.set_ticket_id(ticket);
    const auto answer = Call(&pb::SurveyService::Stub::ListInvitations, request, {"service"});
    EXPECT_OK(answer);
    return answer.value_or(pb::ListInvitationsResponse());
  }
  absl::StatusOr<pb::SubmitAnswerResponse> Submit(const std::string& token, int csat,
                                                  const std::string& request_id,
                                                  bool complete = true) {
    pb::SubmitAnswerRequest request;
    request.set_token(token);
    request.set_request_id(request_id);
    request.set_complete(complete);
    auto* answer = request.add_answers();
    answer->set_question_id("csat");
    answer->set_score(csat);
    return Call(&pb::SurveyService::Stub::SubmitAnswer, request);
  }

  testing::TestHost host_;
  std::unique_ptr<pb::SurveyService::Stub> stub_;
};
HUIYIN_ON_ALL_DATABASES(SurveyAppTest);

TEST_P(SurveyAppTest, FromResolvedTicketToResults) {
  const pb::Invitation invitation = Invite("ticket-1");
  EXPECT_EQ(invitation.state(), pb::Invitation::STATE_INVITED);
  EXPECT_EQ(invitation.link(), "https://shop.example/s/" + invitation.token());
  EXPECT_EQ(host_.Published("huiyin.event.v1.SurveyInvited"), 1);

  pb::ShowSurveyRequest show;
  show.set_token(invitation.token());
  const auto shown = Call(&pb::SurveyService::Stub::ShowSurvey, show);
  ASSERT_OK(shown);
  EXPECT_EQ(shown->language(), "zh");
  ASSERT_EQ(shown->questions_size(), 3);
  EXPECT_EQ(shown->questions(0).texts_size(), 1);
  EXPECT_EQ(shown->questions(0).max_score(), 5);

  ASSERT_OK(Submit(invitation.token(), 1, kRequestId));
  // The same request again, though the token is used up: the first answer.
  const auto again = Submit(invitation.token(), 1, kRequestId);
  ASSERT_OK(again);
  EXPECT_TRUE(again->complete());
  EXPECT_EQ(host_.Published("huiyin.event.v1.SurveyAnswered"), 1);

  pb::GetSurveyResultsRequest ask;
  ask.set_parent("tenants/t1");
  const auto results = Call(&pb::SurveyService::Stub::GetSurveyResults, ask, {"lead"});
  ASSERT_OK(results);
  EXPECT_EQ(results->responses().invited(), 1);
  EXPECT_EQ(results->responses().shown(), 1);
  EXPECT_EQ(results->responses().answered(), 1);
  EXPECT_EQ(results->responses().recovery_needed(), 1);
  ASSERT_EQ(results->scores_size(), 1);
  EXPECT_EQ(results->scores(0).mean().value(), 1);

  pb::ListResponsesRequest list;
  list.set_parent("tenants/t1");
  list.set_recovery(pb::Response::RECOVERY_NEEDED);
  const auto responses = Call(&pb::SurveyService::Stub::ListResponses, list, {"agent"});
  ASSERT_OK(responses);
  ASSERT_EQ(responses->responses_size(), 1);
  EXPECT_EQ(responses->responses(0).ticket_id(), "ticket-1");
  EXPECT_EQ(responses->responses(0).answers(0).score(), 1);
}

TEST_P(SurveyAppTest, ForgedExpiredFinishedAndForeignTokensGetTheSameAnswer) {
  const pb::Invitation used = Invite("ticket-1", "c1");
  const pb::Invitation late = Invite("ticket-2", "c2");
  ASSERT_OK(Submit(used.token(), 5, kRequestId));
  std::string forged = late.token();
  forged[30] = forged[30] == 'A' ? 'B' : 'A';
  // Signed by another installation.
  testing::TestHost other(Program(), db::Dialect::kSqlite,
                          {{"survey.token_keys", "1:" + std::string(64, '7')}});
  const std::string foreign = TokenSigner({{1, std::string(32, '\x77')}})
                                  .Sign(InvitationId("018f3c5e-7b1a-7000-8000-0123456789ab"),
                                        host_.clock().Now() + absl::Hours(1));
  std::vector<std::string> tokens = {used.token(), forged, foreign, "", "nonsense"};
  std::vector<std::string> errors;
  const auto collect = [&](const std::string& token) {
    pb::ShowSurveyRequest show;
    show.set_token(token);
    errors.push_back(Call(&pb::SurveyService::Stub::ShowSurvey, show).status().ToString());
    errors.push_back(Submit(token, 3, kOtherRequestId).status().ToString());
  };
  for (const std::string& token : tokens) collect(token);
  host_.fake_clock().Advance(absl::Hours(24 * 15));
  collect(late.token());
  for (const std::string& error : errors) {
    EXPECT_EQ(error, errors[0]);
    EXPECT_NE(error.find("NOT_FOUND"), std::string::npos) << error;
  }
  EXPECT_EQ(host_.Published("huiyin.event.v1.SurveyAnswered"), 1);
  EXPECT_EQ(List("ticket-2").invitations(0).state(), pb::Invitation::STATE_EXPIRED);
  EXPECT_EQ(List("ticket-2").invitations(0).token(), "");
}

TEST_P(SurveyAppTest, BadAnswersAreRefusedWholeAndPartialOnesResume) {
  const pb::Invitation invitation = Invite("ticket-1");
  EXPECT_THAT(Submit(invitation.token(), 9, kRequestId),
              StatusIs(absl::StatusCode::kInvalidArgument));
  ASSERT_OK(Submit(invitation.token(), 2, kRequestId, /*complete=*/false));
  pb::ShowSurveyRequest show;
  show.set_token(invitation.token());
  const auto shown = Call(&pb::SurveyService::Stub::ShowSurvey, show);
  ASSERT_OK(shown);
  ASSERT_EQ(shown->answers_size(), 1);
  EXPECT_EQ(shown->answers(0).score(), 2);
  EXPECT_EQ(List("ticket-1").invitations(0).state(), pb::Invitation::STATE_PARTIAL);
  EXPECT_EQ(host_.Published("huiyin.event.v1.SurveyAnswered"), 0);
}

TEST_P(SurveyAppTest, RmaIsAskedAboutAfterItsDelay) {
  ev::RmaClosed closed;
  closed.set_rma_id("rma-1");
  closed.set_customer_id("c9");
  closed.set_outcome(ev::RmaClosed::OUTCOME_COMPLETED);
  ASSERT_OK(host_.Deliver("survey", "rma", "rma-1", closed, host_.clock().Now()));
  pb::ListInvitationsRequest request;
  request.set_parent("tenants/t1");
  request.set_rma_id("rma-1");
  auto found = Call(&pb::SurveyService::Stub::ListInvitations, request, {"agent"});
  ASSERT_EQ(found->invitations_size(), 1);
  EXPECT_EQ(found->invitations(0).state(), pb::Invitation::STATE_SCHEDULED);
  host_.fake_clock().Advance(absl::Hours(1));
  host_.FireTimers();
  found = Call(&pb::SurveyService::Stub::ListInvitations, request, {"agent"});
  EXPECT_EQ(found->invitations(0).state(), pb::Invitation::STATE_INVITED);
}

TEST_P(SurveyAppTest, OnlyStaffOfTheTenantReads) {
  const pb::Invitation invitation = Invite("ticket-1");
  pb::GetInvitationRequest get;
  get.set_name(invitation.name());
  EXPECT_OK(Call(&pb::SurveyService::Stub::GetInvitation, get, {"agent"}));
  EXPECT_THAT(Call(&pb::SurveyService::Stub::GetInvitation, get, {"customer"}),
              StatusIs(absl::StatusCode::kPermissionDenied));
  EXPECT_THAT(Call(&pb::SurveyService::Stub::GetInvitation, get),
              StatusIs(absl::StatusCode::kUnauthenticated));
  EXPECT_THAT(Call(&pb::SurveyService::Stub::GetInvitation, get, {"agent"}, "t2"),
              HasReason("INVITATION_NOT_FOUND"));
  // Its own tenant's name with another's id finds nothing either.
  std::string name = invitation.name();
  get.set_name(name.replace(0, 10, "tenants/t2"));
  EXPECT_THAT(Call(&pb::SurveyService::Stub::GetInvitation, get, {"agent"}, "t2"),
              HasReason("INVITATION_NOT_FOUND"));
  pb::ListSurveysRequest surveys;
  surveys.set_parent("tenants/t1");
  const auto listed = Call(&pb::SurveyService::Stub::ListSurveys, surveys, {"platform"});
  ASSERT_OK(listed);
  EXPECT_EQ(listed->surveys_size(), 5);
  surveys.set_parent("tenants/t2");
  EXPECT_THAT(Call(&pb::SurveyService::Stub::ListSurveys, surveys, {"platform"}),
              HasReason("TENANT_NOT_FOUND"));
}

TEST_P(SurveyAppTest, ListsPageToTheEnd) {
  for (int i = 0; i < 7; ++i) Invite("ticket-" + std::to_string(i), "c" + std::to_string(i));
  pb::ListInvitationsRequest request;
  request.set_parent("tenants/t1");
  request.set_page_size(3);
  std::vector<std::string> names;
  do {
    const auto page = Call(&pb::SurveyService::Stub::ListInvitations, request, {"agent"});
    ASSERT_OK(page);
    for (const auto& invitation : page->invitations()) names.push_back(invitation.name());
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());
  EXPECT_EQ(names.size(), 7u);
  EXPECT_TRUE(std::is_sorted(names.rbegin(), names.rend()));
}

}  // namespace
}  // namespace huiyin::survey
