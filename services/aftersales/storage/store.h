// What aftersales keeps, as use cases see it. One Store works inside one transaction (or read-only
// snapshot) and ends with it; not thread-safe. Implemented by sql_store.h.
//
// Errors are those of db::Session (ABORTED may be retried), and where a method says so, its own.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "services/aftersales/domain/order.h"
#include "services/aftersales/domain/policy/facts.h"
#include "services/aftersales/domain/refund.h"
#include "services/aftersales/domain/refund_split.h"
#include "services/aftersales/domain/rma.h"
#include "services/aftersales/storage/credit_store.h"
#include "services/aftersales/storage/parcel_store.h"
#include "services/aftersales/storage/policy_store.h"
#include "services/aftersales/storage/reconciliation_store.h"
#include "services/aftersales/storage/step_store.h"
#include "services/aftersales/storage/stock_store.h"

namespace huiyin::aftersales {

// A page of a keyset-ordered list.
struct Page {
  size_t size = 50;
  std::string after;  // cursor of the last item of the page before; empty: from the start
};

struct OrderFilter {
  std::optional<CustomerId> customer;
};

struct RmaFilter {
  std::optional<CustomerId> customer;
  std::optional<OrderId> order;
  std::optional<TicketId> ticket;
  std::vector<Approval> approvals;  // empty: all
  bool open_only = false;
};

struct RefundFilter {
  std::optional<RmaId> rma;
  std::optional<OrderId> order;
  std::optional<CustomerId> customer;
  std::vector<RefundState> states;  // empty: all
};

struct LedgerFilter {
  std::optional<OrderId> order;
  std::optional<std::string> cause;
};

// A refund that the dispatcher should look at.
struct DueRefund {
  TenantId tenant;
  RefundId refund;
};

class Store : public PolicyStore,
              public StepStore,
              public ParcelStore,
              public ReconciliationStore,
              public CreditStore,
              public StockStore {
 public:
  // ---- orders ----
  // Keeps other transactions off the order until this one ends: everything that changes an order,
  // its RMAs or its refunds does this first. Nothing happens when there is no such order.
  virtual absl::Status LockOrder(const TenantId& tenant, const OrderId& order) = 0;
  virtual absl::StatusOr<std::optional<Order>> FindOrder(const TenantId& tenant,
                                                         const OrderId& order) = 0;
  // Stores the snapshot (new or newer); keeps the counters of an earlier one. ALREADY_EXISTS when
  // another order has one of the payment ids.
  virtual absl::Status PutOrder(const TenantId& tenant, const Order& order) = 0;
  // The newest first, by the time they were placed. Cursor: OrderCursor.
  virtual absl::StatusOr<std::vector<Order>> ListOrders(const TenantId& tenant,
                                                        const OrderFilter& filter,
                                                        const Page& page) = 0;
  // The order that the payment belongs to.
  virtual absl::StatusOr<std::optional<OrderId>> OrderOfPayment(const TenantId& tenant,
                                                                const PaymentId& payment) = 0;
  // Adds `units` (any sign) to what RMAs hold of the line. FAILED_PRECONDITION
  // (QUANTITY_EXCEEDS_DELIVERED) when that were more than was delivered.
  virtual absl::Status HoldUnits(const TenantId& tenant, const OrderId& order,
                                 const std::string& line, int64_t units) = 0;

  // ---- RMAs ----
  virtual absl::StatusOr<std::optional<Rma>> FindRma(const TenantId& tenant, const RmaId& rma) = 0;
  // With the verdict on it.
  virtual absl::Status InsertRma(const TenantId& tenant, const Rma& rma,
                                 const Judgement& judgement) = 0;
  // Saves the changed RMA with the actions after the first `stored_actions`. ABORTED when it is no
  // longer at `rma.version`; the stored version becomes one more, as does `rma`'s.
  virtual absl::Status SaveRma(const TenantId& tenant, Rma& rma, size_t stored_actions) = 0;
  // Newest first. Cursor: the RMA's id.
  virtual absl::StatusOr<std::vector<Rma>> ListRmas(const TenantId& tenant, const RmaFilter& filter,
                                                    const Page& page) = 0;
  // The verdict was made again with more facts.
  virtual absl::Status ReplaceVerdict(const TenantId& tenant, const RmaId& rma,
                                      const Judgement& judgement) = 0;
  virtual absl::StatusOr<std::optional<Judgement>> FindVerdict(const TenantId& tenant,
                                                               const RmaId& rma) = 0;

  // ---- refunds ----
  virtual absl::StatusOr<std::optional<Refund>> FindRefund(const TenantId& tenant,
                                                           const RefundId& refund) = 0;
  // Stores a new refund and counts it against its payment and lines. FAILED_PRECONDITION
  // (EXCEEDS_CAPTURED) when less is left of any of them.
  virtual absl::Status InsertRefund(const TenantId& tenant, const Refund& refund) = 0;
  // Takes a refund's amount off its payment and lines again.
  virtual absl::Status ReleaseRefund(const TenantId& tenant, const Refund& refund) = 0;
  // Saves state, reasons, times, attempts. ABORTED when it is no longer at `refund.version`;
  // versions rise as with SaveRma.
  virtual absl::Status SaveRefund(const TenantId& tenant, Refund& refund) = 0;
  // Newest first. Cursor: the refund's id.
  virtual absl::StatusOr<std::vector<Refund>> ListRefunds(const TenantId& tenant,
                                                          const RefundFilter& filter,
                                                          const Page& page) = 0;
  // Sums of refunds of the order that hold money.
  virtual absl::StatusOr<AlreadyRefunded> SumRefunds(const TenantId& tenant,
                                                     const OrderId& order) = 0;
  // Minor units that an agent gave of the order without an RMA and without anybody else, in refunds
  // that hold money.
  virtual absl::StatusOr<int64_t> GivenAlone(const TenantId& tenant, const OrderId& order,
                                             const std::string& agent) = 0;
  // Refunds of all tenants whose time has come, the most overdue first.
  virtual absl::StatusOr<std::vector<DueRefund>> DueRefunds(absl::Time now, size_t limit) = 0;
  // False when this chargeback is in the books already.
  virtual absl::StatusOr<bool> InsertChargeback(const TenantId& tenant,
                                                const Chargeback& chargeback) = 0;
  // Takes a chargeback of the payment off what the bank took. Nothing when it is unknown or was won
  // already. One from before amounts were kept has no currency.
  virtual absl::StatusOr<std::optional<Chargeback>> WinChargeback(const TenantId& tenant,
                                                                  const PaymentId& payment,
                                                                  const std::string& id,
                                                                  absl::Time at) = 0;

  // ---- ledger ----
  virtual absl::Status AppendLedger(const TenantId& tenant,
                                    const std::vector<LedgerEntry>& entries) = 0;
  // In order. Cursor: the entry's sequence as decimal.
  virtual absl::StatusOr<std::vector<LedgerEntry>> ListLedger(const TenantId& tenant,
                                                              const LedgerFilter& filter,
                                                              const Page& page) = 0;

  // ---- audit: whole tables of the tenant, a piece at a time in order of their keys, bytewise ----
  // One ledger entry; valid only inside the callback.
  struct LedgerRow {
    std::string_view cause, transfer, currency, account;
    int64_t amount = 0;
  };
  // The next `limit` entries (a cause that begins among them is read to its end) after `cause`, by
  // cause, transfer and currency. False when there are no more. `each` must not use this store.
  virtual absl::StatusOr<bool> ScanLedger(const TenantId& tenant, const std::string& after_cause,
                                          size_t limit,
                                          absl::FunctionRef<void(const LedgerRow&)> each) = 0;
  struct RefundSums {  // one per refund
    RefundId refund;
    RefundState state = RefundState::kNone;
    int64_t amount = 0;
    int64_t payout = 0;  // what the gateway gives back; the amount unless in another currency
    int64_t parts = 0;   // signed sum of its parts
  };
  virtual absl::StatusOr<std::vector<RefundSums>> ScanRefunds(const TenantId& tenant,
                                                              const RefundId& after,
                                                              size_t limit) = 0;
  struct PaymentSums {
    PaymentId payment;
    int64_t captured = 0, held = 0, charged_back = 0;
    int64_t refunds = 0;      // Σ refunds that hold money
    int64_t chargebacks = 0;  // Σ chargebacks in the books and not won
    // The same of a payment in another currency than the order's, in that; else 0.
    int64_t charged = 0, charged_held = 0, charged_taken = 0;
    int64_t payouts = 0, charged_chargebacks = 0;
  };
  virtual absl::StatusOr<std::vector<PaymentSums>> ScanPayments(const TenantId& tenant,
                                                                const PaymentId& after,
                                                                size_t limit) = 0;
  struct LineSums {
    OrderId order;
    std::string line;
    int64_t delivered = 0, units_held = 0, value = 0, refund_held = 0;
    int64_t refunds = 0;  // Σ signed parts of refunds that hold money
  };
  // After the line `after_line` of the order `after_order`.
  virtual absl::StatusOr<std::vector<LineSums>> ScanOrderLines(const TenantId& tenant,
                                                               const OrderId& after_order,
                                                               const std::string& after_line,
                                                               size_t limit) = 0;
};

// The cursor of an order in ListOrders.
std::string OrderCursor(const Order& order);

}  // namespace huiyin::aftersales
