// What the relay reads and keeps in the database.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/core/id.h"
#include "libs/db/database.h"
#include "libs/events/event.h"
#include "libs/events/redis_streams/stream.h"

namespace huiyin::events {

struct OutboxRow {
  Position position;
  Event event;
};

struct StreamState {
  Position published;  // last event in the stream
  Position floor;      // all consumers had acknowledged everything up to here
  int64_t count = 0;   // events ever published to it; numbers the entries, so that lag can be told
};

struct RelayState {
  std::string outbox_id;
  Position position;  // every row up to here is published
  std::map<StreamName, StreamState> streams;
};

// The state as last saved; makes up an outbox id at the first time. Repairs the order of rows that
// came from another PostgreSQL server, whose transaction ids were ahead of this one's.
absl::StatusOr<RelayState> LoadRelayState(db::Transaction& tx, IdGenerator& ids);
absl::Status SaveRelayState(db::Transaction& tx, const RelayState& state);

// Committed rows after `after`, in order, as far as no older transaction is still under way.
absl::StatusOr<std::vector<OutboxRow>> ReadOutbox(db::Session& session, const Position& after,
                                                  size_t limit);
// The place of the newest row; {0, 0} when there is none.
absl::StatusOr<Position> NewestRow(db::Session& session);

// Notes that everything up to `position` was published by `now`.
absl::Status MarkPublished(db::Transaction& tx, absl::Time now, const Position& position);
// Deletes up to `limit` rows published before `before`; how many.
absl::StatusOr<int64_t> DeletePublished(db::Transaction& tx, absl::Time before, int64_t limit);

}  // namespace huiyin::events
