// Business calendars: when people work, by the wall clock of an IANA zone.
//
// A moment is working time when its local time of day lies in a shift of its local day. So an hour
// that daylight saving skips is not worked, and one that it repeats is worked twice, just as it is
// by the people in that zone. Days of their own (holidays, working days that make up for one)
// replace the weekly shifts of that date.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"

namespace huiyin::triage {

// Minutes of the local day: 0 ≤ from < to ≤ 1440.
struct Shift {
  int from = 0;
  int to = 0;

  friend bool operator==(const Shift&, const Shift&) = default;
};
// In order, not overlapping.
using Shifts = std::vector<Shift>;

// A value; const use is thread-safe.
class Calendar {
 public:
  // Working time is looked for this far ahead at most.
  static constexpr int kHorizonDays = 3660;

  // Never works, UTC.
  Calendar() = default;
  // `weekly[0]` is Monday.
  Calendar(absl::TimeZone zone, std::array<Shifts, 7> weekly,
           std::map<absl::CivilDay, Shifts> own_days)
      : zone_(zone), weekly_(std::move(weekly)), own_days_(std::move(own_days)) {}

  bool IsWorking(absl::Time at) const;
  // Working time in [from, to); zero when to ≤ from.
  absl::Duration Between(absl::Time from, absl::Time to) const;
  // The earliest moment t ≥ from with Between(from, t) = work (≥ 0), so that work ends there;
  // InfiniteFuture when there is not that much within the horizon.
  absl::Time After(absl::Time from, absl::Duration work) const;

 private:
  const Shifts& ShiftsOn(int64_t day) const;  // days since 1970-01-01
  // Calls `each(begin, end)` for stretches of working time from `from` on, in order, until it
  // returns false or `to` or the horizon is reached.
  template <class Each>
  void Walk(absl::Time from, absl::Time to, Each each) const;

  absl::TimeZone zone_ = absl::UTCTimeZone();
  std::array<Shifts, 7> weekly_;
  std::map<absl::CivilDay, Shifts> own_days_;
};

}  // namespace huiyin::triage
