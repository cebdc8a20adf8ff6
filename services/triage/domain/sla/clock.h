// SLA clocks: how long customers may wait, counted in working time while it is our turn.
//
// A ticket's clock is the fold of its history: nothing but the moments at which something happened
// is kept, so a change of policy or calendar is answered by folding again. Three things are
// measured:
//   first_response  from the ticket's beginning to our first public answer, or the resolution
//   next_response   from each message of the customer after an answer to the next answer
//   resolution      from the beginning to the resolution; goes on when the ticket is reopened
// None of them runs while we wait for the customer or the ticket is resolved.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "services/triage/domain/sla/calendar.h"

namespace huiyin::triage {

// Numbers of huiyin.event.v1.SlaMetric; stored.
enum class SlaMetric : uint8_t { kFirstResponse = 1, kNextResponse = 2, kResolution = 3 };
inline constexpr std::array kSlaMetrics = {SlaMetric::kFirstResponse, SlaMetric::kNextResponse,
                                           SlaMetric::kResolution};
std::string_view ToString(SlaMetric metric);

// What happened, numbered as stored.
enum class SlaMoment : uint8_t {
  kStarted = 1,        // the customer opened the ticket
  kCustomerSpoke = 2,  // a further message of the customer
  kAnswered = 3,       // a public message of ours
  kPaused = 4,         // we wait for the customer
  kResumed = 5,
  kResolved = 6,
  kReopened = 7,  // also: taken out of the other ticket again
  kEnded = 8,     // merged into another ticket: nothing is measured any more
};
struct SlaEvent {
  SlaMoment what = SlaMoment::kStarted;
  absl::Time at;

  friend bool operator==(const SlaEvent&, const SlaEvent&) = default;
};
// In the order in which it happened; times do not fall. Begins with kStarted.
using SlaHistory = std::vector<SlaEvent>;

// Whether `what` changes anything after `history`; others need not be kept.
bool Matters(const SlaHistory& history, SlaMoment what);

// Working time allowed; nullopt: not measured.
struct SlaTargets {
  std::optional<absl::Duration> first_response, next_response, resolution;

  const std::optional<absl::Duration>& operator[](SlaMetric metric) const;
  friend bool operator==(const SlaTargets&, const SlaTargets&) = default;
};

// One measurement. next_response has one per round.
struct SlaMeasure {
  SlaMetric metric = SlaMetric::kFirstResponse;
  int round = 1;          // of next_response; 1 for the others
  absl::Time since;       // when the measurement began
  absl::Duration worked;  // counted until the end, or until the last pause
  // When the target is used up; InfiniteFuture while paused before that.
  absl::Time due = absl::InfiniteFuture();
  std::optional<absl::Time> ended;  // answered, resolved

  // Ended in time, ended late or due passed.
  bool Hit() const { return ended.has_value() && *ended <= due; }
  bool Missed(absl::Time now) const { return due < (ended.has_value() ? *ended : now); }

  friend bool operator==(const SlaMeasure&, const SlaMeasure&) = default;
};

// All measurements that targets ask for, in order of their beginning.
std::vector<SlaMeasure> Fold(const SlaHistory& history, const SlaTargets& targets,
                             const Calendar& calendar);

// Of a ticket's clock as a whole; numbers of huiyin.triage.v1.SlaState.
enum class SlaState : uint8_t { kActive = 1, kHit = 2, kMissed = 3, kActiveWithMisses = 4 };
SlaState StateOf(const SlaHistory& history, const std::vector<SlaMeasure>& measures,
                 absl::Time now);
// Nothing more will happen unless it is reopened.
bool IsOver(const SlaHistory& history);

}  // namespace huiyin::triage
