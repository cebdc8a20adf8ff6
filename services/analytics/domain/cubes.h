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
#include "services/analytics/domain/calendar.h"
#include "services/analytics/domain/dimensions.h"

namespace huiyin::analytics {

inline constexpr size_t kMaxDimensions = 8;
inline constexpr size_t kMaxMeasures = 6;

using CellKey = std::array<uint32_t, kMaxDimensions>;  // unused dimensions are 0
using CellValues = std::array<int64_t, kMaxMeasures>;  // unused measures are 0

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
  kService = 12,
  kTerms = 13,
  kSla = 14,
  kDesk = 15,
  kReviews = 16,
  kCohorts = 17,
  kCohortScores = 18,
};

// How the cells of a day or month are spread over shards, so that one that has very many is not
// rewritten whole for one of them, and a question about one of them need not read the others. Finer
// buckets hold few cells; there one row more costs more than it saves.
enum class Sharding : uint8_t { kNone, kByProduct, kByCategory };

struct CubeInfo {
  Cube cube;
  std::string_view name;
  std::span<const Dimension> dimensions;       // order of a cell's key
  std::span<const std::string_view> measures;  // order of a cell's values
  std::span<const Grain> grains;               // finest first
  bool keeps_maximum = false;                  // cells merge by maximum instead of by sum
  Sharding sharding = Sharding::kNone;
};

const CubeInfo& InfoOf(Cube cube);
std::span<const CubeInfo> AllCubes();

bool IsSharded(const CubeInfo& cube, Grain grain);
// Shard of a cell in buckets of this grain.
uint32_t ShardOf(const CubeInfo& cube, Grain grain, const CellKey& key);
// The dimension that the shard depends on and the shard of one of its values; nothing without.
std::optional<Dimension> ShardDimension(const CubeInfo& cube);
uint32_t ShardOfValue(const CubeInfo& cube, uint32_t value);

// The segments that make up [from, until) with as few and coarse buckets as there are; both ends
// are rounded out to the cube's finest grain. What can be summed is also taken away: 29 days are a
// month without a day. Ends are bucket starts, the second exclusive.
struct Segment {
  Grain grain;
  int64_t from;
  int64_t until;
  int sign = 1;  // −1: to be taken away
};
std::vector<Segment> Tile(const CubeInfo& cube, Calendar& calendar, absl::Time from,
                          absl::Time until);

}  // namespace huiyin::analytics
