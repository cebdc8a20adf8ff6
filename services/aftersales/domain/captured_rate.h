// Refunds and chargebacks of a payment that was charged in another currency than the order's. The
// rate is the pair of amounts that were captured, as a fraction of integers; today's rate plays no
// part. Lines, taxes and limits are reckoned in the order's currency, the gateway pays in the
// other.
//
// Rounding: what all refunds and chargebacks together have given back is the captured rate's worth
// of them, rounded half up to a payable amount, and each refund is the difference that it makes. So
// none is further from the rate than one payable step (two after one before it has failed), they
// never add up to more than was charged, and the one that empties the payment takes exactly the
// rest.
#pragma once

#include "services/aftersales/domain/order.h"

namespace huiyin::aftersales {

// The currency in which the payment's money goes back.
const std::string& PayoutCurrency(const Order& order, const Payment& payment);

// What the gateway gives back for a refund of `amount`, at most Available(), in the order's
// currency. `step`: amounts that the gateway pays are multiples of it. Zero when it is worth less
// than a payable amount: the next refund of the payment carries it along.
absl::StatusOr<Money> PayoutOf(const Order& order, const Payment& payment, int64_t amount,
                               int64_t step);

// What `taken` by the bank, in the payout currency, is in the order's currency. All that was
// charged is all that was captured; otherwise at least 1.
absl::StatusOr<int64_t> WorthOf(const Payment& payment, int64_t taken);

}  // namespace huiyin::aftersales
