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
  for (const Cell& cell : DecodeCells(cube, bytes)) {
    EXPECT_TRUE(cells.emplace(cell.key, cell.values).second) << "a key twice";
  }
  return cells;
}

std::string Merge(const CubeInfo& cube, const std::string& bytes, std::vector<Cell> changes) {
  return MergeCells(cube, bytes, changes);
}

TEST(MergeCellsTest, AgreesWithAMapWhateverTheBatches) {
  const CubeInfo& cube = InfoOf(Cube::kTickets);
  std::mt19937 random(1);
  std::vector<std::pair<CellKey, CellValues>> changes;
  for (int i = 0; i < 2000; ++i) {
    const CellKey key = {static_cast<uint32_t>(random() % 19), static_cast<uint32_t>(random() % 3),
                         0, 0, static_cast<uint32_t>(random() % 300)};
    // Columns of every width, negative values among them.
    changes.push_back(
        {key,
         {static_cast<int64_t>(random() % 5) - 2, 1, static_cast<int64_t>(random() % 100000),
          static_cast<int64_t>(random()) << 20}});
  }
  Reference expected;
  for (const auto& [key, values] : changes) Combine(cube, expected[key], values);
  std::string whole, pieces;
  std::vector<Cell> all;
  for (const auto& [key, values] : changes) {
    all.push_back({key, values});
    pieces = Merge(cube, pieces, {{key, values}});
  }
  Normalize(cube, all);
  whole = MergeCells(cube, whole, all);
  EXPECT_EQ(whole, pieces);
  EXPECT_EQ(Read(cube, whole), expected);
}

TEST(MergeCellsTest, WhatIsTakenBackLeavesNoTrace) {
  const CubeInfo& cube = InfoOf(Cube::kTickets);
  const CellKey a = {1}, b = {2};
  const std::string before = Merge(cube, "", {{a, {1}}});
  const std::string with = Merge(cube, before, {{b, {3, 1}}});
  EXPECT_NE(with, before);
  EXPECT_EQ(Merge(cube, with, {{b, {-3, -1}}}), before);
  EXPECT_EQ(Merge(cube, before, {{a, {-1}}}), "");
}

TEST(MergeCellsTest, MaximaMergeByMaximum) {
  const CubeInfo& cube = InfoOf(Cube::kCustomers);
  std::string bytes = Merge(cube, "", {{CellKey{7}, {3}}});
  bytes = Merge(cube, bytes, {{CellKey{7}, {2}}, {CellKey{9}, {5}}});
  EXPECT_EQ(Read(cube, bytes), (Reference{{CellKey{7}, {3}}, {CellKey{9}, {5}}}));
}

TEST(CellColumnsTest, BytesThatAreDamagedReadAsNoCells) {
  const CubeInfo& cube = InfoOf(Cube::kTickets);
  std::vector<Cell> cells;
  for (uint32_t i = 0; i < 300; ++i) cells.push_back({{i % 19, i}, {static_cast<int64_t>(i) - 7}});
  Normalize(cube, cells);
  const std::string bytes = EncodeCells(cube, cells);
  EXPECT_EQ(DecodeCells(cube, bytes), cells);
  for (size_t cut = 0; cut < bytes.size(); ++cut) {
    EXPECT_EQ(CellColumns(cube, bytes.substr(0, cut)).size(), 0u) << cut;
  }
  EXPECT_EQ(CellColumns(cube, bytes + "x").size(), 0u);
}

TEST(CubesTest, TablesAreInTheOrderOfTheirNumbers) {
  for (const CubeInfo& cube : AllCubes()) {
    EXPECT_EQ(&InfoOf(cube.cube), &cube);
    EXPECT_LE(cube.dimensions.size(), kMaxDimensions);
    EXPECT_LE(cube.measures.size(), kMaxMeasures);
    EXPECT_EQ(cube.grains.back(), Grain::kMonth);
  }
  for (const DimensionInfo& info : AllDimensions()) EXPECT_EQ(&InfoOf(info.dimension), &info);
}

TEST(TileTest, CoversEveryMinuteExactlyOnceInAnyZone) {
  const CubeInfo& cube = InfoOf(Cube::kTickets);
  std::mt19937 random(2);
  for (const char* name : {"UTC", "Asia/Shanghai", "Europe/Berlin", "Asia/Kathmandu",
                           "America/Sao_Paulo", "Australia/Lord_Howe"}) {
    absl::TimeZone zone;
    ASSERT_TRUE(absl::LoadTimeZone(name, &zone));
    Calendar calendar(zone);
    for (int i = 0; i < 200; ++i) {
      const int64_t from = (int64_t{1500000000} + random() % 100000000) / 60 * 60;
      const int64_t until = from + static_cast<int64_t>(random() % 200000) * 60;
      std::map<int64_t, int> changes;  // of how often a minute is counted
      int64_t read = 0;
      for (const Segment& s :
           Tile(cube, calendar, absl::FromUnixSeconds(from), absl::FromUnixSeconds(until))) {
        ASSERT_LT(s.from, s.until);
        ASSERT_EQ(calendar.Floor(s.grain, s.from), s.from) << name;
        ASSERT_EQ(calendar.Floor(s.grain, s.until), s.until) << name;
        changes[s.from] += s.sign;
        changes[s.until] -= s.sign;
        for (int64_t at = s.from; at < s.until; at = calendar.Next(s.grain, at)) ++read;
      }
      std::erase_if(changes, [](const auto& change) { return change.second == 0; });
      if (from == until) {
        EXPECT_TRUE(changes.empty());
      } else {
        EXPECT_EQ(changes, (std::map<int64_t, int>{{from, 1}, {until, -1}})) << name;
      }
      EXPECT_LE(read, 2 * (16 + 12 + 30) + 6) << "half of a month, a day and an hour at both ends";
    }
  }
}

TEST(TileTest, MaximaAreNeverTakenAway) {
  Calendar utc;
  for (const Segment& s : Tile(InfoOf(Cube::kCustomers), utc, absl::FromUnixSeconds(3600),
                               absl::FromUnixSeconds(86400 * 30))) {
    EXPECT_EQ(s.sign, 1);
  }
}

TEST(TileTest, RoundsOutToTheFinestGrain) {
  Calendar utc;
  const auto segments = Tile(InfoOf(Cube::kShipped), utc, absl::FromUnixSeconds(86400 + 5),
                             absl::FromUnixSeconds(2 * 86400 + 5));
  ASSERT_EQ(segments.size(), 1u);
  EXPECT_EQ(segments[0].from, 86400);
  EXPECT_EQ(segments[0].until, 3 * 86400);
}

}  // namespace
}  // namespace huiyin::analytics
