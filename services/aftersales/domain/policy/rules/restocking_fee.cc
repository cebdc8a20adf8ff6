#include <algorithm>

#include "libs/core/money.h"
#include "services/aftersales/domain/policy/rules/table.h"

namespace huiyin::aftersales {
namespace {

class RestockingFee final : public RuleBody {
 public:
  RestockingFee(int64_t percent_bp, Amounts fixed)
      : percent_bp_(percent_bp), fixed_(std::move(fixed)) {}
  bool Speak(const VerdictInputs& inputs, const LineFacts&, const SoFar&,
             LineVerdict& verdict) const override {
    // Cannot overflow: at most the price itself.
    int64_t fee = *MulDiv(verdict.refund, percent_bp_, 10'000);
    if (const auto found = fixed_.find(inputs.currency); found != fixed_.end()) {
      fee += found->second;
    }
    fee = std::min(fee, verdict.refund);
    verdict.restocking_fee = fee;
    verdict.refund -= fee;
    return fee > 0;
  }

 private:
  int64_t percent_bp_;
  Amounts fixed_;
};

}  // namespace

std::unique_ptr<RuleBody> ParseRestockingFee(const Node& rule, const Calendars&,
                                             DocumentCheck& check) {
  check.Fields(rule, {"id", "kind", "when", "percent_bp", "fixed"});
  const Node* percent = rule.Field("percent_bp");
  const Node* fixed = rule.Field("fixed");
  if (percent == nullptr && fixed == nullptr) {
    check.Add(rule, "\"percent_bp\" or \"fixed\" is missing");
  }
  return std::make_unique<RestockingFee>(percent == nullptr ? 0 : check.Int(*percent, 1, 10'000),
                                         fixed == nullptr ? Amounts() : check.Amounts(*fixed));
}

}  // namespace huiyin::aftersales
