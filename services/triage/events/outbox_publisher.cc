#include "services/triage/events/outbox_publisher.h"

#include "libs/events/outbox.h"
#include "services/triage/events/codec.h"

namespace huiyin::triage {

absl::Status OutboxPublisher::Triaged(const Decision& decision, const TicketFacts& ticket,
                                      const std::optional<Decision>& replaced,
                                      const std::string& traceparent) {
  return events::Append(tx_, ids_, TriagedEvent(decision, ticket, replaced, traceparent));
}

}  // namespace huiyin::triage
