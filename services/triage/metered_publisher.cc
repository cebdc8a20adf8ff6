#include "services/triage/metered_publisher.h"

#include <prometheus/counter.h>
#include <prometheus/histogram.h>

#include <algorithm>
#include <array>

namespace huiyin::triage {
namespace {

// Labels are bounded: a language beyond these is "other".
constexpr std::array<std::string_view, 15> kLanguages = {"zh-Hans", "zh-Hant", "en", "ja", "ko",
                                                         "es",      "pt",      "fr", "de", "ru",
                                                         "vi",      "th",      "id", "ar", "other"};
constexpr std::string_view kReasons[] = {"ASSIGNED", "AGENT_LEFT", "NO_SKILLS", "BREACHED",
                                         "ESCALATED"};

size_t LanguageIndex(const std::string& language) {
  const auto* const found = std::find(kLanguages.begin(), kLanguages.end() - 1, language);
  return static_cast<size_t>(found - kLanguages.begin());
}

}  // namespace

DeskMetrics::DeskMetrics(obs::Metrics& metrics)
    : confidence_(metrics.Histogram("huiyin_triage_confidence_ratio",
                                    "Probability of the category that the model gave.",
                                    {0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99})),
      time_to_assignment_(metrics.Histogram(
          "huiyin_triage_time_to_assignment_seconds", "From entering the queues to an agent.",
          {1, 5, 15, 60, 300, 900, 1800, 3600, 7200, 14400, 43200, 86400})),
      abstained_(metrics.Counter("huiyin_triage_abstentions_total",
                                 "Decisions of the model that a person must confirm.")),
      corrected_(
          metrics.Counter("huiyin_triage_corrections_total", "Decisions replaced by a person's.")),
      model_decided_(
          metrics.Counter("huiyin_triage_model_decisions_total", "Decisions of the model.")) {
  for (const std::string_view category : kCategoryNames) {
    std::vector<prometheus::Counter*>& row = decisions_.emplace_back();
    for (const std::string_view language : kLanguages) {
      row.push_back(&metrics.Counter(
          "huiyin_triage_decisions_total", "Decisions by category and language.",
          {{"category", std::string(category)}, {"language", std::string(language)}}));
    }
  }
  for (const std::string_view reason : kReasons) {
    assignments_[std::string(reason)] =
        &metrics.Counter("huiyin_triage_assignments_total",
                         "Tickets given to agents, taken from them or moved, by reason.",
                         {{"reason", std::string(reason)}});
  }
  for (const SlaMetric metric : kSlaMetrics) {
    const std::string name(ToString(metric));
    for (const bool second : {false, true}) {
      alarms_[{metric, second}] =
          &metrics.Counter("huiyin_triage_sla_alarms_total", "Warnings and breaches of SLA clocks.",
                           {{"metric", name}, {"alarm", second ? "breach" : "warning"}});
      measured_[{metric, second}] =
          &metrics.Counter("huiyin_triage_sla_measured_total", "SLA measurements that ended.",
                           {{"metric", name}, {"outcome", second ? "hit" : "missed"}});
    }
  }
}

void DeskMetrics::Decided(const Decision& decision, bool by_person) {
  const Reading& reading = decision.reading;
  decisions_[static_cast<size_t>(reading.category)][LanguageIndex(reading.language)]->Increment();
  if (by_person) {
    corrected_.Increment();
    return;
  }
  model_decided_.Increment();
  if (reading.needs_review) abstained_.Increment();
  confidence_.Observe(reading.category_p);
}

void DeskMetrics::Assigned(const WorkItem& item, const AgentId& before, std::string_view reason,
                           absl::Time now) {
  if (const auto found = assignments_.find(reason); found != assignments_.end()) {
    found->second->Increment();
  }
  if (before.empty() && !item.assignee.empty()) {
    time_to_assignment_.Observe(absl::ToDoubleSeconds(now - item.entered));
  }
}

void DeskMetrics::SlaAlarmed(const SlaAlarm& alarm) {
  alarms_.at({alarm.metric, alarm.breach})->Increment();
}

void DeskMetrics::SlaMeasured(const SlaMeasure& measure) {
  measured_.at({measure.metric, measure.Hit()})->Increment();
}

}  // namespace huiyin::triage
