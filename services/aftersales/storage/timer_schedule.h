// Schedule over libs/timers.
#pragma once

#include "libs/timers/timers.h"
#include "services/aftersales/usecase/unit.h"

namespace huiyin::aftersales {

inline constexpr std::string_view kRmaExpiryTimer = "rma_expiry";

// Lives as long as the transaction it is given. The timer's payload is read by ReadExpiry.
class TimerSchedule final : public Schedule {
 public:
  explicit TimerSchedule(db::Transaction& tx) : tx_(tx) {}
  absl::Status SetRmaExpiry(const TenantId& tenant, const RmaId& rma, absl::Time when) override;
  absl::Status CancelRmaExpiry(const TenantId& tenant, const RmaId& rma) override;

 private:
  db::Transaction& tx_;
};

struct RmaExpiry {
  TenantId tenant;
  RmaId rma;
};
// DATA_LOSS when the payload is not one of TimerSchedule's.
absl::StatusOr<RmaExpiry> ReadExpiry(const timers::Timer& timer);

}  // namespace huiyin::aftersales
