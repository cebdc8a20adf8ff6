// Cells of a cube and their byte form: sorted by key, zero cells left out, so that the same
// contents are the same bytes however they came about; column by column, so that a question reads
// only the columns it asks for, in tight loops.
//
// Bytes: number of cells (varint), then per column (dimensions, then measures) its least value
// (zigzag varint) and the width of what each cell adds to it (one byte: 0, 1, 2, 4 or 8), then the
// columns one after another, little-endian. A column that is the same throughout takes no space.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "services/analytics/domain/bytes.h"
#include "services/analytics/domain/cubes.h"

namespace huiyin::analytics {

struct Cell {
  CellKey key{};
  CellValues values{};

  friend bool operator==(const Cell&, const Cell&) = default;
};
using CellMap = absl::flat_hash_map<CellKey, CellValues>;

inline void Combine(const CubeInfo& cube, CellValues& into, const CellValues& values) {
  for (size_t i = 0; i < cube.measures.size(); ++i) {
    into[i] = cube.keeps_maximum ? std::max(into[i], values[i]) : into[i] + values[i];
  }
}

// Sorts by key, combines cells of one key, drops zero cells.
void Normalize(const CubeInfo& cube, std::vector<Cell>& cells);

// `cells` must be normalized. No cells: no bytes.
std::string EncodeCells(const CubeInfo& cube, std::span<const Cell> cells);
std::vector<Cell> DecodeCells(const CubeInfo& cube, std::string_view bytes);
// `bytes` with normalized `changes` combined in. Empty when no cell is left.
std::string MergeCells(const CubeInfo& cube, std::string_view bytes, std::span<const Cell> changes);

// Reads single columns of the byte form, which must outlive it. Bytes that are not of this cube
// read as no cells.
class CellColumns {
 public:
  CellColumns(const CubeInfo& cube, std::string_view bytes);

  size_t size() const { return size_; }
  // Of the dimension or measure with this index in the cube; `out` is resized.
  void Dimension(size_t index, std::vector<uint32_t>& out) const;
  void Measure(size_t index, std::vector<int64_t>& out) const;

 private:
  struct Column {
    int64_t least = 0;
    uint8_t width = 0;
    const char* data = nullptr;
  };
  template <class T>
  void Read(const Column& column, std::vector<T>& out) const;

  size_t size_ = 0;
  size_t dimensions_ = 0;
  std::array<Column, kMaxDimensions + kMaxMeasures> columns_;
};

}  // namespace huiyin::analytics
