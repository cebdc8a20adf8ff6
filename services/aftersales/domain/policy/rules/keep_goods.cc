#include "services/aftersales/domain/policy/rules/table.h"

namespace huiyin::aftersales {
namespace {

class KeepGoods final : public RuleBody {
 public:
  explicit KeepGoods(Amounts up_to) : up_to_(std::move(up_to)) {}
  bool Speak(const VerdictInputs& inputs, const LineFacts& line, const SoFar&,
             LineVerdict& verdict) const override {
    if (line.kind != RmaKind::kReturnRefund)
      return false;  // others need the goods, or do not have to
    const auto limit = up_to_.find(inputs.currency);
    if (limit == up_to_.end() || verdict.refund > limit->second) return false;
    verdict.keep_goods = true;
    return true;
  }

 private:
  Amounts up_to_;
};

}  // namespace

std::unique_ptr<RuleBody> ParseKeepGoods(const Node& rule, const Calendars&, DocumentCheck& check) {
  check.Fields(rule, {"id", "kind", "when", "up_to"});
  const Node* up_to = Need(rule, "up_to", check);
  if (up_to == nullptr) return nullptr;
  return std::make_unique<KeepGoods>(check.Amounts(*up_to));
}

}  // namespace huiyin::aftersales
