// SLA clocks of tickets: started, told what happens, recomputed, and alarming.
#pragma once

#include <vector>

#include "services/triage/usecase/unit.h"

namespace huiyin::triage {

// The ticket was decided on: its clock runs for this priority and tier from now on, as if it always
// had. Begins at the ticket's creation.
absl::Status ClockDecided(Unit& unit, const TicketFacts& ticket, const Decision& decision);

// Something happened to the ticket. Tickets without a clock are passed over.
absl::Status ClockNotes(Unit& unit, const TenantId& tenant, const TicketId& ticket, SlaMoment what,
                        absl::Time at);

// A clock's timer has fired: alarms that are due are sent, once each, and the timer is set for the
// next one.
absl::Status ClockRings(Unit& unit, const TenantId& tenant, const TicketId& ticket);

// Folds up to a few hundred of the tenant's open clocks again by the plan in force, from after
// `after` on, and schedules the rest. What is found overdue rings at once.
absl::Status RefoldClocks(Unit& unit, const TenantId& tenant, const TicketId& after);

// A clock as it stands.
struct ClockView {
  SlaClock clock;
  std::string sla_version;
  std::vector<SlaMeasure> measures;
  SlaState state = SlaState::kActive;  // now
};
// NOT_FOUND (CLOCK_NOT_FOUND) when nothing was decided on the ticket yet.
absl::StatusOr<ClockView> GetClock(View& view, const TenantId& tenant, const TicketId& ticket);

}  // namespace huiyin::triage
