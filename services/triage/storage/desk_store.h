// What the desk keeps besides decisions: policies, and what orders tell of customers. A port:
// implemented by sql_desk_store.h. An instance lives inside one transaction or snapshot and is not
// thread-safe.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/triage/domain/decision.h"
#include "services/triage/domain/policy/kind.h"
#include "services/triage/domain/routing/agent.h"
#include "services/triage/domain/sla/clock.h"

namespace huiyin::triage {

// A version of a policy, as it was created. Never changed.
struct PolicyDocument {
  TenantId tenant;
  PolicyKind kind = PolicyKind::kPriority;
  int number = 0;
  std::string source;
  std::string note;  // what the author says of it
  std::string created_by;
  absl::Time created;
};

// A version coming into force.
struct Publication {
  int64_t sequence = 0;  // 1, 2, 3 … per tenant and kind
  std::string version;
  std::string by;
  absl::Time at;
};

// What an order tells.
struct OrderFacts {
  TenantId tenant;
  OrderId id;
  CustomerId customer;
  uint64_t version = 0;
  CustomerTier tier = CustomerTier::kUnknown;
  Money value;
  absl::Time as_of;
};

// Who a customer is, for priority.
struct Standing {
  CustomerTier tier = CustomerTier::kUnknown;
  Money order_value;
};

// An alarm of an SLA clock: sent once.
struct SlaAlarm {
  bool breach = false;  // else a warning
  SlaMetric metric = SlaMetric::kFirstResponse;
  int round = 1;

  friend auto operator<=>(const SlaAlarm&, const SlaAlarm&) = default;
};

// A ticket's clock as kept.
struct SlaClock {
  TenantId tenant;
  TicketId ticket;
  Priority priority = Priority::kP4;
  CustomerTier tier = CustomerTier::kUnknown;
  SlaHistory history;  // never empty
  std::vector<SlaAlarm> sent;
  SlaState state = SlaState::kActive;
  std::optional<absl::Time> next;  // of the next alarm
};

struct SlaFilter {
  bool missed_only = false;  // open, with a target missed
};

// How a queue stands.
struct QueueFigures {
  TenantId tenant;
  std::string queue;
  int64_t waiting = 0;
  int64_t assigned = 0;
  std::optional<absl::Time> oldest;  // entry of the one that waits longest
};

class DeskStore {
 public:
  virtual ~DeskStore() = default;

  // Stores under the next number of its tenant and kind, which it returns. Calls for one tenant
  // must not run side by side.
  virtual absl::StatusOr<int> InsertPolicy(const PolicyDocument& policy) = 0;
  virtual absl::StatusOr<std::optional<PolicyDocument>> FindPolicy(const TenantId& tenant,
                                                                   PolicyKind kind, int number) = 0;
  // Newest first, at most `limit`, only numbers below `before` when it is not 0.
  virtual absl::StatusOr<std::vector<PolicyDocument>> ListPolicies(const TenantId& tenant,
                                                                   PolicyKind kind, int before,
                                                                   int limit) = 0;
  // Those not rolled back, newest first.
  virtual absl::StatusOr<std::vector<Publication>> StandingPublications(const TenantId& tenant,
                                                                        PolicyKind kind,
                                                                        int limit) = 0;
  virtual absl::Status InsertPublication(const TenantId& tenant, PolicyKind kind,
                                         const Publication& publication) = 0;
  virtual absl::Status RollBack(const TenantId& tenant, PolicyKind kind, int64_t sequence,
                                const std::string& by) = 0;
  // Of all publications ever; 0 when there is none.
  virtual absl::StatusOr<int64_t> LastPublication(const TenantId& tenant, PolicyKind kind) = 0;

  virtual absl::StatusOr<std::optional<SlaClock>> FindClock(const TenantId& tenant,
                                                            const TicketId& ticket) = 0;
  // Stores or replaces all but the history, of which only what was added since `known` events is
  // stored; sets the durable timer of `next`, or cancels it.
  virtual absl::Status PutClock(const SlaClock& clock, size_t known) = 0;
  // Open clocks, by ticket id from after `after` on.
  virtual absl::StatusOr<std::vector<TicketId>> ListClocks(const TenantId& tenant,
                                                           const SlaFilter& filter,
                                                           const TicketId& after, int limit) = 0;
  // Open clocks whose next alarm is due before `before`, soonest first.
  virtual absl::StatusOr<std::vector<TicketId>> ClocksDue(const TenantId& tenant, absl::Time before,
                                                          int limit) = 0;
  // Durable: the tenant's clocks will be folded again, from after `after` on.
  virtual absl::Status ScheduleRefold(const TenantId& tenant, const TicketId& after,
                                      absl::Time at) = 0;

  // Stores or replaces.
  virtual absl::Status PutItem(const WorkItem& item) = 0;
  virtual absl::StatusOr<std::optional<WorkItem>> FindItem(const TenantId& tenant,
                                                           const TicketId& ticket) = 0;
  virtual absl::Status RemoveItem(const TenantId& tenant, const TicketId& ticket) = 0;
  // By rank, at most `limit`.
  virtual absl::StatusOr<std::vector<WorkItem>> WaitingItems(const TenantId& tenant, int limit) = 0;
  virtual absl::StatusOr<std::vector<WorkItem>> ItemsOf(const TenantId& tenant,
                                                        const AgentId& agent) = 0;
  // Of all tenants.
  virtual absl::StatusOr<std::vector<QueueFigures>> Queues() = 0;
  // Tenants with waiting tickets and an agent online.
  virtual absl::StatusOr<std::vector<TenantId>> WaitingTenants() = 0;
  // Stores or replaces; the load is derived and not stored.
  virtual absl::Status PutAgent(const Agent& agent) = 0;
  virtual absl::Status RemoveAgent(const TenantId& tenant, const AgentId& agent) = 0;
  virtual absl::StatusOr<std::vector<Agent>> ListAgents(const TenantId& tenant) = 0;

  // Older versions of an order and older words on a customer change nothing.
  virtual absl::Status PutOrder(const OrderFacts& order) = 0;
  // Of `customer`, or of whoever ordered `order` when it is empty; both may be unknown.
  virtual absl::StatusOr<Standing> FindStanding(const TenantId& tenant, const CustomerId& customer,
                                                const OrderId& order) = 0;
  // Other tickets of the customer created in [from, before), counted up to `most`.
  virtual absl::StatusOr<int> CountTickets(const TenantId& tenant, const CustomerId& customer,
                                           const TicketId& other_than, absl::Time from,
                                           absl::Time before, int most) = 0;
};

}  // namespace huiyin::triage
