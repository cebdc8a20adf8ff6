#include <charconv>

#include "libs/core/status.h"
#include "services/aftersales/domain/text.h"
#include "services/aftersales/storage/sql_store.h"
#include "services/aftersales/storage/sql_where.h"

namespace huiyin::aftersales {
namespace {

constexpr std::string_view kColumns =
    "sequence, transfer_id, account, currency, amount_minor, cause_id, order_id, at";

LedgerEntry ReadEntry(const db::Row& row) {
  return {.sequence = row.Int(0),
          .transfer_id = row.Str(1),
          .account = row.Str(2),
          .amount = Money(row.Int(4), row.Text(3)),
          .cause_id = row.Str(5),
          .order = OrderId(row.Str(6)),
          .at = row.Time(7)};
}

}  // namespace

absl::Status SqlStore::AppendLedger(const TenantId& tenant,
                                    const std::vector<LedgerEntry>& entries) {
  std::vector<db::Value> values;
  for (const LedgerEntry& entry : entries) {
    values.insert(values.end(),
                  {tenant.value(), entry.transfer_id, entry.account, entry.amount.currency(),
                   entry.amount.minor(), entry.cause_id, entry.order.value(), entry.at});
  }
  if (values.empty()) return absl::OkStatus();
  return session_
      .ExecuteMany(
          "INSERT INTO ledger_entry (tenant, transfer_id, account, currency, "
          "amount_minor, cause_id, order_id, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
          8, values)
      .status();
}

absl::StatusOr<std::vector<LedgerEntry>> SqlStore::ListLedger(const TenantId& tenant,
                                                              const LedgerFilter& filter,
                                                              const Page& page) {
  Where where;
  where.And("tenant = ?", {tenant.value()});
  if (filter.order) where.And("order_id = ?", {filter.order->value()});
  if (filter.cause) where.And("cause_id = ?", {*filter.cause});
  if (!page.after.empty()) {
    int64_t after = 0;
    const char* end = page.after.data() + page.after.size();
    if (std::from_chars(page.after.data(), end, after).ptr != end) {
      return absl::InvalidArgumentError("page_token is damaged");
    }
    where.And("sequence > ?", {after});
  }
  where.AddValue(page.size);
  std::vector<LedgerEntry> entries;
  HUIYIN_RETURN_IF_ERROR(session_.Query(
      Concat("SELECT ", kColumns, " FROM ledger_entry", where.sql(), " ORDER BY sequence LIMIT ?"),
      where.values(), [&](const db::Row& row) { entries.push_back(ReadEntry(row)); }));
  return entries;
}

}  // namespace huiyin::aftersales
