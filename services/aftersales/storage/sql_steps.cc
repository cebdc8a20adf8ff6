#include "libs/core/status.h"
#include "services/aftersales/domain/text.h"
#include "services/aftersales/storage/sql_store.h"

namespace huiyin::aftersales {
namespace {

constexpr std::string_view kColumns = "step, round, began_at, ended_at, due_at, overdue_at";
constexpr int64_t kOpen = 0;  // `ended_at` of steps that have not ended

StoredStep ReadStep(const db::Row& row) {
  StoredStep step{.span = {.step = static_cast<Step>(row.Int(0)),
                           .round = row.Int(1),
                           .began = row.Time(2),
                           .ended = std::nullopt},
                  .due = row.OptionalTime(4),
                  .overdue = row.OptionalTime(5)};
  if (row.Int(3) != kOpen) step.span.ended = row.Time(3);
  return step;
}

}  // namespace

absl::StatusOr<std::vector<StoredStep>> SqlStore::ListOpenSteps(const TenantId& tenant,
                                                                const RmaId& rma) {
  static const std::string kSql = Concat("SELECT ", kColumns,
                                         " FROM rma_step WHERE tenant = ? AND ended_at = ? AND "
                                         "rma_id = ? ORDER BY began_at, step, round");
  std::vector<StoredStep> steps;
  HUIYIN_RETURN_IF_ERROR(
      session_.Query(kSql, {tenant.value(), kOpen, rma.value()},
                     [&](const db::Row& row) { steps.push_back(ReadStep(row)); }));
  return steps;
}

absl::Status SqlStore::AddSteps(const TenantId& tenant, const RmaId& rma,
                                const std::vector<StoredStep>& steps) {
  std::vector<db::Value> values;
  for (const StoredStep& step : steps) {
    const db::Value ended = step.span.ended ? db::Value(*step.span.ended) : db::Value(kOpen);
    values.insert(values.end(), {tenant.value(), ended, rma.value(), step.span.step,
                                 step.span.round, step.span.began, step.due, step.overdue});
  }
  if (values.empty()) return absl::OkStatus();
  return session_
      .ExecuteMany(
          "INSERT INTO rma_step (tenant, ended_at, rma_id, step, round, began_at, due_at, "
          "overdue_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
          8, values)
      .status();
}

absl::Status SqlStore::EndStep(const TenantId& tenant, const RmaId& rma, const StepSpan& step) {
  return session_
      .Execute(
          "UPDATE rma_step SET ended_at = ? WHERE tenant = ? AND ended_at = ? AND "
          "rma_id = ? AND step = ? AND round = ?",
          {step.ended, tenant.value(), kOpen, rma.value(), step.step, step.round})
      .status();
}

absl::Status SqlStore::MarkOverdue(const TenantId& tenant, const RmaId& rma, const StepSpan& step,
                                   absl::Time noticed) {
  return session_
      .Execute(
          "UPDATE rma_step SET overdue_at = ? WHERE tenant = ? AND ended_at = ? AND "
          "rma_id = ? AND step = ? AND round = ?",
          {noticed, tenant.value(), kOpen, rma.value(), step.step, step.round})
      .status();
}

absl::Status SqlStore::EachStep(const TenantId& tenant, absl::Time from, absl::Time until,
                                absl::FunctionRef<void(const StoredStep&)> each) {
  static const std::string kEnded =
      Concat("SELECT ", kColumns,
             " FROM rma_step WHERE tenant = ? AND ended_at > ? AND ended_at >= ? AND ended_at < ?");
  static const std::string kStillOpen =
      Concat("SELECT ", kColumns, " FROM rma_step WHERE tenant = ? AND ended_at = ?");
  const auto give = [&](const db::Row& row) { each(ReadStep(row)); };
  HUIYIN_RETURN_IF_ERROR(session_.Query(kEnded, {tenant.value(), kOpen, from, until}, give));
  return session_.Query(kStillOpen, {tenant.value(), kOpen}, give);
}

}  // namespace huiyin::aftersales
