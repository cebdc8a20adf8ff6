// What messages and actions do to a ticket. Pure: the caller stores the ticket and tells others.
#pragma once

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "services/ingest/domain/ticket.h"

namespace huiyin::ingest {

// A message was written to `ticket` (the one that carries the conversation): state, counters and
// times follow. Returns true when it is the first public answer of an agent or bot. `now` is the
// server's time. Does not count the message: message_count belongs to the ticket whose number it
// takes.
bool ApplyMessage(Ticket& ticket, const Message& message, absl::Time now);

// Does `action` (not kMerge and no message), or FAILED_PRECONDITION (INVALID_TRANSITION) and the
// ticket is as before.
absl::Status Apply(Ticket& ticket, Action action, absl::Time now);

// Folds `source` into `target`, or takes it out again. FAILED_PRECONDITION (INVALID_TRANSITION,
// INVALID_MERGE_TARGET).
absl::Status Merge(Ticket& source, const Ticket& target, absl::Time now);
absl::Status Unmerge(Ticket& source, absl::Time now);

}  // namespace huiyin::ingest
