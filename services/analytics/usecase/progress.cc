#include "services/analytics/usecase/progress.h"

#include <algorithm>

#include "libs/core/status.h"
#include "services/analytics/usecase/cube_reader.h"

namespace huiyin::analytics {

absl::StatusOr<Progress> GetProgress(const View& view, const Caller& caller) {
  Progress progress;
  HUIYIN_ASSIGN_OR_RETURN(progress.received, view.store.LastPosition());
  HUIYIN_ASSIGN_OR_RETURN(CubeReader reader, CubeReader::Open(view.store, caller.tenant.value()));
  progress.counted = reader.generation().position;
  const Dimension group[] = {Dimension::kEventType};
  HUIYIN_ASSIGN_OR_RETURN(const CellMap cells,
                          reader.Sum(Cube::kEvents, absl::UnixEpoch(),
                                     view.clock.Now() + absl::Hours(24 * 366), group));
  for (const auto& [key, values] : cells) {
    HUIYIN_ASSIGN_OR_RETURN(std::string type, reader.Text(Dimension::kEventType, key[0]));
    progress.events.push_back({std::move(type), values[0]});
  }
  std::sort(progress.events.begin(), progress.events.end(),
            [](const ValueCount& x, const ValueCount& y) { return x.value < y.value; });
  return progress;
}

}  // namespace huiyin::analytics
