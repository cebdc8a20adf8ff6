// Days as a window counts them: whole days of a place, with its weekends and holidays.
#pragma once

#include <set>
#include <string>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "services/aftersales/domain/policy/node.h"

namespace huiyin::aftersales {

// Immutable; thread-safe.
class Calendar {
 public:
  // Reads {zone, weekend, holidays, roll}: zone an IANA name or "customer"; weekend a list of SAT,
  // SUN …; holidays a list of dates; roll: true ends windows on a working day.
  static Calendar Parse(const Node& node, DocumentCheck& check);

  // The last moment of a window of `days` that starts at `from`: the end of the last of the days
  // that follow the day of `from`, in the calendar's zone or else the customer's; with
  // `working_days` only working days count. When the calendar rolls and that day is no working day,
  // the end of the next one that is.
  absl::Time EndOfWindow(absl::Time from, int64_t days, bool working_days,
                         const std::string& customer_zone) const;

 private:
  bool Works(absl::CivilDay day) const;

  bool of_customer_ = true;
  absl::TimeZone zone_;
  uint32_t weekend_ = 0;  // bit per absl::Weekday
  std::set<absl::CivilDay> holidays_;
  bool roll_ = false;
};

// The IANA zone that a customer in `country` (ISO 3166-1 alpha-2) lives by; in countries with
// several, the westernmost that many live in, so that no window ends before their day does. "UTC"
// for countries not known.
std::string ZoneOf(std::string_view country);

}  // namespace huiyin::aftersales
