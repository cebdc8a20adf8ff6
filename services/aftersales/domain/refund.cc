#include "services/aftersales/domain/refund.h"

#include "services/aftersales/domain/credit.h"
#include "services/aftersales/domain/text.h"

namespace huiyin::aftersales {
namespace {

using S = RefundState;

constexpr S kNo = S::kNone;
// Rows: state before. Columns: approve, reject, submit, paid, declined, no answer, reverse.
constexpr S kNext[kRefundStates + 1][kRefundEvents] = {
    /* none      */ {kNo, kNo, kNo, kNo, kNo, kNo, kNo},
    /* REQUESTED */ {S::kApproved, S::kFailed, kNo, kNo, kNo, kNo, kNo},
    /* APPROVED  */ {kNo, S::kFailed, S::kSubmitted, kNo, kNo, kNo, kNo},
    /* SUBMITTED */ {kNo, kNo, kNo, S::kSucceeded, S::kFailed, S::kUnknown, kNo},
    /* SUCCEEDED */ {kNo, kNo, kNo, kNo, kNo, kNo, S::kReversed},
    /* FAILED    */ {kNo, kNo, kNo, kNo, kNo, kNo, kNo},
    /* UNKNOWN   */ {kNo, kNo, kNo, S::kSucceeded, S::kFailed, kNo, kNo},
    /* REVERSED  */ {kNo, kNo, kNo, kNo, kNo, kNo, kNo},
};

constexpr std::string_view kPayable = "refunds_payable";
constexpr std::string_view kExchange = "currency_exchange";
constexpr std::string_view kKeyPrefix = "huiyin-refund-";

std::string_view ReturnsAccount(Component component) {
  static constexpr std::string_view kAccounts[] = {"",
                                                   "returns.goods",
                                                   "returns.discount",
                                                   "returns.tax",
                                                   "returns.duty",
                                                   "returns.shipping",
                                                   "returns.fee",
                                                   "returns.withheld"};
  return kAccounts[static_cast<int>(component)];
}

// The transfer of what the bank took; negative: gave back.
std::vector<LedgerEntry> Taken(std::string transfer, std::string_view chargeback_id,
                               const OrderId& order, std::string_view gateway, const Money& amount,
                               absl::Time at) {
  const LedgerEntry debit{.transfer_id = std::move(transfer),
                          .account = "chargebacks",
                          .amount = amount,
                          .cause_id = std::string(chargeback_id),
                          .order = order,
                          .at = at};
  LedgerEntry credit = debit;
  credit.account = PayoutAccount(gateway);
  credit.amount = Money(-amount.minor(), amount.currency());
  return {debit, credit};
}

}  // namespace

std::optional<RefundState> Next(RefundState from, RefundEvent event) {
  const S to = kNext[static_cast<int>(from)][static_cast<int>(event)];
  return to == kNo ? std::nullopt : std::optional(to);
}

std::string_view Name(RefundState state) {
  static constexpr std::string_view kNames[] = {"NONE",      "REQUESTED", "APPROVED", "SUBMITTED",
                                                "SUCCEEDED", "FAILED",    "UNKNOWN",  "REVERSED"};
  return kNames[static_cast<int>(state)];
}

std::string_view Name(RefundEvent event) {
  static constexpr std::string_view kNames[] = {"approve",  "reject",    "submit", "paid",
                                                "declined", "no answer", "reverse"};
  return kNames[static_cast<int>(event)];
}

std::string IdempotencyKey(const Refund& refund) { return Concat(kKeyPrefix, refund.id.value()); }

RefundId RefundOfKey(std::string_view key) {
  if (!key.starts_with(kKeyPrefix)) return RefundId();
  return RefundId(key.substr(kKeyPrefix.size()));
}

absl::Status CheckSplit(const Refund& refund) {
  if (refund.amount.minor() <= 0) return absl::InternalError("a refund must be above zero");
  int64_t sum = 0;
  for (const RefundPart& part : refund.parts) {
    if (part.amount < 0) return absl::InternalError("a part of a refund is negative");
    sum += part.Signed();
  }
  if (sum != refund.amount.minor()) {
    return absl::InternalError(
        Concat("the parts sum to ", sum, ", the refund is ", refund.amount.minor()));
  }
  return absl::OkStatus();
}

std::string PayoutAccount(std::string_view gateway) {
  return TenderOf(gateway) ? std::string(gateway) : Concat("gateway.", gateway);
}

std::vector<LedgerEntry> BookRefund(const Refund& refund, RefundState from, RefundState to,
                                    absl::Time at) {
  std::vector<LedgerEntry> entries;
  const auto book_in = [&](const std::string& currency, std::string_view account, int64_t minor) {
    if (minor == 0) return;
    entries.push_back({.transfer_id = Concat(refund.id.value(), "/", Name(to)),
                       .account = std::string(account),
                       .amount = Money(minor, currency),
                       .cause_id = refund.id.value(),
                       .order = refund.order,
                       .at = at});
  };
  const auto book = [&](std::string_view account, int64_t minor) {
    book_in(refund.amount.currency(), account, minor);
  };
  const auto book_returns = [&](int64_t sign) {
    for (const RefundPart& part : refund.parts) {
      book(ReturnsAccount(part.component), sign * part.Signed());
    }
  };
  const int64_t amount = refund.amount.minor();
  const auto book_payout = [&](int64_t sign) {
    const Money& paid = refund.PaidOut();
    book_in(paid.currency(), PayoutAccount(refund.gateway), sign * paid.minor());
    if (!refund.payout) return;
    book_in(paid.currency(), kExchange, -sign * paid.minor());
    book(kExchange, sign * amount);
  };
  switch (to) {
    case S::kApproved:  // we owe it
      book_returns(+1);
      book(kPayable, -amount);
      break;
    case S::kSucceeded:  // we paid it
      book(kPayable, +amount);
      book_payout(-1);
      break;
    case S::kFailed:  // we do not owe it after all, if it was ever approved
      if (from == S::kRequested) break;
      book(kPayable, +amount);
      book_returns(-1);
      break;
    case S::kReversed:  // it came back
      book_payout(+1);
      book_returns(-1);
      break;
    default:
      break;
  }
  return entries;
}

std::vector<LedgerEntry> BookChargeback(std::string_view chargeback_id, const OrderId& order,
                                        std::string_view gateway, const Money& amount,
                                        absl::Time at) {
  return Taken(Concat("chargeback/", chargeback_id), chargeback_id, order, gateway, amount, at);
}

std::vector<LedgerEntry> BookChargebackWon(std::string_view chargeback_id, const OrderId& order,
                                           std::string_view gateway, const Money& amount,
                                           absl::Time at) {
  return Taken(Concat("chargeback/", chargeback_id, "/won"), chargeback_id, order, gateway,
               Money(-amount.minor(), amount.currency()), at);
}

}  // namespace huiyin::aftersales
