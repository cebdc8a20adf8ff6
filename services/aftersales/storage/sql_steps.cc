#include "libs/core/status.h"
#include "services/aftersales/domain/text.h"
#include "services/aftersales/storage/sql_store.h"

namespace huiyin::aftersales {
namespace {

constexpr std::string_view kColumns = "step, round, began_at, ended_at, due_at, overdue_at";

StoredStep ReadStep(const db::Row& row) {
  return {.span = {.step = static_cast<Step>(row.Int(0)),
                   .round = row.Int(1),
                   .began = row.Time(2),
                   .ended = row.OptionalTime(3)},
          .due = row.OptionalTime(4),
          .overdue = row.OptionalTime(5)};
}

}  // namespace

absl::StatusOr<std::vector<StoredStep>> SqlStore::ListSteps(const TenantId& tenant,
                                                            const RmaId& rma) {
  static const std::string kSql = Concat("SELECT ", kColumns,
                                         " FROM rma_step WHERE tenant = ? AND rma_id = ? "
                                         "ORDER BY began_at, step, round");
  std::vector<StoredStep> steps;
  HUIYIN_RETURN_IF_ERROR(
      session_.Query(kSql, {tenant.value(), rma.value()},
                     [&](const db::Row& row) { steps.push_back(ReadStep(row)); }));
  return steps;
}

absl::Status SqlStore::PutSteps(const TenantId& tenant, const RmaId& rma,
                                const std::vector<StoredStep>& steps) {
  std::vector<db::Value> values;
  for (const StoredStep& step : steps) {
    values.insert(values.end(), {tenant.value(), rma.value(), step.span.step, step.span.round,
                                 step.span.began, step.span.ended, step.due, step.overdue});
  }
  if (values.empty()) return absl::OkStatus();
  return session_
      .ExecuteMany(
          "INSERT INTO rma_step (tenant, rma_id, step, round, began_at, ended_at, due_at, "
          "overdue_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?) "
          "ON CONFLICT (tenant, rma_id, step, round) DO UPDATE SET ended_at = excluded.ended_at, "
          "overdue_at = COALESCE(excluded.overdue_at, rma_step.overdue_at)",
          8, values)
      .status();
}

absl::Status SqlStore::EachStep(const TenantId& tenant, absl::Time from, absl::Time until,
                                absl::FunctionRef<void(const StoredStep&)> each) {
  static const std::string kEnded = Concat(
      "SELECT ", kColumns, " FROM rma_step WHERE tenant = ? AND ended_at >= ? AND ended_at < ?");
  static const std::string kOpen =
      Concat("SELECT ", kColumns, " FROM rma_step WHERE tenant = ? AND ended_at IS NULL");
  HUIYIN_RETURN_IF_ERROR(session_.Query(kEnded, {tenant.value(), from, until},
                                        [&](const db::Row& row) { each(ReadStep(row)); }));
  return session_.Query(kOpen, {tenant.value()}, [&](const db::Row& row) { each(ReadStep(row)); });
}

}  // namespace huiyin::aftersales
