// Stock, as far as exchanges need it: snapshots that platform teams push in, and what exchanges
// have reserved of them.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "absl/time/time.h"
#include "libs/core/status.h"

namespace huiyin::aftersales {

struct StockItem {
  std::string sku;
  std::string product_id;
  std::string product_name;
  uint64_t version = 0;
  int64_t on_hand = 0;
  std::map<std::string, int64_t, std::less<>> prices;  // currency → minor units of one unit, tax in
  // Kept by aftersales.
  int64_t held = 0;
  absl::Time updated;
};

// Adds every violation of the limits in stock.proto to `check`, with paths below `path`.
void CheckStockItem(const StockItem& item, const std::string& path, InputCheck& check);

}  // namespace huiyin::aftersales
