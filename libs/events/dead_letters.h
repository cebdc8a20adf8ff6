// Events that could not be handled: parked with their error until an operator replays them
// (ConsumerRunner::Replay).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/db/database.h"
#include "libs/events/event.h"

namespace huiyin::events {

struct DeadLetter {
  std::string id;
  std::string consumer;
  Event event;  // of an undecodable entry only event_id (its stream entry) and body (raw) are set
  std::string error;
  int attempts = 0;
  absl::Time parked_at;
};

// The letters of `consumer` (empty: of all), oldest first, those after the one with id `after`
// (empty: from the start), at most `limit`.
absl::StatusOr<std::vector<DeadLetter>> ListDeadLetters(db::Session& session,
                                                        std::string_view consumer,
                                                        std::string_view after, int limit);

// NOT_FOUND when there is none.
absl::StatusOr<DeadLetter> GetDeadLetter(db::Session& session, std::string_view id);

}  // namespace huiyin::events
