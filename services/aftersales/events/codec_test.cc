#include "services/aftersales/events/codec.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <tuple>
#include <vector>

namespace huiyin::aftersales {
namespace {

using ::testing::ElementsAre;

TEST(OrderUpserted, TellsApartWhereUnitsLeftFromAndWhoBroughtThem) {
  Order order;
  order.id = OrderId("o1");
  order.lines = {{.line_id = "l1", .sku = "s", .product_id = "p", .lot = "L1", .quantity = 5}};
  order.shipments = {
      {.shipment_id = "a", .carrier = "SF", .warehouse = "HANGZHOU-1", .items = {{"l1", 2}}},
      {.shipment_id = "b", .carrier = "SF", .warehouse = "CHENGDU-2", .items = {{"l1", 1}}},
      {.shipment_id = "c", .carrier = "SF", .warehouse = "HANGZHOU-1", .items = {{"l1", 1}}},
      {.shipment_id = "d", .items = {{"l1", 1}}}};
  std::vector<std::tuple<std::string, std::string, uint32_t>> units;
  const event::v1::OrderUpserted event = EncodeOrderUpserted(order, true);
  for (const auto& one : event.units()) {
    EXPECT_EQ(one.product_id() + "/" + one.sku() + "/" + one.lot(), "p/s/L1");
    units.emplace_back(one.carrier(), one.warehouse(), one.quantity());
  }
  EXPECT_THAT(units, ElementsAre(std::tuple("", "", 1u), std::tuple("SF", "CHENGDU-2", 1u),
                                 std::tuple("SF", "HANGZHOU-1", 3u)));
}

}  // namespace
}  // namespace huiyin::aftersales
