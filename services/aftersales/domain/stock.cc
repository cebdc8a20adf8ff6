#include "services/aftersales/domain/stock.h"

#include <algorithm>

#include "libs/core/money.h"
#include "services/aftersales/domain/order.h"
#include "services/aftersales/domain/text.h"

namespace huiyin::aftersales {
namespace {

bool IsId(const std::string& text) {
  return !text.empty() && text.size() <= 64 &&
         std::all_of(text.begin(), text.end(), [](unsigned char c) { return c > 32 && c != 127; });
}

}  // namespace

void CheckStockItem(const StockItem& item, const std::string& path, InputCheck& check) {
  check.Require(IsId(item.sku), path + ".sku", "must have 1 to 64 visible characters");
  check.Require(IsId(item.product_id), path + ".product_id",
                "must have 1 to 64 visible characters");
  check.Require(item.product_name.size() <= 500, path + ".product_name",
                "must have at most 500 bytes");
  check.Require(item.version >= 1 && item.version <= INT64_MAX, path + ".version",
                "must be at least 1");
  check.Require(item.on_hand >= 0 && item.on_hand <= 1'000'000'000, path + ".on_hand",
                "must be at most 10^9");
  check.Require(item.prices.size() <= 50, path + ".prices", "must hold at most 50");
  for (const auto& [currency, minor] : item.prices) {
    check.Require(CurrencyExponent(currency).ok(), path + ".prices",
                  "must be in ISO 4217 currencies");
    // So that 100 000 units stay within what an order may carry.
    check.Require(minor >= 0 && minor <= kMaxOrderMinor / 100'000, path + ".prices",
                  "must be 0 to 10^10 minor units");
  }
}

}  // namespace huiyin::aftersales
