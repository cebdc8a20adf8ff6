// The chain from a message to the figures, through the real programs.
#include "deploy/client/call.h"
#include "deploy/client/delivery.h"
#include "huiyin/aftersales/v1/refund_service.grpc.pb.h"
#include "huiyin/analytics/v1/analytics_service.grpc.pb.h"
#include "huiyin/survey/v1/survey_service.grpc.pb.h"
#include "tests/e2e/whole_test.h"
#include "tests/harness/flows.h"

namespace huiyin {
namespace {

using ::huiyin::testing::IsOk;
using ::huiyin::testing::IsOkAndHolds;
using ::huiyin::testing::WaitUntil;
namespace aftersales = huiyin::aftersales::v1;
namespace analytics = huiyin::analytics::v1;
namespace survey = huiyin::survey::v1;

constexpr absl::Duration kSettle = absl::Seconds(60);

class ChainTest : public WholeTest {
 protected:
  static void Settle() { ASSERT_OK(client::WaitUntilDelivered(connection(), kSettle)); }

  static analytics::Overview Figures() {
    analytics::GetOverviewRequest request;
    request.set_parent(connection().parent());
    auto overview =
        client::Call(connection(), &analytics::AnalyticsService::Stub::GetOverview, request);
    EXPECT_OK(overview);
    return overview.ok() ? *overview : analytics::Overview();
  }
};

TEST_F(ChainTest, ATicketShowsItsDecisionAndIsCounted) {
  const auto before = Figures().tickets();
  const auto created = testing::Create(
      connection(), testing::ChatMessage(Fresh("user"), "快递三天没动了，什么时候到？",
                                         client::UuidOf(Fresh("request"))));
  ASSERT_OK(created);
  const std::string name = created->ticket().name();
  ASSERT_TRUE(WaitUntil([&] {
    const auto ticket = testing::GetTicket(connection(), name);
    return ticket.ok() && !ticket->triage().decision_id().empty();
  })) << "no decision on "
      << name;
  const auto ticket = testing::GetTicket(connection(), name);
  ASSERT_OK(ticket);
  EXPECT_NE(ticket->triage().category(), huiyin::common::v1::CATEGORY_UNSPECIFIED);
  EXPECT_NE(ticket->triage().priority(), huiyin::common::v1::PRIORITY_UNSPECIFIED);
  EXPECT_NE(ticket->triage().sentiment(), huiyin::common::v1::SENTIMENT_UNSPECIFIED);
  Settle();
  EXPECT_THAT(testing::CountDecisions(connection(), ticket->id()), IsOkAndHolds(1));
  ASSERT_TRUE(WaitUntil([&] { return Figures().tickets().decided() == before.decided() + 1; }));
  EXPECT_EQ(Figures().tickets().created(), before.created() + 1);
}

TEST_F(ChainTest, AReturnEndsWithMoneyABalancedLedgerASurveyAndFigures) {
  const auto before = Figures();
  const std::string customer = Fresh("customer");
  const auto order = testing::DeliveredOrder(Fresh("ORDER"), customer, 16900, SystemClock().Now());
  ASSERT_OK(testing::Push(connection(), order));
  const auto filed = testing::ReturnGoods(connection(), order, "", Fresh("return"));
  ASSERT_OK(filed);

  ASSERT_TRUE(WaitUntil([&] {
    const auto rma = testing::GetRma(connection(), filed->name());
    return rma.ok() && rma->outcome() == aftersales::RMA_OUTCOME_COMPLETED;
  })) << "the return was not completed";
  const auto rma = testing::GetRma(connection(), filed->name());
  ASSERT_OK(rma);
  EXPECT_EQ(rma->money(), aftersales::RMA_MONEY_REFUNDED);
  EXPECT_EQ(rma->refund_total().minor_units(), 16900);

  aftersales::ListRefundsRequest refunds;
  refunds.set_rma_id(rma->rma_id());
  const auto paid =
      client::Call(connection(), &aftersales::RefundService::Stub::ListRefunds, refunds);
  ASSERT_OK(paid);
  ASSERT_EQ(paid->refunds_size(), 1);
  EXPECT_EQ(paid->refunds(0).state(), aftersales::REFUND_STATE_SUCCEEDED);
  EXPECT_FALSE(paid->refunds(0).gateway_refund_id().empty());

  aftersales::ListLedgerEntriesRequest entries;
  entries.set_order_id(order.order_id());
  entries.set_page_size(1000);
  const auto ledger =
      client::Call(connection(), &aftersales::RefundService::Stub::ListLedgerEntries, entries);
  ASSERT_OK(ledger);
  ASSERT_GE(ledger->entries_size(), 4);
  int64_t sum = 0;
  for (const auto& entry : ledger->entries()) sum += entry.amount().minor_units();
  EXPECT_EQ(sum, 0);
  EXPECT_THAT(testing::AuditFindings(connection()), IsOkAndHolds(0));

  Settle();
  survey::ListInvitationsRequest asked;
  asked.set_parent(connection().parent());
  asked.set_rma_id(rma->rma_id());
  std::string token;  // a scheduled invitation has none
  ASSERT_TRUE(WaitUntil([&] {
    const auto invitations =
        client::Call(connection(), &survey::SurveyService::Stub::ListInvitations, asked);
    if (invitations.ok() && invitations->invitations_size() == 1) {
      token = invitations->invitations(0).token();
    }
    return !token.empty();
  })) << "nobody was asked";
  survey::ShowSurveyRequest show;
  show.set_token(token);
  const auto questions = client::Call(connection(), &survey::SurveyService::Stub::ShowSurvey, show);
  ASSERT_OK(questions);
  survey::SubmitAnswerRequest answer;
  answer.set_request_id(client::UuidOf(Fresh("answer")));
  answer.set_token(token);
  answer.set_complete(true);
  for (const auto& question : questions->questions()) {
    if (question.type() != survey::Question::TYPE_SCORE) continue;
    auto& given = *answer.add_answers();
    given.set_question_id(question.question_id());
    given.set_score(question.max_score());
  }
  ASSERT_OK(client::Call(connection(), &survey::SurveyService::Stub::SubmitAnswer, answer));
  Settle();

  const int64_t answers_before = before.surveys_size() > 0 ? before.surveys(0).count() : 0;
  ASSERT_TRUE(WaitUntil([&] {
    const auto now = Figures();
    return now.surveys_size() > 0 && now.surveys(0).count() == answers_before + 1;
  })) << Figures().DebugString();
  const auto now = Figures();
  EXPECT_EQ(now.returns().completed(), before.returns().completed() + 1);
  EXPECT_EQ(now.returns().submitted(), before.returns().submitted() + 1);
  ASSERT_EQ(now.returns().refunds_size(), 1);
  EXPECT_EQ(now.returns().refunds(0).amount().currency(), "CNY");
  EXPECT_EQ(now.returns().refunds(0).amount().minor_units(), 16900);
}

TEST_F(ChainTest, AResolvedTicketIsAskedAboutOnce) {
  auto request =
      testing::ChatMessage(Fresh("user"), "Where is my parcel?", client::UuidOf(Fresh("request")));
  request.mutable_feedback()->set_customer_id(Fresh("customer"));
  const auto created = testing::Create(connection(), request);
  ASSERT_OK(created);
  const std::string resolve = client::UuidOf(Fresh("resolve"));
  ASSERT_OK(testing::Resolve(connection(), created->ticket().name(), resolve));
  ASSERT_OK(testing::Resolve(connection(), created->ticket().name(), resolve));
  Settle();
  survey::ListInvitationsRequest asked;
  asked.set_parent(connection().parent());
  asked.set_ticket_id(created->ticket().id());
  const auto invitations =
      client::Call(connection(), &survey::SurveyService::Stub::ListInvitations, asked);
  ASSERT_OK(invitations);
  EXPECT_EQ(invitations->invitations_size(), 1);
}

}  // namespace
}  // namespace huiyin
