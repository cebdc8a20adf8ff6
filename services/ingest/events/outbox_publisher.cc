#include "services/ingest/events/outbox_publisher.h"

#include "libs/events/outbox.h"
#include "services/ingest/domain/feedback.h"

namespace huiyin::ingest {

absl::Status OutboxPublisher::Append(const Caller& caller, const Ticket& ticket, Encoded event,
                                     events::Place place) {
  return events::Append(tx_, ids_,
                        {.type = std::string(event.type),
                         .tenant = ticket.tenant.value(),
                         .topic = kTicketTopic,
                         .aggregate_id = ticket.id.value(),
                         .occurred_at = clock_.Now(),
                         .traceparent = caller.traceparent,
                         .body = std::move(event.body),
                         .place = place});
}

absl::Status OutboxPublisher::TicketCreated(const Caller& caller, const Ticket& ticket,
                                            const Message& first) {
  return Append(caller, ticket, EncodeTicketCreated(ticket, first), events::Place::kFirst);
}

absl::Status OutboxPublisher::MessageAdded(const Caller& caller, const Ticket& ticket,
                                           const Message& message, bool first_response) {
  return Append(caller, ticket, EncodeMessageAdded(ticket, message, first_response));
}

absl::Status OutboxPublisher::StateChanged(const Caller& caller, const Ticket& ticket, State from) {
  return Append(caller, ticket,
                EncodeStateChanged(ticket, from, IsCustomerOnly(caller) ? "" : caller.subject));
}

absl::Status OutboxPublisher::Merged(const Caller& caller, const Ticket& source,
                                     const TicketId& target, bool undone) {
  return Append(caller, source, EncodeMerged(source.id, target, undone));
}

absl::Status OutboxPublisher::CustomerErased(const Caller& caller, const CustomerId& customer,
                                             const Erasure& erasure) {
  Encoded event = EncodeCustomerErased(customer);
  return events::Append(tx_, ids_,
                        {.type = std::string(event.type),
                         .tenant = erasure.tenant.value(),
                         .topic = kCustomerTopic,
                         .aggregate_id = erasure.id,
                         .occurred_at = erasure.at,
                         .traceparent = caller.traceparent,
                         .body = std::move(event.body),
                         .place = events::Place::kFirst});
}

}  // namespace huiyin::ingest
