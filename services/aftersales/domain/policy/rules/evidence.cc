#include "services/aftersales/domain/policy/rules/table.h"

namespace huiyin::aftersales {
namespace {

class Evidence final : public RuleBody {
 public:
  Evidence(int64_t at_least, Amounts from) : at_least_(at_least), from_(std::move(from)) {}
  bool Speak(const VerdictInputs& inputs, const LineFacts& line, const SoFar&,
             LineVerdict& verdict) const override {
    if (const auto from = from_.find(inputs.currency);
        from != from_.end() && verdict.refund < from->second) {
      return false;
    }
    verdict.evidence_needed = true;
    return line.evidence < at_least_ && verdict.Restrict(Decision::kReview, "NEEDS_EVIDENCE");
  }

 private:
  int64_t at_least_;
  Amounts from_;
};

}  // namespace

std::unique_ptr<RuleBody> ParseEvidence(const Node& rule, const Calendars&, DocumentCheck& check) {
  check.Fields(rule, {"id", "kind", "when", "at_least", "refund_from"});
  const Node* at_least = rule.Field("at_least");
  const Node* from = rule.Field("refund_from");
  return std::make_unique<Evidence>(at_least == nullptr ? 1 : check.Int(*at_least, 1, 20),
                                    from == nullptr ? Amounts() : check.Amounts(*from));
}

}  // namespace huiyin::aftersales
