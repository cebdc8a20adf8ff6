#include "libs/core/status.h"
#include "services/aftersales/domain/digest.h"
#include "services/aftersales/domain/text.h"
#include "services/aftersales/storage/sql_store.h"
#include "services/aftersales/storage/sql_where.h"

namespace huiyin::aftersales {
namespace {

constexpr std::string_view kColumns =
    "sku, product_id, product_name, version, on_hand, held, prices, updated_at";

std::string EncodePrices(const StockItem& item) {
  FactWriter out;
  for (const auto& [currency, minor] : item.prices) out.Text(currency).Int(minor);
  return out.Take();
}

StockItem ReadItem(const db::Row& row) {
  StockItem item;
  item.sku = row.Str(0);
  item.product_id = row.Str(1);
  item.product_name = row.Str(2);
  item.version = static_cast<uint64_t>(row.Int(3));
  item.on_hand = row.Int(4);
  item.held = row.Int(5);
  const std::string prices = row.Str(6);
  FactReader in(prices);
  while (in.ok() && !in.AtEnd()) {
    const std::string currency = in.Text();
    item.prices[currency] = in.Int();
  }
  item.updated = row.Time(7);
  return item;
}

}  // namespace

absl::StatusOr<bool> SqlStore::PutStockItem(const TenantId& tenant, const StockItem& item) {
  HUIYIN_ASSIGN_OR_RETURN(
      const int64_t rows,
      session_.Execute(
          "INSERT INTO stock_item (tenant, sku, product_id, product_name, version, on_hand, "
          "prices, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?) "
          "ON CONFLICT (tenant, sku) DO UPDATE SET product_id = excluded.product_id, "
          "product_name = excluded.product_name, version = excluded.version, "
          "on_hand = excluded.on_hand, prices = excluded.prices, updated_at = excluded.updated_at "
          "WHERE stock_item.version < excluded.version",
          {tenant.value(), item.sku, item.product_id, item.product_name, item.version, item.on_hand,
           EncodePrices(item), item.updated}));
  return rows == 1;
}

absl::StatusOr<std::optional<StockItem>> SqlStore::FindStockItem(const TenantId& tenant,
                                                                 const std::string& sku) {
  static const std::string kSql =
      Concat("SELECT ", kColumns, " FROM stock_item WHERE tenant = ? AND sku = ?");
  std::optional<StockItem> item;
  HUIYIN_RETURN_IF_ERROR(
      session_
          .QueryOne(kSql, {tenant.value(), sku}, [&](const db::Row& row) { item = ReadItem(row); })
          .status());
  return item;
}

absl::StatusOr<std::vector<StockItem>> SqlStore::ListStock(const TenantId& tenant,
                                                           const StockFilter& filter, size_t size,
                                                           const std::string& after) {
  Where where;
  where.And("tenant = ?", {tenant.value()});
  if (!filter.product_id.empty()) where.And("product_id = ?", {filter.product_id});
  if (!after.empty()) where.And("sku > ?", {after});
  where.AddValue(size);
  std::vector<StockItem> items;
  HUIYIN_RETURN_IF_ERROR(session_.Query(
      Concat("SELECT ", kColumns, " FROM stock_item", where.sql(), " ORDER BY sku LIMIT ?"),
      where.values(), [&](const db::Row& row) { items.push_back(ReadItem(row)); }));
  return items;
}

absl::StatusOr<std::optional<StockHold>> SqlStore::FindStockHold(const TenantId& tenant,
                                                                 const RmaId& rma,
                                                                 const std::string& line) {
  std::optional<StockHold> hold;
  HUIYIN_RETURN_IF_ERROR(
      session_
          .QueryOne("SELECT sku, quantity FROM stock_hold WHERE tenant = ? AND rma_id = ? AND "
                    "line_id = ?",
                    {tenant.value(), rma.value(), line},
                    [&](const db::Row& row) {
                      hold = StockHold{.line = line, .sku = row.Str(0), .quantity = row.Int(1)};
                    })
          .status());
  return hold;
}

absl::Status SqlStore::SetStockHold(const TenantId& tenant, const RmaId& rma, const StockHold& hold,
                                    int64_t sent) {
  HUIYIN_ASSIGN_OR_RETURN(const std::optional<StockHold> old,
                          FindStockHold(tenant, rma, hold.line));
  int64_t more = hold.quantity;
  if (old && old->sku == hold.sku) {
    more -= old->quantity;
  } else if (old) {
    HUIYIN_RETURN_IF_ERROR(session_
                               .Execute("UPDATE stock_item SET held = held - ? WHERE tenant = ? "
                                        "AND sku = ?",
                                        {old->quantity, tenant.value(), old->sku})
                               .status());
  }
  // Giving back is always possible; taking only from what nobody else has reserved.
  const int64_t needed = std::max<int64_t>(0, more + sent);
  HUIYIN_ASSIGN_OR_RETURN(
      const int64_t rows,
      session_.Execute("UPDATE stock_item SET held = held + ?, on_hand = on_hand - ? "
                       "WHERE tenant = ? AND sku = ? AND (? = 0 OR on_hand - held >= ?) "
                       "AND on_hand >= ?",
                       {more, sent, tenant.value(), hold.sku, needed, needed, sent}));
  if (rows == 0) {
    HUIYIN_ASSIGN_OR_RETURN(const std::optional<StockItem> item, FindStockItem(tenant, hold.sku));
    if (!item) return absl::OkStatus();
    return Error(absl::StatusCode::kFailedPrecondition, "OUT_OF_STOCK",
                 Concat("SKU ", hold.sku, ": ", std::max<int64_t>(0, item->on_hand - item->held),
                        " units are free"),
                 {{"sku", hold.sku}});
  }
  if (hold.quantity == 0) {
    return session_
        .Execute("DELETE FROM stock_hold WHERE tenant = ? AND rma_id = ? AND line_id = ?",
                 {tenant.value(), rma.value(), hold.line})
        .status();
  }
  return session_
      .Execute(
          "INSERT INTO stock_hold (tenant, rma_id, line_id, sku, quantity) "
          "VALUES (?, ?, ?, ?, ?) ON CONFLICT (tenant, rma_id, line_id) DO UPDATE SET "
          "sku = excluded.sku, quantity = excluded.quantity",
          {tenant.value(), rma.value(), hold.line, hold.sku, hold.quantity})
      .status();
}

}  // namespace huiyin::aftersales
