// Refunds: money going back on one payment, with one effect at the gateway at most.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/core/money.h"
#include "services/aftersales/domain/order.h"
#include "services/aftersales/domain/rma.h"

namespace huiyin::aftersales {

using RefundId = StrongId<struct RefundTag>;

// Stored by number, equal to refund.proto: never renumber.
enum class RefundState {
  kNone = 0,
  kRequested = 1,
  kApproved = 2,
  kSubmitted = 3,
  kSucceeded = 4,
  kFailed = 5,
  kUnknown = 6,
  kReversed = 7
};
inline constexpr int kRefundStates = 7;

// What can happen to a refund. Time passing is not among them: no timer ends a refund.
enum class RefundEvent {
  kApprove = 0,   // by a person or a policy
  kReject = 1,    // by a person, or by a chargeback; never once the gateway may have been called
  kSubmit = 2,    // about to be handed to the gateway
  kPaid = 3,      // the gateway says so
  kDeclined = 4,  // the gateway says so: nothing was paid
  kNoAnswer = 5,  // timeout, 5xx, broken connection
  kReverse = 6,   // the gateway says that the money came back
};
inline constexpr int kRefundEvents = 7;

std::string_view Name(RefundState state);
std::string_view Name(RefundEvent event);

// The state after `event`; nothing when the event is impossible in `from`.
std::optional<RefundState> Next(RefundState from, RefundEvent event);

// True for states whose amount counts against what was captured.
constexpr bool HoldsMoney(RefundState state) {
  return state != RefundState::kNone && state != RefundState::kFailed &&
         state != RefundState::kReversed;
}

// Stored by number, equal to refund.proto.
enum class Component {
  kGoods = 1,
  kDiscount = 2,  // taken off
  kTax = 3,
  kDuty = 4,
  kShipping = 5,
  kFee = 6,
  kWithheld = 7  // taken off: restocking, wear, missing parts
};
inline constexpr int kComponents = 7;
constexpr bool IsDeduction(Component component) {
  return component == Component::kDiscount || component == Component::kWithheld;
}

struct RefundPart {
  std::string order_line_id;  // empty for kShipping and kFee
  Component component = Component::kGoods;
  int64_t amount = 0;  // ≥ 0

  int64_t Signed() const { return IsDeduction(component) ? -amount : amount; }
  friend bool operator==(const RefundPart&, const RefundPart&) = default;
};

// Units of an RMA line that a refund pays for.
struct RefundUnits {
  std::string rma_line_id;
  std::string order_line_id;
  int64_t quantity = 0;
  friend bool operator==(const RefundUnits&, const RefundUnits&) = default;
};

struct Refund {
  RefundId id;
  OrderId order;
  RmaId rma;  // empty for goodwill
  PaymentId payment;
  std::string gateway;
  CustomerId customer;
  TicketId ticket;
  Money amount;  // in the order's currency
  // What the gateway gives back, when the payment was charged in another currency.
  std::optional<Money> payout;
  int64_t captured = 0;  // by the payment, in the currency of PaidOut()
  std::vector<RefundPart> parts;
  std::vector<RefundUnits> units;
  RefundState state = RefundState::kNone;
  std::string reason;
  std::string state_reason;  // why FAILED or UNKNOWN
  std::string gateway_refund_id;
  int64_t attempts = 0;
  std::string requested_by;
  std::string approved_by;
  std::string retried_as;  // refund that replaces this failed one; empty without one
  absl::Time created;
  absl::Time updated;
  std::optional<absl::Time> rma_submitted;  // for time-to-refund figures
  std::optional<absl::Time> submitted;      // first handed to the gateway
  std::optional<absl::Time> completed;
  // When the dispatcher looks at it next; nothing when it waits for a person or has ended.
  std::optional<absl::Time> due;
  int64_t version = 0;

  const Money& PaidOut() const { return payout ? *payout : amount; }
};

// The key under which the gateway knows this refund: stable, derived before the first call, never
// reused.
std::string IdempotencyKey(const Refund& refund);
// The refund whose key it is; an empty id for what is none of ours.
RefundId RefundOfKey(std::string_view key);

// amount > 0, parts ≥ 0 and their signed sum = amount; INTERNAL otherwise (a bug, caught before it
// is stored).
absl::Status CheckSplit(const Refund& refund);

// One side of a transfer. Debits positive, credits negative.
struct LedgerEntry {
  int64_t sequence = 0;  // given by the store
  std::string transfer_id;
  std::string account;
  Money amount;
  std::string cause_id;
  OrderId order;
  absl::Time at;
};

// The account that money leaves through: "gateway.{name}", or a tender's own.
std::string PayoutAccount(std::string_view gateway);

// The transfer that books a refund's change of state; empty for changes that move no money. Sums to
// zero in each currency: what is owed in one and paid in another goes through
// "currency_exchange".
std::vector<LedgerEntry> BookRefund(const Refund& refund, RefundState from, RefundState to,
                                    absl::Time at);

// Money that the customer's bank took back.
struct Chargeback {
  std::string id;
  PaymentId payment;
  Money amount;       // as the bank says: in the currency that was charged
  int64_t worth = 0;  // in the order's currency
  absl::Time at;
};

// The transfer that books a chargeback, and the one that books that the shop won it back.
std::vector<LedgerEntry> BookChargeback(std::string_view chargeback_id, const OrderId& order,
                                        std::string_view gateway, const Money& amount,
                                        absl::Time at);
std::vector<LedgerEntry> BookChargebackWon(std::string_view chargeback_id, const OrderId& order,
                                           std::string_view gateway, const Money& amount,
                                           absl::Time at);

}  // namespace huiyin::aftersales
