// Refunds asked for and decided by people and systems. For gateways see gateway_answers.h.
#pragma once

#include "services/aftersales/usecase/unit.h"

namespace huiyin::aftersales {

struct RequestRefundCommand {
  OrderId order;  // goodwill; empty when `rma` is given
  RmaId rma;      // retry what failed for this RMA
  Money amount;
  std::string order_line_id;
  PaymentId payment;
  std::string reason;
};

// See RefundService.RequestRefund.
absl::StatusOr<std::vector<Refund>> RequestRefund(Unit& unit, const Caller& caller,
                                                  const RequestRefundCommand& command);
// PERMISSION_DENIED (FOUR_EYES) for the one who requested it.
absl::StatusOr<Refund> ApproveRefund(Unit& unit, const Caller& caller, const RefundId& refund,
                                     const std::string& etag);
absl::StatusOr<Refund> RejectRefund(Unit& unit, const Caller& caller, const RefundId& refund,
                                    const std::string& etag, const std::string& note);
// Has the dispatcher ask the gateway now.
absl::StatusOr<Refund> ReconcileRefund(Unit& unit, const Caller& caller, const RefundId& refund);

struct ChargebackCommand {
  std::string chargeback_id;
  PaymentId payment;
  Money amount;      // in the currency that was charged
  bool won = false;  // the bank has given it back: the shop won the dispute
};
// Takes each chargeback, and each end of one, once, in whatever order they come. True when refunds
// and chargebacks of the payment now exceed what was captured.
absl::StatusOr<bool> RecordChargeback(Unit& unit, const Caller& caller,
                                      const ChargebackCommand& command);

}  // namespace huiyin::aftersales
