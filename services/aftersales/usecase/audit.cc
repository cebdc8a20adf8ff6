#include <utility>

#include "absl/container/flat_hash_map.h"
#include "services/aftersales/domain/text.h"
#include "services/aftersales/usecase/queries.h"

namespace huiyin::aftersales {
namespace {

constexpr int64_t kRowsPerReport = 10'000;
constexpr int64_t kMaxFindings = 1000;
constexpr size_t kEntriesPerPiece = 20'000;  // ledger entries read by one statement
constexpr size_t kRowsPerPiece = 5'000;      // rows of other tables

class Auditor {
 public:
  explicit Auditor(absl::FunctionRef<bool(AuditProgress&)> report) : report_(report) {}

  void Find(std::string_view invariant, std::string subject, std::string detail) {
    if (++progress_.total_findings > kMaxFindings) return;
    progress_.new_findings.push_back(
        {std::string(invariant), std::move(subject), std::move(detail)});
  }
  // Counts a row; reports now and then.
  void Count(int64_t AuditProgress::*counter) {
    ++(progress_.*counter);
    if (++rows_ % kRowsPerReport == 0) Report();
  }
  void Report() {
    if (!stopped_) stopped_ = !report_(progress_);
    progress_.new_findings.clear();
  }
  bool stopped() const { return stopped_; }

  // What the ledger says about one cause.
  struct Cause {
    std::string id;
    int64_t payable = 0, gateway = 0;
  };

  // Entries come by cause, transfer and currency: a sum is complete when the next one begins.
  void Entry(const Store::LedgerRow& entry) {
    Count(&AuditProgress::entries);
    if (causes_.empty() || causes_.back().id != entry.cause) {
      EndTransfer();
      causes_.push_back({.id = std::string(entry.cause)});
      Begin(entry);
    } else if (transfer_ != entry.transfer || currency_ != entry.currency) {
      EndTransfer();
      Begin(entry);
    }
    sum_ += entry.amount;
    if (entry.account == "refunds_payable") causes_.back().payable += entry.amount;
    if (PaysOut(entry.account)) causes_.back().gateway += entry.amount;
    if (TenderOf(entry.account))
      Sum(credit_, Concat(entry.account, " ", entry.currency), entry.amount);
  }
  // The causes since the last call.
  std::vector<Cause> TakeCauses() {
    EndTransfer();
    return std::exchange(causes_, {});
  }

  // What we owe and what left through the gateway must follow from the refund's state.
  void Refund(const Store::RefundSums& refund, const Cause& ledger) {
    Count(&AuditProgress::refunds);
    const std::string& id = refund.refund.value();
    if (refund.parts != refund.amount) {
      Find("REFUND_SPLIT_WRONG", id,
           Concat("parts sum to ", refund.parts, ", amount is ", refund.amount));
    }
    const bool owed = refund.state == RefundState::kApproved ||
                      refund.state == RefundState::kSubmitted ||
                      refund.state == RefundState::kUnknown;
    const int64_t payable = owed ? -refund.amount : 0;
    const int64_t paid = refund.state == RefundState::kSucceeded ? -refund.payout : 0;
    if (ledger.payable != payable || ledger.gateway != paid) {
      Find("REFUND_LEDGER_MISMATCH", id,
           Concat(Name(refund.state), ": payable ", ledger.payable, ", gateway ", ledger.gateway));
    }
  }
  // Entries that no refund caused: a chargeback's, or nobody's.
  void Other(const Cause& ledger) {
    if (ledger.payable == 0) return;
    Find("REFUND_LEDGER_MISMATCH", ledger.id, Concat("no such refund: payable ", ledger.payable));
  }

  // What customers hold, and what the ledger says we owe them.
  void Credit(const std::vector<CreditBalance>& totals) {
    for (const CreditBalance& total : totals) {
      Sum(credit_, Concat(Name(total.tender), " ", total.amount.currency()), total.amount.minor());
    }
    for (const auto& [tender, left] : credit_) {
      Find("CREDIT_BALANCE_WRONG", tender, Concat("differs from the ledger by ", left));
    }
  }

  void Payment(const Store::PaymentSums& payment) {
    Count(&AuditProgress::payments);
    const std::string& id = payment.payment.value();
    if (payment.held != payment.refunds || payment.charged_back != payment.chargebacks) {
      Find("PAYMENT_HELD_WRONG", id,
           Concat("counts ", payment.held, " refunded and ", payment.charged_back,
                  " charged back; the books say ", payment.refunds, " and ", payment.chargebacks));
    }
    if (payment.charged_held != payment.payouts ||
        payment.charged_taken != payment.charged_chargebacks) {
      Find("PAYMENT_HELD_WRONG", id,
           Concat("counts ", payment.charged_held, " paid out and ", payment.charged_taken,
                  " taken in the charged currency; the books say ", payment.payouts, " and ",
                  payment.charged_chargebacks));
    }
    if (payment.payouts > payment.charged) {
      Find("PAYMENT_OVER_CAPTURED", id,
           Concat(payment.payouts, " paid out of ", payment.charged, " charged"));
    }
    // Chargebacks may come on top of refunds; refunds alone never exceed what was captured.
    if (payment.refunds > payment.captured) {
      Find("PAYMENT_OVER_CAPTURED", id, Concat(payment.refunds, " refunded of ", payment.captured));
    }
  }

  void Line(const Store::LineSums& line) {
    Count(&AuditProgress::order_lines);
    const std::string subject = Concat(line.order.value(), "/", line.line);
    if (line.refunds > line.value || line.refund_held != line.refunds) {
      Find("LINE_OVER_REFUNDED", subject,
           Concat(line.refunds, " refunded of ", line.value, "; counted ", line.refund_held));
    }
    if (line.units_held > line.delivered) {
      Find("QUANTITY_OVER_DELIVERED", subject,
           Concat(line.units_held, " units in RMAs of ", line.delivered, " delivered"));
    }
    Sum(held_, subject, line.units_held);
  }

  void Rma(const aftersales::Rma& rma) {
    for (const RmaLine& line : rma.lines) {
      Sum(held_, Concat(rma.order.value(), "/", line.order_line_id), -HeldUnits(rma, line));
    }
  }

  void HeldUnitsLeft() {
    for (const auto& [subject, left] : held_) {
      Find("QUANTITY_HELD_WRONG", subject, Concat("differs from the RMAs' logs by ", left));
    }
  }

 private:
  // Sums that are not zero: what balances is forgotten at once, so a sound ledger needs little
  // memory.
  using Sums = absl::flat_hash_map<std::string, int64_t>;
  static void Sum(Sums& sums, const std::string& key, int64_t amount) {
    if (amount == 0) return;
    const auto [at, is_new] = sums.try_emplace(key, amount);
    if (!is_new && (at->second += amount) == 0) sums.erase(at);
  }

  // See PayoutAccount.
  static bool PaysOut(std::string_view account) {
    return account.starts_with("gateway.") || TenderOf(account);
  }

  void Begin(const Store::LedgerRow& entry) {
    transfer_ = entry.transfer;
    currency_ = entry.currency;
  }
  void EndTransfer() {
    if (sum_ != 0)
      Find("TRANSFER_NOT_ZERO", Concat(transfer_, " ", currency_), Concat("sums to ", sum_));
    sum_ = 0;
  }

  absl::FunctionRef<bool(AuditProgress&)> report_;
  AuditProgress progress_;
  int64_t rows_ = 0;
  bool stopped_ = false;
  std::string transfer_, currency_;  // being summed
  int64_t sum_ = 0;
  std::vector<Cause> causes_;  // of the piece being read; the last one is being summed
  Sums held_;                  // by order line
  Sums credit_;                // by tender and currency
};

// Reads the ledger and the refunds side by side, both by id, a piece of each in memory at a time.
absl::Status MergeLedgerAndRefunds(Store& store, const TenantId& tenant, Auditor& auditor) {
  std::vector<Auditor::Cause> causes;
  std::vector<Store::RefundSums> refunds;
  size_t cause = 0, refund = 0;
  bool more_causes = true, more_refunds = true;
  RefundId last_refund;
  std::string last_cause;
  while (!auditor.stopped()) {
    if (cause == causes.size() && more_causes) {
      HUIYIN_ASSIGN_OR_RETURN(more_causes, store.ScanLedger(tenant, last_cause, kEntriesPerPiece,
                                                            [&](const Store::LedgerRow& entry) {
                                                              auditor.Entry(entry);
                                                            }));
      causes = auditor.TakeCauses();
      cause = 0;
      if (!causes.empty()) last_cause = causes.back().id;
    }
    if (refund == refunds.size() && more_refunds) {
      HUIYIN_ASSIGN_OR_RETURN(refunds, store.ScanRefunds(tenant, last_refund, kRowsPerPiece));
      refund = 0;
      more_refunds = refunds.size() == kRowsPerPiece;
      if (!refunds.empty()) last_refund = refunds.back().refund;
    }
    const bool have_cause = cause < causes.size(), have_refund = refund < refunds.size();
    if (!have_cause && !have_refund) {
      if (more_causes || more_refunds) continue;
      break;
    }
    const int order = !have_cause    ? 1
                      : !have_refund ? -1
                                     : causes[cause].id.compare(refunds[refund].refund.value());
    if (order < 0) {
      auditor.Other(causes[cause++]);
    } else if (order > 0) {
      auditor.Refund(refunds[refund++], {});
    } else {
      auditor.Refund(refunds[refund++], causes[cause++]);
    }
  }
  return absl::OkStatus();
}

// Calls `check` for every row that `scan` gives, a piece at a time; `scan` is given the last row.
template <class Row, class Scan, class Check>
absl::Status EachPiece(Auditor& auditor, Scan scan, Check check) {
  Row last{};
  while (!auditor.stopped()) {
    HUIYIN_ASSIGN_OR_RETURN(const std::vector<Row> rows, scan(last));
    for (const Row& row : rows) check(row);
    if (rows.size() < kRowsPerPiece) break;
    last = rows.back();
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status Audit(View& view, const TenantId& tenant,
                   absl::FunctionRef<bool(AuditProgress&)> report) {
  Auditor auditor(report);
  Store& store = view.store;
  HUIYIN_RETURN_IF_ERROR(MergeLedgerAndRefunds(store, tenant, auditor));
  if (!auditor.stopped()) {
    HUIYIN_ASSIGN_OR_RETURN(const std::vector<CreditBalance> totals, store.CreditTotals(tenant));
    auditor.Credit(totals);
  }
  HUIYIN_RETURN_IF_ERROR(EachPiece<Store::PaymentSums>(
      auditor,
      [&](const auto& last) { return store.ScanPayments(tenant, last.payment, kRowsPerPiece); },
      [&](const auto& payment) { auditor.Payment(payment); }));
  HUIYIN_RETURN_IF_ERROR(EachPiece<Store::LineSums>(
      auditor,
      [&](const auto& last) {
        return store.ScanOrderLines(tenant, last.order, last.line, kRowsPerPiece);
      },
      [&](const auto& line) { auditor.Line(line); }));
  Page page{.size = 1000};
  while (!auditor.stopped()) {
    HUIYIN_ASSIGN_OR_RETURN(const std::vector<Rma> rmas, store.ListRmas(tenant, {}, page));
    for (const Rma& rma : rmas) auditor.Rma(rma);
    if (rmas.size() < page.size) break;
    page.after = rmas.back().id.value();
  }
  auditor.HeldUnitsLeft();
  auditor.Report();
  return auditor.stopped() ? absl::CancelledError("the audit was stopped") : absl::OkStatus();
}

}  // namespace huiyin::aftersales
