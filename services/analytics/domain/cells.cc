#include "services/analytics/domain/cells.h"

#include <utility>
#include <vector>

namespace huiyin::analytics {
namespace {

using Cell = std::pair<CellKey, CellValues>;

void Append(const CubeInfo& cube, const Cell& cell, std::string& out) {
  const auto& [key, values] = cell;
  if (std::all_of(values.begin(), values.end(), [](int64_t v) { return v == 0; })) return;
  for (size_t i = 0; i < cube.dimensions.size(); ++i) PutVarint(out, key[i]);
  for (size_t i = 0; i < cube.measures.size(); ++i) PutVarint(out, ZigZag(values[i]));
}

}  // namespace

std::string MergeCells(const CubeInfo& cube, std::string_view bytes, const CellMap& changes) {
  std::vector<Cell> sorted(changes.begin(), changes.end());
  std::sort(sorted.begin(), sorted.end(),
            [](const Cell& x, const Cell& y) { return x.first < y.first; });
  std::string out;
  out.reserve(bytes.size() + sorted.size() * 16);
  auto change = sorted.begin();
  ForEachCell(cube, bytes, [&](const CellKey& key, const CellValues& values) {
    for (; change != sorted.end() && change->first < key; ++change) Append(cube, *change, out);
    Cell cell{key, values};
    if (change != sorted.end() && change->first == key) {
      Combine(cube, cell.second, change->second);
      ++change;
    }
    Append(cube, cell, out);
  });
  for (; change != sorted.end(); ++change) Append(cube, *change, out);
  return out;
}

}  // namespace huiyin::analytics
