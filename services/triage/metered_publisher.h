// Counts what is published. A transaction that is run again after a conflict counts again: the
// counters are for rates, the exact figures are analytics'.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "libs/obs/metrics.h"
#include "services/triage/events/publisher.h"

namespace huiyin::triage {

// The desk's metrics. Thread-safe.
class DeskMetrics {
 public:
  explicit DeskMetrics(obs::Metrics& metrics);

  void Decided(const Decision& decision, bool by_person);
  void Assigned(const WorkItem& item, const AgentId& before, std::string_view reason,
                absl::Time now);
  void SlaAlarmed(const SlaAlarm& alarm);
  void SlaMeasured(const SlaMeasure& measure);

 private:
  prometheus::Histogram &confidence_, &time_to_assignment_;
  prometheus::Counter &abstained_, &corrected_, &model_decided_;
  // By [category][language]; the last language is "other".
  std::vector<std::vector<prometheus::Counter*>> decisions_;
  std::map<std::string, prometheus::Counter*, std::less<>> assignments_;
  std::map<std::pair<SlaMetric, bool>, prometheus::Counter*> alarms_, measured_;
};

class MeteredPublisher final : public Publisher {
 public:
  // Both must outlive this.
  MeteredPublisher(Publisher& next, DeskMetrics& metrics) : next_(next), metrics_(metrics) {}

  absl::Status Triaged(const Decision& decision, const TicketFacts& ticket,
                       const std::optional<Decision>& replaced, const std::string& queue,
                       const std::string& traceparent) override {
    metrics_.Decided(decision, !decision.corrected_by.empty());
    return next_.Triaged(decision, ticket, replaced, queue, traceparent);
  }
  absl::Status Assigned(const WorkItem& item, const AgentId& before, std::string_view reason,
                        absl::Time now) override {
    metrics_.Assigned(item, before, reason, now);
    return next_.Assigned(item, before, reason, now);
  }
  absl::Status SlaAlarmed(const SlaClock& clock, const SlaAlarm& alarm, absl::Time due,
                          const std::string& sla_version, absl::Time now) override {
    metrics_.SlaAlarmed(alarm);
    return next_.SlaAlarmed(clock, alarm, due, sla_version, now);
  }
  absl::Status SlaMeasured(const SlaClock& clock, const SlaMeasure& measure,
                           absl::Time now) override {
    metrics_.SlaMeasured(measure);
    return next_.SlaMeasured(clock, measure, now);
  }

 private:
  Publisher& next_;
  DeskMetrics& metrics_;
};

}  // namespace huiyin::triage
