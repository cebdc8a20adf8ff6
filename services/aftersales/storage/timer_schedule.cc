#include "services/aftersales/storage/timer_schedule.h"

#include "services/aftersales/domain/digest.h"

namespace huiyin::aftersales {
namespace {

std::string Key(const TenantId& tenant, const RmaId& rma) {
  return FactWriter().Text(tenant.value()).Text(rma.value()).bytes();
}

std::string Key(const TenantId& tenant, const RmaId& rma, const std::string& line) {
  return FactWriter().Text(tenant.value()).Text(rma.value()).Text(line).bytes();
}

}  // namespace

std::string_view TimerOf(Alarm alarm) {
  return alarm == Alarm::kExchangeOffer ? "exchange_offer" : "stock_hold";
}

absl::Status TimerSchedule::Set(Alarm alarm, const TenantId& tenant, const RmaId& rma,
                                const std::string& line, absl::Time when) {
  const std::string key = Key(tenant, rma, line);
  return timers::Set(
      tx_, {.kind = std::string(TimerOf(alarm)), .key = key, .due = when, .payload = key});
}

absl::Status TimerSchedule::Cancel(Alarm alarm, const TenantId& tenant, const RmaId& rma,
                                   const std::string& line) {
  return timers::Cancel(tx_, TimerOf(alarm), Key(tenant, rma, line));
}

absl::StatusOr<LineAlarm> ReadLineAlarm(const timers::Timer& timer) {
  FactReader in(timer.payload);
  LineAlarm alarm{TenantId(in.Text()), RmaId(in.Text()), in.Text()};
  if (!in.ok() || !in.AtEnd()) return absl::DataLossError("a timer about an RMA line is damaged");
  return alarm;
}

absl::Status TimerSchedule::SetRmaDue(const TenantId& tenant, const RmaId& rma, absl::Time when) {
  const std::string key = Key(tenant, rma);
  return timers::Set(tx_,
                     {.kind = std::string(kRmaTimer), .key = key, .due = when, .payload = key});
}

absl::Status TimerSchedule::CancelRmaDue(const TenantId& tenant, const RmaId& rma) {
  return timers::Cancel(tx_, kRmaTimer, Key(tenant, rma));
}

absl::StatusOr<RmaTimer> ReadTimer(const timers::Timer& timer) {
  FactReader in(timer.payload);
  RmaTimer about{TenantId(in.Text()), RmaId(in.Text())};
  if (!in.ok() || !in.AtEnd()) return absl::DataLossError("an RMA's timer is damaged");
  return about;
}

}  // namespace huiyin::aftersales
