// Scheduler over durable timers.
#pragma once

#include "libs/timers/timers.h"
#include "services/survey/usecase/unit.h"

namespace huiyin::survey {

inline constexpr char kInviteTimer[] = "survey_invite";
inline constexpr char kRemindTimer[] = "survey_remind";

class TimerScheduler final : public Scheduler {
 public:
  // `tx` must outlive the scheduler.
  explicit TimerScheduler(db::Transaction& tx) : tx_(tx) {}

  absl::Status Schedule(const InvitationId& id, absl::Time due) override {
    return timers::Set(tx_, {kInviteTimer, id.value(), due, ""});
  }
  absl::Status Cancel(const InvitationId& id) override {
    return timers::Cancel(tx_, kInviteTimer, id.value());
  }

  absl::Status ScheduleReminder(const InvitationId& id, absl::Time due) override {
    return timers::Set(tx_, {kRemindTimer, id.value(), due, ""});
  }

 private:
  db::Transaction& tx_;
};

}  // namespace huiyin::survey
