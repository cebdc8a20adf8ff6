// Shares the partitions of a consumer among its replicas: each holds about as many as the others.
#pragma once

#include <set>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/db/database.h"
#include "libs/events/redis_streams/stream.h"

namespace huiyin::events {

// Says that `holder` is alive, renews what it holds, takes what is free up to its share and gives
// back what is beyond. The partitions of `all` that it holds now.
absl::StatusOr<std::set<StreamName>> SharePartitions(db::Transaction& tx, std::string_view consumer,
                                                     std::string_view holder,
                                                     const std::set<StreamName>& all,
                                                     absl::Time now, absl::Duration lasts);

// Gives back all that `holder` holds for `consumer`.
absl::Status ReleasePartitions(db::Transaction& tx, std::string_view consumer,
                               std::string_view holder);

}  // namespace huiyin::events
