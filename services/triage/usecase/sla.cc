#include "services/triage/usecase/sla.h"

#include <algorithm>

#include "libs/core/status.h"
#include "services/triage/usecase/routing.h"

namespace huiyin::triage {
namespace {

constexpr int kRefoldAtOnce = 300;

bool WasSent(const SlaClock& clock, const SlaAlarm& alarm) {
  return std::find(clock.sent.begin(), clock.sent.end(), alarm) != clock.sent.end();
}

// Calls `each(alarm, when, measure)` for every alarm that was not sent. A measurement that ended in
// time alarms no more; one that ended late still has its breach to tell.
template <class Each>
void ForPendingAlarms(const SlaClock& clock, const SlaPlan& plan, const SlaPlan::Terms& terms,
                      const std::vector<SlaMeasure>& measures, Each each) {
  for (const SlaMeasure& measure : measures) {
    const SlaAlarm breach{true, measure.metric, measure.round};
    if (measure.due == absl::InfiniteFuture() || measure.Hit() || WasSent(clock, breach)) continue;
    const SlaAlarm warning{false, measure.metric, measure.round};
    if (!measure.ended.has_value() && !WasSent(clock, warning)) {
      each(warning, plan.WarningTime(measure, terms), measure);
    }
    each(breach, measure.due, measure);
  }
}

bool HadEnded(const std::vector<SlaMeasure>& earlier, const SlaMeasure& measure) {
  return std::any_of(earlier.begin(), earlier.end(), [&](const SlaMeasure& other) {
    return other.metric == measure.metric && other.round == measure.round &&
           other.ended.has_value();
  });
}

// Folds the clock, sends what is due, and stores it with its next alarm.
absl::Status Settle(Unit& unit, SlaClock& clock, size_t known) {
  HUIYIN_ASSIGN_OR_RETURN(const auto plan, unit.policies.Sla(unit.desk, clock.tenant));
  const SlaPlan::Terms* terms = plan->TermsFor(clock.tier, clock.priority);
  const absl::Time now = unit.clock.Now();
  std::vector<SlaMeasure> measures;
  if (terms != nullptr) measures = Fold(clock.history, terms->targets, *terms->calendar);
  clock.next.reset();
  std::vector<SlaAlarm> sent;
  absl::Status published;
  if (terms != nullptr) {
    ForPendingAlarms(clock, *plan, *terms, measures,
                     [&](const SlaAlarm& alarm, absl::Time when, const SlaMeasure& measure) {
                       if (!published.ok()) return;
                       // Of a target missed already only the breach is told.
                       if (!alarm.breach && measure.due < now) return;
                       // At the very end it is still in time: late is what comes after.
                       const absl::Time rings = alarm.breach ? when + absl::Microseconds(1) : when;
                       if (rings <= now) {
                         sent.push_back(alarm);
                         published = unit.events.SlaAlarmed(clock, alarm, measure.due,
                                                            plan->version(), now);
                         return;
                       }
                       clock.next = std::min(clock.next.value_or(rings), rings);
                     });
  }
  HUIYIN_RETURN_IF_ERROR(published);
  if (terms != nullptr && known < clock.history.size()) {
    SlaHistory before = clock.history;
    before.resize(known);
    const std::vector<SlaMeasure> earlier = Fold(before, terms->targets, *terms->calendar);
    for (const SlaMeasure& measure : measures) {
      if (!measure.ended.has_value() || HadEnded(earlier, measure)) continue;
      HUIYIN_RETURN_IF_ERROR(unit.events.SlaMeasured(clock, measure, now));
    }
  }
  if (std::any_of(sent.begin(), sent.end(), [](const SlaAlarm& alarm) { return alarm.breach; })) {
    // A resolved ticket that was late is in no queue any more.
    const absl::Status escalated = Escalate(unit, clock.tenant, clock.ticket, "BREACHED").status();
    if (!escalated.ok() && !absl::IsNotFound(escalated)) return escalated;
  }
  clock.sent.insert(clock.sent.end(), sent.begin(), sent.end());
  clock.state = StateOf(clock.history, measures, now);
  return unit.desk.PutClock(clock, known);
}

}  // namespace

absl::Status ClockDecided(Unit& unit, const TicketFacts& ticket, const Decision& decision) {
  SlaClock clock{.tenant = ticket.tenant,
                 .ticket = ticket.id,
                 .history = {{SlaMoment::kStarted, ticket.created}}};
  if (!decision.replaces.empty()) {
    HUIYIN_ASSIGN_OR_RETURN(std::optional<SlaClock> known,
                            unit.desk.FindClock(ticket.tenant, ticket.id));
    if (known.has_value()) {
      if (known->priority == decision.verdict.priority && known->tier == decision.inputs.tier) {
        return absl::OkStatus();
      }
      clock = *std::move(known);
    }
  }
  clock.priority = decision.verdict.priority;
  clock.tier = decision.inputs.tier;
  const size_t known = clock.history.size();
  return Settle(unit, clock, known);
}

absl::Status ClockNotes(Unit& unit, const TenantId& tenant, const TicketId& ticket, SlaMoment what,
                        absl::Time at) {
  HUIYIN_ASSIGN_OR_RETURN(std::optional<SlaClock> clock, unit.desk.FindClock(tenant, ticket));
  if (!clock.has_value() || !Matters(clock->history, what)) return absl::OkStatus();
  const size_t known = clock->history.size();
  clock->history.push_back({what, std::max(at, clock->history.back().at)});
  return Settle(unit, *clock, known);
}

absl::Status ClockRings(Unit& unit, const TenantId& tenant, const TicketId& ticket) {
  HUIYIN_ASSIGN_OR_RETURN(std::optional<SlaClock> clock, unit.desk.FindClock(tenant, ticket));
  if (!clock.has_value()) return absl::OkStatus();
  return Settle(unit, *clock, clock->history.size());
}

absl::Status RefoldClocks(Unit& unit, const TenantId& tenant, const TicketId& after) {
  HUIYIN_ASSIGN_OR_RETURN(const std::vector<TicketId> tickets,
                          unit.desk.ListClocks(tenant, {}, after, kRefoldAtOnce));
  for (const TicketId& ticket : tickets) {
    HUIYIN_RETURN_IF_ERROR(ClockRings(unit, tenant, ticket));
  }
  if (tickets.size() < kRefoldAtOnce) return absl::OkStatus();
  return unit.desk.ScheduleRefold(tenant, tickets.back(), unit.clock.Now());
}

absl::StatusOr<ClockView> GetClock(View& view, const TenantId& tenant, const TicketId& ticket) {
  HUIYIN_ASSIGN_OR_RETURN(std::optional<SlaClock> clock, view.desk.FindClock(tenant, ticket));
  if (!clock.has_value()) {
    return Error(absl::StatusCode::kNotFound, "CLOCK_NOT_FOUND",
                 "no clock runs on this ticket; it starts with the first decision",
                 {{"ticket_id", ticket.value()}});
  }
  HUIYIN_ASSIGN_OR_RETURN(const auto plan, view.policies.Sla(view.desk, tenant));
  ClockView result{.clock = *std::move(clock), .sla_version = plan->version()};
  const SlaClock& found = result.clock;
  if (const SlaPlan::Terms* terms = plan->TermsFor(found.tier, found.priority)) {
    result.measures = Fold(found.history, terms->targets, *terms->calendar);
  }
  result.state = StateOf(found.history, result.measures, view.clock.Now());
  return result;
}

}  // namespace huiyin::triage
