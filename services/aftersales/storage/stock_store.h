// The part of the store that keeps stock and what exchanges reserve of it; see store.h.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/aftersales/domain/rma.h"
#include "services/aftersales/domain/stock.h"

namespace huiyin::aftersales {

struct StockFilter {
  std::string product_id;  // empty: all
};

// What an RMA line reserves.
struct StockHold {
  std::string line;
  std::string sku;
  int64_t quantity = 0;  // 0: nothing (any more)
};

class StockStore {
 public:
  virtual ~StockStore() = default;

  // Stores the snapshot and keeps what is reserved; false when the stored one is as new or newer.
  virtual absl::StatusOr<bool> PutStockItem(const TenantId& tenant, const StockItem& item) = 0;
  virtual absl::StatusOr<std::optional<StockItem>> FindStockItem(const TenantId& tenant,
                                                                 const std::string& sku) = 0;
  // In the order of SKUs, after `after`.
  virtual absl::StatusOr<std::vector<StockItem>> ListStock(const TenantId& tenant,
                                                           const StockFilter& filter, size_t size,
                                                           const std::string& after) = 0;
  virtual absl::StatusOr<std::optional<StockHold>> FindStockHold(const TenantId& tenant,
                                                                 const RmaId& rma,
                                                                 const std::string& line) = 0;
  // Replaces what the line reserves, and takes `sent` units off the stock. A SKU that is not in
  // stock_item is not limited: nothing happens. FAILED_PRECONDITION (OUT_OF_STOCK) when others
  // have reserved the rest.
  virtual absl::Status SetStockHold(const TenantId& tenant, const RmaId& rma, const StockHold& hold,
                                    int64_t sent) = 0;
};

}  // namespace huiyin::aftersales
