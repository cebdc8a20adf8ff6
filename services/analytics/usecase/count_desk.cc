#include <algorithm>

#include "libs/core/status.h"
#include "services/analytics/domain/stats/ddsketch.h"
#include "services/analytics/usecase/count_facts.h"

namespace huiyin::analytics {
namespace {

// The ticket's measurement of this metric and round, made when it is the first heard of it.
template <class Fact>
absl::StatusOr<SlaState*> ChangeSla(TenantFigures& figures, const Fact& fact) {
  HUIYIN_ASSIGN_OR_RETURN(TicketState* const ticket, figures.Change<TicketState>(fact.ticket));
  auto& all = ticket->sla;
  auto it = std::find_if(all.begin(), all.end(), [&](const SlaState& sla) {
    return sla.metric == fact.metric && sla.round == fact.round;
  });
  if (it == all.end()) {
    if (all.size() == kMaxSlaStates) all.erase(all.begin());
    it = all.insert(all.end(), SlaState{.metric = fact.metric, .round = fact.round});
  }
  it->priority = fact.priority;
  it->tier = fact.tier;
  return &*it;
}

}  // namespace

// Work given and taken stays so, whatever becomes of the ticket; the wait is told of the ticket as
// it was then.
absl::Status Count(TenantFigures& figures, absl::Time at, const TicketAssignment& fact) {
  HUIYIN_ASSIGN_OR_RETURN(const uint32_t queue, figures.Intern(Dimension::kQueue, fact.queue));
  HUIYIN_ASSIGN_OR_RETURN(const uint32_t agent, figures.Intern(Dimension::kAgent, fact.agent));
  HUIYIN_ASSIGN_OR_RETURN(const uint32_t previous,
                          figures.Intern(Dimension::kAgent, fact.previous_agent));
  const int64_t seconds = absl::ToUnixSeconds(at);
  const bool escalated = fact.reason == "ESCALATED";
  if (agent != previous || escalated) {
    figures.Add({Cube::kDesk,
                 seconds,
                 {queue, agent},
                 {agent != 0 && agent != previous ? 1 : 0, 0, escalated ? 1 : 0}});
  }
  if (previous != 0 && agent != previous) {
    figures.Add({Cube::kDesk, seconds, {queue, previous}, {0, 1}});
  }
  HUIYIN_ASSIGN_OR_RETURN(TicketState* const ticket, figures.Change<TicketState>(fact.ticket));
  if (queue != 0) ticket->queue = queue;
  if (agent == 0 || previous != 0 || !fact.entered_at) return absl::OkStatus();
  const int64_t ms = std::max<int64_t>(0, absl::ToInt64Milliseconds(at - *fact.entered_at));
  figures.Add({Cube::kDurations,
               seconds,
               {static_cast<uint32_t>(DurationKind::kQueueWait), ticket->category, ticket->priority,
                ticket->channel, SketchBin(static_cast<double>(ms) / 1000), ticket->country},
               {1, ms}});
  return absl::OkStatus();
}

absl::Status Count(TenantFigures& figures, absl::Time at, const SlaBreach& fact) {
  if (fact.metric == 0) return absl::OkStatus();
  HUIYIN_ASSIGN_OR_RETURN(SlaState* const sla, ChangeSla(figures, fact));
  if (!sla->breached_at) sla->breached_at = at;
  return absl::OkStatus();
}

absl::Status Count(TenantFigures& figures, absl::Time at, const SlaMeasurement& fact) {
  HUIYIN_ASSIGN_OR_RETURN(SlaState* const sla, ChangeSla(figures, fact));
  sla->measured_at = at;
  sla->hit = fact.hit;
  sla->worked_milliseconds = absl::ToInt64Milliseconds(fact.worked);
  return absl::OkStatus();
}

}  // namespace huiyin::analytics
