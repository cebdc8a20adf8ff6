#include "services/analytics/domain/entities.h"

namespace huiyin::analytics {

Goods Common(const Goods& x, const Goods& y) {
  const auto same = [](uint32_t a, uint32_t b) { return a == b ? a : 0; };
  return {same(x.product, y.product), same(x.sku, y.sku), same(x.lot, y.lot),
          same(x.carrier, y.carrier), same(x.warehouse, y.warehouse)};
}

std::optional<Goods> CommonGoods(const OrderState& order, const Goods& what) {
  const auto fits = [](uint32_t wanted, uint32_t is) { return wanted == 0 || wanted == is; };
  std::optional<Goods> common;
  for (const OrderUnits& units : order.units) {
    const Goods& goods = units.goods;
    if (!fits(what.product, goods.product) || !fits(what.sku, goods.sku) ||
        !fits(what.lot, goods.lot)) {
      continue;
    }
    common = common ? Common(*common, goods) : goods;
  }
  return common;
}

}  // namespace huiyin::analytics
