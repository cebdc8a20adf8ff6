#include "services/analytics/usecase/rebuild.h"

#include <algorithm>
#include <optional>

#include "libs/core/status.h"
#include "services/analytics/usecase/roll.h"

namespace huiyin::analytics {
namespace {

// About 100 MB.
constexpr size_t kEntitiesHeld = 330'000;

// Counts the events after `building` up to `total` and saves what they change. They are read and
// counted beside everybody else's work; only the result is written in a transaction.
absl::Status CountSome(const RebuildParts& parts, EventFeed& feed, Projector& projector,
                       int64_t total, Generation& building) {
  const int64_t limit = std::min<int64_t>(parts.batch, total - building.position);
  int64_t position = 0;
  HUIYIN_RETURN_IF_ERROR(parts.read([&](Store& store) -> absl::Status {
    HUIYIN_ASSIGN_OR_RETURN(position, CountFrom(feed, store, projector, building, limit));
    return absl::OkStatus();
  }));
  HUIYIN_RETURN_IF_ERROR(
      parts.write([&](Store& store) { return projector.SavePart(store, position); }));
  building.position = position;
  return absl::OkStatus();
}

absl::StatusOr<int64_t> LivePosition(const RebuildParts& parts) {
  int64_t position = 0;
  HUIYIN_RETURN_IF_ERROR(parts.read([&](Store& store) -> absl::Status {
    HUIYIN_ASSIGN_OR_RETURN(const Generation live, store.Live());
    position = live.position;
    return absl::OkStatus();
  }));
  return position;
}

// Puts the new figures in use. Nothing when the ones in use hold events by now that the new ones do
// not.
absl::StatusOr<std::optional<RebuildResult>> Switch(const RebuildParts& parts, Projector& projector,
                                                    const Generation& building) {
  std::optional<RebuildResult> result;
  HUIYIN_RETURN_IF_ERROR(parts.write([&](Store& store) -> absl::Status {
    result.reset();
    HUIYIN_RETURN_IF_ERROR(store.LockGenerations());
    HUIYIN_ASSIGN_OR_RETURN(const Generation live, store.Live());
    if (building.position < live.position) return absl::OkStatus();
    if (building.position > 0) HUIYIN_RETURN_IF_ERROR(projector.Finish(store));
    HUIYIN_RETURN_IF_ERROR(MergeAllRuns(store, building.number));
    HUIYIN_RETURN_IF_ERROR(MergeAllRuns(store, live.number));
    HUIYIN_ASSIGN_OR_RETURN(const bool same, store.SameRollups(live.number, building.number));
    HUIYIN_RETURN_IF_ERROR(store.Switch(building.number));
    result = RebuildResult{same, building.position};
    return absl::OkStatus();
  }));
  return result;
}

}  // namespace

absl::StatusOr<RebuildResult> Rebuild(
    const RebuildParts& parts, absl::FunctionRef<bool(int64_t counted, int64_t total)> progress) {
  EventFeed feed(parts.read, parts.decode);
  Projector projector(kEntitiesHeld);
  Generation building;
  HUIYIN_RETURN_IF_ERROR(parts.write([&](Store& store) -> absl::Status {
    HUIYIN_ASSIGN_OR_RETURN(building, store.StartBuilding(parts.zones));
    return absl::OkStatus();
  }));
  while (true) {
    // Never beyond the figures in use, so that the two can be compared.
    HUIYIN_ASSIGN_OR_RETURN(const int64_t total, LivePosition(parts));
    if (building.position < total) {
      HUIYIN_RETURN_IF_ERROR(CountSome(parts, feed, projector, total, building));
    }
    if (!progress(building.position, total)) return absl::CancelledError("the rebuild was stopped");
    if (building.position < total) continue;
    HUIYIN_ASSIGN_OR_RETURN(const std::optional<RebuildResult> result,
                            Switch(parts, projector, building));
    if (result) return *result;
  }
}

}  // namespace huiyin::analytics
