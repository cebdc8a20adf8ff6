#include "services/analytics/usecase/bucket_writer.h"

#include <algorithm>

#include "libs/core/status.h"

namespace huiyin::analytics {
namespace {

// A bucket this small is rewritten whole.
constexpr size_t kSmallBytes = 16 << 10;
// A large bucket is merged when its runs are this part of it: each cell is then rewritten a few
// times in its life, not once per batch.
constexpr size_t kMergeFraction = 3;
constexpr int64_t kMaxRuns = 24;
constexpr size_t kMaxSizesKnown = 20'000;
constexpr size_t kFewDimensions = 2, kManyCells = 64;
// Written together.
constexpr size_t kRowsAtOnce = 500, kBytesAtOnce = 4 << 20;

absl::StatusOr<std::string> MergeRuns(Store& store, int64_t generation, const CellAddress& address,
                                      std::span<const Cell> cells) {
  const CubeInfo& cube = InfoOf(address.cube);
  std::string merged;
  std::vector<Cell> changes(cells.begin(), cells.end());
  HUIYIN_RETURN_IF_ERROR(
      store.LoadRuns(generation, address, [&](int64_t run, std::string_view bytes) {
        if (run == 0) {
          merged = bytes;
        } else {
          const std::vector<Cell> more = DecodeCells(cube, bytes);
          changes.insert(changes.end(), more.begin(), more.end());
        }
      }));
  Normalize(cube, changes);
  return MergeCells(cube, merged, changes);
}

}  // namespace

void BucketWriter::Add(Cube cube, int64_t at, const CellKey& key, const CellValues& values,
                       Calendar& calendar) {
  const CubeInfo& info = InfoOf(cube);
  const Grain finest = info.grains.front();
  std::vector<Cell>& cells =
      finest_[{cube, ShardOf(info, finest, key), calendar.Floor(finest, at)}];
  // Cubes of few different cells stay small, however many events are counted between two saves.
  if (info.dimensions.size() <= kFewDimensions && cells.size() >= kManyCells &&
      cells.size() == cells.capacity()) {
    Normalize(info, cells);
  }
  cells.push_back({key, values});
}

absl::Status BucketWriter::Write(Store& store, int64_t generation, const std::string& tenant,
                                 Calendar& calendar) {
  Buckets buckets;  // in the order of the table
  for (auto& [key, cells] : finest_) buckets.emplace(key, std::move(cells));
  finest_.clear();
  for (size_t level = 0; !buckets.empty(); ++level) {
    Buckets coarser;
    for (auto& [key, cells] : buckets) {
      const auto& [cube, shard, bucket] = key;
      const CubeInfo& info = InfoOf(cube);
      Normalize(info, cells);
      if (cells.empty()) continue;
      HUIYIN_RETURN_IF_ERROR(
          WriteBucket(store, generation, {tenant, cube, info.grains[level], bucket, shard}, cells));
      if (level + 1 < info.grains.size()) {
        const Grain above = info.grains[level + 1];
        AddAbove(info, above, calendar.Floor(above, bucket), cells, coarser);
      }
      std::vector<Cell>().swap(cells);
    }
    buckets.swap(coarser);
  }
  HUIYIN_RETURN_IF_ERROR(Flush(store, generation));
  for (auto& [where, last] : last_buckets_) last.stored = std::max(last.stored, last.written);
  if (sizes_.size() > kMaxSizesKnown) sizes_.clear();
  return absl::OkStatus();
}

// Adds cells to the buckets of a coarser grain that start at `start`.
void BucketWriter::AddAbove(const CubeInfo& info, Grain grain, int64_t start,
                            const std::vector<Cell>& cells, Buckets& into) {
  std::vector<Cell>* shard_cells = nullptr;
  uint32_t shard = 0;
  for (const Cell& cell : cells) {
    const uint32_t of_cell = ShardOf(info, grain, cell.key);
    if (!shard_cells || of_cell != shard) {
      shard = of_cell;
      shard_cells = &into[{info.cube, shard, start}];
    }
    shard_cells->push_back(cell);
  }
}

// True when the bucket is later than any that was stored before this Write.
absl::StatusOr<bool> BucketWriter::IsNew(Store& store, int64_t generation,
                                         const CellAddress& address) {
  const auto [it, unknown] = last_buckets_.try_emplace({address.cube, address.grain});
  LastBucket& last = it->second;
  if (unknown) {
    HUIYIN_ASSIGN_OR_RETURN(
        last.stored, store.LastBucket(generation, address.tenant, address.cube, address.grain));
    last.written = last.stored;
  }
  last.written = std::max(last.written, address.bucket);
  return address.bucket > last.stored;
}

// A large bucket that every batch changes a little is not rewritten each time: the changes are put
// beside it as further runs, which readers add up, and are merged in when they have become many.
// Minutes are always small.
absl::Status BucketWriter::WriteBucket(Store& store, int64_t generation, const CellAddress& address,
                                       const std::vector<Cell>& cells) {
  const CubeInfo& info = InfoOf(address.cube);
  HUIYIN_ASSIGN_OR_RETURN(const bool is_new, IsNew(store, generation, address));
  if (address.grain == Grain::kMinute) {
    if (is_new) return Put(store, generation, {address, 0, EncodeCells(info, cells)});
    return Merge(store, generation, address, cells, /*had_runs=*/false).status();
  }
  const auto [it, unknown] =
      sizes_.try_emplace({address.grain, Key{address.cube, address.shard, address.bucket}});
  RunSizes& sizes = it->second;
  if (is_new) {
    std::string bytes = EncodeCells(info, cells);
    sizes.whole = bytes.size();
    return Put(store, generation, {address, 0, std::move(bytes)});
  }
  if (unknown) {
    HUIYIN_ASSIGN_OR_RETURN(sizes, store.SizesOfRuns(generation, address));
  }
  if (sizes.whole > kSmallBytes && sizes.last_run < kMaxRuns &&
      sizes.runs * kMergeFraction < sizes.whole) {
    std::string bytes = EncodeCells(info, cells);
    sizes.runs += bytes.size();
    return Put(store, generation, {address, ++sizes.last_run, std::move(bytes)});
  }
  HUIYIN_ASSIGN_OR_RETURN(const size_t size,
                          Merge(store, generation, address, cells, sizes.last_run > 0));
  sizes = {size, 0, 0};
  return absl::OkStatus();
}

// Makes the bucket one run, with the changes in it; returns its size.
absl::StatusOr<size_t> BucketWriter::Merge(Store& store, int64_t generation,
                                           const CellAddress& address,
                                           const std::vector<Cell>& changes, bool had_runs) {
  HUIYIN_ASSIGN_OR_RETURN(std::string merged, MergeRuns(store, generation, address, changes));
  if (had_runs || merged.empty()) {
    HUIYIN_RETURN_IF_ERROR(store.RemoveRuns(generation, address));
  }
  const size_t size = merged.size();
  if (size > 0) HUIYIN_RETURN_IF_ERROR(Put(store, generation, {address, 0, std::move(merged)}));
  return size;
}

absl::Status BucketWriter::Put(Store& store, int64_t generation, CellRow row) {
  rows_bytes_ += row.bytes.size();
  rows_.push_back(std::move(row));
  return rows_.size() < kRowsAtOnce && rows_bytes_ < kBytesAtOnce ? absl::OkStatus()
                                                                  : Flush(store, generation);
}

absl::Status BucketWriter::Flush(Store& store, int64_t generation) {
  const absl::Status status = store.SaveRuns(generation, rows_);
  rows_.clear();
  rows_bytes_ = 0;
  return status;
}

absl::Status MergeAllRuns(Store& store, int64_t generation) {
  HUIYIN_ASSIGN_OR_RETURN(const std::vector<CellAddress> addresses, store.WithRuns(generation));
  for (const CellAddress& address : addresses) {
    HUIYIN_ASSIGN_OR_RETURN(std::string merged, MergeRuns(store, generation, address, {}));
    HUIYIN_RETURN_IF_ERROR(store.RemoveRuns(generation, address));
    if (merged.empty()) continue;
    HUIYIN_RETURN_IF_ERROR(store.SaveRuns(generation, {{address, 0, std::move(merged)}}));
  }
  return absl::OkStatus();
}

}  // namespace huiyin::analytics
