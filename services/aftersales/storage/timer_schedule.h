// Schedule over libs/timers.
#pragma once

#include "libs/timers/timers.h"
#include "services/aftersales/usecase/unit.h"

namespace huiyin::aftersales {

inline constexpr std::string_view kRmaTimer = "rma";
// Kinds of timers about RMAs; earlier versions set the others, which may still be waiting.
inline constexpr std::string_view kRmaTimers[] = {kRmaTimer, "rma_expiry", "rma_step"};
// The timer kind of an alarm.
std::string_view TimerOf(Alarm alarm);

// Lives as long as the transaction it is given. The timer's payload is read by ReadTimer.
class TimerSchedule final : public Schedule {
 public:
  explicit TimerSchedule(db::Transaction& tx) : tx_(tx) {}
  absl::Status SetRmaDue(const TenantId& tenant, const RmaId& rma, absl::Time when) override;
  absl::Status CancelRmaDue(const TenantId& tenant, const RmaId& rma) override;
  absl::Status Set(Alarm alarm, const TenantId& tenant, const RmaId& rma, const std::string& line,
                   absl::Time when) override;
  absl::Status Cancel(Alarm alarm, const TenantId& tenant, const RmaId& rma,
                      const std::string& line) override;

 private:
  db::Transaction& tx_;
};

// Whom a timer is about.
struct RmaTimer {
  TenantId tenant;
  RmaId rma;
};
// DATA_LOSS when the payload is not one of TimerSchedule's.
absl::StatusOr<RmaTimer> ReadTimer(const timers::Timer& timer);

struct LineAlarm {
  TenantId tenant;
  RmaId rma;
  std::string line;
};
// DATA_LOSS when the payload is not one of TimerSchedule's.
absl::StatusOr<LineAlarm> ReadLineAlarm(const timers::Timer& timer);

}  // namespace huiyin::aftersales
