#include <random>

#include "libs/testing/status.h"
#include "services/aftersales/domain/refund_split.h"

namespace huiyin::aftersales {
namespace {

TEST(RefundSplit, TaxAndDutyMayBeGrantedApartFromThePriceAndStayExact) {
  std::mt19937 random(20261122);
  const auto pick = [&](int n) {
    return static_cast<int64_t>(random() % static_cast<uint32_t>(n));
  };
  for (int round = 0; round < 20'000; ++round) {
    Order order;
    order.currency = "EUR";
    order.lines.push_back({.line_id = "l",
                           .quantity = 1 + pick(7),
                           .unit_price = pick(100'000),
                           .tax = pick(20'000),
                           .duty = pick(20'000)});
    const OrderLine& line = order.lines[0];
    const int64_t tax_bp = pick(2) * 10'000, duty_bp = pick(2) * 10'000;
    AlreadyRefunded already;
    int64_t tax = 0, duty = 0, total = 0;
    for (int64_t left = line.quantity; left > 0;) {
      const int64_t units = 1 + pick(static_cast<int>(left));
      left -= units;
      const auto parts = SplitUnits(order, already,
                                    {{.order_line_id = "l",
                                      .units = units,
                                      .granted_bp = 5000,
                                      .tax_bp = tax_bp,
                                      .duty_bp = duty_bp}});
      ASSERT_OK(parts);
      for (const RefundPart& part : *parts) {
        ASSERT_GT(part.amount, 0);
        if (part.component == Component::kTax) tax += part.amount;
        if (part.component == Component::kDuty) duty += part.amount;
        already.Add(part);
      }
      already.lines["l"].units += units;
      total += Total(*parts);
    }
    // All units are back: what is granted in full is back to the last cent, what is not, not at
    // all.
    ASSERT_EQ(tax, tax_bp == 0 ? 0 : line.tax) << "round " << round;
    ASSERT_EQ(duty, duty_bp == 0 ? 0 : line.duty) << "round " << round;
    ASSERT_LE(total, line.Value());
  }
}

}  // namespace
}  // namespace huiyin::aftersales
