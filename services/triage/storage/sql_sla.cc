// SLA clocks, their history and their timers.
#include <algorithm>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "libs/core/status.h"
#include "services/triage/storage/sql_desk_store.h"

namespace huiyin::triage {
namespace {

// "B3.1" for each, one a line.
std::string PackAlarms(const std::vector<SlaAlarm>& alarms) {
  std::string text;
  for (const SlaAlarm& alarm : alarms) {
    absl::StrAppend(&text, text.empty() ? "" : "\n", alarm.breach ? "B" : "W",
                    static_cast<int>(alarm.metric), ".", alarm.round);
  }
  return text;
}

std::vector<SlaAlarm> UnpackAlarms(const std::string& text) {
  std::vector<SlaAlarm> alarms;
  const std::vector<std::string> lines = absl::StrSplit(text, '\n', absl::SkipEmpty());
  for (const std::string& line : lines) {
    SlaAlarm alarm;
    alarm.breach = line[0] == 'B';
    alarm.metric = static_cast<SlaMetric>(line[1] - '0');
    (void)absl::SimpleAtoi(line.substr(3), &alarm.round);
    alarms.push_back(alarm);
  }
  return alarms;
}

// Tenants contain no line feed.
std::string KeyOf(const TenantId& tenant, const TicketId& ticket) {
  return absl::StrCat(tenant.value(), "\n", ticket.value());
}

}  // namespace

SlaTimerKey ReadSlaTimer(const timers::Timer& timer) {
  if (timer.kind == kRefoldTimer) return {TenantId(timer.key), TicketId(timer.payload)};
  const size_t cut = timer.key.find('\n');
  return {TenantId(timer.key.substr(0, cut)), TicketId(timer.key.substr(cut + 1))};
}

absl::StatusOr<std::optional<SlaClock>> SqlDeskStore::FindClock(const TenantId& tenant,
                                                                const TicketId& ticket) {
  std::optional<SlaClock> clock;
  int64_t events = 0;
  HUIYIN_RETURN_IF_ERROR(session_.Query(
      "SELECT priority, tier, started_at, alarms, state, next_at, events FROM sla_clock "
      "WHERE tenant = ? AND ticket_id = ?",
      {tenant.value(), ticket.value()}, [&](const db::Row& row) {
        clock = SlaClock{.tenant = tenant,
                         .ticket = ticket,
                         .priority = static_cast<Priority>(row.Int(0)),
                         .tier = static_cast<CustomerTier>(row.Int(1)),
                         .history = {{SlaMoment::kStarted, row.Time(2)}},
                         .sent = UnpackAlarms(row.Str(3)),
                         .state = static_cast<SlaState>(row.Int(4)),
                         .next = row.OptionalTime(5)};
        events = row.Int(6);
      }));
  if (!clock.has_value() || events == 0) return clock;
  HUIYIN_RETURN_IF_ERROR(session_.Query(
      "SELECT what, at FROM sla_event WHERE tenant = ? AND ticket_id = ? ORDER BY number",
      {tenant.value(), ticket.value()}, [&](const db::Row& row) {
        clock->history.push_back({static_cast<SlaMoment>(row.Int(0)), row.Time(1)});
      }));
  return clock;
}

absl::Status SqlDeskStore::PutClock(const SlaClock& clock, size_t known) {
  HUIYIN_RETURN_IF_ERROR(
      session_
          .Execute("INSERT INTO sla_clock (tenant, ticket_id, priority, tier, started_at, events, "
                   "alarms, state, next_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) "
                   "ON CONFLICT (tenant, ticket_id) DO UPDATE SET priority = excluded.priority, "
                   "tier = excluded.tier, events = excluded.events, alarms = excluded.alarms, "
                   "state = excluded.state, next_at = excluded.next_at",
                   {clock.tenant.value(), clock.ticket.value(), clock.priority, clock.tier,
                    clock.history[0].at, clock.history.size() - 1, PackAlarms(clock.sent),
                    clock.state, clock.next})
          .status());
  for (size_t i = std::max<size_t>(known, 1); i < clock.history.size(); ++i) {
    HUIYIN_RETURN_IF_ERROR(
        session_
            .Execute("INSERT INTO sla_event (tenant, ticket_id, number, what, at) "
                     "VALUES (?, ?, ?, ?, ?)",
                     {clock.tenant.value(), clock.ticket.value(), i, clock.history[i].what,
                      clock.history[i].at})
            .status());
  }
  const std::string key = KeyOf(clock.tenant, clock.ticket);
  if (!clock.next.has_value()) return timers::Cancel(*tx_, kSlaTimer, key);
  return timers::Set(
      *tx_, {.kind = std::string(kSlaTimer), .key = key, .due = *clock.next, .payload = ""});
}

absl::StatusOr<std::vector<TicketId>> SqlDeskStore::ListClocks(const TenantId& tenant,
                                                               const SlaFilter& filter,
                                                               const TicketId& after, int limit) {
  std::vector<TicketId> tickets;
  HUIYIN_RETURN_IF_ERROR(session_.Query(
      filter.missed_only ? "SELECT ticket_id FROM sla_clock WHERE tenant = ? AND ticket_id > ? "
                           "AND state = 4 ORDER BY ticket_id LIMIT ?"
                         : "SELECT ticket_id FROM sla_clock WHERE tenant = ? AND ticket_id > ? "
                           "AND state IN (1, 4) ORDER BY ticket_id LIMIT ?",
      {tenant.value(), after.value(), limit},
      [&](const db::Row& row) { tickets.emplace_back(row.Text(0)); }));
  return tickets;
}

absl::StatusOr<std::vector<TicketId>> SqlDeskStore::ClocksDue(const TenantId& tenant,
                                                              absl::Time before, int limit) {
  std::vector<TicketId> tickets;
  HUIYIN_RETURN_IF_ERROR(session_.Query(
      "SELECT ticket_id FROM sla_clock WHERE tenant = ? AND next_at IS NOT NULL AND next_at < ? "
      "ORDER BY next_at LIMIT ?",
      {tenant.value(), before, limit},
      [&](const db::Row& row) { tickets.emplace_back(row.Text(0)); }));
  return tickets;
}

absl::Status SqlDeskStore::ScheduleRefold(const TenantId& tenant, const TicketId& after,
                                          absl::Time at) {
  return timers::Set(*tx_, {.kind = std::string(kRefoldTimer),
                            .key = tenant.value(),
                            .due = at,
                            .payload = after.value()});
}

}  // namespace huiyin::triage
