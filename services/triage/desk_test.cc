// Clocks and queues over the wire, on SQLite: events in, timers fired, agents given tickets.
#include <gmock/gmock.h>

#include "huiyin/triage/v1/policy_service.grpc.pb.h"
#include "huiyin/triage/v1/routing_service.grpc.pb.h"
#include "huiyin/triage/v1/sla_service.grpc.pb.h"
#include "libs/testing/servers/process.h"
#include "services/triage/test_desk.h"

namespace huiyin::triage {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

constexpr char kRefund[] = "我要退款，什么时候退钱给我？";  // P3 at least, not P1

class DeskTest : public ::testing::Test {
 protected:
  void Say(const std::string& ticket, event::v1::MessageAuthor author) {
    event::v1::TicketMessageAdded added;
    added.set_ticket_id(desk_.Ticket(ticket));
    added.set_message_id(desk_.Ticket(ticket) + "-9");
    added.set_author(author);
    added.set_public_(true);
    desk_.Hear("ticket", added.ticket_id(), added);
  }
  void Move(const std::string& ticket, event::v1::TicketLifecycle from,
            event::v1::TicketLifecycle to) {
    event::v1::TicketStateChanged changed;
    changed.set_ticket_id(desk_.Ticket(ticket));
    changed.set_from(from);
    changed.set_to(to);
    desk_.Hear("ticket", changed.ticket_id(), changed);
  }
  v1::SlaClock Clock(const std::string& ticket) {
    v1::GetSlaClockRequest request;
    request.set_ticket_id(desk_.Ticket(ticket));
    return desk_.Must(&v1::SlaService::Stub::GetSlaClock, request);
  }
  void PublishPolicy(v1::PolicyKind kind, const std::string& source) {
    v1::CreatePolicyRequest create;
    create.set_request_id(desk_.NewId());
    create.set_kind(kind);
    create.set_source(source);
    v1::PublishPolicyRequest publish;
    publish.set_request_id(desk_.NewId());
    publish.set_kind(kind);
    publish.set_version(desk_.Must(&v1::PolicyService::Stub::CreatePolicy, create).version());
    desk_.Must(&v1::PolicyService::Stub::PublishPolicy, publish);
  }
  void AgentComes(const std::string& id, int capacity,
                  const std::vector<std::string>& queues = {}) {
    v1::PutAgentRequest put;
    put.set_request_id(desk_.NewId());
    put.mutable_agent()->set_agent_id(id);
    put.mutable_agent()->set_capacity(capacity);
    for (const std::string& queue : queues) put.mutable_agent()->add_queues(queue);
    desk_.Must(&v1::RoutingService::Stub::PutAgent, put);
    SetPresence(id, v1::PRESENCE_ONLINE);
  }
  void SetPresence(const std::string& id, v1::Presence presence) {
    v1::SetPresenceRequest request;
    request.set_request_id(desk_.NewId());
    request.set_agent_id(id);
    request.set_presence(presence);
    desk_.Must(&v1::RoutingService::Stub::SetPresence, request);
  }
  std::map<std::string, int> Loads() {
    std::map<std::string, int> loads;
    const auto all = desk_.Must(&v1::RoutingService::Stub::ListAgents, v1::ListAgentsRequest());
    for (const auto& agent : all.agents()) {
      loads[agent.agent_id()] = agent.load();
    }
    return loads;
  }
  // Waits until the dispatcher has brought about `loads`.
  void AwaitLoads(const std::map<std::string, int>& loads) {
    EXPECT_TRUE(testing::WaitUntil([&] { return Loads() == loads; }));
  }
  std::vector<std::string> Queues() {
    std::vector<std::string> lines;
    const auto all = desk_.Must(&v1::RoutingService::Stub::ListQueues, v1::ListQueuesRequest());
    for (const auto& queue : all.queues()) {
      lines.push_back(queue.queue() + " " + std::to_string(queue.waiting()) + " " +
                      std::to_string(queue.assigned()));
    }
    return lines;
  }
  int64_t Alarms() { return desk_.host().Published("huiyin.event.v1.SlaAlarm"); }

  TestDesk desk_;
};

TEST_F(DeskTest, AClockWarnsBreachesAndStopsWithTheAnswer) {
  PublishPolicy(v1::POLICY_KIND_SLA,
                "calendar always\n zone UTC\n hours mon-sun 00:00-24:00\nwarn at 50%\n"
                "target P1 in always first_response 1h\ntarget P2 in always first_response 1h\n"
                "target P3 in always first_response 1h\ntarget P4 in always first_response 1h\n");
  desk_.CustomerOpens("t", kRefund);
  EXPECT_EQ(Clock("t").state(), v1::SLA_STATE_ACTIVE);
  EXPECT_EQ(Clock("t").sla_version(), "sla-1");
  desk_.clock().Advance(absl::Minutes(29));
  desk_.host().FireTimers();
  EXPECT_EQ(Alarms(), 0);
  desk_.clock().Advance(absl::Minutes(2));
  desk_.host().FireTimers();
  EXPECT_EQ(Alarms(), 1);  // the warning
  desk_.clock().Advance(absl::Minutes(30));
  desk_.host().FireTimers();
  EXPECT_EQ(Alarms(), 2);
  EXPECT_EQ(Clock("t").state(), v1::SLA_STATE_ACTIVE_WITH_MISSES);
  EXPECT_THAT(Queues(), ElementsAre("specialists 1 0"));  // escalated
  const auto late = desk_.Must(&v1::SlaService::Stub::ListSlaClocks, v1::ListSlaClocksRequest());
  EXPECT_EQ(late.clocks_size(), 1);

  Say("t", event::v1::MESSAGE_AUTHOR_AGENT);
  Move("t", event::v1::TICKET_LIFECYCLE_OPEN, event::v1::TICKET_LIFECYCLE_RESOLVED);
  EXPECT_EQ(Clock("t").state(), v1::SLA_STATE_MISSED);
  EXPECT_EQ(desk_.host().Published("huiyin.event.v1.SlaMeasured"), 1);
  desk_.clock().Advance(absl::Hours(100));
  desk_.host().FireTimers();
  EXPECT_EQ(Alarms(), 2);
  EXPECT_THAT(Queues(), IsEmpty());
}

TEST_F(DeskTest, NothingIsCountedWhileWeWaitForTheCustomer) {
  desk_.CustomerOpens("t", kRefund);
  Say("t", event::v1::MESSAGE_AUTHOR_AGENT);
  Move("t", event::v1::TICKET_LIFECYCLE_OPEN, event::v1::TICKET_LIFECYCLE_PENDING_CUSTOMER);
  desk_.clock().Advance(absl::Hours(1000));
  desk_.host().FireTimers();
  EXPECT_EQ(Alarms(), 0);
  Move("t", event::v1::TICKET_LIFECYCLE_PENDING_CUSTOMER, event::v1::TICKET_LIFECYCLE_OPEN);
  EXPECT_TRUE(Clock("t").has_next_alarm());
  EXPECT_EQ(Clock("t").state(), v1::SLA_STATE_ACTIVE);
}

TEST_F(DeskTest, AnotherPlanIsAppliedToClocksThatRunAlready) {
  desk_.CustomerOpens("t", kRefund);
  desk_.clock().Advance(absl::Minutes(10));
  PublishPolicy(v1::POLICY_KIND_SLA,
                "calendar always\n zone UTC\n hours mon-sun 00:00-24:00\n"
                "target P1 in always first_response 5m\ntarget P2 in always first_response 5m\n"
                "target P3 in always first_response 5m\ntarget P4 in always first_response 5m\n");
  desk_.host().FireTimers();
  EXPECT_EQ(Clock("t").state(), v1::SLA_STATE_ACTIVE_WITH_MISSES);
  EXPECT_EQ(Alarms(), 1);
  v1::RollbackPolicyRequest back;
  back.set_request_id(desk_.NewId());
  back.set_kind(v1::POLICY_KIND_SLA);
  desk_.Must(&v1::PolicyService::Stub::RollbackPolicy, back);
  desk_.host().FireTimers();
  EXPECT_EQ(Clock("t").state(), v1::SLA_STATE_ACTIVE);
}

TEST_F(DeskTest, TicketsAreSharedOutAndComeBackWhenTheirAgentLeaves) {
  desk_.host().StartBackground();
  for (int i = 0; i < 4; ++i) desk_.CustomerOpens("t" + std::to_string(i), kRefund);
  EXPECT_THAT(Queues(), ElementsAre("general 4 0"));
  AgentComes("li", 3);
  AwaitLoads({{"li", 3}});  // up to capacity
  AgentComes("wei", 3);
  AwaitLoads({{"li", 3}, {"wei", 1}});
  SetPresence("li", v1::PRESENCE_OFFLINE);
  AwaitLoads({{"li", 0}, {"wei", 3}});
  EXPECT_THAT(Queues(), ElementsAre("general 1 3"));
  AgentComes("zhao", 3);
  AwaitLoads({{"li", 0}, {"wei", 3}, {"zhao", 1}});
}

TEST_F(DeskTest, WhatNobodyHasTheSkillsForGoesToTheFallbackQueue) {
  desk_.host().StartBackground();
  PublishPolicy(v1::POLICY_KIND_ROUTING,
                "queue money\n takes category in REFUND\nqueue rest\nfallback rest\n");
  desk_.CustomerOpens("t", kRefund);
  EXPECT_THAT(Queues(), ElementsAre("money 1 0"));
  AgentComes("li", 3, {"rest"});
  AwaitLoads({{"li", 1}});
  EXPECT_THAT(Queues(), ElementsAre("rest 0 1"));
}

TEST_F(DeskTest, AnEscalatedTicketLeavesItsAgentForTheSpecialists) {
  desk_.host().StartBackground();
  AgentComes("li", 3, {"general"});
  desk_.CustomerOpens("t", kRefund);
  AwaitLoads({{"li", 1}});
  AgentComes("expert", 3, {"specialists"});
  v1::EscalateTicketRequest request;
  request.set_request_id(desk_.NewId());
  request.set_ticket_id(desk_.Ticket("t"));
  EXPECT_TRUE(desk_.Must(&v1::RoutingService::Stub::EscalateTicket, request).escalated());
  AwaitLoads({{"expert", 1}, {"li", 0}});
}

TEST_F(DeskTest, AnotherTenantSeesNothing) {
  desk_.CustomerOpens("t", kRefund);
  AgentComes("li", 3);
  v1::GetSlaClockRequest clock;
  clock.set_ticket_id(desk_.Ticket("t"));
  EXPECT_THAT(desk_.Call(&v1::SlaService::Stub::GetSlaClock, clock, "t2"),
              testing::HasReason("CLOCK_NOT_FOUND"));
  const auto agents =
      desk_.Call(&v1::RoutingService::Stub::ListAgents, v1::ListAgentsRequest(), "t2");
  EXPECT_EQ(agents->agents_size(), 0);
  const auto queues =
      desk_.Call(&v1::RoutingService::Stub::ListQueues, v1::ListQueuesRequest(), "t2");
  EXPECT_EQ(queues->queues_size(), 0);
}

TEST_F(DeskTest, RefusesAgentsThatMakeNoSense) {
  v1::PutAgentRequest put;
  put.set_request_id("no");
  put.mutable_agent()->set_capacity(0);
  put.mutable_agent()->add_queues("a,b");
  const auto refused = desk_.Call(&v1::RoutingService::Stub::PutAgent, put);
  std::vector<std::string> fields;
  for (const Violation& violation : Violations(refused.status())) fields.push_back(violation.field);
  EXPECT_THAT(fields, UnorderedElementsAre("request_id", "agent.agent_id", "agent.capacity",
                                           "agent.queues"));
}

}  // namespace
}  // namespace huiyin::triage
