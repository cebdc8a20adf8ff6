#include "services/ingest/rpc/intake_metrics.h"

#include <prometheus/counter.h>

#include "services/ingest/domain/intake.h"

namespace huiyin::ingest {

IntakeMetrics::IntakeMetrics(obs::Metrics& metrics) {
  static constexpr const char* kNames[kOutcomes] = {"refused",  "created",   "joined",
                                                    "reopened", "follow_up", "duplicate"};
  for (const ChannelPolicy& channel : kDefaultPolicies) {
    auto& row = counters_[static_cast<int>(channel.channel) - 1];
    for (int outcome = 0; outcome < kOutcomes; ++outcome) {
      row[outcome] = &metrics.Counter(
          "huiyin_ingest_feedback_total",
          "Feedback taken in, by channel and by what became of it; refused: bad items of imports.",
          {{"channel", std::string(channel.name)}, {"outcome", kNames[outcome]}});
    }
  }
}

void IntakeMetrics::Count(Channel channel, Outcome outcome) const {
  counters_[static_cast<int>(channel) - 1][static_cast<int>(outcome)]->Increment();
}

void IntakeMetrics::CountRefused(Channel channel) const {
  const int index = static_cast<int>(channel) - 1;
  if (index >= 0 && index < kChannels) counters_[index][0]->Increment();
}

}  // namespace huiyin::ingest
