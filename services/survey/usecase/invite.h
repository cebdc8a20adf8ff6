// Inviting customers: an episode's end schedules an invitation, its due time makes it, and a
// reminder may follow, all as the tenant's policy says.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "services/survey/usecase/unit.h"

namespace huiyin::survey {

// Something a customer can be asked about has come to its end.
struct Episode {
  TenantId tenant;
  Trigger trigger = Trigger::kTicketResolved;
  std::string subject;  // id of the ticket, RMA, refund or order
  int64_t number = 0;   // how often the ticket had been reopened before
  CustomerId customer;
  TicketId ticket;
  RmaId rma;
  OrderId order;
  std::string language;                        // empty when unknown
  EpisodeFacts facts;                          // as far as the event tells
  absl::Time ended_at = absl::InfinitePast();  // delays count from here, or from now when later
};

// Schedules the invitation, once per episode. Without a rule that fits, or when the episode ended
// so long ago that a link sent then would have expired, it does nothing; an episode that is not
// drawn is kept as suppressed.
absl::Status ScheduleInvitation(Unit& unit, const Episode& episode);

// The ticket goes on: takes back invitations that were not made yet.
absl::Status CancelScheduled(Unit& unit, const TenantId& tenant, const TicketId& ticket);

// The customer is to be forgotten: what was said goes, and nobody is asked any more. `erasure`
// names the erasure; a repeat changes nothing.
absl::Status EraseCustomer(Unit& unit, const TenantId& tenant, const CustomerId& customer,
                           const std::string& erasure);

// Makes the scheduled invitation and publishes it, puts it off while it is quiet, or suppresses it
// when consent or the customer's caps say so or, of a survey of purpose PRODUCT_REVIEW, when the
// customer has reviewed all products of the order. One that is gone or made already is fine.
absl::Status MakeInvitation(Unit& unit, const InvitationId& id);

// Reminds a customer who has not finished, once, within consent and caps; puts it off while it is
// quiet. One that is finished, expired or reminded already is fine.
absl::Status RemindCustomer(Unit& unit, const InvitationId& id);

}  // namespace huiyin::survey
