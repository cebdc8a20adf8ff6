#include "services/analytics/usecase/rebuild.h"

#include <algorithm>
#include <optional>

#include "libs/core/status.h"
#include "services/analytics/usecase/roll.h"

namespace huiyin::analytics {

absl::StatusOr<RebuildResult> Rebuild(
    const InTransaction& write, const DecodeFact& decode, int batch,
    absl::FunctionRef<bool(int64_t counted, int64_t total)> progress) {
  while (true) {
    Generation building;
    int64_t total = 0;
    HUIYIN_RETURN_IF_ERROR(write([&](Store& store) -> absl::Status {
      HUIYIN_ASSIGN_OR_RETURN(building, store.Building());
      HUIYIN_ASSIGN_OR_RETURN(const Generation live, store.Live());
      total = live.position;
      // Never beyond the figures in use, so that the two can be compared.
      const int limit = static_cast<int>(std::min<int64_t>(batch, total - building.position));
      if (limit <= 0) return absl::OkStatus();
      HUIYIN_ASSIGN_OR_RETURN(building, RollBatch(store, decode, building, limit));
      return absl::OkStatus();
    }));
    if (!progress(building.position, total)) return absl::CancelledError("the rebuild was stopped");
    if (building.position < total) continue;

    std::optional<RebuildResult> result;
    HUIYIN_RETURN_IF_ERROR(write([&](Store& store) -> absl::Status {
      result.reset();
      HUIYIN_RETURN_IF_ERROR(store.LockGenerations());
      HUIYIN_ASSIGN_OR_RETURN(const Generation live, store.Live());
      HUIYIN_ASSIGN_OR_RETURN(building, store.Building());
      if (building.position < live.position) return absl::OkStatus();  // news meanwhile
      HUIYIN_ASSIGN_OR_RETURN(const bool same, store.SameRollups(live.number, building.number));
      HUIYIN_RETURN_IF_ERROR(store.Switch());
      result = RebuildResult{same, building.position};
      return absl::OkStatus();
    }));
    if (result) return *result;
  }
}

}  // namespace huiyin::analytics
