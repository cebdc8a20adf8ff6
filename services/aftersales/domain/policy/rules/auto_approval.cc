#include "services/aftersales/domain/policy/rules/table.h"

namespace huiyin::aftersales {
namespace {

class AutoApproval final : public RuleBody {
 public:
  AutoApproval(Amounts line, Amounts rma) : line_(std::move(line)), rma_(std::move(rma)) {}
  bool Speak(const VerdictInputs& inputs, const LineFacts&, const SoFar& so_far,
             LineVerdict& verdict) const override {
    if (verdict.refund == 0) return false;
    const bool above = Above(line_, inputs.currency, verdict.refund) ||
                       Above(rma_, inputs.currency, so_far.refund + verdict.refund);
    return above && verdict.Restrict(Decision::kReview, "ABOVE_AUTO_APPROVAL_LIMIT");
  }

 private:
  // A limit that does not name the currency lets nothing through; one that is not set, everything.
  static bool Above(const Amounts& limits, const std::string& currency, int64_t refund) {
    if (limits.empty()) return false;
    const auto limit = limits.find(currency);
    return limit == limits.end() || refund > limit->second;
  }

  Amounts line_, rma_;
};

}  // namespace

std::unique_ptr<RuleBody> ParseAutoApproval(const Node& rule, const Calendars&,
                                            DocumentCheck& check) {
  check.Fields(rule, {"id", "kind", "when", "refund_up_to", "rma_refund_up_to"});
  const Node* line = rule.Field("refund_up_to");
  const Node* rma = rule.Field("rma_refund_up_to");
  if (line == nullptr && rma == nullptr) {
    check.Add(rule, "\"refund_up_to\" or \"rma_refund_up_to\" is missing");
  }
  return std::make_unique<AutoApproval>(line == nullptr ? Amounts() : check.Amounts(*line),
                                        rma == nullptr ? Amounts() : check.Amounts(*rma));
}

}  // namespace huiyin::aftersales
