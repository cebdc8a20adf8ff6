#include "absl/container/flat_hash_map.h"
#include "services/aftersales/domain/text.h"
#include "services/aftersales/usecase/queries.h"

namespace huiyin::aftersales {
namespace {

constexpr int64_t kRowsPerReport = 10'000;
constexpr int64_t kMaxFindings = 1000;

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

  void Entry(const LedgerEntry& entry) {
    Count(&AuditProgress::entries);
    Sum(transfers_, Concat(entry.transfer_id, " ", entry.amount.currency()), entry.amount.minor());
    if (entry.account == "refunds_payable") Sum(payable_, entry.cause_id, entry.amount.minor());
    if (entry.account.starts_with("gateway.")) Sum(gateway_, entry.cause_id, entry.amount.minor());
  }

  void Transfers() {
    for (const auto& [transfer, sum] : transfers_) {
      Find("TRANSFER_NOT_ZERO", transfer, Concat("sums to ", sum));
    }
    transfers_.clear();
  }

  // What we owe and what left through the gateway must follow from the refund's state.
  void Refund(const Store::RefundSums& refund) {
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
    const int64_t paid = refund.state == RefundState::kSucceeded ? -refund.amount : 0;
    if (Read(payable_, id) != payable || Read(gateway_, id) != paid) {
      Find("REFUND_LEDGER_MISMATCH", id,
           Concat(Name(refund.state), ": payable ", Read(payable_, id), ", gateway ",
                  Read(gateway_, id)));
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
  static int64_t Read(const Sums& sums, const std::string& key) {
    const auto found = sums.find(key);
    return found == sums.end() ? 0 : found->second;
  }

  absl::FunctionRef<bool(AuditProgress&)> report_;
  AuditProgress progress_;
  int64_t rows_ = 0;
  bool stopped_ = false;
  Sums transfers_;          // by transfer and currency
  Sums payable_, gateway_;  // by refund
  Sums held_;               // by order line
};

}  // namespace

absl::Status Audit(View& view, const TenantId& tenant,
                   absl::FunctionRef<bool(AuditProgress&)> report) {
  Auditor auditor(report);
  Store& store = view.store;
  HUIYIN_RETURN_IF_ERROR(
      store.EachLedgerEntry(tenant, [&](const LedgerEntry& entry) { auditor.Entry(entry); }));
  auditor.Transfers();
  if (auditor.stopped()) return absl::CancelledError("the audit was stopped");
  HUIYIN_RETURN_IF_ERROR(
      store.EachRefund(tenant, [&](const Store::RefundSums& refund) { auditor.Refund(refund); }));
  HUIYIN_RETURN_IF_ERROR(store.EachPayment(
      tenant, [&](const Store::PaymentSums& payment) { auditor.Payment(payment); }));
  HUIYIN_RETURN_IF_ERROR(
      store.EachOrderLine(tenant, [&](const Store::LineSums& line) { auditor.Line(line); }));
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
