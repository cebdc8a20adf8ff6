// Inviting customers: an episode's end schedules an invitation, its due time makes it.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "services/survey/usecase/unit.h"

namespace huiyin::survey {

// Something a customer can be asked about has come to its end.
struct Episode {
  TenantId tenant;
  Trigger trigger;
  int64_t number = 0;  // how often the ticket had been reopened before
  CustomerId customer;
  TicketId ticket;
  RmaId rma;
  std::string language;  // empty when unknown
};

// Schedules the invitation, once per episode; without a rule for the trigger it does nothing.
absl::Status ScheduleInvitation(Unit& unit, const Episode& episode);

// The ticket goes on: takes back invitations that were not made yet.
absl::Status CancelScheduled(Unit& unit, const TenantId& tenant, const TicketId& ticket);

// Makes the scheduled invitation and publishes it, or suppresses it when the customer's caps say
// so. One that is gone or made already is fine.
absl::Status MakeInvitation(Unit& unit, const InvitationId& id);

}  // namespace huiyin::survey
