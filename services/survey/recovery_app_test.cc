// An unhappy answer is made good: the whole service against a triage and an ingest that the test
// plays, on both databases.
#include <gmock/gmock.h>

#include "huiyin/event/v1/ticket_events.pb.h"
#include "huiyin/survey/v1/recovery_service.grpc.pb.h"
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
using testing::HasReason;

class RecoveryAppTest : public ::testing::TestWithParam<db::Dialect> {
 protected:
  RecoveryAppTest()
      : host_(Program(), GetParam(),
              {{"peers.triage", peers_.address()}, {"peers.ingest", peers_.address()}},
              SystemClock().Now()),  // deadlines of its calls are real
        surveys_(pb::SurveyService::NewStub(host_.channel())),
        recoveries_(pb::RecoveryService::NewStub(host_.channel())) {
    host_.StartBackground();
  }

  template <class Stub, class Request, class Answer>
  absl::StatusOr<Answer> Call(Stub& stub,
                              grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&,
                                                           Answer*),
                              const Request& request, const std::string& tenant = "t1") {
    grpc::ClientContext context;
    host_.Prepare(context, {"agent"}, tenant, "agent-li");
    Answer answer;
    const grpc::Status status = (stub.*method)(&context, request, &answer);
    if (!status.ok()) return rpc::FromGrpc(status);
    return answer;
  }

  void Move(const std::string& ticket, ev::TicketLifecycle to, common::v1::Channel channel) {
    ev::TicketStateChanged event;
    event.set_ticket_id(ticket);
    event.set_customer_id("c-" + ticket);
    event.set_to(to);
    event.set_channel(channel);
    ASSERT_OK(host_.Deliver("survey", "ticket", ticket, event, host_.clock().Now()));
  }
  void Answer(const std::string& ticket, int csat, const std::string& comment,
              common::v1::Channel channel = common::v1::CHANNEL_CHAT) {
    Move(ticket, ev::TICKET_LIFECYCLE_RESOLVED, channel);
    host_.FireTimers();
    pb::ListInvitationsRequest list;
    list.set_parent("tenants/t1");
    list.set_ticket_id(ticket);
    const auto invitations = Call(*surveys_, &pb::SurveyService::Stub::ListInvitations, list);
    ASSERT_OK(invitations);
    ASSERT_EQ(invitations->invitations_size(), 1);
    pb::SubmitAnswerRequest submit;
    submit.set_token(invitations->invitations(0).token());
    submit.set_complete(true);
    submit.set_request_id(host_.ids().NewId());
    submit.add_answers()->set_question_id("csat");
    submit.mutable_answers(0)->set_score(csat);
    submit.add_answers()->set_question_id("comment");
    submit.mutable_answers(1)->set_text(comment);
    ASSERT_OK(Call(*surveys_, &pb::SurveyService::Stub::SubmitAnswer, submit));
  }
  std::vector<pb::Recovery> List(pb::Recovery::State state = pb::Recovery::STATE_UNSPECIFIED,
                                 bool to_call_only = false) {
    pb::ListRecoveriesRequest request;
    request.set_parent("tenants/t1");
    request.set_state(state);
    request.set_to_call_only(to_call_only);
    const auto page = Call(*recoveries_, &pb::RecoveryService::Stub::ListRecoveries, request);
    EXPECT_OK(page);
    return {page->recoveries().begin(), page->recoveries().end()};
  }
  // Lets the worker go on, time included, until nothing is pending.
  void Settle() {
    ASSERT_TRUE(testing::WaitUntil([&] {
      host_.fake_clock().Advance(absl::Seconds(2));
      return List(pb::Recovery::STATE_PENDING).empty();
    }));
  }

  Peers peers_;
  testing::TestHost host_;
  std::unique_ptr<pb::SurveyService::Stub> surveys_;
  std::unique_ptr<pb::RecoveryService::Stub> recoveries_;
};
HUIYIN_ON_ALL_DATABASES(RecoveryAppTest);

TEST_P(RecoveryAppTest, LowScoreOpensOneLinkedTicketAndIsFollowedToItsEnd) {
  Answer("ticket-1", 1, "<b>slow</b>");
  Settle();
  const auto open = List();
  ASSERT_EQ(open.size(), 1u);
  EXPECT_EQ(open[0].state(), pb::Recovery::STATE_OPEN);
  EXPECT_EQ(open[0].reason(), pb::Recovery::REASON_LOW_SCORE);
  EXPECT_EQ(open[0].ticket_id(), "ticket-1");
  EXPECT_FALSE(open[0].call_back());
  // The first call's answer was lost; still there is one ticket, and it holds the words as said.
  const auto tickets = peers_.ingest.tickets();
  ASSERT_EQ(tickets.size(), 1u);
  EXPECT_EQ(tickets.begin()->second.channel(), common::v1::CHANNEL_SURVEY);
  EXPECT_EQ(tickets.begin()->second.text(), "<b>slow</b>");
  EXPECT_EQ(tickets.begin()->second.customer_id(), "c-ticket-1");
  // Each of the two tickets names the other.
  std::map<std::string, std::string> notes;
  for (const auto& [id, note] : peers_.ingest.notes()) {
    EXPECT_TRUE(note.internal());
    notes[note.ticket()] = note.body();
  }
  const std::string recovery_ticket = "tenants/t1/tickets/" + open[0].recovery_ticket_id();
  ASSERT_EQ(notes.size(), 2u);
  EXPECT_NE(notes[recovery_ticket].find("tenants/t1/tickets/ticket-1"), std::string::npos);
  EXPECT_NE(notes["tenants/t1/tickets/ticket-1"].find(recovery_ticket), std::string::npos);

  const std::string id = open[0].recovery_ticket_id();
  Move(id, ev::TICKET_LIFECYCLE_RESOLVED, common::v1::CHANNEL_SURVEY);
  EXPECT_EQ(List()[0].state(), pb::Recovery::STATE_RESOLVED);
  EXPECT_TRUE(List()[0].has_end_time());
  Move(id, ev::TICKET_LIFECYCLE_OPEN, common::v1::CHANNEL_SURVEY);
  EXPECT_EQ(List()[0].state(), pb::Recovery::STATE_OPEN);
  EXPECT_FALSE(List()[0].has_end_time());
  Move(id, ev::TICKET_LIFECYCLE_CLOSED, common::v1::CHANNEL_SURVEY);
  EXPECT_EQ(List()[0].state(), pb::Recovery::STATE_CLOSED);
}

TEST_P(RecoveryAppTest, CommentsAreReadWhenTheScoreIsNotLow) {
  Answer("ticket-1", 4, "bad packaging");
  Answer("ticket-2", 5, "all fine");
  Answer("ticket-3", 5, "");
  Answer("ticket-4", 5, "maybe bad");
  Settle();
  const auto open = List();
  ASSERT_EQ(open.size(), 1u);
  EXPECT_EQ(open[0].reason(), pb::Recovery::REASON_NEGATIVE_COMMENT);
  EXPECT_EQ(open[0].ticket_id(), "ticket-1");
  EXPECT_EQ(List(pb::Recovery::STATE_NOT_NEEDED).size(), 2u);
  EXPECT_EQ(peers_.ingest.tickets().size(), 1u);
  pb::ListResponsesRequest low;
  low.set_parent("tenants/t1");
  low.set_recovery(pb::Response::RECOVERY_NEEDED);
  const auto responses = Call(*surveys_, &pb::SurveyService::Stub::ListResponses, low);
  ASSERT_OK(responses);
  EXPECT_EQ(responses->responses_size(), 1);
}

TEST_P(RecoveryAppTest, WhoeverTelephonedIsCalledBackOnce) {
  Answer("ticket-1", 2, "", common::v1::CHANNEL_PHONE);
  Settle();
  const auto to_call = List(pb::Recovery::STATE_UNSPECIFIED, true);
  ASSERT_EQ(to_call.size(), 1u);
  EXPECT_EQ(to_call[0].call_back_due_time().seconds() - to_call[0].create_time().seconds(), 86400);
  pb::CompleteCallBackRequest request;
  request.set_name(to_call[0].name());
  request.set_outcome(pb::Recovery::CALL_BACK_OUTCOME_REACHED);
  request.set_note("apologised");
  request.set_request_id(host_.ids().NewId());
  const auto method = &pb::RecoveryService::Stub::CompleteCallBack;
  EXPECT_THAT(Call(*recoveries_, method, request, "t2"), HasReason("RECOVERY_NOT_FOUND"));
  const auto called = Call(*recoveries_, method, request);
  ASSERT_OK(called);
  EXPECT_EQ(called->called_by(), "agent-li");
  EXPECT_TRUE(List(pb::Recovery::STATE_UNSPECIFIED, true).empty());
  request.set_request_id(host_.ids().NewId());
  EXPECT_THAT(Call(*recoveries_, method, request), HasReason("NO_CALL_BACK"));
  request.set_outcome(pb::Recovery::CALL_BACK_OUTCOME_UNSPECIFIED);
  request.set_request_id("");
  EXPECT_EQ(Violations(Call(*recoveries_, method, request).status()).size(), 2u);
}

}  // namespace
}  // namespace huiyin::survey
