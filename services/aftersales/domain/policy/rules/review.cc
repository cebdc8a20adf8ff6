#include "services/aftersales/domain/policy/rules/table.h"

namespace huiyin::aftersales {
namespace {

class Review final : public RuleBody {
 public:
  bool Speak(const VerdictInputs&, const LineFacts&, const SoFar&,
             LineVerdict& verdict) const override {
    return verdict.Restrict(Decision::kReview, "NEEDS_REVIEW");
  }
};

}  // namespace

std::unique_ptr<RuleBody> ParseReview(const Node& rule, const Calendars&, DocumentCheck& check) {
  check.Fields(rule, {"id", "kind", "when"});
  return std::make_unique<Review>();
}

}  // namespace huiyin::aftersales
