// Telling others what was decided. A port: implemented by outbox_publisher.h.
#pragma once

#include <optional>

#include "absl/status/status.h"
#include "services/triage/domain/decision.h"
#include "services/triage/storage/store.h"

namespace huiyin::triage {

class Publisher {
 public:
  virtual ~Publisher() = default;
  // `replaced` is the decision that was in force before, if any. In the caller's transaction.
  virtual absl::Status Triaged(const Decision& decision, const TicketFacts& ticket,
                               const std::optional<Decision>& replaced,
                               const std::string& traceparent) = 0;
};

}  // namespace huiyin::triage
