#include "services/analytics/domain/cells.h"

#include <gmock/gmock.h>

#include <map>
#include <random>
#include <utility>
#include <vector>

namespace huiyin::analytics {
namespace {

using Reference = std::map<CellKey, CellValues>;

Reference Read(const CubeInfo& cube, const std::string& bytes) {
  Reference cells;
  ForEachCell(cube, bytes, [&](const CellKey& key, const CellValues& values) {
    EXPECT_TRUE(cells.emplace(key, values).second) << "a key twice";
  });
  return cells;
}

TEST(MergeCellsTest, AgreesWithAMapWhateverTheBatches) {
  const CubeInfo& cube = InfoOf(Cube::kTickets);
  std::mt19937 random(1);
  std::vector<std::pair<CellKey, CellValues>> changes;
  for (int i = 0; i < 2000; ++i) {
    const CellKey key = {static_cast<uint32_t>(random() % 19), static_cast<uint32_t>(random() % 3),
                         0, 0, static_cast<uint32_t>(random() % 300)};
    changes.push_back({key, {static_cast<int64_t>(random() % 5) - 2, 1}});
  }
  Reference expected;
  for (const auto& [key, values] : changes) Combine(cube, expected[key], values);
  std::string whole, pieces;
  CellMap all;
  for (const auto& [key, values] : changes) {
    const auto [cell, added] = all.try_emplace(key, values);
    if (!added) Combine(cube, cell->second, values);
    pieces = MergeCells(cube, pieces, {{key, values}});
  }
  whole = MergeCells(cube, whole, all);
  EXPECT_EQ(whole, pieces);
  EXPECT_EQ(Read(cube, whole), expected);
}

TEST(MergeCellsTest, WhatIsTakenBackLeavesNoTrace) {
  const CubeInfo& cube = InfoOf(Cube::kTickets);
  const CellKey a = {1}, b = {2};
  const std::string before = MergeCells(cube, "", {{a, {1}}});
  const std::string with = MergeCells(cube, before, {{b, {3, 1}}});
  EXPECT_NE(with, before);
  EXPECT_EQ(MergeCells(cube, with, {{b, {-3, -1}}}), before);
  EXPECT_EQ(MergeCells(cube, before, {{a, {-1}}}), "");
}

TEST(MergeCellsTest, MaximaMergeByMaximum) {
  const CubeInfo& cube = InfoOf(Cube::kCustomers);
  std::string bytes = MergeCells(cube, "", {{CellKey{7}, {3}}});
  bytes = MergeCells(cube, bytes, {{CellKey{7}, {2}}, {CellKey{9}, {5}}});
  EXPECT_EQ(Read(cube, bytes), (Reference{{CellKey{7}, {3}}, {CellKey{9}, {5}}}));
}

TEST(CubesTest, TablesAreInTheOrderOfTheirNumbers) {
  for (const CubeInfo& cube : AllCubes()) {
    EXPECT_EQ(&InfoOf(cube.cube), &cube);
    EXPECT_LE(cube.dimensions.size(), kMaxDimensions);
    EXPECT_LE(cube.measures.size(), kMaxMeasures);
    EXPECT_EQ(cube.grains.back(), Grain::kDay);
  }
  for (const DimensionInfo& info : AllDimensions()) EXPECT_EQ(&InfoOf(info.dimension), &info);
}

TEST(TileTest, CoversEveryMinuteExactlyOnce) {
  const CubeInfo& cube = InfoOf(Cube::kTickets);
  std::mt19937 random(2);
  for (int i = 0; i < 300; ++i) {
    const int64_t from = static_cast<int64_t>(random() % 400000) * 60;
    const int64_t until = from + static_cast<int64_t>(random() % 6000) * 60;
    int64_t at = from;
    size_t buckets = 0;
    for (const Segment& s : Tile(cube, absl::FromUnixSeconds(from), absl::FromUnixSeconds(until))) {
      const int64_t width = absl::ToInt64Seconds(WidthOf(s.grain));
      EXPECT_EQ(s.from, at);
      EXPECT_EQ(s.from % width, 0);
      EXPECT_EQ((s.until - s.from) % width, 0);
      EXPECT_GT(s.until, s.from);
      buckets += static_cast<size_t>((s.until - s.from) / width);
      at = s.until;
    }
    EXPECT_EQ(at, until);
    EXPECT_LE(buckets, 2 * 59u + 2 * 23u + static_cast<size_t>((until - from) / 86400));
  }
}

TEST(TileTest, RoundsOutToTheFinestGrain) {
  const auto segments = Tile(InfoOf(Cube::kShipped), absl::FromUnixSeconds(86400 + 5),
                             absl::FromUnixSeconds(2 * 86400 + 5));
  ASSERT_EQ(segments.size(), 1u);
  EXPECT_EQ(segments[0].from, 86400);
  EXPECT_EQ(segments[0].until, 3 * 86400);
}

TEST(BucketTest, TimesBefore1970FallIntoTheirBucketToo) {
  EXPECT_EQ(BucketOf(Grain::kHour, absl::FromUnixSeconds(-1)), -3600);
  EXPECT_EQ(BucketOf(Grain::kDay, absl::FromUnixSeconds(86399)), 0);
}

}  // namespace
}  // namespace huiyin::analytics
