#include "services/triage/domain/sla/clock.h"

#include <algorithm>

namespace huiyin::triage {
namespace {

// What the history has come to.
struct Standing {
  bool ours = true;  // neither waiting for the customer nor resolved
  bool resolved = false;
  bool answered = false;  // ever
  bool waiting = true;    // the customer said something that is not answered
  bool ended = false;

  void Take(SlaMoment what) {
    switch (what) {
      case SlaMoment::kStarted:
        break;
      case SlaMoment::kCustomerSpoke:
        waiting = true;
        break;
      case SlaMoment::kAnswered:
        waiting = false;
        answered = true;
        break;
      case SlaMoment::kPaused:
        ours = false;
        break;
      case SlaMoment::kResumed:
        ours = true;
        break;
      case SlaMoment::kResolved:
        resolved = true;
        ours = false;
        waiting = false;
        break;
      case SlaMoment::kReopened:
        resolved = false;
        ended = false;
        ours = true;
        break;
      case SlaMoment::kEnded:
        ended = true;
        ours = false;
        waiting = false;
        break;
    }
  }
};

Standing StandingAfter(const SlaHistory& history) {
  Standing standing;
  for (const SlaEvent& event : history) standing.Take(event.what);
  return standing;
}

// A measurement being made: counts stretches in which it is our turn.
class Measuring {
 public:
  Measuring(SlaMetric metric, int round, absl::Duration target, absl::Time since,
            const Calendar& calendar)
      : calendar_(&calendar), left_(target) {
    measure_.metric = metric;
    measure_.round = round;
    measure_.since = since;
  }
  SlaMetric metric() const { return measure_.metric; }

  // Goes on where `before` ended; the target is what that one has left.
  void Continue(const SlaMeasure& before) {
    measure_ = before;
    measure_.ended.reset();
  }

  void Run(absl::Time at) {
    if (!running_since_.has_value()) running_since_ = at;
  }
  void Halt(absl::Time at) {
    if (!running_since_.has_value()) return;
    const absl::Duration worked = calendar_->Between(*running_since_, at);
    // Used up within this stretch: at its very end it is not yet late, and falls due there.
    if (measure_.due == absl::InfiniteFuture() && worked >= left_) {
      measure_.due = calendar_->After(*running_since_, left_);
    }
    left_ -= worked;
    measure_.worked += worked;
    running_since_.reset();
  }
  SlaMeasure Ended(absl::Time at) {
    Halt(at);
    measure_.ended = at;
    return measure_;
  }
  SlaMeasure Unfinished() {
    if (running_since_.has_value() && measure_.due == absl::InfiniteFuture()) {
      measure_.due = calendar_->After(*running_since_, left_);
    }
    return measure_;
  }

 private:
  const Calendar* calendar_;
  SlaMeasure measure_;
  absl::Duration left_;
  std::optional<absl::Time> running_since_;
};

}  // namespace

std::string_view ToString(SlaMetric metric) {
  static constexpr std::string_view kNames[] = {"first_response", "next_response", "resolution"};
  return kNames[static_cast<size_t>(metric) - 1];
}

const std::optional<absl::Duration>& SlaTargets::operator[](SlaMetric metric) const {
  switch (metric) {
    case SlaMetric::kFirstResponse:
      return first_response;
    case SlaMetric::kNextResponse:
      return next_response;
    case SlaMetric::kResolution:
      break;
  }
  return resolution;
}

bool Matters(const SlaHistory& history, SlaMoment what) {
  const Standing standing = StandingAfter(history);
  if (standing.ended) return what == SlaMoment::kReopened;
  switch (what) {
    case SlaMoment::kStarted:
      return history.empty();
    case SlaMoment::kCustomerSpoke:
      return !standing.waiting;
    case SlaMoment::kAnswered:
      return standing.waiting || !standing.answered;
    case SlaMoment::kPaused:
      return standing.ours;
    case SlaMoment::kResumed:
      return !standing.ours && !standing.resolved;
    case SlaMoment::kResolved:
      return !standing.resolved;
    case SlaMoment::kReopened:
      return standing.resolved;
    case SlaMoment::kEnded:
      return true;
  }
  return false;
}

std::vector<SlaMeasure> Fold(const SlaHistory& history, const SlaTargets& targets,
                             const Calendar& calendar) {
  std::vector<SlaMeasure> done;
  std::vector<Measuring> under_way;
  Standing standing;
  int rounds = 0;
  const auto begin = [&](SlaMetric metric, int round, absl::Time at) {
    if (targets[metric].has_value()) {
      under_way.emplace_back(metric, round, *targets[metric], at, calendar);
    }
  };
  const auto end = [&](SlaMetric metric, absl::Time at) {
    std::erase_if(under_way, [&](Measuring& measuring) {
      if (measuring.metric() != metric) return false;
      done.push_back(measuring.Ended(at));
      return true;
    });
  };
  for (const auto& [what, at] : history) {
    const Standing before = standing;
    standing.Take(what);
    if (what == SlaMoment::kStarted) {
      begin(SlaMetric::kFirstResponse, 1, at);
      begin(SlaMetric::kResolution, 1, at);
    }
    if (before.answered && !before.waiting && standing.waiting) {
      begin(SlaMetric::kNextResponse, ++rounds, at);
    }
    if (before.waiting && !standing.waiting) end(SlaMetric::kNextResponse, at);
    if (!before.answered && (standing.answered || standing.resolved)) {
      end(SlaMetric::kFirstResponse, at);
    }
    if (standing.resolved && !before.resolved) end(SlaMetric::kResolution, at);
    if (before.resolved && !standing.resolved && !standing.ended) {
      // The resolution did not hold: the same measurement goes on.
      const auto taken_back = std::find_if(done.begin(), done.end(), [](const SlaMeasure& measure) {
        return measure.metric == SlaMetric::kResolution;
      });
      if (taken_back != done.end()) {
        const SlaMeasure measure = *taken_back;
        done.erase(taken_back);
        under_way.emplace_back(measure.metric, 1, *targets.resolution - measure.worked,
                               measure.since, calendar);
        under_way.back().Continue(measure);
      }
    }
    for (Measuring& measuring : under_way) {
      if (standing.ours) {
        measuring.Run(at);
      } else {
        measuring.Halt(at);
      }
    }
  }
  for (Measuring& measuring : under_way) {
    if (!standing.ended) done.push_back(measuring.Unfinished());
  }
  std::stable_sort(done.begin(), done.end(), [](const SlaMeasure& a, const SlaMeasure& b) {
    return std::pair(a.since, a.metric) < std::pair(b.since, b.metric);
  });
  return done;
}

SlaState StateOf(const SlaHistory& history, const std::vector<SlaMeasure>& measures,
                 absl::Time now) {
  const bool missed = std::any_of(measures.begin(), measures.end(),
                                  [&](const SlaMeasure& measure) { return measure.Missed(now); });
  if (IsOver(history)) return missed ? SlaState::kMissed : SlaState::kHit;
  return missed ? SlaState::kActiveWithMisses : SlaState::kActive;
}

bool IsOver(const SlaHistory& history) {
  const Standing standing = StandingAfter(history);
  return standing.resolved || standing.ended;
}

}  // namespace huiyin::triage
