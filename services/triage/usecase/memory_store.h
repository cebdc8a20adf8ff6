// For tests: a Store in memory and a Publisher that remembers what it was told.
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

  std::map<std::pair<TenantId, TicketId>, TicketFacts> tickets;
  std::vector<Decision> decisions;
  std::vector<Correction> corrections;
};

class RememberingPublisher final : public Publisher {
 public:
  absl::Status Triaged(const Decision& decision, const TicketFacts&,
                       const std::optional<Decision>& replaced, const std::string&) override {
    published.emplace_back(decision.id, replaced.has_value() ? replaced->id : DecisionId());
    return absl::OkStatus();
  }
  std::vector<std::pair<DecisionId, DecisionId>> published;  // decision, the one it replaced
};

}  // namespace huiyin::triage
