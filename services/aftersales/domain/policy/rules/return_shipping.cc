#include <algorithm>

#include "services/aftersales/domain/policy/rules/table.h"

namespace huiyin::aftersales {
namespace {

// The way back at the customer's expense: their own parcel, or ours for a fee that is taken off the
// refund, once per RMA.
class ReturnShipping final : public RuleBody {
 public:
  ReturnShipping(bool customer_pays, Amounts fee)
      : customer_pays_(customer_pays), fee_(std::move(fee)) {}
  bool Speak(const VerdictInputs& inputs, const LineFacts& line, const SoFar& so_far,
             LineVerdict& verdict) const override {
    if (!customer_pays_ || verdict.keep_goods) return false;
    verdict.customer_pays_return = true;
    if (const auto fee = fee_.find(inputs.currency); fee != fee_.end()) {
      // It is kept back from the price; tax, duty and shipping are not ours to keep.
      const int64_t price =
          line.price_refund - line.tax_share - line.duty_share - verdict.restocking_fee;
      const int64_t room = std::clamp<int64_t>(price, 0, verdict.refund);
      const int64_t left = std::max<int64_t>(0, fee->second - so_far.return_shipping_fee);
      verdict.return_shipping_fee = std::min(left, room);
      verdict.refund -= verdict.return_shipping_fee;
    }
    return true;
  }

 private:
  bool customer_pays_;
  Amounts fee_;
};

}  // namespace

std::unique_ptr<RuleBody> ParseReturnShipping(const Node& rule, const Calendars&,
                                              DocumentCheck& check) {
  check.Fields(rule, {"id", "kind", "when", "payer", "fee"});
  const Node* payer = Need(rule, "payer", check);
  if (payer == nullptr) return nullptr;
  if (payer->text != "CUSTOMER" && payer->text != "MERCHANT") {
    check.Add(*payer, "must be CUSTOMER or MERCHANT");
  }
  const Node* fee = rule.Field("fee");
  if (fee != nullptr && payer->text == "MERCHANT") check.Add(*fee, "is for the payer CUSTOMER");
  return std::make_unique<ReturnShipping>(payer->text == "CUSTOMER",
                                          fee == nullptr ? Amounts() : check.Amounts(*fee));
}

}  // namespace huiyin::aftersales
