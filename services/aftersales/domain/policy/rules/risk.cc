#include "services/aftersales/domain/policy/rules/table.h"

namespace huiyin::aftersales {
namespace {

// Lowers automation, never refuses.
class Risk final : public RuleBody {
 public:
  explicit Risk(int64_t recent_rmas) : recent_rmas_(recent_rmas) {}
  bool Speak(const VerdictInputs& inputs, const LineFacts&, LineVerdict& verdict) const override {
    return inputs.recent_rmas >= recent_rmas_ && verdict.Restrict(Decision::kReview, "RISK");
  }

 private:
  int64_t recent_rmas_;
};

}  // namespace

std::unique_ptr<RuleBody> ParseRisk(const Node& rule, DocumentCheck& check) {
  check.Fields(rule, {"id", "kind", "when", "recent_rmas"});
  const Node* recent = Need(rule, "recent_rmas", check);
  return std::make_unique<Risk>(recent == nullptr ? 1 : check.Int(*recent, 1, 10'000));
}

}  // namespace huiyin::aftersales
