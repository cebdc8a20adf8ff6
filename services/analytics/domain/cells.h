// Cells of a cube and their byte form: sorted by key, zero cells left out, so that the same
// contents are the same bytes however they came about.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/container/flat_hash_map.h"
#include "services/analytics/domain/bytes.h"
#include "services/analytics/domain/cubes.h"

namespace huiyin::analytics {

using CellKey = std::array<uint32_t, kMaxDimensions>;  // unused dimensions are 0
using CellValues = std::array<int64_t, kMaxMeasures>;  // unused measures are 0
using CellMap = absl::flat_hash_map<CellKey, CellValues>;

inline void Combine(const CubeInfo& cube, CellValues& into, const CellValues& values) {
  for (size_t i = 0; i < cube.measures.size(); ++i) {
    into[i] = cube.keeps_maximum ? std::max(into[i], values[i]) : into[i] + values[i];
  }
}

// Calls each(key, values) for every cell, in key order.
template <class Each>
void ForEachCell(const CubeInfo& cube, std::string_view bytes, Each each) {
  CellKey key{};
  CellValues values{};
  while (!bytes.empty()) {
    for (size_t i = 0; i < cube.dimensions.size(); ++i) {
      key[i] = static_cast<uint32_t>(GetVarint(bytes));
    }
    for (size_t i = 0; i < cube.measures.size(); ++i) values[i] = UnZigZag(GetVarint(bytes));
    each(key, values);
  }
}

// `bytes` with `changes` combined in. Empty when no cell is left.
std::string MergeCells(const CubeInfo& cube, std::string_view bytes, const CellMap& changes);

}  // namespace huiyin::analytics
