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
  finest_[{cube, ShardOf(info, key), calendar.Floor(info.grains.front(), at)}].push_back(
      {key, values});
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
      const CellAddress address{tenant, cube, info.grains[level], bucket, shard};
      HUIYIN_RETURN_IF_ERROR(WriteBucket(store, generation, address, cells));
      if (level + 1 == info.grains.size()) continue;
      const Key above{cube, shard, calendar.Floor(info.grains[level + 1], bucket)};
      std::vector<Cell>& into = coarser[above];
      into.insert(into.end(), cells.begin(), cells.end());
      std::vector<Cell>().swap(cells);
    }
    buckets.swap(coarser);
  }
  if (sizes_.size() > kMaxSizesKnown) sizes_.clear();
  return absl::OkStatus();
}

// A large bucket that every batch changes a little is not rewritten each time: the changes are put
// beside it as further runs, which readers add up, and are merged in when they have become many.
absl::Status BucketWriter::WriteBucket(Store& store, int64_t generation, const CellAddress& address,
                                       const std::vector<Cell>& cells) {
  const auto [it, unknown] =
      sizes_.try_emplace({address.grain, Key{address.cube, address.shard, address.bucket}});
  RunSizes& sizes = it->second;
  if (unknown) {
    HUIYIN_ASSIGN_OR_RETURN(sizes, store.SizesOfRuns(generation, address));
  }
  if (sizes.whole > kSmallBytes && sizes.last_run < kMaxRuns &&
      sizes.runs * kMergeFraction < sizes.whole) {
    const std::string bytes = EncodeCells(InfoOf(address.cube), cells);
    sizes.runs += bytes.size();
    return store.SaveRun(generation, address, ++sizes.last_run, bytes);
  }
  HUIYIN_ASSIGN_OR_RETURN(const std::string merged, MergeRuns(store, generation, address, cells));
  const bool had_runs = sizes.last_run > 0;
  sizes = {merged.size(), 0, 0};
  return store.SaveCells(generation, address, merged, had_runs);
}

absl::Status MergeAllRuns(Store& store, int64_t generation) {
  HUIYIN_ASSIGN_OR_RETURN(const std::vector<CellAddress> addresses, store.WithRuns(generation));
  for (const CellAddress& address : addresses) {
    HUIYIN_ASSIGN_OR_RETURN(const std::string merged, MergeRuns(store, generation, address, {}));
    HUIYIN_RETURN_IF_ERROR(store.SaveCells(generation, address, merged, /*had_runs=*/true));
  }
  return absl::OkStatus();
}

}  // namespace huiyin::analytics
