#include "services/triage/dispatcher.h"

#include "libs/core/status.h"
#include "services/triage/usecase/routing.h"

namespace huiyin::triage {
namespace {

constexpr absl::Duration kBetweenMeasures = absl::Seconds(5);

}  // namespace

Dispatcher::Dispatcher(InTransaction in_transaction, OnView on_view, db::GroupCommit& writer,
                       const Clock& clock, obs::Metrics& metrics)
    : in_transaction_(std::move(in_transaction)),
      on_view_(std::move(on_view)),
      writer_(writer),
      clock_(clock),
      waiting_(metrics.Gauge("huiyin_triage_queue_waiting", "Tickets that no agent has.")),
      assigned_(metrics.Gauge("huiyin_triage_queue_assigned", "Open tickets with agents.")),
      oldest_(metrics.Gauge("huiyin_triage_queue_oldest_seconds",
                            "Age of the ticket that waits longest for an agent.")) {}

absl::Status Dispatcher::Round() {
  std::vector<TenantId> tenants;
  std::vector<QueueFigures> queues;
  const absl::Time now = clock_.Now();
  const bool measure = now >= measured_ + kBetweenMeasures || now < measured_;
  HUIYIN_RETURN_IF_ERROR(on_view_([&](View& view) -> absl::Status {
    HUIYIN_ASSIGN_OR_RETURN(tenants, view.desk.WaitingTenants());
    if (!measure) return absl::OkStatus();
    HUIYIN_ASSIGN_OR_RETURN(queues, view.desk.Queues());
    return absl::OkStatus();
  }));
  if (measure) Measure(queues);
  for (const TenantId& tenant : tenants) {
    HUIYIN_RETURN_IF_ERROR(
        writer_.Run(std::hash<std::string>()(tenant.value()), [&](db::Transaction& tx) {
          return in_transaction_(tx, [&](Unit& unit) { return Dispatch(unit, tenant).status(); });
        }));
  }
  return absl::OkStatus();
}

void Dispatcher::Measure(const std::vector<QueueFigures>& queues) {
  measured_ = clock_.Now();
  int64_t waiting = 0, assigned = 0;
  absl::Time oldest = measured_;
  for (const QueueFigures& queue : queues) {
    waiting += queue.waiting;
    assigned += queue.assigned;
    oldest = std::min(oldest, queue.oldest.value_or(measured_));
  }
  waiting_.Set(static_cast<double>(waiting));
  assigned_.Set(static_cast<double>(assigned));
  oldest_.Set(absl::ToDoubleSeconds(measured_ - oldest));
}

}  // namespace huiyin::triage
