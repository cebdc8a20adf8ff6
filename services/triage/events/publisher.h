// Telling others what was decided. A port: implemented by outbox_publisher.h.
#pragma once

#include <optional>

#include "absl/status/status.h"
#include "services/triage/domain/decision.h"
#include "services/triage/storage/desk_store.h"
#include "services/triage/storage/store.h"

namespace huiyin::triage {

class Publisher {
 public:
  virtual ~Publisher() = default;
  // `replaced` is the decision that was in force before, if any. In the caller's transaction.
  virtual absl::Status Triaged(const Decision& decision, const TicketFacts& ticket,
                               const std::optional<Decision>& replaced, const std::string& queue,
                               const std::string& traceparent) = 0;
  // The ticket moved to another queue or changed hands; `before` had it. `reason`: ASSIGNED,
  // AGENT_LEFT, NO_SKILLS, BREACHED, ESCALATED.
  virtual absl::Status Assigned(const WorkItem& item, const AgentId& before,
                                std::string_view reason, absl::Time now) = 0;
  // A warning or breach of an SLA clock.
  virtual absl::Status SlaAlarmed(const SlaClock& clock, const SlaAlarm& alarm, absl::Time due,
                                  const std::string& sla_version, absl::Time now) = 0;
  // A measurement ended: in time or late.
  virtual absl::Status SlaMeasured(const SlaClock& clock, const SlaMeasure& measure,
                                   absl::Time now) = 0;
};

}  // namespace huiyin::triage
