#include "services/aftersales/domain/refund_split.h"

#include <random>

#include "libs/testing/seed.h"
#include "libs/testing/status.h"
#include "services/aftersales/domain/text.h"

namespace huiyin::aftersales {
namespace {

using testing::HasReason;

Order OneLine(int64_t quantity, int64_t price, int64_t discount = 0, int64_t tax = 0) {
  Order order;
  order.currency = "CNY";
  order.lines.push_back({.line_id = "l",
                         .quantity = quantity,
                         .unit_price = price,
                         .discount = discount,
                         .tax = tax});
  order.payments.push_back({.id = PaymentId("p"), .captured = order.lines[0].Value()});
  return order;
}

void Record(AlreadyRefunded& already, const std::vector<RefundPart>& parts,
            const std::vector<UnitsToRefund>& units) {
  for (const RefundPart& part : parts) already.Add(part);
  for (const UnitsToRefund& each : units) already.lines[each.order_line_id].units += each.units;
}

TEST(RefundSplit, ADecimalTailDoesNotBlockTheFullRefund) {
  const Order order = OneLine(3, 3333, 1, 100);  // 100.98 in three pieces
  AlreadyRefunded already;
  int64_t total = 0;
  for (int i = 0; i < 3; ++i) {
    const std::vector<UnitsToRefund> units = {{.order_line_id = "l", .units = 1}};
    const auto parts = SplitUnits(order, already, units);
    ASSERT_OK(parts);
    Record(already, *parts, units);
    total += Total(*parts);
  }
  EXPECT_EQ(total, order.lines[0].Value());
  EXPECT_THAT(SplitUnits(order, already, {{.order_line_id = "l", .units = 1}}),
              HasReason("QUANTITY_EXCEEDS_DELIVERED"));
}

TEST(RefundSplit, KeepsBackWhatInspectionDoesNotGrantAndTheFee) {
  const Order order = OneLine(2, 1000);
  const auto parts = SplitUnits(
      order, {}, {{.order_line_id = "l", .units = 2, .granted_bp = 5000, .restocking_fee = 100}});
  ASSERT_OK(parts);
  EXPECT_EQ(Total(*parts), 900);
}

TEST(RefundSplit, ShippingFollowsTheGoodsAndAllOfItComesBackWithTheLastUnit) {
  Order order = OneLine(3, 1000);
  order.shipping = 100;
  AlreadyRefunded already;
  int64_t shipping = 0;
  for (int i = 0; i < 3; ++i) {
    const std::vector<UnitsToRefund> units = {
        {.order_line_id = "l", .units = 1, .with_shipping = true}};
    const auto parts = SplitUnits(order, already, units);
    ASSERT_OK(parts);
    Record(already, *parts, units);
    for (const RefundPart& part : *parts) {
      if (part.component == Component::kShipping) shipping += part.amount;
    }
  }
  EXPECT_EQ(shipping, 100);
}

TEST(RefundSplit, GoodwillTakesNoMoreThanIsLeft) {
  const Order order = OneLine(1, 1000, 200, 80);
  EXPECT_THAT(SplitAmount(order, {}, 881, ""), HasReason("EXCEEDS_CAPTURED"));
  const auto parts = SplitAmount(order, {}, 880, "");
  ASSERT_OK(parts);
  EXPECT_EQ(Total(*parts), 880);
}

TEST(RefundSplit, SpreadsOverPaymentsExactly) {
  Order order = OneLine(1, 1000, 100, 90);  // 990
  order.payments = {{.id = PaymentId("a"), .gateway = "x", .captured = 333},
                    {.id = PaymentId("b"), .gateway = "y", .captured = 657}};
  const auto parts = SplitUnits(order, {}, {{.order_line_id = "l", .units = 1}});
  ASSERT_OK(parts);
  const auto shares = SpreadOverPayments(order, *parts, PaymentId(), GatewayRules());
  ASSERT_OK(shares);
  ASSERT_EQ(shares->size(), 2u);
  EXPECT_EQ((*shares)[0].amount, 333);
  EXPECT_EQ((*shares)[1].amount, 657);
  for (const PaymentShare& share : *shares) EXPECT_EQ(Total(share.parts), share.amount);
  EXPECT_THAT(SpreadOverPayments(order, *parts, PaymentId("a"), GatewayRules()),
              HasReason("EXCEEDS_CAPTURED"));
}

// Random orders, refunded in random pieces until nothing is left: parts are never negative, sums
// are exact, nothing exceeds its source, and returning everything gives back exactly what was paid.
TEST(RefundSplitProperty, PiecesOfAnyOrderSumExactly) {
  std::mt19937_64 random(testing::Seed());
  const auto up_to = [&](int64_t n) {
    return static_cast<int64_t>(random() % static_cast<uint64_t>(n + 1));
  };
  int64_t operations = 0;
  for (int round = 0; round < 20000; ++round) {
    Order order;
    order.currency = "KWD";
    const int64_t lines = 1 + up_to(3);
    for (int64_t i = 0; i < lines; ++i) {
      OrderLine line{.line_id = Concat("l", i), .quantity = 1 + up_to(5)};
      line.unit_price = up_to(3) == 0 ? up_to(5) : up_to(1'000'000);
      line.discount = up_to(line.Goods());
      line.tax = up_to(3) == 0 ? 0 : up_to(100'000);
      line.duty = up_to(3) == 0 ? up_to(1000) : 0;
      order.lines.push_back(line);
    }
    order.shipping = up_to(1) * up_to(5000);
    int64_t left = order.LinesValue() + order.shipping;
    if (left == 0) continue;
    for (int64_t i = up_to(2); i > 0 && left > 1; --i) {
      const int64_t part = 1 + up_to(left - 2);
      order.payments.push_back({.id = PaymentId(Concat("p", i)), .captured = part});
      left -= part;
    }
    order.payments.push_back({.id = PaymentId("last"), .captured = left});
    const int64_t paid = order.LinesValue() + order.shipping;

    const bool full = up_to(1) == 0;  // everything granted, everything returned
    AlreadyRefunded already;
    int64_t total = 0;
    std::map<std::string, int64_t> by_line;
    std::vector<std::pair<std::string, int64_t>> todo;
    for (const OrderLine& line : order.lines) todo.emplace_back(line.line_id, line.quantity);
    while (!todo.empty()) {
      const size_t pick = static_cast<size_t>(up_to(static_cast<int64_t>(todo.size()) - 1));
      const int64_t units = 1 + up_to(todo[pick].second - 1);
      UnitsToRefund wanted{
          .order_line_id = todo[pick].first, .units = units, .with_shipping = true};
      if (!full) {
        wanted.granted_bp = up_to(10'000);
        wanted.restocking_fee = up_to(100);
        wanted.with_shipping = up_to(1) == 0;
      }
      const auto parts = SplitUnits(order, already, {wanted});
      ASSERT_OK(parts);
      ++operations;
      for (const RefundPart& part : *parts) {
        ASSERT_GE(part.amount, 0);
        by_line[part.order_line_id] += part.Signed();
      }
      if (Total(*parts) > 0) {
        const auto shares = SpreadOverPayments(order, *parts, PaymentId(), GatewayRules());
        ASSERT_OK(shares);
        int64_t sum = 0;
        std::map<std::pair<std::string, Component>, int64_t> of_shares, of_parts;
        for (const PaymentShare& share : *shares) {
          ++operations;
          ASSERT_GT(share.amount, 0);
          ASSERT_EQ(Total(share.parts), share.amount);
          std::map<std::string, int64_t> net;
          for (const RefundPart& part : share.parts) {
            ASSERT_GE(part.amount, 0);
            net[part.order_line_id] += part.Signed();
            of_shares[{part.order_line_id, part.component}] += part.amount;
          }
          for (const auto& [line, amount] : net) ASSERT_GE(amount, 0) << line;
          sum += share.amount;
          for (Payment& payment : order.payments) {
            if (payment.id != share.payment) continue;
            ASSERT_LE(share.amount, payment.Available());
            payment.refund_held += share.amount;
          }
        }
        for (const RefundPart& part : *parts) {
          of_parts[{part.order_line_id, part.component}] += part.amount;
        }
        ASSERT_EQ(of_shares, of_parts);
        ASSERT_EQ(sum, Total(*parts));
        total += sum;
      }
      Record(already, *parts, {wanted});
      todo[pick].second -= units;
      if (todo[pick].second == 0) todo.erase(todo.begin() + static_cast<int64_t>(pick));
    }
    for (const OrderLine& line : order.lines) ASSERT_LE(by_line[line.line_id], line.Value());
    ASSERT_LE(total, paid);
    if (full) {
      ASSERT_EQ(total, paid);
    }
  }
  std::printf("pieces of orders: %lld operations\n", static_cast<long long>(operations));
}

}  // namespace
}  // namespace huiyin::aftersales
