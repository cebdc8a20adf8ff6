#include "services/triage/domain/routing/queue.h"

#include <algorithm>

namespace huiyin::triage {

absl::Duration HeadStart(Priority priority, CustomerTier tier, bool escalated) {
  if (escalated) return kMostHeadStart;
  static constexpr int kByPriority[] = {180, 60, 15, 0};  // minutes, P1 to P4
  static constexpr int kByTier[] = {0, 0, 5, 20, 60};     // by number of the tier
  return absl::Minutes(kByPriority[static_cast<size_t>(priority) - 1] +
                       kByTier[static_cast<size_t>(tier)]);
}

}  // namespace huiyin::triage
