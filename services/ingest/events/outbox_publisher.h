// The Publisher over the transactional outbox.
#pragma once

#include "libs/core/clock.h"
#include "libs/core/id.h"
#include "libs/db/database.h"
#include "libs/events/event.h"
#include "services/ingest/events/codec.h"
#include "services/ingest/events/publisher.h"

namespace huiyin::ingest {

class OutboxPublisher final : public Publisher {
 public:
  OutboxPublisher(db::Transaction& tx, const Clock& clock, IdGenerator& ids)
      : tx_(tx), clock_(clock), ids_(ids) {}

  absl::Status TicketCreated(const Caller& caller, const Ticket& ticket,
                             const Message& first) override;
  absl::Status MessageAdded(const Caller& caller, const Ticket& ticket, const Message& message,
                            bool first_response) override;
  absl::Status StateChanged(const Caller& caller, const Ticket& ticket, State from) override;
  absl::Status Merged(const Caller& caller, const Ticket& source, const TicketId& target,
                      bool undone) override;
  absl::Status CustomerErased(const Caller& caller, const CustomerId& customer,
                              const Erasure& erasure) override;

 private:
  absl::Status Append(const Caller& caller, const Ticket& ticket, Encoded event,
                      events::Place place = events::Place::kLater);

  db::Transaction& tx_;
  const Clock& clock_;
  IdGenerator& ids_;
};

}  // namespace huiyin::ingest
