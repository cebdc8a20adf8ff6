// Agents, and tickets waiting for them.
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "libs/core/status.h"
#include "services/triage/storage/sql_desk_store.h"

namespace huiyin::triage {
namespace {

constexpr char kItemColumns[] =
    "SELECT ticket_id, queue, entered_at, priority, tier, category, language, assignee, our_turn, "
    "escalated FROM work_item ";

WorkItem ToItem(const TenantId& tenant, const db::Row& row) {
  return {.tenant = tenant,
          .ticket = TicketId(row.Text(0)),
          .queue = row.Str(1),
          .entered = row.Time(2),
          .priority = static_cast<Priority>(row.Int(3)),
          .tier = static_cast<CustomerTier>(row.Int(4)),
          .category = static_cast<Category>(row.Int(5)),
          .language = row.Str(6),
          .assignee = AgentId(row.Text(7)),
          .our_turn = row.Bool(8),
          .escalated = row.Bool(9)};
}

std::vector<std::string> SplitNames(std::string_view text) {
  return absl::StrSplit(absl::string_view(text.data(), text.size()), ',', absl::SkipEmpty());
}

std::string JoinCategories(const std::vector<Category>& categories) {
  return absl::StrJoin(categories, ",", [](std::string* out, Category category) {
    absl::StrAppend(out, static_cast<int>(category));
  });
}

std::vector<Category> SplitCategories(std::string_view text) {
  std::vector<Category> categories;
  for (const std::string& number : SplitNames(text)) {
    int value = 0;
    (void)absl::SimpleAtoi(number, &value);
    categories.push_back(static_cast<Category>(value));
  }
  return categories;
}

}  // namespace

absl::Status SqlDeskStore::PutItem(const WorkItem& item) {
  return session_
      .Execute(
          "INSERT INTO work_item (tenant, ticket_id, queue, entered_at, rank_at, priority, tier, "
          "category, language, assignee, our_turn, escalated) "
          "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
          "ON CONFLICT (tenant, ticket_id) DO UPDATE SET queue = excluded.queue, "
          "entered_at = excluded.entered_at, rank_at = excluded.rank_at, "
          "priority = excluded.priority, tier = excluded.tier, category = excluded.category, "
          "language = excluded.language, assignee = excluded.assignee, "
          "our_turn = excluded.our_turn, escalated = excluded.escalated",
          {item.tenant.value(), item.ticket.value(), item.queue, item.entered, item.Rank(),
           item.priority, item.tier, item.category, item.language, item.assignee.value(),
           item.our_turn, item.escalated})
      .status();
}

absl::StatusOr<std::optional<WorkItem>> SqlDeskStore::FindItem(const TenantId& tenant,
                                                               const TicketId& ticket) {
  std::optional<WorkItem> found;
  HUIYIN_RETURN_IF_ERROR(session_.Query(
      absl::StrCat(kItemColumns, "WHERE tenant = ? AND ticket_id = ?"),
      {tenant.value(), ticket.value()}, [&](const db::Row& row) { found = ToItem(tenant, row); }));
  return found;
}

absl::Status SqlDeskStore::RemoveItem(const TenantId& tenant, const TicketId& ticket) {
  return session_
      .Execute("DELETE FROM work_item WHERE tenant = ? AND ticket_id = ?",
               {tenant.value(), ticket.value()})
      .status();
}

absl::StatusOr<std::vector<WorkItem>> SqlDeskStore::WaitingItems(const TenantId& tenant,
                                                                 int limit) {
  std::vector<WorkItem> items;
  HUIYIN_RETURN_IF_ERROR(session_.Query(
      absl::StrCat(kItemColumns, "WHERE tenant = ? AND assignee = '' ORDER BY rank_at LIMIT ?"),
      {tenant.value(), limit}, [&](const db::Row& row) { items.push_back(ToItem(tenant, row)); }));
  return items;
}

absl::StatusOr<std::vector<WorkItem>> SqlDeskStore::ItemsOf(const TenantId& tenant,
                                                            const AgentId& agent) {
  std::vector<WorkItem> items;
  HUIYIN_RETURN_IF_ERROR(session_.Query(
      absl::StrCat(kItemColumns, "WHERE tenant = ? AND assignee = ? AND assignee <> ''"),
      {tenant.value(), agent.value()},
      [&](const db::Row& row) { items.push_back(ToItem(tenant, row)); }));
  return items;
}

absl::StatusOr<std::vector<QueueFigures>> SqlDeskStore::Queues() {
  std::vector<QueueFigures> queues;
  HUIYIN_RETURN_IF_ERROR(session_.Query(
      "SELECT tenant, queue, sum(CASE WHEN assignee = '' THEN 1 ELSE 0 END), count(*), "
      "min(CASE WHEN assignee = '' THEN entered_at END) FROM work_item GROUP BY tenant, queue "
      "ORDER BY tenant, queue",
      {}, [&](const db::Row& row) {
        queues.push_back({.tenant = TenantId(row.Text(0)),
                          .queue = row.Str(1),
                          .waiting = row.Int(2),
                          .assigned = row.Int(3) - row.Int(2),
                          .oldest = row.OptionalTime(4)});
      }));
  return queues;
}

absl::StatusOr<std::vector<TenantId>> SqlDeskStore::WaitingTenants() {
  std::vector<TenantId> tenants;
  HUIYIN_RETURN_IF_ERROR(session_.Query(
      "SELECT DISTINCT tenant FROM agent WHERE presence = 1 AND EXISTS (SELECT 1 FROM work_item "
      "WHERE work_item.tenant = agent.tenant AND assignee = '')",
      {}, [&](const db::Row& row) { tenants.emplace_back(row.Text(0)); }));
  return tenants;
}

absl::Status SqlDeskStore::PutAgent(const Agent& agent) {
  return session_
      .Execute(
          "INSERT INTO agent (tenant, agent_id, name, queues, languages, categories, capacity, "
          "shift, presence, last_assigned) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
          "ON CONFLICT (tenant, agent_id) DO UPDATE SET name = excluded.name, "
          "queues = excluded.queues, languages = excluded.languages, "
          "categories = excluded.categories, capacity = excluded.capacity, "
          "shift = excluded.shift, presence = excluded.presence, "
          "last_assigned = excluded.last_assigned",
          {agent.tenant.value(), agent.id.value(), agent.name, absl::StrJoin(agent.queues, ","),
           absl::StrJoin(agent.languages, ","), JoinCategories(agent.categories), agent.capacity,
           agent.shift, agent.presence, agent.last_assigned})
      .status();
}

absl::Status SqlDeskStore::RemoveAgent(const TenantId& tenant, const AgentId& agent) {
  return session_
      .Execute("DELETE FROM agent WHERE tenant = ? AND agent_id = ?",
               {tenant.value(), agent.value()})
      .status();
}

absl::StatusOr<std::vector<Agent>> SqlDeskStore::ListAgents(const TenantId& tenant) {
  std::vector<Agent> agents;
  HUIYIN_RETURN_IF_ERROR(session_.Query(
      "SELECT a.agent_id, a.name, a.queues, a.languages, a.categories, a.capacity, a.shift, "
      "a.presence, a.last_assigned, (SELECT count(*) FROM work_item w WHERE w.tenant = a.tenant "
      "AND w.assignee = a.agent_id AND w.assignee <> '' AND w.our_turn = 1) FROM agent a "
      "WHERE a.tenant = ? ORDER BY a.agent_id",
      {tenant.value()}, [&](const db::Row& row) {
        agents.push_back({.tenant = tenant,
                          .id = AgentId(row.Text(0)),
                          .name = row.Str(1),
                          .queues = SplitNames(row.Text(2)),
                          .languages = SplitNames(row.Text(3)),
                          .categories = SplitCategories(row.Text(4)),
                          .capacity = static_cast<int>(row.Int(5)),
                          .shift = row.Str(6),
                          .presence = static_cast<Presence>(row.Int(7)),
                          .last_assigned = row.Time(8),
                          .load = static_cast<int>(row.Int(9))});
      }));
  return agents;
}

}  // namespace huiyin::triage
