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

// Days are counted from this one.
constexpr absl::CivilDay kFirstDay(1970, 1, 1);

// The day that `local` falls on, which is time since that day began.
int64_t DayOf(absl::Duration local) {
  absl::Duration rest;
  const int64_t day = absl::IDivDuration(local, absl::Hours(24), &rest);
  return rest < absl::ZeroDuration() ? day - 1 : day;
}

}  // namespace

const Shifts& Calendar::ShiftsOn(int64_t day) const {
  if (!own_days_.empty()) {
    if (const auto own = own_days_.find(kFirstDay + day); own != own_days_.end()) {
      return own->second;
    }
  }
  const auto thursday = static_cast<int64_t>(absl::Weekday::thursday);  // as the first day was
  return weekly_[static_cast<size_t>(((day + thursday) % 7 + 7) % 7)];
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
    const int64_t last = DayOf(end - local_epoch);
    for (int64_t day = DayOf(begin - local_epoch); day <= last; ++day) {
      const absl::Time midnight = local_epoch + absl::Hours(24) * day;
      for (const Shift& shift : ShiftsOn(day)) {
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
  const Shifts& shifts = ShiftsOn(absl::CivilDay(local) - kFirstDay);
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
