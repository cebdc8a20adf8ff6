#include "services/survey/domain/rules.h"

#include <algorithm>

namespace huiyin::survey {

const TriggerRule* Rules::For(Trigger trigger) const {
  for (const TriggerRule& rule : triggers) {
    if (rule.trigger == trigger) return &rule;
  }
  return nullptr;
}

Suppression CheckCaps(const ContactCaps& caps, std::span<const absl::Time> asked, absl::Time now) {
  int in_period = 0;
  for (const absl::Time time : asked) {
    if (now - time < caps.cool_down) return Suppression::kCoolDown;
    if (now - time < caps.period) ++in_period;
  }
  return in_period >= caps.per_period ? Suppression::kPeriodCap : Suppression::kNone;
}

absl::Duration CapWindow(const ContactCaps& caps) { return std::max(caps.cool_down, caps.period); }

}  // namespace huiyin::survey
