#include "services/aftersales/domain/policy/rules/table.h"

namespace huiyin::aftersales {
namespace {

class RefundShipping final : public RuleBody {
 public:
  bool Speak(const VerdictInputs&, const LineFacts& line, const SoFar&,
             LineVerdict& verdict) const override {
    const bool pays = line.kind == RmaKind::kReturnRefund || line.kind == RmaKind::kRefundOnly;
    if (!pays || line.shipping_share == 0) return false;
    verdict.with_shipping = true;
    verdict.refund += line.shipping_share;
    return true;
  }
};

}  // namespace

std::unique_ptr<RuleBody> ParseRefundShipping(const Node& rule, const Calendars&,
                                              DocumentCheck& check) {
  check.Fields(rule, {"id", "kind", "when"});
  return std::make_unique<RefundShipping>();
}

}  // namespace huiyin::aftersales
