#include "services/analytics/usecase/rebuild.h"

#include <algorithm>
#include <optional>

#include "libs/core/status.h"
#include "services/analytics/usecase/roll.h"

namespace huiyin::analytics {
namespace {

// About 80 MB.
constexpr size_t kEntitiesHeld = 180'000;

// Counts the next events. They are read and counted beside everybody else's work; only the result
// is written in a transaction.
absl::Status CountSome(const RebuildParts& parts, EventFeed& feed, Projector& projector,
                       Generation& building, int64_t& total) {
  HUIYIN_RETURN_IF_ERROR(parts.write([&](Store& store) -> absl::Status {
    HUIYIN_ASSIGN_OR_RETURN(building, store.Building(parts.zones));
    HUIYIN_ASSIGN_OR_RETURN(const Generation live, store.Live());
    total = live.position;
    return absl::OkStatus();
  }));
  // Never beyond the figures in use, so that the two can be compared.
  const int64_t limit = std::min<int64_t>(parts.batch, total - building.position);
  if (limit <= 0) return absl::OkStatus();
  int64_t position = 0;
  HUIYIN_RETURN_IF_ERROR(parts.read([&](Store& store) -> absl::Status {
    HUIYIN_ASSIGN_OR_RETURN(position, CountFrom(feed, store, projector, building, limit));
    return absl::OkStatus();
  }));
  const absl::Status saved =
      parts.write([&](Store& store) { return projector.Save(store, position); });
  if (absl::IsCancelled(saved)) return absl::OkStatus();  // in conflict: once more
  HUIYIN_RETURN_IF_ERROR(saved);
  building.position = position;
  return absl::OkStatus();
}

// Nothing when events came meanwhile that the new figures do not hold.
absl::StatusOr<std::optional<RebuildResult>> Finish(const RebuildParts& parts) {
  std::optional<RebuildResult> result;
  HUIYIN_RETURN_IF_ERROR(parts.write([&](Store& store) -> absl::Status {
    result.reset();
    HUIYIN_RETURN_IF_ERROR(store.LockGenerations());
    HUIYIN_ASSIGN_OR_RETURN(const Generation live, store.Live());
    HUIYIN_ASSIGN_OR_RETURN(const Generation building, store.Building(parts.zones));
    if (building.position < live.position) return absl::OkStatus();
    HUIYIN_RETURN_IF_ERROR(MergeAllRuns(store, building.number));
    HUIYIN_RETURN_IF_ERROR(MergeAllRuns(store, live.number));
    HUIYIN_ASSIGN_OR_RETURN(const bool same, store.SameRollups(live.number, building.number));
    HUIYIN_RETURN_IF_ERROR(store.Switch());
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
  while (true) {
    Generation building;
    int64_t total = 0;
    HUIYIN_RETURN_IF_ERROR(CountSome(parts, feed, projector, building, total));
    if (!progress(building.position, total)) return absl::CancelledError("the rebuild was stopped");
    if (building.position < total) continue;
    HUIYIN_ASSIGN_OR_RETURN(const std::optional<RebuildResult> result, Finish(parts));
    if (result) return *result;
  }
}

}  // namespace huiyin::analytics
