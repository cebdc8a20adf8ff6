#include "services/triage/events/outbox_publisher.h"

#include "libs/events/outbox.h"
#include "services/triage/events/codec.h"

namespace huiyin::triage {

absl::Status OutboxPublisher::Triaged(const Decision& decision, const TicketFacts& ticket,
                                      const std::optional<Decision>& replaced,
                                      const std::string& queue, const std::string& traceparent) {
  return events::Append(tx_, ids_, TriagedEvent(decision, ticket, replaced, queue, traceparent));
}

absl::Status OutboxPublisher::Assigned(const WorkItem& item, const AgentId& before,
                                       std::string_view reason, absl::Time now) {
  return events::Append(tx_, ids_, AssignedEvent(item, before, reason, now));
}

absl::Status OutboxPublisher::SlaAlarmed(const SlaClock& clock, const SlaAlarm& alarm,
                                         absl::Time due, const std::string& sla_version,
                                         absl::Time now) {
  return events::Append(tx_, ids_, SlaAlarmEvent(clock, alarm, due, sla_version, now));
}

absl::Status OutboxPublisher::SlaMeasured(const SlaClock& clock, const SlaMeasure& measure,
                                          absl::Time now) {
  return events::Append(tx_, ids_, SlaMeasuredEvent(clock, measure, now));
}

}  // namespace huiyin::triage
