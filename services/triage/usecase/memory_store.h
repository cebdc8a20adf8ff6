// For tests: stores in memory and a Publisher that remembers what it was told.
#pragma once

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "services/triage/usecase/unit.h"

namespace huiyin::triage {

class MemoryStore final : public Store {
 public:
  absl::StatusOr<std::optional<TicketFacts>> FindTicket(const TenantId& tenant,
                                                        const TicketId& ticket) override {
    const auto it = tickets.find({tenant, ticket});
    return it == tickets.end() ? std::nullopt : std::optional(it->second);
  }
  absl::Status PutTicket(const TicketFacts& ticket) override {
    tickets[{ticket.tenant, ticket.id}] = ticket;
    return absl::OkStatus();
  }
  absl::Status InsertDecision(const Decision& decision) override {
    decisions.push_back(decision);
    return absl::OkStatus();
  }
  absl::StatusOr<std::optional<Decision>> FindDecision(const TenantId& tenant,
                                                       const DecisionId& id) override {
    for (const Decision& decision : decisions) {
      if (decision.tenant == tenant && decision.id == id) return decision;
    }
    return std::nullopt;
  }
  absl::StatusOr<std::vector<Decision>> ListDecisions(const TenantId&, const DecisionFilter&,
                                                      const DecisionId&, int) override {
    return decisions;
  }
  absl::Status InsertCorrection(const Correction& correction) override {
    corrections.push_back(correction);
    return absl::OkStatus();
  }
  absl::Status EraseCustomer(const TenantId& tenant, const CustomerId& customer,
                             absl::Time at) override {
    for (auto& [key, ticket] : tickets) {
      if (ticket.tenant != tenant || ticket.customer != customer) continue;
      ticket.customer = CustomerId();
      ticket.erased = at;
      for (Decision& decision : decisions) {
        if (decision.tenant != tenant || decision.ticket != ticket.id) continue;
        decision.reading.terms.clear();
        decision.erased = true;
      }
    }
    return absl::OkStatus();
  }

  std::map<std::pair<TenantId, TicketId>, TicketFacts> tickets;
  std::vector<Decision> decisions;
  std::vector<Correction> corrections;
};

class MemoryDesk final : public DeskStore {
 public:
  absl::StatusOr<int> InsertPolicy(const PolicyDocument& policy) override {
    documents.push_back(policy);
    documents.back().number = static_cast<int>(documents.size());
    return documents.back().number;
  }
  absl::StatusOr<std::optional<PolicyDocument>> FindPolicy(const TenantId& tenant, PolicyKind kind,
                                                           int number) override {
    for (const PolicyDocument& document : documents) {
      if (document.tenant == tenant && document.kind == kind && document.number == number) {
        return document;
      }
    }
    return std::nullopt;
  }
  absl::StatusOr<std::vector<PolicyDocument>> ListPolicies(const TenantId&, PolicyKind, int,
                                                           int) override {
    return std::vector<PolicyDocument>(documents.rbegin(), documents.rend());
  }
  absl::StatusOr<std::vector<Publication>> StandingPublications(const TenantId&, PolicyKind,
                                                                int) override {
    return std::vector<Publication>(publications.rbegin(), publications.rend());
  }
  absl::Status InsertPublication(const TenantId&, PolicyKind,
                                 const Publication& publication) override {
    publications.push_back(publication);
    last_publication = publication.sequence;
    return absl::OkStatus();
  }
  absl::Status RollBack(const TenantId&, PolicyKind, int64_t sequence,
                        const std::string&) override {
    std::erase_if(publications, [&](const Publication& p) { return p.sequence == sequence; });
    return absl::OkStatus();
  }
  absl::StatusOr<int64_t> LastPublication(const TenantId&, PolicyKind) override {
    return last_publication;
  }
  absl::StatusOr<std::optional<SlaClock>> FindClock(const TenantId&,
                                                    const TicketId& ticket) override {
    const auto it = clocks.find(ticket);
    return it == clocks.end() ? std::nullopt : std::optional(it->second);
  }
  absl::Status PutClock(const SlaClock& clock, size_t) override {
    clocks[clock.ticket] = clock;
    return absl::OkStatus();
  }
  absl::StatusOr<std::vector<TicketId>> ListClocks(const TenantId&, const SlaFilter&,
                                                   const TicketId& after, int) override {
    std::vector<TicketId> open;
    for (const auto& [ticket, clock] : clocks) {
      if (ticket > after && !IsOver(clock.history)) open.push_back(ticket);
    }
    return open;
  }
  absl::StatusOr<std::vector<TicketId>> ClocksDue(const TenantId&, absl::Time, int) override {
    return std::vector<TicketId>();
  }
  absl::Status ScheduleRefold(const TenantId&, const TicketId&, absl::Time) override {
    return absl::OkStatus();
  }
  absl::Status PutItem(const WorkItem& item) override {
    items[item.ticket] = item;
    return absl::OkStatus();
  }
  absl::StatusOr<std::optional<WorkItem>> FindItem(const TenantId&,
                                                   const TicketId& ticket) override {
    const auto it = items.find(ticket);
    return it == items.end() ? std::nullopt : std::optional(it->second);
  }
  absl::Status RemoveItem(const TenantId&, const TicketId& ticket) override {
    items.erase(ticket);
    return absl::OkStatus();
  }
  absl::StatusOr<std::vector<WorkItem>> WaitingItems(const TenantId&, int) override {
    std::vector<WorkItem> waiting;
    for (const auto& [ticket, item] : items) {
      if (item.assignee.empty()) waiting.push_back(item);
    }
    std::stable_sort(waiting.begin(), waiting.end(),
                     [](const WorkItem& a, const WorkItem& b) { return a.Rank() < b.Rank(); });
    return waiting;
  }
  absl::StatusOr<std::vector<WorkItem>> ItemsOf(const TenantId&, const AgentId& agent) override {
    std::vector<WorkItem> found;
    for (const auto& [ticket, item] : items) {
      if (item.assignee == agent) found.push_back(item);
    }
    return found;
  }
  absl::StatusOr<std::vector<QueueFigures>> Queues() override {
    return std::vector<QueueFigures>();
  }
  absl::StatusOr<std::vector<TenantId>> WaitingTenants() override {
    return std::vector<TenantId>();
  }
  absl::Status PutAgent(const Agent& agent) override {
    agents[agent.id] = agent;
    return absl::OkStatus();
  }
  absl::Status RemoveAgent(const TenantId&, const AgentId& agent) override {
    agents.erase(agent);
    return absl::OkStatus();
  }
  absl::StatusOr<std::vector<Agent>> ListAgents(const TenantId&) override {
    std::vector<Agent> all;
    for (const auto& [id, agent] : agents) {
      all.push_back(agent);
      all.back().load =
          static_cast<int>(std::count_if(items.begin(), items.end(), [&](const auto& entry) {
            return entry.second.assignee == agent.id && entry.second.our_turn;
          }));
    }
    return all;
  }
  absl::Status PutOrder(const OrderFacts& order) override {
    standings[order.customer] = {order.tier, order.value};
    return absl::OkStatus();
  }
  absl::StatusOr<Standing> FindStanding(const TenantId&, const CustomerId& customer,
                                        const OrderId&) override {
    return standings[customer];
  }
  absl::StatusOr<int> CountTickets(const TenantId&, const CustomerId&, const TicketId&, absl::Time,
                                   absl::Time, int) override {
    return earlier_tickets;
  }

  std::vector<PolicyDocument> documents;
  std::vector<Publication> publications;  // those not rolled back
  int64_t last_publication = 0;
  std::map<TicketId, SlaClock> clocks;
  std::map<TicketId, WorkItem> items;
  std::map<AgentId, Agent> agents;
  std::map<CustomerId, Standing> standings;
  int earlier_tickets = 0;
};

class RememberingPublisher final : public Publisher {
 public:
  absl::Status Triaged(const Decision& decision, const TicketFacts&,
                       const std::optional<Decision>& replaced, const std::string& queue,
                       const std::string&) override {
    queues[decision.ticket] = queue;
    published.emplace_back(decision.id, replaced.has_value() ? replaced->id : DecisionId());
    return absl::OkStatus();
  }
  absl::Status SlaAlarmed(const SlaClock&, const SlaAlarm& alarm, absl::Time, const std::string&,
                          absl::Time) override {
    alarms.push_back(alarm);
    return absl::OkStatus();
  }
  absl::Status SlaMeasured(const SlaClock&, const SlaMeasure& measure, absl::Time) override {
    measured.push_back(measure);
    return absl::OkStatus();
  }
  absl::Status Assigned(const WorkItem& item, const AgentId& before, std::string_view reason,
                        absl::Time) override {
    assignments.push_back({item, before, std::string(reason)});
    return absl::OkStatus();
  }
  struct Assignment {
    WorkItem item;
    AgentId before;
    std::string reason;
  };
  std::vector<Assignment> assignments;
  std::vector<SlaAlarm> alarms;
  std::vector<SlaMeasure> measured;
  std::map<TicketId, std::string> queues;
  std::vector<std::pair<DecisionId, DecisionId>> published;  // decision, the one it replaced
};

}  // namespace huiyin::triage
