// What happened to an RMA and what comes next, in the customer's language; and the notices that the
// notification side sends of it.
#pragma once

#include "services/aftersales/usecase/unit.h"

namespace huiyin::aftersales {

struct TimelineEntry {
  absl::Time at;
  ActionType action = ActionType::kSubmitted;  // of what happened
  std::string text;
  std::string tracking;         // of a parcel that left
  std::optional<Money> amount;  // of a refund
  std::optional<Scan> scan;     // of a parcel on its way back; then there is no text
};

struct ExpectedStep {
  Step step = Step::kDecide;
  absl::Time began;
  std::optional<absl::Time> due;
  bool late = false;
};

struct Timeline {
  std::string language;
  std::vector<TimelineEntry> entries;   // oldest first
  std::vector<ExpectedStep> under_way;  // what is waited for now
};
// `language`: empty: the RMA's.
absl::StatusOr<Timeline> GetRmaTimeline(View& view, const Caller& caller, const RmaId& rma,
                                        const std::string& language);

// Tells the notification side of the last step among the actions after the first `known_actions`
// that a customer wants to know of.
absl::Status NotifyCustomer(Unit& unit, const TenantId& tenant, const Rma& rma,
                            size_t known_actions);

}  // namespace huiyin::aftersales
