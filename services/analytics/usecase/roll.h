// Rolling up: from the log of events to rollups, in batches, each one transaction that also moves
// the generation's position – so every event counts exactly once. The same code counts live and
// anew, event by event in log order, so a rebuild gives the same bytes.
#pragma once

#include "absl/status/statusor.h"
#include "services/analytics/usecase/event_feed.h"
#include "services/analytics/usecase/projector.h"
#include "services/analytics/usecase/unit.h"

namespace huiyin::analytics {

// Counts up to `limit` events that `generation` does not hold yet, saves and returns its new state.
// An event that cannot be decoded fails the batch: the log holds only what was decoded once.
absl::StatusOr<Generation> RollBatch(Store& store, Projector& projector, const DecodeFact& decode,
                                     const Generation& generation, int limit);

// The same with events from `feed` and without saving; returns the last position counted.
absl::StatusOr<int64_t> CountFrom(EventFeed& feed, Store& store, Projector& projector,
                                  const Generation& generation, int64_t limit);

}  // namespace huiyin::analytics
