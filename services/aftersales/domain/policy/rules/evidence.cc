#include "services/aftersales/domain/policy/rules/table.h"

namespace huiyin::aftersales {
namespace {

class Evidence final : public RuleBody {
 public:
  explicit Evidence(int64_t at_least) : at_least_(at_least) {}
  bool Speak(const VerdictInputs&, const LineFacts& line, LineVerdict& verdict) const override {
    verdict.evidence_needed = true;
    return line.evidence < at_least_ && verdict.Restrict(Decision::kReview, "NEEDS_EVIDENCE");
  }

 private:
  int64_t at_least_;
};

}  // namespace

std::unique_ptr<RuleBody> ParseEvidence(const Node& rule, DocumentCheck& check) {
  check.Fields(rule, {"id", "kind", "when", "at_least"});
  const Node* at_least = rule.Field("at_least");
  return std::make_unique<Evidence>(at_least == nullptr ? 1 : check.Int(*at_least, 1, 20));
}

}  // namespace huiyin::aftersales
