// Store credit and points: goodwill in them, and paying with them. Refunds of payments by them are
// in change_refund.h.
#pragma once

#include "services/aftersales/usecase/unit.h"

namespace huiyin::aftersales {

struct GrantCreditCommand {
  CustomerId customer;
  OrderId order;  // may be empty
  Tender tender = Tender::kStoreCredit;
  Money amount;
  std::string reason;
};
// Granted at once within the caller's limit. NOT_FOUND for an order that is not the customer's.
absl::StatusOr<CreditGrant> GrantCredit(Unit& unit, const Caller& caller,
                                        const GrantCreditCommand& command);
// PERMISSION_DENIED (FOUR_EYES) for the one who proposed it; FAILED_PRECONDITION (WRONG_STATE) when
// it is decided already.
absl::StatusOr<CreditGrant> DecideCredit(Unit& unit, const Caller& caller, const std::string& grant,
                                         bool yes);

struct SpendCreditCommand {
  CustomerId customer;
  OrderId order;
  Tender tender = Tender::kStoreCredit;
  Money amount;
};
// The balance that is left. FAILED_PRECONDITION (INSUFFICIENT_CREDIT).
absl::StatusOr<Money> SpendCredit(Unit& unit, const Caller& caller,
                                  const SpendCreditCommand& command);

}  // namespace huiyin::aftersales
