// The rollups: which measures are kept over which dimensions, and how finely in time. A cube is a
// table of cells (dimension values → measures) per tenant and bucket of time.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "services/analytics/domain/dimensions.h"

namespace huiyin::analytics {

inline constexpr size_t kMaxDimensions = 6;
inline constexpr size_t kMaxMeasures = 5;

// Numbers are stored; they never change.
enum class Cube : uint8_t {
  kTickets = 1,
  kDurations = 2,
  kRmas = 3,
  kRmaLines = 4,
  kRefunds = 5,
  kInvitations = 6,
  kScores = 7,
  kSignals = 8,
  kShipped = 9,
  kCustomers = 10,
  kEvents = 11,
};

// Width of a bucket. Buckets are aligned to UTC.
enum class Grain : uint8_t { kMinute = 1, kHour = 2, kDay = 3 };
absl::Duration WidthOf(Grain grain);
// Start of the bucket that holds `time`, seconds since 1970.
int64_t BucketOf(Grain grain, absl::Time time);

struct CubeInfo {
  Cube cube;
  std::string_view name;
  std::span<const Dimension> dimensions;       // order of a cell's key
  std::span<const std::string_view> measures;  // order of a cell's values
  std::span<const Grain> grains;               // finest first
  bool keeps_maximum = false;                  // cells merge by maximum instead of by sum
  // Cells are spread over shards by their first dimension, so that a bucket with many products is
  // not rewritten whole for one of them.
  bool sharded = false;
};

const CubeInfo& InfoOf(Cube cube);
std::span<const CubeInfo> AllCubes();

// Products per shard: neighbours in the dictionary share one.
inline constexpr uint32_t kShardWidth = 64;

// The segments that cover [from, until) with the coarsest buckets there are, in order; both ends
// are rounded out to the cube's finest grain. Ends are bucket starts, the second exclusive.
struct Segment {
  Grain grain;
  int64_t from;
  int64_t until;
};
std::vector<Segment> Tile(const CubeInfo& cube, absl::Time from, absl::Time until);

}  // namespace huiyin::analytics
