#include <limits>

#include "libs/core/status.h"
#include "services/analytics/storage/sql_store.h"

namespace huiyin::analytics {

absl::Status SqlStore::LoadRuns(int64_t generation, const CellAddress& address,
                                absl::FunctionRef<void(int64_t run, std::string_view bytes)> each) {
  return session_.Query(
      "SELECT run, cells FROM rollup WHERE generation = ? AND cube = ? AND grain = ? AND tenant = "
      "? AND bucket = ? AND shard = ? ORDER BY run",
      {generation, address.cube, address.grain, address.tenant, address.bucket, address.shard},
      [&](const db::Row& row) { each(row.Int(0), row.Text(1)); });
}

absl::StatusOr<RunSizes> SqlStore::SizesOfRuns(int64_t generation, const CellAddress& address) {
  RunSizes sizes;
  HUIYIN_RETURN_IF_ERROR(session_.Query(
      "SELECT run, LENGTH(cells) FROM rollup WHERE generation = ? AND cube = ? AND grain = ? AND "
      "tenant = ? AND bucket = ? AND shard = ? ORDER BY run",
      {generation, address.cube, address.grain, address.tenant, address.bucket, address.shard},
      [&](const db::Row& row) {
        const auto bytes = static_cast<size_t>(row.Int(1));
        sizes.last_run = row.Int(0);
        (sizes.last_run == 0 ? sizes.whole : sizes.runs) += bytes;
      }));
  return sizes;
}

absl::Status SqlStore::SaveRuns(int64_t generation, const std::vector<CellRow>& rows) {
  std::vector<db::Value> args;
  args.reserve(rows.size() * 8);
  for (const CellRow& row : rows) {
    const CellAddress& address = row.address;
    args.emplace_back(generation);
    args.emplace_back(address.cube);
    args.emplace_back(address.grain);
    args.emplace_back(address.tenant);
    args.emplace_back(address.bucket);
    args.emplace_back(address.shard);
    args.emplace_back(row.run);
    args.emplace_back(db::Blob{row.bytes});
  }
  if (args.empty()) return absl::OkStatus();
  return session_
      .ExecuteMany(
          "INSERT INTO rollup (generation, cube, grain, tenant, bucket, shard, run, cells) "
          "VALUES (?, ?, ?, ?, ?, ?, ?, ?) "
          "ON CONFLICT (generation, cube, grain, tenant, bucket, shard, run) DO UPDATE SET "
          "cells = excluded.cells",
          8, args)
      .status();
}

absl::Status SqlStore::RemoveRuns(int64_t generation, const CellAddress& address) {
  return session_
      .Execute(
          "DELETE FROM rollup WHERE generation = ? AND cube = ? AND grain = ? AND tenant = ? AND "
          "bucket = ? AND shard = ?",
          {generation, address.cube, address.grain, address.tenant, address.bucket, address.shard})
      .status();
}

absl::StatusOr<int64_t> SqlStore::LastBucket(int64_t generation, std::string_view tenant, Cube cube,
                                             Grain grain) {
  int64_t last = std::numeric_limits<int64_t>::min();
  HUIYIN_RETURN_IF_ERROR(session_.Query(
      "SELECT MAX(bucket) FROM rollup WHERE generation = ? AND cube = ? AND grain = ? AND tenant = "
      "?",
      {generation, cube, grain, tenant}, [&](const db::Row& row) {
        if (!row.IsNull(0)) last = row.Int(0);
      }));
  return last;
}

absl::StatusOr<std::vector<CellAddress>> SqlStore::WithRuns(int64_t generation) {
  std::vector<CellAddress> addresses;
  HUIYIN_RETURN_IF_ERROR(session_.Query(
      "SELECT DISTINCT tenant, cube, grain, bucket, shard FROM rollup WHERE generation = ? AND "
      "run > 0",
      {generation}, [&](const db::Row& row) {
        addresses.push_back({row.Str(0), static_cast<Cube>(row.Int(1)),
                             static_cast<Grain>(row.Int(2)), row.Int(3),
                             static_cast<uint32_t>(row.Int(4))});
      }));
  return addresses;
}

absl::Status SqlStore::ScanCells(
    int64_t generation, std::string_view tenant, Cube cube, const Segment& segment, int64_t shard,
    absl::FunctionRef<void(int64_t bucket, std::string_view bytes)> each) {
  const auto visit = [&](const db::Row& row) { each(row.Int(0), row.Text(1)); };
  if (shard < 0) {
    return session_.Query(
        "SELECT bucket, cells FROM rollup WHERE generation = ? AND cube = ? AND grain = ? AND "
        "tenant = ? AND bucket >= ? AND bucket < ? ORDER BY bucket, shard, run",
        {generation, cube, segment.grain, tenant, segment.from, segment.until}, visit);
  }
  return session_.Query(
      "SELECT bucket, cells FROM rollup WHERE generation = ? AND cube = ? AND grain = ? AND "
      "tenant = ? AND bucket >= ? AND bucket < ? AND shard = ? ORDER BY bucket, run",
      {generation, cube, segment.grain, tenant, segment.from, segment.until, shard}, visit);
}

absl::StatusOr<std::vector<std::string>> SqlStore::Tenants(int64_t generation) {
  std::vector<std::string> tenants;
  HUIYIN_RETURN_IF_ERROR(session_.Query(
      "SELECT DISTINCT tenant FROM rollup WHERE generation = ? AND cube = ? AND grain = ?",
      {generation, Cube::kEvents, Grain::kDay},
      [&](const db::Row& row) { tenants.push_back(row.Str(0)); }));
  return tenants;
}

}  // namespace huiyin::analytics
