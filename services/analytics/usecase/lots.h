// Complaints and units shipped by lot, as health and early warning look at them.
#pragma once

#include <span>
#include <vector>

#include "services/analytics/domain/detect.h"
#include "services/analytics/usecase/cube_reader.h"

namespace huiyin::analytics {

// Complaints of the period by lot, way and issue, with the units shipped in it.
absl::StatusOr<std::vector<LotCounts>> ReadLots(CubeReader& reader, absl::Time from,
                                                absl::Time until,
                                                std::span<const NumberFilter> filters = {});

}  // namespace huiyin::analytics
