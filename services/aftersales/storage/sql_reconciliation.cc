#include <cstdlib>

#include "libs/core/status.h"
#include "services/aftersales/domain/text.h"
#include "services/aftersales/storage/sql_store.h"
#include "services/aftersales/storage/sql_where.h"

namespace huiyin::aftersales {
namespace {

constexpr std::string_view kDifferenceColumns =
    "difference_id, statement_id, gateway, kind, line_key, gateway_id, line, ours_minor, "
    "ours_currency, theirs_minor, theirs_currency, detail, created_at, resolved_at, resolved_by, "
    "note";

Difference ReadDifference(const db::Row& row) {
  return {.id = row.Str(0),
          .statement = row.Str(1),
          .gateway = row.Str(2),
          .kind = static_cast<DifferenceKind>(row.Int(3)),
          .key = row.Str(4),
          .gateway_id = row.Str(5),
          .line = row.Int(6),
          .ours = Money(row.Int(7), row.Text(8)),
          .theirs = Money(row.Int(9), row.Text(10)),
          .detail = row.Str(11),
          .created = row.Time(12),
          .resolved = row.OptionalTime(13),
          .resolved_by = row.Str(14),
          .note = row.Str(15)};
}

}  // namespace

absl::StatusOr<std::optional<Statement>> SqlStore::FindStatement(const TenantId& tenant,
                                                                 const std::string& gateway,
                                                                 absl::Time start, absl::Time end) {
  std::optional<Statement> found;
  HUIYIN_RETURN_IF_ERROR(session_.Query(
      "SELECT statement_id, content_hash, imported_by, imported_at, lines, matched, missing_here, "
      "missing_there, amount_differs, duplicates FROM statement WHERE tenant = ? AND gateway = ? "
      "AND start_at = ? AND end_at = ?",
      {tenant.value(), gateway, start, end}, [&](const db::Row& row) {
        found = Statement{.id = row.Str(0),
                          .gateway = gateway,
                          .start = start,
                          .end = end,
                          .content_hash = row.Str(1),
                          .imported_by = row.Str(2),
                          .imported = row.Time(3),
                          .lines = row.Int(4),
                          .matched = row.Int(5)};
        for (int kind = 0; kind < kDifferenceKinds; ++kind) {
          found->differences[kind] = row.Int(6 + kind);
        }
      }));
  return found;
}

absl::Status SqlStore::InsertStatement(const TenantId& tenant, const Statement& statement) {
  return session_
      .Execute(
          "INSERT INTO statement (tenant, statement_id, gateway, start_at, end_at, content_hash, "
          "imported_by, imported_at, lines, matched, missing_here, missing_there, amount_differs, "
          "duplicates) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
          {tenant.value(), statement.id, statement.gateway, statement.start, statement.end,
           statement.content_hash, statement.imported_by, statement.imported, statement.lines,
           statement.matched, statement.differences[0], statement.differences[1],
           statement.differences[2], statement.differences[3]})
      .status();
}

absl::StatusOr<bool> SqlStore::InsertStatementLine(const TenantId& tenant,
                                                   const Statement& statement,
                                                   const StatementLine& line) {
  HUIYIN_ASSIGN_OR_RETURN(
      const int64_t rows,
      session_.Execute(
          "INSERT INTO statement_line (tenant, gateway, type, line_key, statement_id, line, "
          "amount_minor, currency) VALUES (?, ?, ?, ?, ?, ?, ?, ?) "
          "ON CONFLICT (tenant, gateway, type, line_key) DO NOTHING",
          {tenant.value(), statement.gateway, line.type, line.key, statement.id, line.number,
           line.amount.minor(), line.amount.currency()}));
  return rows == 1;
}

absl::StatusOr<bool> SqlStore::IsOnAStatement(const TenantId& tenant, const std::string& gateway,
                                              StatementLineType type, const std::string& key) {
  return session_.QueryOne(
      "SELECT 1 FROM statement_line WHERE tenant = ? AND gateway = ? AND type = ? AND line_key = ?",
      {tenant.value(), gateway, type, key}, [](const db::Row&) {});
}

absl::StatusOr<std::optional<Money>> SqlStore::BookedFor(const TenantId& tenant,
                                                         const std::string& gateway,
                                                         StatementLineType type,
                                                         const std::string& cause) {
  const std::string_view sql =
      type == StatementLineType::kRefund
          ? "SELECT currency, CAST(-SUM(amount_minor) AS BIGINT) FROM ledger_entry WHERE "
            "tenant = ? AND cause_id = ? AND account = ? GROUP BY currency"
      : type == StatementLineType::kChargeback
          ? "SELECT currency, CAST(-SUM(amount_minor) AS BIGINT) FROM ledger_entry WHERE "
            "tenant = ? AND cause_id = ? AND account = ? AND amount_minor < 0 GROUP BY currency"
          : "SELECT currency, CAST(SUM(amount_minor) AS BIGINT) FROM ledger_entry WHERE "
            "tenant = ? AND cause_id = ? AND account = ? AND amount_minor > 0 GROUP BY currency";
  std::optional<Money> booked;
  HUIYIN_RETURN_IF_ERROR(
      session_.Query(sql, {tenant.value(), cause, Concat("gateway.", gateway)},
                     [&](const db::Row& row) { booked = Money(row.Int(1), row.Text(0)); }));
  return booked;
}

absl::StatusOr<std::vector<BookedPayout>> SqlStore::BookedBetween(const TenantId& tenant,
                                                                  const std::string& gateway,
                                                                  absl::Time start,
                                                                  absl::Time end) {
  std::vector<BookedPayout> booked;
  HUIYIN_RETURN_IF_ERROR(session_.Query(
      "SELECT cause_id, currency, CAST(SUM(amount_minor) AS BIGINT), "
      "CASE WHEN amount_minor > 0 THEN 1 ELSE 0 END AS came_back FROM ledger_entry WHERE "
      "account LIKE 'gateway.%' AND tenant = ? AND account = ? AND at >= ? AND at < ? "
      "GROUP BY cause_id, currency, came_back ORDER BY cause_id, came_back",
      {tenant.value(), Concat("gateway.", gateway), start, end}, [&](const db::Row& row) {
        booked.push_back({.cause = row.Str(0),
                          .amount = Money(std::abs(row.Int(2)), row.Text(1)),
                          .came_back = row.Bool(3)});
      }));
  return booked;
}

absl::Status SqlStore::InsertDifference(const TenantId& tenant, const Difference& difference) {
  static const std::string kSql =
      Concat("INSERT INTO difference (tenant, ", kDifferenceColumns,
             ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  return session_
      .Execute(kSql,
               {tenant.value(), difference.id, difference.statement, difference.gateway,
                difference.kind, difference.key, difference.gateway_id, difference.line,
                difference.ours.minor(), difference.ours.currency(), difference.theirs.minor(),
                difference.theirs.currency(), difference.detail, difference.created,
                difference.resolved, difference.resolved_by, difference.note})
      .status();
}

absl::StatusOr<std::optional<Difference>> SqlStore::FindDifference(const TenantId& tenant,
                                                                   const std::string& id) {
  static const std::string kSql = Concat("SELECT ", kDifferenceColumns,
                                         " FROM difference WHERE tenant = ? AND difference_id = ?");
  std::optional<Difference> found;
  HUIYIN_RETURN_IF_ERROR(session_.Query(kSql, {tenant.value(), id},
                                        [&](const db::Row& row) { found = ReadDifference(row); }));
  return found;
}

absl::StatusOr<std::vector<Difference>> SqlStore::ListDifferences(const TenantId& tenant,
                                                                  const DifferenceFilter& filter,
                                                                  size_t limit,
                                                                  const std::string& after) {
  Where where;
  where.And("tenant = ?", {tenant.value()});
  if (!filter.gateway.empty()) where.And("gateway = ?", {filter.gateway});
  if (!filter.statement.empty()) where.And("statement_id = ?", {filter.statement});
  if (!filter.include_resolved) where.And("resolved_at IS NULL", {});
  if (!after.empty()) where.And("difference_id < ?", {after});
  where.AddValue(limit);
  std::vector<Difference> found;
  HUIYIN_RETURN_IF_ERROR(session_.Query(
      Concat("SELECT ", kDifferenceColumns, " FROM difference", where.sql(),
             " ORDER BY difference_id DESC LIMIT ?"),
      where.values(), [&](const db::Row& row) { found.push_back(ReadDifference(row)); }));
  return found;
}

absl::StatusOr<bool> SqlStore::ResolveDifference(const TenantId& tenant,
                                                 const Difference& difference) {
  HUIYIN_ASSIGN_OR_RETURN(
      const int64_t rows,
      session_.Execute("UPDATE difference SET resolved_at = ?, resolved_by = ?, note = ? WHERE "
                       "tenant = ? AND difference_id = ? AND resolved_at IS NULL",
                       {difference.resolved, difference.resolved_by, difference.note,
                        tenant.value(), difference.id}));
  return rows == 1;
}

}  // namespace huiyin::aftersales
