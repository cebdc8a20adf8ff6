// Publisher that writes to the outbox, in the transaction of the decision.
#pragma once

#include "libs/core/id.h"
#include "libs/db/database.h"
#include "services/triage/events/publisher.h"

namespace huiyin::triage {

// Lives as long as the transaction it is given.
class OutboxPublisher final : public Publisher {
 public:
  OutboxPublisher(db::Transaction& tx, IdGenerator& ids) : tx_(tx), ids_(ids) {}

  absl::Status Triaged(const Decision& decision, const TicketFacts& ticket,
                       const std::optional<Decision>& replaced, const std::string& queue,
                       const std::string& traceparent) override;
  absl::Status Assigned(const WorkItem& item, const AgentId& before, std::string_view reason,
                        absl::Time now) override;
  absl::Status SlaAlarmed(const SlaClock& clock, const SlaAlarm& alarm, absl::Time due,
                          const std::string& sla_version, absl::Time now) override;
  absl::Status SlaMeasured(const SlaClock& clock, const SlaMeasure& measure,
                           absl::Time now) override;

 private:
  db::Transaction& tx_;
  IdGenerator& ids_;
};

}  // namespace huiyin::triage
