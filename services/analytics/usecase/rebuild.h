// Counting everything anew, beside the figures in use.
#pragma once

#include <functional>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "services/analytics/usecase/event_feed.h"
#include "services/analytics/usecase/unit.h"

namespace huiyin::analytics {

// Runs a body in a transaction of its own.
using InTransaction = std::function<absl::Status(absl::FunctionRef<absl::Status(Store&)>)>;

struct RebuildResult {
  bool identical = false;  // the new figures are byte for byte the old ones
  int64_t events = 0;      // counted
};

struct RebuildParts {
  InTransaction write;
  EventFeed::InSnapshot read;
  DecodeFact decode;
  std::string zones;    // of the days of the new figures, Zones::Text
  int batch = 100'000;  // events per transaction; takes about 400 bytes of memory each
};

// Counts every event and puts the new figures in use when they hold every event the old ones hold.
// `progress` is told after each batch and says whether to go on; CANCELLED when it says no. A
// rebuild that does not come to its end leaves the figures as they were; a later one begins anew.
// ABORTED when another one was begun meanwhile.
absl::StatusOr<RebuildResult> Rebuild(
    const RebuildParts& parts, absl::FunctionRef<bool(int64_t counted, int64_t total)> progress);

}  // namespace huiyin::analytics
