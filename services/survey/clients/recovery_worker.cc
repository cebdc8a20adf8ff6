#include "services/survey/clients/recovery_worker.h"

#include <utility>
#include <vector>

#include "libs/core/status.h"
#include "libs/obs/log.h"

namespace huiyin::survey {

RecoveryWorker::RecoveryWorker(CommentReader& reader, TicketDesk& desk, RunUnit run,
                               const Clock& clock, Options options)
    : reader_(reader), desk_(desk), run_(std::move(run)), clock_(clock), options_(options) {}

RecoveryWorker::~RecoveryWorker() { Stop(); }

void RecoveryWorker::Start() {
  thread_ = std::thread([this] { Loop(); });
}

void RecoveryWorker::Stop() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
    changed_.notify_all();
  }
  if (thread_.joinable()) thread_.join();
}

void RecoveryWorker::Loop() {
  for (;;) {
    const absl::StatusOr<int> claimed = RunOnce();
    std::unique_lock lock(mutex_);
    if (stopping_) return;
    if (claimed.ok() && *claimed > 0) continue;
    changed_.wait_for(lock, absl::ToChronoMilliseconds(options_.idle),
                      [this] { return stopping_; });
    if (stopping_) return;
  }
}

absl::StatusOr<int> RecoveryWorker::RunOnce() {
  std::vector<RecoveryCase> claimed;
  HUIYIN_RETURN_IF_ERROR(run_([&](Unit& unit) -> absl::Status {
    const absl::Time now = clock_.Now();
    HUIYIN_ASSIGN_OR_RETURN(
        claimed, unit.recoveries.ClaimCases(now, now + options_.lease, options_.at_once));
    return absl::OkStatus();
  }));
  for (RecoveryCase& recovery : claimed) {
    const InvitationId id = recovery.id;
    const int attempts = recovery.attempts;
    const absl::Status done = Finish(std::move(recovery));
    if (done.ok()) continue;
    obs::Log(obs::Level::kWarning, "recovery_put_off",
             {{"recovery", id.value()}, {"attempts", attempts}, {"error", done}});
    HUIYIN_RETURN_IF_ERROR(run_([&](Unit& unit) {
      return unit.recoveries.PutOff(id, clock_.Now() + RetryDelay(attempts));
    }));
  }
  return static_cast<int>(claimed.size());
}

absl::Status RecoveryWorker::Finish(RecoveryCase recovery) {
  HUIYIN_ASSIGN_OR_RETURN(const RecoveryCase worked,
                          WorkOn(std::move(recovery), reader_, desk_, clock_.Now()));
  return run_([&](Unit& unit) { return KeepCase(unit, worked); });
}

}  // namespace huiyin::survey
