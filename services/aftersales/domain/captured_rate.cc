#include "services/aftersales/domain/captured_rate.h"

#include "libs/core/status.h"
#include "services/aftersales/domain/text.h"

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
    const int64_t due = std::min(payout, steps * step - given);
    payout = due - due % step;
  }
  if (payout > 0) return Money(payout, payment.charged->currency());
  return Error(absl::StatusCode::kFailedPrecondition, "AMOUNT_NOT_PAYABLE",
               Concat(amount, " minor units are not worth a payable amount of ",
                      payment.charged->currency(), " at the captured rate"),
               {{"wanted_minor", Concat(amount)}});
}

absl::StatusOr<int64_t> WorthOf(const Payment& payment, int64_t taken) {
  if (!payment.charged) return taken;
  HUIYIN_ASSIGN_OR_RETURN(
      const int64_t worth,
      MulDiv(payment.captured, payment.charged_taken + taken, payment.charged->minor()));
  return std::max<int64_t>(1, worth - payment.charged_back);
}

}  // namespace huiyin::aftersales
