#include "services/aftersales/domain/credit.h"

#include "services/aftersales/domain/text.h"

namespace huiyin::aftersales {
namespace {

constexpr std::string_view kNames[] = {"", "store_credit", "points"};

std::vector<LedgerEntry> Transfer(std::string transfer, std::string_view cause,
                                  const OrderId& order, std::string_view debit,
                                  std::string_view credit, const Money& amount, absl::Time at) {
  LedgerEntry from{.transfer_id = std::move(transfer),
                   .account = std::string(debit),
                   .amount = amount,
                   .cause_id = std::string(cause),
                   .order = order,
                   .at = at};
  LedgerEntry to = from;
  to.account = credit;
  to.amount = Money(-amount.minor(), amount.currency());
  return {from, to};
}

}  // namespace

std::string_view Name(Tender tender) { return kNames[static_cast<int>(tender)]; }

std::optional<Tender> TenderOf(std::string_view gateway) {
  for (const Tender tender : {Tender::kStoreCredit, Tender::kPoints}) {
    if (Name(tender) == gateway) return tender;
  }
  return std::nullopt;
}

std::vector<LedgerEntry> BookGrant(const CreditGrant& grant, absl::Time at) {
  return Transfer(Concat("credit/", grant.id), grant.id, grant.order, "goodwill",
                  Name(grant.tender), grant.amount, at);
}

std::vector<LedgerEntry> BookSpending(std::string_view id, const OrderId& order, Tender tender,
                                      const Money& amount, absl::Time at) {
  return Transfer(Concat("spent/", id), id, order, Name(tender), "credit_spent", amount, at);
}

}  // namespace huiyin::aftersales
