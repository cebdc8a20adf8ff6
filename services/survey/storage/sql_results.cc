// What results are counted from.
#include <array>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/core/status.h"
#include "services/survey/storage/sql_store.h"

namespace huiyin::survey {
namespace {

// Text of the value an invitation is grouped by, per ResultDimension.
constexpr std::array<std::string_view, 11> kGroupKeys = {
    "''",
    "i.agent",
    "i.queue",
    "CAST(i.category AS TEXT)",
    "i.product",
    "i.language",
    "CAST(i.channel AS TEXT)",
    "CAST(i.tier AS TEXT)",
    "i.survey_id",
    "CAST(i.created_at / 86400000000 AS TEXT)",
    "CAST(i.created_at / 86400000000 AS TEXT)",  // months are put together from days
};

std::string_view KeyOf(ResultDimension by) { return kGroupKeys.at(static_cast<size_t>(by)); }

// Invitations about episodes that were made in a period.
constexpr char kMade[] =
    "WHERE i.tenant = ? AND i.created_at >= ? AND i.created_at < ? AND i.purpose = 1 ";

}  // namespace

absl::StatusOr<std::vector<ResultGroup>> SqlStore::CountResults(const TenantId& tenant,
                                                                absl::Time from, absl::Time until,
                                                                ResultDimension by) {
  std::map<std::string, ResultCounts> groups;
  const std::string responses = absl::StrCat(
      "SELECT ", absl::string_view(KeyOf(by).data(), KeyOf(by).size()),
      ", COALESCE(SUM(CASE WHEN i.state <= 4 THEN 1 ELSE 0 END), 0), COUNT(i.shown_at), "
      "COALESCE(SUM(CASE WHEN i.state IN (3, 4) THEN 1 ELSE 0 END), 0), COUNT(i.answered_at), "
      "COALESCE(SUM(CASE WHEN i.state = 6 THEN 1 ELSE 0 END), 0), "
      "COALESCE(SUM(CASE WHEN i.state = 4 AND r.recovery = 2 THEN 1 ELSE 0 END), 0) "
      "FROM invitation i LEFT JOIN response r ON r.invitation_id = i.id ",
      kMade, "GROUP BY 1");
  HUIYIN_RETURN_IF_ERROR(
      session_.Query(responses, {tenant.value(), from, until}, [&](const db::Row& row) {
        ResultCounts& counts = groups[row.Str(0)];
        counts.invited = row.Int(1);
        counts.shown = row.Int(2);
        counts.started = row.Int(3);
        counts.answered = row.Int(4);
        counts.suppressed = row.Int(5);
        counts.recovery_needed = row.Int(6);
      }));
  const std::string scores =
      absl::StrCat("SELECT ", absl::string_view(KeyOf(by).data(), KeyOf(by).size()),
                   ", s.kind, s.score, COUNT(*) FROM invitation i JOIN score s ON "
                   "s.invitation_id = i.id ",
                   kMade, "GROUP BY 1, s.kind, s.score");
  HUIYIN_RETURN_IF_ERROR(
      session_.Query(scores, {tenant.value(), from, until}, [&](const db::Row& row) {
        const Scale& scale = ScaleOf(static_cast<SurveyKind>(row.Int(1)));
        auto& histogram = groups[row.Str(0)].histograms.at(static_cast<size_t>(row.Int(1)) - 1);
        histogram.resize(static_cast<size_t>(scale.highest - scale.lowest) + 1);
        histogram.at(static_cast<size_t>(row.Int(2) - scale.lowest)) = row.Int(3);
      }));
  std::vector<ResultGroup> result;
  for (auto& [value, counts] : groups) result.push_back({value, std::move(counts)});
  return result;
}

absl::StatusOr<std::vector<Remark>> SqlStore::ListRemarks(const TenantId& tenant, absl::Time from,
                                                          absl::Time until, int most) {
  std::vector<Remark> remarks;
  HUIYIN_RETURN_IF_ERROR(session_.Query(
      "SELECT a.body, r.recovery FROM response r JOIN invitation i ON i.id = r.invitation_id "
      "JOIN answer a ON a.invitation_id = r.invitation_id WHERE r.tenant = ? AND "
      "r.updated_at >= ? AND r.updated_at < ? AND r.complete = 1 AND i.purpose = 1 AND "
      "a.body IS NOT NULL ORDER BY r.invitation_id DESC LIMIT ?",
      {tenant.value(), from, until, most}, [&](const db::Row& row) {
        remarks.push_back({row.Str(0), static_cast<Recovery>(row.Int(1)) == Recovery::kNeeded});
      }));
  return remarks;
}

}  // namespace huiyin::survey
