#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "deploy/client/call.h"
#include "deploy/client/delivery.h"
#include "huiyin/aftersales/v1/refund_service.grpc.pb.h"
#include "huiyin/analytics/v1/analytics_service.grpc.pb.h"
#include "huiyin/survey/v1/survey_service.grpc.pb.h"
#include "libs/testing/status.h"
#include "tests/chaos/load/load.h"
#include "tests/harness/flows.h"

namespace huiyin::testing {
namespace {

namespace aftersales = huiyin::aftersales::v1;
namespace analytics = huiyin::analytics::v1;
namespace ingest = huiyin::ingest::v1;
namespace survey = huiyin::survey::v1;

constexpr absl::Duration kSettle = absl::Minutes(3);

// Invitations of one subject that were really made.
absl::StatusOr<int> CountInvitations(client::Connection& connection, const std::string& ticket_id,
                                     const std::string& rma_id) {
  survey::ListInvitationsRequest request;
  request.set_parent(connection.parent());
  request.set_ticket_id(ticket_id);
  request.set_rma_id(rma_id);
  HUIYIN_ASSIGN_OR_RETURN(
      const auto page,
      client::Call(connection, &survey::SurveyService::Stub::ListInvitations, request));
  return page.invitations_size();
}

void ExpectTicket(client::Connection& connection, const Journal::Ticket& acknowledged) {
  const auto ticket = GetTicket(connection, acknowledged.name);
  ASSERT_OK(ticket) << acknowledged.name << " was acknowledged and is gone";
  EXPECT_EQ(static_cast<int>(ticket->message_count()), acknowledged.messages) << ticket->name();
  EXPECT_FALSE(ticket->triage().decision_id().empty()) << ticket->name();
  if (acknowledged.resolved) {
    EXPECT_EQ(ticket->state(), ingest::TICKET_STATE_RESOLVED) << ticket->name();
    EXPECT_THAT(CountInvitations(connection, acknowledged.id, ""), IsOkAndHolds(1))
        << ticket->name();
  }
  const auto decisions = CountDecisions(connection, acknowledged.id);
  ASSERT_OK(decisions);
  EXPECT_GE(*decisions, 1) << ticket->name();
  EXPECT_LE(*decisions, acknowledged.messages) << ticket->name();
}

void ExpectReturn(client::Connection& connection, const std::string& name) {
  const auto rma = GetRma(connection, name);
  ASSERT_OK(rma) << name << " was acknowledged and is gone";
  EXPECT_EQ(rma->outcome(), aftersales::RMA_OUTCOME_COMPLETED) << name;
  aftersales::ListRefundsRequest request;
  request.set_rma_id(rma->rma_id());
  const auto refunds =
      client::Call(connection, &aftersales::RefundService::Stub::ListRefunds, request);
  ASSERT_OK(refunds);
  ASSERT_EQ(refunds->refunds_size(), 1) << name;
  EXPECT_EQ(refunds->refunds(0).state(), aftersales::REFUND_STATE_SUCCEEDED) << name;
  EXPECT_THAT(CountInvitations(connection, "", rma->rma_id()), IsOkAndHolds(1)) << name;
}

bool RefundsAreFinal(client::Connection& connection) {
  aftersales::ListRefundsRequest request;
  request.add_states(aftersales::REFUND_STATE_APPROVED);
  request.add_states(aftersales::REFUND_STATE_SUBMITTED);
  request.add_states(aftersales::REFUND_STATE_UNKNOWN);
  const auto open =
      client::Call(connection, &aftersales::RefundService::Stub::ListRefunds, request);
  return open.ok() && open->refunds().empty();
}

void ExpectFigures(client::Connection& connection, const Journal& journal) {
  const auto figures = [&] {
    analytics::GetOverviewRequest request;
    request.set_parent(connection.parent());
    auto overview =
        client::Call(connection, &analytics::AnalyticsService::Stub::GetOverview, request);
    return overview.ok() ? *overview : analytics::Overview();
  };
  const auto tickets = static_cast<int64_t>(journal.tickets.size());
  WaitUntil([&] { return figures().tickets().decided() == tickets; }, absl::Seconds(10));
  const analytics::Overview overview = figures();
  EXPECT_EQ(overview.tickets().created(), tickets);
  EXPECT_EQ(overview.tickets().decided(), tickets);
  EXPECT_EQ(overview.returns().completed(), static_cast<int64_t>(journal.rmas.size()));
  int64_t paid = 0;
  for (const auto& refunds : overview.returns().refunds()) paid += refunds.amount().minor_units();
  EXPECT_EQ(paid, journal.refund_minor);
}

}  // namespace

void ExpectTheJournal(Suite& suite, const Journal& journal) {
  EXPECT_THAT(journal.refusals, ::testing::IsEmpty());
  ASSERT_TRUE(suite.WaitServing());
  client::Connection& connection = suite.connection();
  ASSERT_TRUE(WaitUntil([&] { return RefundsAreFinal(connection); }, kSettle))
      << "refunds stay with the gateway";
  const auto delivered = client::WaitUntilDelivered(connection, kSettle);
  ASSERT_OK(delivered);
  EXPECT_EQ(delivered->Parked(), 0);
  EXPECT_EQ(delivered->Missing(), 0);

  EXPECT_THAT(CountTickets(connection), IsOkAndHolds(static_cast<int64_t>(journal.tickets.size())));
  for (const Journal::Ticket& ticket : journal.tickets) ExpectTicket(connection, ticket);
  for (const std::string& rma : journal.rmas) ExpectReturn(connection, rma);
  EXPECT_THAT(AuditFindings(connection), IsOkAndHolds(0));
  const auto gateway = nlohmann::json::parse(suite.GatewayControl(""), nullptr, false);
  ASSERT_TRUE(gateway.is_object());
  EXPECT_EQ(gateway["effects"], journal.rmas.size());
  EXPECT_EQ(gateway["paid_twice"], 0);
  ExpectFigures(connection, journal);
}

}  // namespace huiyin::testing
