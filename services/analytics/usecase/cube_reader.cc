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
  int64_t shard = -1;

  void AddTo(CellMap& sums, std::string_view bytes) const {
    ForEachCell(cube, bytes, [&](const CellKey& key, const CellValues& values) {
      for (const auto& [index, numbers] : filters) {
        if (!std::binary_search(numbers.begin(), numbers.end(), key[index])) return;
      }
      CellKey grouped{};
      for (size_t i = 0; i < group.size(); ++i) grouped[i] = key[group[i]];
      const auto [cell, added] = sums.try_emplace(grouped, values);
      if (!added) Combine(cube, cell->second, values);
    });
  }
};

CubeReader::Plan CubeReader::MakePlan(Cube cube, std::span<const Dimension> group,
                                      std::span<const NumberFilter> filters) const {
  Plan plan{InfoOf(cube), {}, {}, -1};
  for (const Dimension dimension : group) plan.group.push_back(IndexOf(plan.cube, dimension));
  for (const NumberFilter& filter : filters) {
    const size_t index = IndexOf(plan.cube, filter.dimension);
    std::vector<uint32_t> numbers = filter.numbers;
    std::sort(numbers.begin(), numbers.end());
    if (plan.cube.sharded && index == 0 && numbers.size() == 1) {
      plan.shard = numbers.front() / kShardWidth;
    }
    plan.filters.emplace_back(index, std::move(numbers));
  }
  return plan;
}

absl::StatusOr<CellMap> CubeReader::Sum(Cube cube, absl::Time from, absl::Time until,
                                        std::span<const Dimension> group,
                                        std::span<const NumberFilter> filters) {
  const Plan plan = MakePlan(cube, group, filters);
  CellMap sums;
  for (const Segment& segment : Tile(plan.cube, from, until)) {
    HUIYIN_RETURN_IF_ERROR(
        store_.ScanCells(generation_, tenant_, cube, segment, plan.shard,
                         [&](int64_t, std::string_view bytes) { plan.AddTo(sums, bytes); }));
  }
  return sums;
}

absl::StatusOr<std::vector<std::pair<int64_t, CellMap>>> CubeReader::SumByBucket(
    Cube cube, const Segment& segment, std::span<const Dimension> group,
    std::span<const NumberFilter> filters) {
  const Plan plan = MakePlan(cube, group, filters);
  std::vector<std::pair<int64_t, CellMap>> buckets;
  HUIYIN_RETURN_IF_ERROR(store_.ScanCells(generation_, tenant_, cube, segment, plan.shard,
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
    HUIYIN_ASSIGN_OR_RETURN(it->second, store_.TextOf(generation_, tenant_, dimension, number));
  }
  return it->second;
}

absl::StatusOr<std::optional<uint32_t>> CubeReader::Number(Dimension dimension,
                                                           const std::string& text) {
  const DimensionInfo& info = InfoOf(dimension);
  if (!info.text) {
    for (uint32_t i = 0; i < info.values.size(); ++i) {
      if (info.values[i] == text) return i;
    }
    uint32_t number = 0;
    for (const char c : text) {
      if (c < '0' || c > '9' || number > 100'000'000) return std::nullopt;
      number = number * 10 + static_cast<uint32_t>(c - '0');
    }
    return text.empty() ? std::nullopt : std::optional(number);
  }
  if (text.empty()) return 0;
  HUIYIN_ASSIGN_OR_RETURN(const uint32_t number,
                          store_.NumberOf(generation_, tenant_, dimension, text));
  return number == 0 ? std::nullopt : std::optional(number);
}

}  // namespace huiyin::analytics
