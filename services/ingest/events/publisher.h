// What use cases tell the other services, in the transaction of the change.
#pragma once

#include "absl/status/status.h"
#include "libs/core/caller.h"
#include "services/ingest/domain/erasure.h"
#include "services/ingest/domain/ticket.h"

namespace huiyin::ingest {

// Lives within one transaction. Not thread-safe. `caller`: on whose behalf; its traceparent travels
// along.
class Publisher {
 public:
  virtual ~Publisher() = default;
  virtual absl::Status TicketCreated(const Caller& caller, const Ticket& ticket,
                                     const Message& first) = 0;
  // `ticket`: the one that carries the conversation.
  virtual absl::Status MessageAdded(const Caller& caller, const Ticket& ticket,
                                    const Message& message, bool first_response) = 0;
  virtual absl::Status StateChanged(const Caller& caller, const Ticket& ticket, State from) = 0;
  virtual absl::Status Merged(const Caller& caller, const Ticket& source, const TicketId& target,
                              bool undone) = 0;
  virtual absl::Status CustomerErased(const Caller& caller, const CustomerId& customer,
                                      const Erasure& erasure) = 0;
};

}  // namespace huiyin::ingest
