#include "services/aftersales/domain/policy/rules/table.h"

namespace huiyin::aftersales {
namespace {

class AutoApproval final : public RuleBody {
 public:
  explicit AutoApproval(std::map<std::string, int64_t, std::less<>> up_to)
      : up_to_(std::move(up_to)) {}
  bool Speak(const VerdictInputs& inputs, const LineFacts&, LineVerdict& verdict) const override {
    if (verdict.refund == 0) return false;
    const auto limit = up_to_.find(inputs.currency);
    return (limit == up_to_.end() || verdict.refund > limit->second) &&
           verdict.Restrict(Decision::kReview, "ABOVE_AUTO_APPROVAL_LIMIT");
  }

 private:
  std::map<std::string, int64_t, std::less<>> up_to_;
};

}  // namespace

std::unique_ptr<RuleBody> ParseAutoApproval(const Node& rule, DocumentCheck& check) {
  check.Fields(rule, {"id", "kind", "when", "refund_up_to"});
  const Node* up_to = Need(rule, "refund_up_to", check);
  if (up_to == nullptr) return nullptr;
  return std::make_unique<AutoApproval>(check.Amounts(*up_to));
}

}  // namespace huiyin::aftersales
