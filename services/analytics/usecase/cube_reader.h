// Reads cubes of one tenant and one generation. Not thread-safe.
#pragma once

#include <bitset>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "services/analytics/domain/cells.h"
#include "services/analytics/storage/store.h"

namespace huiyin::analytics {

// Keeps cells whose dimension has one of some numbers.
struct NumberFilter {
  Dimension dimension;
  std::vector<uint32_t> numbers;
};

// By their index in the cube.
using MeasureSet = std::bitset<kMaxMeasures>;
inline constexpr MeasureSet kAllMeasures = (1 << kMaxMeasures) - 1;

class CubeReader {
 public:
  // On the figures in use; `store` must outlive the reader.
  static absl::StatusOr<CubeReader> Open(Store& store, const std::string& tenant);

  const Generation& generation() const { return generation_; }
  // The tenant's days.
  Calendar& calendar() { return calendar_; }

  // Sums (maxima, for cubes of maxima) over [from, until), keyed by the values of `group` in that
  // order. Every dimension must be one of the cube's. Measures that are not in `measures` need not
  // be read and are 0.
  absl::StatusOr<CellMap> Sum(Cube cube, absl::Time from, absl::Time until,
                              std::span<const Dimension> group,
                              std::span<const NumberFilter> filters = {},
                              MeasureSet measures = kAllMeasures);
  // The same per bucket of one segment, oldest first; buckets without cells are left out.
  absl::StatusOr<std::vector<std::pair<int64_t, CellMap>>> SumByBucket(
      Cube cube, const Segment& segment, std::span<const Dimension> group,
      std::span<const NumberFilter> filters = {}, MeasureSet measures = kAllMeasures);

  // The value's name or text.
  absl::StatusOr<std::string> Text(Dimension dimension, uint32_t number);
  // The value's number; nothing when it never occurred.
  absl::StatusOr<std::optional<uint32_t>> Number(Dimension dimension, const std::string& text);

 private:
  struct Plan;
  CubeReader(Store& store, Generation generation, std::string tenant, absl::TimeZone zone)
      : store_(&store),
        generation_(std::move(generation)),
        tenant_(std::move(tenant)),
        calendar_(zone) {}
  Plan MakePlan(Cube cube, std::span<const Dimension> group, std::span<const NumberFilter> filters,
                MeasureSet measures) const;

  Store* store_;
  Generation generation_;
  std::string tenant_;
  Calendar calendar_;
  std::map<std::pair<Dimension, uint32_t>, std::string> texts_;
};

}  // namespace huiyin::analytics
