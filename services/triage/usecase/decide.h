// Decides on a ticket when the customer has said something new.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "services/triage/usecase/unit.h"

namespace huiyin::triage {

// A customer message that opened a ticket or joined one.
struct CustomerSpoke {
  TenantId tenant;
  TicketId ticket;
  MessageId message;
  absl::Time at;  // when it arrived
  // From the event that opened the ticket; unset for later messages.
  std::optional<TicketFacts> opened;
};

// The facts of the ticket with this message counted in: what will be read together. NOT_FOUND
// (TICKET_UNKNOWN) when the ticket's first event has not arrived.
absl::StatusOr<TicketFacts> WithMessage(Store& store, const CustomerSpoke& spoke);

// Stores the decision that `reading` (of all of WithMessage's messages together) gives, makes it
// the one in force and publishes it. A decision that a person corrected stays in force, and so does
// that of an erased customer when the message is from before: the new one only updates facts.
absl::StatusOr<Decision> Decide(Unit& unit, const CustomerSpoke& spoke, const Reading& reading,
                                const std::string& traceparent);

}  // namespace huiyin::triage
