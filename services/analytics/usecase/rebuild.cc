#include "services/analytics/usecase/rebuild.h"

#include <algorithm>
#include <optional>

#include "libs/core/status.h"
#include "services/analytics/usecase/roll.h"

namespace huiyin::analytics {

absl::StatusOr<RebuildResult> Rebuild(
    const RebuildParts& parts, absl::FunctionRef<bool(int64_t counted, int64_t total)> progress) {
  EventFeed feed(parts.read, parts.decode);
  Projector projector;
  while (true) {
    Generation building;
    int64_t total = 0;
    HUIYIN_RETURN_IF_ERROR(parts.write([&](Store& store) -> absl::Status {
      HUIYIN_ASSIGN_OR_RETURN(building, store.Building(parts.zones));
      HUIYIN_ASSIGN_OR_RETURN(const Generation live, store.Live());
      total = live.position;
      // Never beyond the figures in use, so that the two can be compared.
      const int64_t limit = std::min<int64_t>(parts.batch, total - building.position);
      if (limit <= 0) return absl::OkStatus();
      HUIYIN_ASSIGN_OR_RETURN(building, RollFrom(feed, store, projector, building, limit));
      return absl::OkStatus();
    }));
    if (!progress(building.position, total)) return absl::CancelledError("the rebuild was stopped");
    if (building.position < total) continue;

    std::optional<RebuildResult> result;
    HUIYIN_RETURN_IF_ERROR(parts.write([&](Store& store) -> absl::Status {
      result.reset();
      HUIYIN_RETURN_IF_ERROR(store.LockGenerations());
      HUIYIN_ASSIGN_OR_RETURN(const Generation live, store.Live());
      HUIYIN_ASSIGN_OR_RETURN(building, store.Building(parts.zones));
      if (building.position < live.position) return absl::OkStatus();  // news meanwhile
      HUIYIN_RETURN_IF_ERROR(MergeAllRuns(store, building.number));
      HUIYIN_RETURN_IF_ERROR(MergeAllRuns(store, live.number));
      HUIYIN_ASSIGN_OR_RETURN(const bool same, store.SameRollups(live.number, building.number));
      HUIYIN_RETURN_IF_ERROR(store.Switch());
      result = RebuildResult{same, building.position};
      return absl::OkStatus();
    }));
    if (result) return *result;
  }
}

}  // namespace huiyin::analytics
