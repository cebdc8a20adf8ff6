// Collects changes of one tenant's cells by bucket and writes them to the rollups, from the finest
// grain up. Not thread-safe.
#pragma once

#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "services/analytics/domain/cells.h"
#include "services/analytics/storage/store.h"

namespace huiyin::analytics {

class BucketWriter {
 public:
  // Adds to the bucket of the cube's finest grain that holds `at`; coarser ones follow in Write.
  void Add(Cube cube, int64_t at, const CellKey& key, const CellValues& values, Calendar& calendar);
  // Writes what was added and forgets it.
  absl::Status Write(Store& store, int64_t generation, const std::string& tenant,
                     Calendar& calendar);

 private:
  using Key = std::tuple<Cube, uint32_t, int64_t>;  // cube, shard, bucket
  using Buckets = std::map<Key, std::vector<Cell>>;

  struct LastBucket {
    int64_t stored = 0;   // before the Write that is under way
    int64_t written = 0;  // by it, or stored
  };

  static void AddAbove(const CubeInfo& info, Grain grain, int64_t start,
                       const std::vector<Cell>& cells, Buckets& into);
  absl::StatusOr<bool> IsNew(Store& store, int64_t generation, const CellAddress& address);
  absl::Status WriteBucket(Store& store, int64_t generation, const CellAddress& address,
                           const std::vector<Cell>& cells);
  absl::StatusOr<size_t> Merge(Store& store, int64_t generation, const CellAddress& address,
                               const std::vector<Cell>& changes, bool had_runs);
  absl::Status Put(Store& store, int64_t generation, CellRow row);
  absl::Status Flush(Store& store, int64_t generation);

  absl::flat_hash_map<Key, std::vector<Cell>> finest_;
  std::map<std::pair<Cube, Grain>, LastBucket> last_buckets_;
  std::vector<CellRow> rows_;  // to be written
  size_t rows_bytes_ = 0;
  // How much of a large bucket is still in runs of its own; see WriteBucket.
  absl::flat_hash_map<std::pair<Grain, Key>, RunSizes> sizes_;
};

// Merges the runs of every bucket of the generation, so that equal figures are equal rows.
absl::Status MergeAllRuns(Store& store, int64_t generation);

}  // namespace huiyin::analytics
