// What a consumer keeps in its database: events handled and events given up.
#pragma once

#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/core/id.h"
#include "libs/db/database.h"
#include "libs/events/dead_letters.h"
#include "libs/events/event.h"

namespace huiyin::events {

enum class Seen {
  kNext,       // not handled, and its predecessor was (or it is the first)
  kHandled,    // handled before
  kAfterAGap,  // not handled, nor was its predecessor
};

absl::StatusOr<Seen> LookUp(db::Session& session, std::string_view consumer, const Event& event);

// False when the event was handled before, or another replica was faster. Of an aggregate's first
// event this says all that LookUp would.
absl::StatusOr<bool> RecordHandled(db::Transaction& tx, std::string_view consumer,
                                   const Event& event, absl::Time now);

// Forgets events handled before `before`, up to `limit` of them, but never the last one of an
// aggregate. How many were looked at and forgotten.
absl::StatusOr<int64_t> PurgeInbox(db::Transaction& tx, absl::Time before, int64_t limit);

// Keeps the letter; nothing when there is one of that consumer and event already.
absl::Status Park(db::Transaction& tx, const DeadLetter& letter);
// Whether there was one.
absl::StatusOr<bool> RemoveDeadLetter(db::Transaction& tx, std::string_view id);

}  // namespace huiyin::events
