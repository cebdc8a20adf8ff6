// Exchanges on terms: other goods for another price, or goods at once against a hold on a payment.
// An exchange of like for like has none of this. Callers of the lower half hold the order's row
// lock and save the RMA.
#pragma once

#include "services/aftersales/usecase/change_rma.h"

namespace huiyin::aftersales {

// See the RPCs of the same names. `line` as in LineUnits.
absl::StatusOr<Rma> OfferExchange(Unit& unit, const Caller& caller, const RmaTarget& target,
                                  const std::string& line, const std::string& sku, bool instant);
absl::StatusOr<Rma> ConfirmExchange(Unit& unit, const Caller& caller, const RmaTarget& target,
                                    const std::string& line, const Money& asked);
absl::StatusOr<Rma> DeclineExchange(Unit& unit, const Caller& caller, const RmaTarget& target,
                                    const std::string& line, const std::string& note);
absl::StatusOr<Rma> RecordExchangePayment(Unit& unit, const Caller& caller, const RmaTarget& target,
                                          const std::string& line, const std::string& payment,
                                          const Money& amount);
// The alarm of Alarm::kExchangeOffer: declines an offer that was not taken up, or not paid.
absl::Status ExpireExchange(Unit& unit, const TenantId& tenant, const RmaId& rma,
                            const std::string& line);

// The terms under which `units` of the line would be exchanged for `sku` (empty: the same again),
// for which `paid` was paid. FAILED_PRECONDITION: UNKNOWN_SKU, NOT_PRICED.
absl::StatusOr<Exchange> TermsFor(Unit& unit, const TenantId& tenant, const Order& order,
                                  const std::string& order_line, const std::string& sku,
                                  int64_t units, int64_t paid, bool instant);

// After approval: reserves what goes out, fits the terms of the lines to the units approved,
// declines those of lines that were refused, and takes up those that were asked for in filing and
// cost the customer nothing.
absl::Status AgreeOnApproval(Unit& unit, const TenantId& tenant, Rma& rma, const Actor& actor);

// Once what came back is inspected, or the RMA ends without: tells the platform what to keep of
// payments and holds. What the shop owes is in the refunds (approve_rma.h).
absl::Status SettleExchanges(Unit& unit, const TenantId& tenant, Rma& rma, const Actor& actor);

}  // namespace huiyin::aftersales
