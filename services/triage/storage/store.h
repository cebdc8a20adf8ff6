// What triage keeps: decisions, which of them is in force on a ticket, and corrections. A port:
// implemented by sql_store.h. An instance lives inside one transaction or snapshot and is not
// thread-safe.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/triage/domain/decision.h"

namespace huiyin::triage {

// What triage knows of a ticket from its events.
struct TicketFacts {
  TenantId tenant;
  TicketId id;
  Channel channel = Channel::kUnknown;
  std::string product_id;
  CustomerId customer;  // empty while unknown
  OrderId order;        // empty while unknown
  int rating = 0;
  absl::Time created;
  std::vector<MessageId>
      messages;               // the customer's, oldest first, the newest kMessagesRead of them
  int customer_messages = 0;  // all of them
  DecisionId current;         // in force; empty while there is none
  // When the customer was erased. Not stored by PutTicket.
  std::optional<absl::Time> erased;
};

// Messages of a ticket that are read together.
inline constexpr size_t kMessagesRead = 8;

// What a person said a decision should have been.
struct Correction {
  TenantId tenant;
  DecisionId corrected;  // the decision that was wrong
  DecisionId by;         // the decision that replaced it
  TicketId ticket;
  std::string agent;
  absl::Time created;
};

struct DecisionFilter {
  std::optional<TicketId> ticket;
  bool needs_review_only = false;  // in force and waiting for a person
  bool in_force_only = false;
};

class Store {
 public:
  virtual ~Store() = default;

  // nullopt when no event of the ticket has arrived.
  virtual absl::StatusOr<std::optional<TicketFacts>> FindTicket(const TenantId& tenant,
                                                                const TicketId& ticket) = 0;
  // Stores or replaces.
  virtual absl::Status PutTicket(const TicketFacts& ticket) = 0;

  // ALREADY_EXISTS for an id seen before.
  virtual absl::Status InsertDecision(const Decision& decision) = 0;
  virtual absl::StatusOr<std::optional<Decision>> FindDecision(const TenantId& tenant,
                                                               const DecisionId& id) = 0;
  // Newest first, at most `limit`, only those older than `before` when it is not empty.
  virtual absl::StatusOr<std::vector<Decision>> ListDecisions(const TenantId& tenant,
                                                              const DecisionFilter& filter,
                                                              const DecisionId& before,
                                                              int limit) = 0;
  virtual absl::Status InsertCorrection(const Correction& correction) = 0;

  // Forgets a customer, as of `at`: whose the tickets and orders are and what is known of the
  // customer, also in tickets that only their order connects; in decisions, the words of messages
  // and what the inputs told of the person. Labels, priorities and times stay, and decisions are
  // as many as before. A repeat changes nothing.
  virtual absl::Status EraseCustomer(const TenantId& tenant, const CustomerId& customer,
                                     absl::Time at) = 0;
};

}  // namespace huiyin::triage
