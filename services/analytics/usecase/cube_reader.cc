#include "services/analytics/usecase/cube_reader.h"

#include <algorithm>

#include "libs/core/status.h"

namespace huiyin::analytics {
namespace {

size_t IndexOf(const CubeInfo& cube, Dimension dimension) {
  return static_cast<size_t>(std::find(cube.dimensions.begin(), cube.dimensions.end(), dimension) -
                             cube.dimensions.begin());
}

}  // namespace

struct CubeReader::Plan {
  const CubeInfo& cube;
  std::vector<size_t> group;
  std::vector<std::pair<size_t, std::vector<uint32_t>>> filters;
  std::vector<size_t> measures;  // that are read
  int64_t shard = -1;

  // Columns of the bucket being read.
  std::vector<std::vector<uint32_t>> keys;
  std::vector<std::vector<int64_t>> values;
  std::vector<uint32_t> column, slots;
  std::vector<bool> kept;
  std::vector<CellValues> sums;
  std::vector<uint32_t> widths;

  // Adds the cells, or takes them away.
  void AddTo(CellMap& into, std::string_view bytes, int sign = 1);
  int64_t ShardIn(Grain grain) const { return IsSharded(cube, grain) ? shard : -1; }

 private:
  // False when no cell is left.
  bool Filter(const CellColumns& columns);
  void AddDense(CellMap& into, size_t size, size_t slot_count, int sign);
  void AddHashed(CellMap& into, size_t size, int sign);
  CellValues ValuesOf(size_t row) const {
    CellValues cell{};
    for (const size_t m : measures) cell[m] = values[m][row];
    return cell;
  }
};

namespace {

// Groups up to this many are counted in a table instead of a hash map.
constexpr size_t kDenseGroups = 1 << 16;

void CombineInto(const CubeInfo& cube, CellMap& into, const CellKey& key, CellValues values,
                 int sign) {
  if (sign < 0) {
    for (int64_t& value : values) value = -value;
  }
  const auto [cell, added] = into.try_emplace(key, values);
  if (!added) Combine(cube, cell->second, values);
}

}  // namespace

bool CubeReader::Plan::Filter(const CellColumns& columns) {
  kept.assign(columns.size(), true);
  bool any = true;
  for (const auto& [index, numbers] : filters) {
    columns.Dimension(index, column);
    any = false;
    for (size_t row = 0; row < column.size(); ++row) {
      kept[row] = kept[row] && std::binary_search(numbers.begin(), numbers.end(), column[row]);
      any = any || kept[row];
    }
  }
  return any;
}

void CubeReader::Plan::AddTo(CellMap& into, std::string_view bytes, int sign) {
  const CellColumns columns(cube, bytes);
  if (columns.size() == 0 || (!filters.empty() && !Filter(columns))) return;
  keys.resize(group.size());
  values.resize(cube.measures.size());
  widths.assign(group.size(), 1);
  size_t slot_count = 1;
  for (size_t i = 0; i < group.size(); ++i) {
    columns.Dimension(group[i], keys[i]);
    widths[i] = *std::max_element(keys[i].begin(), keys[i].end()) + 1;
    slot_count = slot_count > kDenseGroups ? slot_count : slot_count * widths[i];
  }
  for (const size_t m : measures) columns.Measure(m, values[m]);
  if (slot_count <= kDenseGroups && slot_count <= columns.size() * 4 && !cube.keeps_maximum) {
    AddDense(into, columns.size(), slot_count, sign);
  } else {
    AddHashed(into, columns.size(), sign);
  }
}

void CubeReader::Plan::AddDense(CellMap& into, size_t size, size_t slot_count, int sign) {
  slots.assign(size, 0);
  for (size_t i = 0; i < group.size(); ++i) {
    const std::vector<uint32_t>& key = keys[i];
    for (size_t row = 0; row < size; ++row) slots[row] = slots[row] * widths[i] + key[row];
  }
  sums.assign(slot_count, CellValues{});
  for (const size_t m : measures) {
    const std::vector<int64_t>& measure = values[m];
    if (filters.empty()) {
      for (size_t row = 0; row < size; ++row) sums[slots[row]][m] += measure[row];
    } else {
      for (size_t row = 0; row < size; ++row) {
        if (kept[row]) sums[slots[row]][m] += measure[row];
      }
    }
  }
  for (size_t slot = 0; slot < slot_count; ++slot) {
    if (sums[slot] == CellValues{}) continue;
    CellKey key{};
    size_t rest = slot;
    for (size_t i = group.size(); i-- > 0; rest /= widths[i]) {
      key[i] = static_cast<uint32_t>(rest % widths[i]);
    }
    CombineInto(cube, into, key, sums[slot], sign);
  }
}

void CubeReader::Plan::AddHashed(CellMap& into, size_t size, int sign) {
  CellKey key{};
  for (size_t row = 0; row < size; ++row) {
    if (!filters.empty() && !kept[row]) continue;
    for (size_t i = 0; i < group.size(); ++i) key[i] = keys[i][row];
    CombineInto(cube, into, key, ValuesOf(row), sign);
  }
}

absl::StatusOr<CubeReader> CubeReader::Open(Store& store, const std::string& tenant) {
  HUIYIN_ASSIGN_OR_RETURN(Generation live, store.Live());
  HUIYIN_ASSIGN_OR_RETURN(const Zones zones, Zones::Parse(live.zones));
  return CubeReader(store, std::move(live), tenant, zones.Of(tenant));
}

CubeReader::Plan CubeReader::MakePlan(Cube cube, std::span<const Dimension> group,
                                      std::span<const NumberFilter> filters,
                                      MeasureSet measures) const {
  Plan plan{InfoOf(cube)};
  for (size_t m = 0; m < plan.cube.measures.size(); ++m) {
    if (measures.test(m)) plan.measures.push_back(m);
  }
  for (const Dimension dimension : group) plan.group.push_back(IndexOf(plan.cube, dimension));
  for (const NumberFilter& filter : filters) {
    std::vector<uint32_t> numbers = filter.numbers;
    std::sort(numbers.begin(), numbers.end());
    if (ShardDimension(plan.cube) == filter.dimension && numbers.size() == 1) {
      plan.shard = ShardOfValue(plan.cube, numbers.front());
    }
    plan.filters.emplace_back(IndexOf(plan.cube, filter.dimension), std::move(numbers));
  }
  return plan;
}

absl::StatusOr<CellMap> CubeReader::Sum(Cube cube, absl::Time from, absl::Time until,
                                        std::span<const Dimension> group,
                                        std::span<const NumberFilter> filters,
                                        MeasureSet measures) {
  Plan plan = MakePlan(cube, group, filters, measures);
  CellMap sums;
  bool taken = false;
  for (const Segment& segment : Tile(plan.cube, calendar_, from, until)) {
    HUIYIN_RETURN_IF_ERROR(store_->ScanCells(
        generation_.number, tenant_, cube, segment, plan.ShardIn(segment.grain),
        [&](int64_t, std::string_view bytes) { plan.AddTo(sums, bytes, segment.sign); }));
    taken |= segment.sign < 0;
  }
  if (taken) absl::erase_if(sums, [](const auto& cell) { return cell.second == CellValues{}; });
  return sums;
}

absl::StatusOr<std::vector<std::pair<int64_t, CellMap>>> CubeReader::SumByBucket(
    Cube cube, const Segment& segment, std::span<const Dimension> group,
    std::span<const NumberFilter> filters, MeasureSet measures) {
  Plan plan = MakePlan(cube, group, filters, measures);
  std::vector<std::pair<int64_t, CellMap>> buckets;
  HUIYIN_RETURN_IF_ERROR(store_->ScanCells(generation_.number, tenant_, cube, segment,
                                           plan.ShardIn(segment.grain),
                                           [&](int64_t bucket, std::string_view bytes) {
                                             if (buckets.empty() || buckets.back().first != bucket)
                                               buckets.emplace_back(bucket, CellMap());
                                             plan.AddTo(buckets.back().second, bytes);
                                           }));
  return buckets;
}

absl::StatusOr<std::string> CubeReader::Text(Dimension dimension, uint32_t number) {
  if (!InfoOf(dimension).text) return ValueName(dimension, number);
  const auto [it, added] = texts_.try_emplace({dimension, number});
  if (added) {
    HUIYIN_ASSIGN_OR_RETURN(it->second,
                            store_->TextOf(generation_.number, tenant_, dimension, number));
  }
  return it->second;
}

absl::StatusOr<std::optional<uint32_t>> CubeReader::Number(Dimension dimension,
                                                           const std::string& text) {
  if (!InfoOf(dimension).text) return ValueNumber(dimension, text);
  if (text.empty()) return 0;
  HUIYIN_ASSIGN_OR_RETURN(const uint32_t number,
                          store_->NumberOf(generation_.number, tenant_, dimension, text));
  return number == 0 ? std::nullopt : std::optional(number);
}

}  // namespace huiyin::analytics
