#include "services/aftersales/domain/policy/rules/table.h"

namespace huiyin::aftersales {
namespace {

class NonReturnable final : public RuleBody {
 public:
  bool Speak(const VerdictInputs&, const LineFacts&, const SoFar&,
             LineVerdict& verdict) const override {
    return verdict.Restrict(Decision::kReject, "NON_RETURNABLE");
  }
};

}  // namespace

std::unique_ptr<RuleBody> ParseNonReturnable(const Node& rule, const Calendars&,
                                             DocumentCheck& check) {
  check.Fields(rule, {"id", "kind", "when"});
  return std::make_unique<NonReturnable>();
}

}  // namespace huiyin::aftersales
