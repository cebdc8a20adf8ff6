// DeskStore over SQLite and PostgreSQL.
#pragma once

#include "libs/db/database.h"
#include "libs/timers/timers.h"
#include "services/triage/storage/desk_store.h"

namespace huiyin::triage {

// Lives as long as the session it is given.
class SqlDeskStore final : public DeskStore {
 public:
  // For reading.
  explicit SqlDeskStore(db::Session& session) : session_(session) {}
  // Also sets timers.
  explicit SqlDeskStore(db::Transaction& tx) : session_(tx), tx_(&tx) {}

  absl::StatusOr<int> InsertPolicy(const PolicyDocument& policy) override;
  absl::StatusOr<std::optional<PolicyDocument>> FindPolicy(const TenantId& tenant, PolicyKind kind,
                                                           int number) override;
  absl::StatusOr<std::vector<PolicyDocument>> ListPolicies(const TenantId& tenant, PolicyKind kind,
                                                           int before, int limit) override;
  absl::StatusOr<std::vector<Publication>> StandingPublications(const TenantId& tenant,
                                                                PolicyKind kind,
                                                                int limit) override;
  absl::Status InsertPublication(const TenantId& tenant, PolicyKind kind,
                                 const Publication& publication) override;
  absl::Status RollBack(const TenantId& tenant, PolicyKind kind, int64_t sequence,
                        const std::string& by) override;
  absl::StatusOr<int64_t> LastPublication(const TenantId& tenant, PolicyKind kind) override;
  absl::StatusOr<std::optional<SlaClock>> FindClock(const TenantId& tenant,
                                                    const TicketId& ticket) override;
  absl::Status PutClock(const SlaClock& clock, size_t known) override;
  absl::StatusOr<std::vector<TicketId>> ListClocks(const TenantId& tenant, const SlaFilter& filter,
                                                   const TicketId& after, int limit) override;
  absl::StatusOr<std::vector<TicketId>> ClocksDue(const TenantId& tenant, absl::Time before,
                                                  int limit) override;
  absl::Status ScheduleRefold(const TenantId& tenant, const TicketId& after,
                              absl::Time at) override;
  absl::Status PutItem(const WorkItem& item) override;
  absl::StatusOr<std::optional<WorkItem>> FindItem(const TenantId& tenant,
                                                   const TicketId& ticket) override;
  absl::Status RemoveItem(const TenantId& tenant, const TicketId& ticket) override;
  absl::StatusOr<std::vector<WorkItem>> WaitingItems(const TenantId& tenant, int limit) override;
  absl::StatusOr<std::vector<WorkItem>> ItemsOf(const TenantId& tenant,
                                                const AgentId& agent) override;
  absl::StatusOr<std::vector<QueueFigures>> Queues() override;
  absl::StatusOr<std::vector<TenantId>> WaitingTenants() override;
  absl::Status PutAgent(const Agent& agent) override;
  absl::Status RemoveAgent(const TenantId& tenant, const AgentId& agent) override;
  absl::StatusOr<std::vector<Agent>> ListAgents(const TenantId& tenant) override;
  absl::Status PutOrder(const OrderFacts& order) override;
  absl::StatusOr<Standing> FindStanding(const TenantId& tenant, const CustomerId& customer,
                                        const OrderId& order) override;
  absl::StatusOr<int> CountTickets(const TenantId& tenant, const CustomerId& customer,
                                   const TicketId& other_than, absl::Time from, absl::Time before,
                                   int most) override;

 private:
  db::Session& session_;
  db::Transaction* const tx_ = nullptr;
};

// Durable timers of SLA clocks.
inline constexpr std::string_view kSlaTimer = "sla";
inline constexpr std::string_view kRefoldTimer = "sla_refold";
// What a timer is about: tenant and ticket of kSlaTimer; tenant and position of kRefoldTimer.
struct SlaTimerKey {
  TenantId tenant;
  TicketId ticket;
};
SlaTimerKey ReadSlaTimer(const timers::Timer& timer);

}  // namespace huiyin::triage
