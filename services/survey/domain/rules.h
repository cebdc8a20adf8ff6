// When customers are asked, and how often at most.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "services/survey/domain/invitation.h"

namespace huiyin::survey {

struct TriggerRule {
  Trigger trigger;
  std::string survey_id;
  absl::Duration delay;
};

// Limits per customer, across all surveys and channels.
struct ContactCaps {
  absl::Duration cool_down = absl::Hours(24 * 7);  // between two invitations; 0: none
  int per_period = 3;                              // invitations in any `period`
  absl::Duration period = absl::Hours(24 * 90);
};

struct Rules {
  std::vector<TriggerRule> triggers;
  ContactCaps caps;
  absl::Duration link_lifetime = absl::Hours(24 * 14);
  std::string default_language = "en";

  // Null when nobody is asked about this.
  const TriggerRule* For(Trigger trigger) const;
};

// Whether one more invitation at `now` keeps the caps. `asked` are the times of the customer's
// earlier invitations, in any order; those older than CapWindow do not matter.
Suppression CheckCaps(const ContactCaps& caps, std::span<const absl::Time> asked, absl::Time now);
// How far back CheckCaps looks.
absl::Duration CapWindow(const ContactCaps& caps);

}  // namespace huiyin::survey
