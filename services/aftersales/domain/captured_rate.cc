#include "services/aftersales/domain/captured_rate.h"

#include <algorithm>

#include "libs/core/status.h"

namespace huiyin::aftersales {

const std::string& PayoutCurrency(const Order& order, const Payment& payment) {
  return payment.charged ? payment.charged->currency() : order.currency;
}

absl::StatusOr<Money> PayoutOf(const Order& order, const Payment& payment, int64_t amount,
                               int64_t step) {
  if (!payment.charged) return Money(amount, order.currency);
  const int64_t charged = payment.charged->minor();
  const int64_t given = payment.charged_held + payment.charged_taken;
  const int64_t after = payment.refund_held + payment.charged_back + amount;
  int64_t payout = charged - given;  // what empties the payment takes the rest
  if (after < payment.captured) {
    HUIYIN_ASSIGN_OR_RETURN(const int64_t steps, MulDiv(charged, after, payment.captured * step));
    const int64_t due = std::clamp<int64_t>(steps * step - given, 0, payout);
    payout = due - due % step;
  }
  return Money(payout, payment.charged->currency());
}

absl::StatusOr<int64_t> WorthOf(const Payment& payment, int64_t taken) {
  if (!payment.charged) return taken;
  HUIYIN_ASSIGN_OR_RETURN(
      const int64_t worth,
      MulDiv(payment.captured, payment.charged_taken + taken, payment.charged->minor()));
  return std::max<int64_t>(1, worth - payment.charged_back);
}

}  // namespace huiyin::aftersales
