#include "services/triage/domain/sla/calendar.h"

#include <algorithm>

namespace huiyin::triage {
namespace {

// Seconds that local time is ahead of UTC at `at`.
absl::Duration OffsetAt(const absl::TimeZone& zone, absl::Time at) {
  return absl::Seconds(zone.At(at).offset);
}

// When the offset changes next; InfiniteFuture when it never does again.
absl::Time NextChange(const absl::TimeZone& zone, absl::Time after) {
  absl::TimeZone::CivilTransition transition;
  if (!zone.NextTransition(after, &transition)) return absl::InfiniteFuture();
  return zone.At(transition.to).trans;
}

}  // namespace

const Shifts& Calendar::ShiftsOn(absl::CivilDay day) const {
  if (!own_days_.empty()) {
    if (const auto own = own_days_.find(day); own != own_days_.end()) return own->second;
  }
  return weekly_[static_cast<size_t>(absl::GetWeekday(day))];
}

// Between two changes of the offset local time is UTC plus a constant, so each shift of each local
// day is one stretch there.
template <class Each>
void Calendar::Walk(absl::Time from, absl::Time to, Each each) const {
  to = std::min(to, from + absl::Hours(24) * kHorizonDays);
  for (absl::Time begin = from; begin < to;) {
    const absl::Time end = std::min(to, NextChange(zone_, begin));
    const absl::Duration offset = OffsetAt(zone_, begin);
    // Arithmetic instead of civil conversions: this is the inner loop of every clock.
    const absl::Time local_epoch = absl::UnixEpoch() - offset;
    const absl::CivilDay last(absl::ToCivilSecond(end + offset, absl::UTCTimeZone()));
    for (absl::CivilDay day(absl::ToCivilSecond(begin + offset, absl::UTCTimeZone())); day <= last;
         ++day) {
      const Shifts& shifts = ShiftsOn(day);
      if (shifts.empty()) continue;
      const absl::Time midnight =
          local_epoch + absl::Hours(24) * (day - absl::CivilDay(1970, 1, 1));
      for (const Shift& shift : shifts) {
        const absl::Time opens = std::max(begin, midnight + absl::Minutes(shift.from));
        const absl::Time closes = std::min(end, midnight + absl::Minutes(shift.to));
        if (opens < closes && !each(opens, closes)) return;
      }
    }
    begin = end;
  }
}

bool Calendar::IsWorking(absl::Time at) const {
  const absl::CivilSecond local = absl::ToCivilSecond(at, zone_);
  const int minute = local.hour() * 60 + local.minute();
  const Shifts& shifts = ShiftsOn(absl::CivilDay(local));
  return std::any_of(shifts.begin(), shifts.end(),
                     [&](const Shift& shift) { return shift.from <= minute && minute < shift.to; });
}

absl::Duration Calendar::Between(absl::Time from, absl::Time to) const {
  absl::Duration worked;
  Walk(from, to, [&](absl::Time opens, absl::Time closes) {
    worked += closes - opens;
    return true;
  });
  return worked;
}

absl::Time Calendar::After(absl::Time from, absl::Duration work) const {
  if (work <= absl::ZeroDuration()) return from;
  absl::Time found = absl::InfiniteFuture();
  Walk(from, absl::InfiniteFuture(), [&](absl::Time opens, absl::Time closes) {
    if (closes - opens < work) {
      work -= closes - opens;
      return true;
    }
    found = opens + work;
    return false;
  });
  return found;
}

}  // namespace huiyin::triage
