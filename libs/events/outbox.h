// The outbox: events are written in the transaction of the change they tell of, so there is never
// one without the other. The relay (relay.h) publishes committed rows; see ARCHITECTURE.md, "The
// way of an event".
#pragma once

#include <span>

#include "libs/core/id.h"
#include "libs/db/database.h"
#include "libs/db/migrator.h"
#include "libs/events/event.h"

namespace huiyin::events {

// Adds `event` to the outbox: gives it an id and the aggregate's next sequence number (1, 2, 3 …
// without gaps, since it rolls back with the transaction). Transactions that append for one
// aggregate must be serialised by the caller's own row lock or by GroupCommit's key.
absl::Status Append(db::Transaction& tx, IdGenerator& ids, const NewEvent& event);
// The same for several, in order: cheaper than one by one.
absl::Status Append(db::Transaction& tx, IdGenerator& ids, std::span<const NewEvent> events);

// Tables outbox, outbox_sequence, inbox, dead_letter: applied by every service besides its own
// schema.
std::span<const db::Migration> Schema();

}  // namespace huiyin::events
