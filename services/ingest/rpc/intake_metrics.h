// huiyin_ingest_feedback_total{channel,outcome}: what became of feedback, however it came in.
#pragma once

#include <array>

#include "libs/obs/metrics.h"
#include "services/ingest/domain/ticket.h"
#include "services/ingest/usecase/take_in_feedback.h"

namespace huiyin::ingest {

// Thread-safe.
class IntakeMetrics {
 public:
  explicit IntakeMetrics(obs::Metrics& metrics);
  void Count(Channel channel, Outcome outcome) const;
  // Refused items of an import.
  void CountRefused(Channel channel) const;

 private:
  static constexpr int kOutcomes = 6;  // index 0: refused
  std::array<std::array<prometheus::Counter*, kOutcomes>, kChannels> counters_;
};

}  // namespace huiyin::ingest
