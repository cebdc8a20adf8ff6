// Tenders that the shop keeps itself: store credit and points, at their value in money.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "services/aftersales/domain/refund.h"

namespace huiyin::aftersales {

// Numbers of huiyin.aftersales.v1.CreditTender; stored.
enum class Tender { kStoreCredit = 1, kPoints = 2 };

// "store_credit", "points": the gateway of a payment by it, and its ledger account.
std::string_view Name(Tender tender);
// The tender behind a payment's gateway; nothing for a real gateway.
std::optional<Tender> TenderOf(std::string_view gateway);

// Numbers of huiyin.aftersales.v1.CreditGrantState; stored.
enum class GrantState { kRequested = 1, kGranted = 2, kRejected = 3 };

// Goodwill in a tender.
struct CreditGrant {
  std::string id;
  CustomerId customer;
  OrderId order;  // may be empty
  Tender tender = Tender::kStoreCredit;
  Money amount;
  GrantState state = GrantState::kRequested;
  std::string reason;
  std::string requested_by;
  std::string decided_by;
  absl::Time created;
  std::optional<absl::Time> decided;
};

struct CreditBalance {
  Tender tender = Tender::kStoreCredit;
  Money amount;
};

// The transfer of goodwill that was granted; sums to zero.
std::vector<LedgerEntry> BookGrant(const CreditGrant& grant, absl::Time at);
// The transfer of credit that an order was paid with; sums to zero. `id` names the payment.
std::vector<LedgerEntry> BookSpending(std::string_view id, const OrderId& order, Tender tender,
                                      const Money& amount, absl::Time at);

}  // namespace huiyin::aftersales
