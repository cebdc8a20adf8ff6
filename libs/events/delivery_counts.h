// How events fare in one service's database: written to its outbox, seen by its consumers.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "libs/db/database.h"

namespace huiyin::events {

struct DeliveryCounts {
  struct Written {
    std::string topic;
    int64_t written = 0;
  };
  struct Seen {
    std::string consumer, topic;
    int64_t seen = 0;    // handled or parked, over all time
    int64_t parked = 0;  // of these, waiting as dead letters
  };
  std::vector<Written> written;  // by topic
  std::vector<Seen> seen;        // by consumer and topic
};

// Reads whole tables: for people and tests.
absl::StatusOr<DeliveryCounts> CountDelivery(db::Session& session);

}  // namespace huiyin::events
