// How long the steps of RMAs take against what the policy wants: kept as RMAs change, watched by
// durable timers, reported.
#pragma once

#include <array>

#include "services/aftersales/usecase/unit.h"

namespace huiyin::aftersales {

struct RmaChange;

// Stores what a change did to the RMA's steps, and sets the alarm for the next target of one or for
// when the RMA expires, whichever is first. Called with every saved change of an RMA.
absl::Status KeepSteps(Unit& unit, const TenantId& tenant, const Rma& rma, const RmaChange& before);
// The same for an RMA that is stored for the first time. `targets`: its policy's for it.
absl::Status KeepFirstSteps(Unit& unit, const TenantId& tenant, const Rma& rma,
                            const StepTargets& targets);

// An alarm of Schedule::SetRmaDue: tells of open steps past their target, each once, and sets the
// alarm for what comes next. Gives back those it told of.
absl::StatusOr<std::vector<Step>> CheckSteps(Unit& unit, const TenantId& tenant, const RmaId& rma);

struct StepFigures {
  int64_t ended = 0;                  // in the period
  int64_t ended_late = 0;             // of those, after their target
  int64_t open = 0;                   // now
  int64_t open_late = 0;              // of those, past their target
  absl::Duration p50, p90, p99, max;  // of those that ended; exact
};
struct StepReport {
  std::array<StepFigures, kSteps + 1> steps;  // by Step
  std::optional<Step> slowest;                // by p90; nothing when none ended
};
absl::StatusOr<StepReport> GetStepReport(View& view, const TenantId& tenant, absl::Time from,
                                         absl::Time until);

}  // namespace huiyin::aftersales
