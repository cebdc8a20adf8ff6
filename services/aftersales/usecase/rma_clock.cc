#include "services/aftersales/usecase/rma_clock.h"

#include <algorithm>

#include "services/aftersales/usecase/access.h"
#include "services/aftersales/usecase/save_rma.h"

namespace huiyin::aftersales {
namespace {

// The targets that the policy in force when the RMA was filed sets for it; none when that is gone.
absl::StatusOr<StepTargets> TargetsOf(Unit& unit, const TenantId& tenant, const Rma& rma) {
  HUIYIN_ASSIGN_OR_RETURN(const Judgement judgement, GetJudgement(unit.store, tenant, rma));
  const absl::StatusOr<PolicyPtr> policy =
      unit.policies.Version(unit.store, tenant, judgement.verdict.policy_version);
  if (absl::IsNotFound(policy.status())) return StepTargets{};
  HUIYIN_RETURN_IF_ERROR(policy.status());
  return (*policy)->Targets(judgement.inputs);
}

StoredStep WithTarget(const StepSpan& span, const StepTargets& targets) {
  const absl::Duration target = targets[static_cast<int>(span.step)];
  StoredStep step{.span = span};
  if (target > absl::ZeroDuration()) step.due = span.began + target;
  return step;
}

bool Same(const StepSpan& a, const StepSpan& b) { return a.step == b.step && a.round == b.round; }

// Null when it is not among them.
const StepSpan* Find(const std::vector<StepSpan>& spans, const StepSpan& span) {
  const auto found = std::find_if(spans.begin(), spans.end(),
                                  [&](const StepSpan& each) { return Same(each, span); });
  return found == spans.end() ? nullptr : &*found;
}

// The first target of an open step that was not told of yet.
std::optional<absl::Time> NextTarget(const std::vector<StoredStep>& steps) {
  std::optional<absl::Time> next;
  for (const StoredStep& step : steps) {
    if (step.span.ended || step.overdue || !step.due) continue;
    if (!next || *step.due < *next) next = step.due;
  }
  return next;
}

// The next target of an open step, or the RMA's expiry when that is earlier.
std::optional<absl::Time> NextAlarm(const Rma& rma, const std::vector<StoredStep>& steps) {
  const std::optional<absl::Time> target = NextTarget(steps), expiry = ExpiryOf(rma);
  return target && expiry ? std::min(target, expiry) : std::max(target, expiry);
}

absl::Status SetAlarm(Unit& unit, const TenantId& tenant, const RmaId& rma,
                      const std::optional<absl::Time>& next) {
  return next ? unit.schedule.SetRmaDue(tenant, rma, *next)
              : unit.schedule.CancelRmaDue(tenant, rma);
}

// The value that `percent` of the sorted values do not exceed.
absl::Duration Quantile(const std::vector<absl::Duration>& sorted, size_t percent) {
  const size_t rank = (sorted.size() * percent + 99) / 100;
  return sorted[std::max<size_t>(rank, 1) - 1];
}

}  // namespace

absl::Status KeepSteps(Unit& unit, const TenantId& tenant, const Rma& rma,
                       const RmaChange& change) {
  const std::vector<StepSpan> before = StepsOf(rma, change.actions);
  const std::vector<StepSpan> now = StepsOf(rma, rma.actions.size());
  if (before == now && change.expiry == ExpiryOf(rma)) return absl::OkStatus();
  HUIYIN_ASSIGN_OR_RETURN(const StepTargets targets, TargetsOf(unit, tenant, rma));
  HUIYIN_ASSIGN_OR_RETURN(std::vector<StoredStep> open, unit.store.ListOpenSteps(tenant, rma.id));
  std::vector<StoredStep> begun;
  for (const StepSpan& span : now) {
    const bool known = std::any_of(open.begin(), open.end(),
                                   [&](const StoredStep& each) { return Same(each.span, span); });
    if (known || (span.ended && Find(before, span) != nullptr)) continue;
    begun.push_back(WithTarget(span, targets));
  }
  for (StoredStep& step : open) {
    const StepSpan* span = Find(now, step.span);
    step.span.ended = span != nullptr ? span->ended : unit.clock.Now();  // split off: over
    if (step.span.ended) HUIYIN_RETURN_IF_ERROR(unit.store.EndStep(tenant, rma.id, step.span));
  }
  HUIYIN_RETURN_IF_ERROR(unit.store.AddSteps(tenant, rma.id, begun));
  open.insert(open.end(), begun.begin(), begun.end());
  return SetAlarm(unit, tenant, rma.id, NextAlarm(rma, open));
}

absl::Status KeepFirstSteps(Unit& unit, const TenantId& tenant, const Rma& rma,
                            const StepTargets& targets) {
  std::vector<StoredStep> steps;
  for (const StepSpan& span : StepsOf(rma, rma.actions.size())) {
    steps.push_back(WithTarget(span, targets));
  }
  HUIYIN_RETURN_IF_ERROR(unit.store.AddSteps(tenant, rma.id, steps));
  const std::optional<absl::Time> next = NextAlarm(rma, steps);
  return next ? unit.schedule.SetRmaDue(tenant, rma.id, *next) : absl::OkStatus();
}

absl::StatusOr<std::vector<Step>> CheckSteps(Unit& unit, const TenantId& tenant, const RmaId& id) {
  std::vector<Step> told;
  HUIYIN_ASSIGN_OR_RETURN(std::optional<Rma> rma, unit.store.FindRma(tenant, id));
  if (!rma) return told;
  HUIYIN_RETURN_IF_ERROR(unit.store.LockOrder(tenant, rma->order));
  HUIYIN_ASSIGN_OR_RETURN(rma, unit.store.FindRma(tenant, id));
  HUIYIN_ASSIGN_OR_RETURN(std::vector<StoredStep> steps, unit.store.ListOpenSteps(tenant, id));
  const absl::Time now = unit.clock.Now();
  for (StoredStep& step : steps) {
    if (step.overdue || !step.due || *step.due > now) continue;
    step.overdue = now;
    HUIYIN_RETURN_IF_ERROR(unit.store.MarkOverdue(tenant, id, step.span, now));
    told.push_back(step.span.step);
    HUIYIN_RETURN_IF_ERROR(unit.events.RmaStepOverdue(tenant, *rma, step.span, *step.due, now));
  }
  // What expires now is not for a later alarm.
  const std::optional<absl::Time> expiry = ExpiryOf(*rma);
  HUIYIN_RETURN_IF_ERROR(SetAlarm(
      unit, tenant, id, expiry && *expiry <= now ? NextTarget(steps) : NextAlarm(*rma, steps)));
  return told;
}

absl::StatusOr<StepReport> GetStepReport(View& view, const TenantId& tenant, absl::Time from,
                                         absl::Time until) {
  StepReport report;
  std::array<std::vector<absl::Duration>, kSteps + 1> took;
  const absl::Time now = view.clock.Now();
  HUIYIN_RETURN_IF_ERROR(view.store.EachStep(tenant, from, until, [&](const StoredStep& step) {
    const auto index = static_cast<size_t>(step.span.step);
    if (index > kSteps) return;
    StepFigures& figures = report.steps[index];
    if (step.span.ended) {
      ++figures.ended;
      figures.ended_late += step.due && *step.span.ended > *step.due;
      took[index].push_back(*step.span.ended - step.span.began);
    } else {
      ++figures.open;
      figures.open_late += step.due && now > *step.due;
    }
  }));
  for (int step = 1; step <= kSteps; ++step) {
    std::vector<absl::Duration>& values = took[step];
    if (values.empty()) continue;
    std::sort(values.begin(), values.end());
    StepFigures& figures = report.steps[step];
    figures.p50 = Quantile(values, 50);
    figures.p90 = Quantile(values, 90);
    figures.p99 = Quantile(values, 99);
    figures.max = values.back();
    const auto slowest = static_cast<size_t>(report.slowest.value_or(Step::kDecide));
    if (!report.slowest || figures.p90 > report.steps[slowest].p90) {
      report.slowest = static_cast<Step>(step);
    }
  }
  return report;
}

}  // namespace huiyin::aftersales
