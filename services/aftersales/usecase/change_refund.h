// The one place where refunds are made and change state: counters, ledger, event, RMA log and RMA
// end go along in the same transaction. Callers hold the order's row lock.
#pragma once

#include "services/aftersales/usecase/unit.h"

namespace huiyin::aftersales {

struct NewRefund {
  std::vector<RefundPart> parts;
  std::vector<RefundUnits> units;
  PaymentId only_payment;  // empty: spread over all
  std::string reason;
  std::string requested_by;
  // Approved at once by this; empty: waits for a person.
  std::string approved_by;
};

// Makes one refund per payment. With `rma` its log gets REFUND_REQUESTED for the units; the caller
// saves the RMA. FAILED_PRECONDITION (EXCEEDS_CAPTURED) when the payments have less left.
//
// What no gateway can pay: of an RMA, less than a step of the order's currency is kept back (all of
// a smaller refund: then none is made), and less than a payable amount of another currency is
// refunded with a payout of zero, which waits in the account "currency_exchange" until the next
// refund of the payment carries it along. Without `rma` FAILED_PRECONDITION (AMOUNT_NOT_PAYABLE),
// for whoever chose the amount can choose another.
absl::StatusOr<std::vector<Refund>> MakeRefunds(Unit& unit, const TenantId& tenant,
                                                const Order& order, Rma* rma, const Actor& actor,
                                                const NewRefund& wanted);

struct RefundChange {
  RefundEvent event = RefundEvent::kApprove;
  Actor actor;
  std::string reason;             // of kReject, kDeclined, kNoAnswer
  std::string gateway_refund_id;  // of kPaid
};

// Moves the refund and saves it. FAILED_PRECONDITION (WRONG_STATE) when the state table forbids it.
absl::Status ChangeRefund(Unit& unit, const TenantId& tenant, Refund& refund,
                          const RefundChange& change);

// Writes COMPLETED when goods and money of the RMA are settled. The caller saves the RMA and, when
// the outcome changed, publishes RmaClosed.
absl::Status CompleteWhenSettled(Unit& unit, const TenantId& tenant, Rma& rma);

}  // namespace huiyin::aftersales
