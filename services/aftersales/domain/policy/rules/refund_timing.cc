#include "services/aftersales/domain/policy/rules/table.h"

namespace huiyin::aftersales {
namespace {

class RefundTiming final : public RuleBody {
 public:
  RefundTiming(RefundAt at, Amounts up_to) : at_(at), up_to_(std::move(up_to)) {}
  bool Speak(const VerdictInputs& inputs, const LineFacts& line, const SoFar&,
             LineVerdict& verdict) const override {
    if (line.kind != RmaKind::kReturnRefund || verdict.keep_goods) return false;
    if (!up_to_.empty()) {
      const auto limit = up_to_.find(inputs.currency);
      if (limit == up_to_.end() || verdict.refund > limit->second) return false;
    }
    verdict.refund_at = at_;
    return true;
  }

 private:
  RefundAt at_;
  Amounts up_to_;
};

}  // namespace

std::unique_ptr<RuleBody> ParseRefundTiming(const Node& rule, const Calendars&,
                                            DocumentCheck& check) {
  check.Fields(rule, {"id", "kind", "when", "at", "up_to"});
  const Node* name = Need(rule, "at", check);
  if (name == nullptr) return nullptr;
  const Node* up_to = rule.Field("up_to");
  for (const RefundAt at : {RefundAt::kInspection, RefundAt::kCarrierScan, RefundAt::kApproval}) {
    if (Name(at) != name->text) continue;
    return std::make_unique<RefundTiming>(at, up_to == nullptr ? Amounts() : check.Amounts(*up_to));
  }
  check.Add(*name, "must be INSPECTION, CARRIER_SCAN or APPROVAL");
  return nullptr;
}

}  // namespace huiyin::aftersales
