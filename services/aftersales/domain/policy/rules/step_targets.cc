#include "services/aftersales/domain/policy/rules/table.h"

namespace huiyin::aftersales {
namespace {

class StepTargetsRule final : public RuleBody {
 public:
  explicit StepTargetsRule(StepTargets targets) : targets_(targets) {}
  bool Speak(const VerdictInputs&, const LineFacts&, const SoFar&, LineVerdict&) const override {
    return false;
  }
  absl::Duration Target(Step step) const override { return targets_[static_cast<int>(step)]; }

 private:
  StepTargets targets_;
};

}  // namespace

std::unique_ptr<RuleBody> ParseStepTargets(const Node& rule, const Calendars&,
                                           DocumentCheck& check) {
  StepTargets targets{};
  bool any = false;
  check.Fields(rule, {"id", "kind", "when", "DECIDE", "SEND", "TRANSPORT", "INSPECT", "REFUND",
                      "PAY", "REPLACE", "DELIVER"});
  for (int step = 1; step <= kSteps; ++step) {
    const Node* hours = rule.Field(Name(static_cast<Step>(step)));
    if (hours == nullptr) continue;
    targets[step] = absl::Hours(check.Int(*hours, 1, 24 * 365));
    any = true;
  }
  if (!any) check.Add(rule, "names no step, as DECIDE: 24 (hours)");
  return std::make_unique<StepTargetsRule>(targets);
}

}  // namespace huiyin::aftersales
