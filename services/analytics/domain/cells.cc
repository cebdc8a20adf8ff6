#include "services/analytics/domain/cells.h"

#include <bit>
#include <cstring>
#include <limits>

namespace huiyin::analytics {
namespace {

static_assert(std::endian::native == std::endian::little, "columns are copied as they are");

bool IsZero(const Cell& cell) {
  return std::all_of(cell.values.begin(), cell.values.end(), [](int64_t v) { return v == 0; });
}

uint8_t WidthFor(uint64_t spread) {
  if (spread == 0) return 0;
  if (spread <= std::numeric_limits<uint8_t>::max()) return 1;
  if (spread <= std::numeric_limits<uint16_t>::max()) return 2;
  if (spread <= std::numeric_limits<uint32_t>::max()) return 4;
  return 8;
}

template <class Unsigned, class Get>
void AppendColumn(std::span<const Cell> cells, int64_t least, Get get, std::string& out) {
  const size_t at = out.size();
  out.resize(at + cells.size() * sizeof(Unsigned));
  char* to = out.data() + at;
  for (const Cell& cell : cells) {
    const auto value =
        static_cast<Unsigned>(static_cast<uint64_t>(get(cell)) - static_cast<uint64_t>(least));
    std::memcpy(to, &value, sizeof value);
    to += sizeof value;
  }
}

struct Range {
  int64_t least;
  uint8_t width;
};

template <class Get>
Range RangeOf(std::span<const Cell> cells, Get get) {
  int64_t least = get(cells.front()), most = least;
  for (const Cell& cell : cells) {
    least = std::min(least, get(cell));
    most = std::max(most, get(cell));
  }
  return {least, WidthFor(static_cast<uint64_t>(most) - static_cast<uint64_t>(least))};
}

template <class Get>
void AppendColumn(std::span<const Cell> cells, const Range& range, Get get, std::string& out) {
  switch (range.width) {
    case 1:
      return AppendColumn<uint8_t>(cells, range.least, get, out);
    case 2:
      return AppendColumn<uint16_t>(cells, range.least, get, out);
    case 4:
      return AppendColumn<uint32_t>(cells, range.least, get, out);
    case 8:
      return AppendColumn<uint64_t>(cells, range.least, get, out);
    default:
      return;
  }
}

template <class Stored, class T>
void Expand(const char* data, int64_t least, std::vector<T>& out) {
  for (size_t i = 0; i < out.size(); ++i) {
    Stored value;
    std::memcpy(&value, data + i * sizeof(Stored), sizeof(Stored));
    out[i] = static_cast<T>(static_cast<uint64_t>(least) + value);
  }
}

// Cells by key, when the key fits a word: sorting these moves a fifth of the bytes.
struct PackedKey {
  uint64_t key;
  uint32_t index;
};

// False when keys do not fit. Words are in the order of keys.
bool PackKeys(const CubeInfo& cube, const std::vector<Cell>& cells, std::vector<PackedKey>& out) {
  CellKey used{};  // bits that any key has
  const size_t count = cube.dimensions.size();
  for (const Cell& cell : cells) {
    for (size_t i = 0; i < count; ++i) used[i] |= cell.key[i];
  }
  int widths[kMaxDimensions] = {}, total = 0;
  for (size_t i = 0; i < count; ++i) {
    widths[i] = std::bit_width(used[i]);
    total += widths[i];
  }
  if (total > 64) return false;
  out.resize(cells.size());
  for (size_t row = 0; row < cells.size(); ++row) {
    uint64_t key = 0;
    for (size_t i = 0; i < count; ++i) key = key << widths[i] | cells[row].key[i];
    out[row] = {key, static_cast<uint32_t>(row)};
  }
  return true;
}

// Fewer cells are sorted as they are.
constexpr size_t kWorthPacking = 24;

}  // namespace

void Normalize(const CubeInfo& cube, std::vector<Cell>& cells) {
  std::vector<PackedKey> packed;
  if (cells.size() >= kWorthPacking && PackKeys(cube, cells, packed)) {
    std::sort(packed.begin(), packed.end(),
              [](const PackedKey& x, const PackedKey& y) { return x.key < y.key; });
    std::vector<Cell> combined;
    combined.reserve(cells.size());
    for (size_t i = 0; i < packed.size();) {
      Cell& cell = combined.emplace_back(cells[packed[i].index]);
      const uint64_t key = packed[i].key;
      for (++i; i < packed.size() && packed[i].key == key; ++i) {
        Combine(cube, cell.values, cells[packed[i].index].values);
      }
      if (IsZero(cell)) combined.pop_back();
    }
    cells.swap(combined);
    return;
  }
  std::sort(cells.begin(), cells.end(), [](const Cell& x, const Cell& y) { return x.key < y.key; });
  size_t kept = 0;
  for (size_t i = 0; i < cells.size();) {
    Cell cell = cells[i];
    for (++i; i < cells.size() && cells[i].key == cell.key; ++i) {
      Combine(cube, cell.values, cells[i].values);
    }
    if (!IsZero(cell)) cells[kept++] = cell;
  }
  cells.resize(kept);
}

std::string EncodeCells(const CubeInfo& cube, std::span<const Cell> cells) {
  std::string out;
  if (cells.empty()) return out;
  const auto dimension = [](size_t i) {
    return [i](const Cell& cell) { return static_cast<int64_t>(cell.key[i]); };
  };
  const auto measure = [](size_t i) { return [i](const Cell& cell) { return cell.values[i]; }; };
  PutVarint(out, cells.size());
  std::vector<Range> ranges;
  for (size_t i = 0; i < cube.dimensions.size(); ++i)
    ranges.push_back(RangeOf(cells, dimension(i)));
  for (size_t i = 0; i < cube.measures.size(); ++i) ranges.push_back(RangeOf(cells, measure(i)));
  size_t width = 0;
  for (const Range& range : ranges) {
    PutVarint(out, ZigZag(range.least));
    out.push_back(static_cast<char>(range.width));
    width += range.width;
  }
  out.reserve(out.size() + width * cells.size());
  for (size_t i = 0; i < cube.dimensions.size(); ++i) {
    AppendColumn(cells, ranges[i], dimension(i), out);
  }
  for (size_t i = 0; i < cube.measures.size(); ++i) {
    AppendColumn(cells, ranges[cube.dimensions.size() + i], measure(i), out);
  }
  return out;
}

std::vector<Cell> DecodeCells(const CubeInfo& cube, std::string_view bytes) {
  const CellColumns columns(cube, bytes);
  std::vector<Cell> cells(columns.size());
  std::vector<uint32_t> keys;
  for (size_t i = 0; i < cube.dimensions.size(); ++i) {
    columns.Dimension(i, keys);
    for (size_t row = 0; row < cells.size(); ++row) cells[row].key[i] = keys[row];
  }
  std::vector<int64_t> values;
  for (size_t i = 0; i < cube.measures.size(); ++i) {
    columns.Measure(i, values);
    for (size_t row = 0; row < cells.size(); ++row) cells[row].values[i] = values[row];
  }
  return cells;
}

std::string MergeCells(const CubeInfo& cube, std::string_view bytes,
                       std::span<const Cell> changes) {
  if (bytes.empty()) return EncodeCells(cube, changes);
  const std::vector<Cell> before = DecodeCells(cube, bytes);
  std::vector<Cell> after;
  after.reserve(before.size() + changes.size());
  auto change = changes.begin();
  for (const Cell& cell : before) {
    for (; change != changes.end() && change->key < cell.key; ++change) after.push_back(*change);
    if (change == changes.end() || change->key != cell.key) {
      after.push_back(cell);
      continue;
    }
    Cell combined = cell;
    Combine(cube, combined.values, change->values);
    ++change;
    if (!IsZero(combined)) after.push_back(combined);
  }
  after.insert(after.end(), change, changes.end());
  return EncodeCells(cube, after);
}

CellColumns::CellColumns(const CubeInfo& cube, std::string_view bytes)
    : dimensions_(cube.dimensions.size()) {
  const uint64_t size = GetVarint(bytes);
  const size_t count = cube.dimensions.size() + cube.measures.size();
  size_t width = 0;
  for (size_t i = 0; i < count; ++i) {
    columns_[i].least = UnZigZag(GetVarint(bytes));
    if (bytes.empty()) break;
    columns_[i].width = static_cast<uint8_t>(bytes.front());
    bytes.remove_prefix(1);
    width += columns_[i].width;
  }
  // Cells differ in their keys, so columns that are the same throughout are those of one cell.
  const bool fits = width == 0 ? size == 1 && bytes.empty()
                               : size <= bytes.size() && size * width == bytes.size();
  if (!fits) return;
  size_ = size;
  const char* data = bytes.data();
  for (size_t i = 0; i < count; ++i) {
    columns_[i].data = data;
    data += size_ * columns_[i].width;
  }
}

template <class T>
void CellColumns::Read(const Column& column, std::vector<T>& out) const {
  out.resize(size_);
  switch (column.width) {
    case 1:
      return Expand<uint8_t>(column.data, column.least, out);
    case 2:
      return Expand<uint16_t>(column.data, column.least, out);
    case 4:
      return Expand<uint32_t>(column.data, column.least, out);
    case 8:
      return Expand<uint64_t>(column.data, column.least, out);
    default:
      std::fill(out.begin(), out.end(), static_cast<T>(column.least));
  }
}

void CellColumns::Dimension(size_t index, std::vector<uint32_t>& out) const {
  Read(columns_[index], out);
}

void CellColumns::Measure(size_t index, std::vector<int64_t>& out) const {
  Read(columns_[dimensions_ + index], out);
}

}  // namespace huiyin::analytics
