#include "services/triage/domain/sla/plan.h"

#include <algorithm>
#include <charconv>

#include "services/triage/domain/policy/document.h"

namespace huiyin::triage {
namespace {

constexpr std::array<std::string_view, 7> kDays = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
constexpr int kMaxOwnDays = 2000;
constexpr size_t kMaxCalendars = 50;

bool ParseTwo(std::string_view text, int* value) {
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), *value);
  return text.size() == 2 && parsed.ec == std::errc() && parsed.ptr == text.data() + text.size();
}

// "13:30" in minutes; 24:00 is the end of the day.
bool ParseClockTime(std::string_view text, int* minutes) {
  int hour = 0, minute = 0;
  if (text.size() != 5 || text[2] != ':' || !ParseTwo(text.substr(0, 2), &hour) ||
      !ParseTwo(text.substr(3), &minute)) {
    return false;
  }
  *minutes = hour * 60 + minute;
  return hour >= 0 && minute >= 0 && minute < 60 && *minutes <= 1440;
}

// "mon", "mon-fri" as indices; false for anything else.
bool ParseDays(std::string_view text, size_t* first, size_t* last) {
  const size_t dash = std::min(text.find('-'), text.size());
  const auto index = [](std::string_view name) {
    return static_cast<size_t>(std::find(kDays.begin(), kDays.end(), name) - kDays.begin());
  };
  *first = index(text.substr(0, dash));
  *last = dash == text.size() ? *first : index(text.substr(dash + 1));
  return *first < 7 && *last < 7 && *first <= *last;
}

// "2026-10-01" or "2026-10-01..2026-10-07".
bool ParseDates(std::string_view text, absl::CivilDay* first, absl::CivilDay* last) {
  const size_t dots = std::min(text.find(".."), text.size());
  const auto parse = [](std::string_view date, absl::CivilDay* day) {
    return date.size() == 10 && absl::ParseCivilTime({date.data(), date.size()}, day);
  };
  if (!parse(text.substr(0, dots), first)) return false;
  *last = *first;
  return dots == text.size() || (parse(text.substr(dots + 2), last) && *first <= *last);
}

// "90m", "24h", "2d", "30s".
bool ParseTarget(std::string_view word, absl::Duration* target) {
  return absl::ParseDuration({word.data(), word.size()}, target) && *target >= absl::Seconds(1) &&
         *target <= absl::Hours(24 * 365);
}

}  // namespace

std::optional<Shifts> ReadShifts(const DocumentLine& line, size_t begin, DocumentCheck& check) {
  Shifts shifts;
  for (const std::string_view text : NameList(line, begin, line.words.size(), check)) {
    Shift shift;
    const size_t dash = std::min(text.find('-'), text.size());
    if (dash == text.size() || !ParseClockTime(text.substr(0, dash), &shift.from) ||
        !ParseClockTime(text.substr(dash + 1), &shift.to) || shift.from >= shift.to) {
      check.Add(line.number, "\"" + std::string(text) + "\" is no shift such as 09:00-12:00");
      return std::nullopt;
    }
    if (!shifts.empty() && shifts.back().to > shift.from) {
      check.Add(line.number, "shifts must be in order and must not overlap");
      return std::nullopt;
    }
    shifts.push_back(shift);
  }
  if (shifts.empty()) return std::nullopt;
  return shifts;
}

class SlaPlanReader {
 public:
  absl::StatusOr<std::shared_ptr<const SlaPlan>> Read(std::string version,
                                                      std::string_view source) {
    plan_->version_ = std::move(version);
    for (const DocumentLine& line : check_.Lines(source)) {
      if (check_.full()) break;
      ReadLine(line);
    }
    FinishCalendar();
    for (const Pending& target : targets_) {
      const Calendar* calendar = plan_->FindCalendar(target.calendar);
      check_.Require(calendar != nullptr, target.line,
                     "there is no calendar \"" + target.calendar + "\"");
      plan_->terms_[{target.tier, target.priority}].calendar = calendar;
    }
    if (!check_.ok()) return check_.ToStatus();
    return plan_;
  }

 private:
  struct Pending {
    int line;
    CustomerTier tier;
    Priority priority;
    std::string calendar;
  };

  void ReadLine(const DocumentLine& line) {
    const std::string_view word = line.words[0];
    if (word == "calendar") return BeginCalendar(line);
    if (word == "zone" || word == "hours" || word == "closed") {
      if (!check_.Require(!name_.empty(), line.number, "belongs below a \"calendar NAME\" line")) {
        return;
      }
      return word == "zone" ? ReadZone(line) : word == "hours" ? ReadHours(line) : ReadClosed(line);
    }
    if (word == "target") return ReadTarget(line);
    if (word == "warn") return ReadWarning(line);
    check_.Add(line.number, "is none of calendar, zone, hours, closed, target, warn");
  }

  void BeginCalendar(const DocumentLine& line) {
    FinishCalendar();
    if (!check_.Require(line.words.size() == 2 && IsDocumentName(line.words[1]), line.number,
                        "a calendar reads: calendar NAME (a-z, 0-9, _ and -)")) {
      return;
    }
    check_.Require(plan_->FindCalendar(line.words[1]) == nullptr, line.number,
                   "another calendar has this name");
    check_.Require(plan_->calendars_.size() < kMaxCalendars, line.number,
                   "is one calendar too many");
    name_ = line.words[1];
    begun_ = line.number;
    zone_.reset();
    weekly_ = {};
    own_days_.clear();
  }

  void FinishCalendar() {
    if (name_.empty()) return;
    check_.Require(zone_.has_value(), begun_, "has no zone");
    const bool works = std::any_of(weekly_.begin(), weekly_.end(),
                                   [](const Shifts& shifts) { return !shifts.empty(); });
    check_.Require(works, begun_, "has no hours on any day of the week");
    plan_->calendars_[name_] =
        Calendar(zone_.value_or(absl::UTCTimeZone()), std::move(weekly_), std::move(own_days_));
    name_.clear();
  }

  void ReadZone(const DocumentLine& line) {
    absl::TimeZone zone;
    const bool known = line.words.size() == 2 && line.words[1].find('/') != 0 &&
                       absl::LoadTimeZone({line.words[1].data(), line.words[1].size()}, &zone);
    if (check_.Require(known, line.number, "is no IANA time zone such as Asia/Shanghai")) {
      zone_ = zone;
    }
  }

  void ReadHours(const DocumentLine& line) {
    if (line.words.size() < 3) {
      check_.Add(line.number, "reads: hours mon-fri 09:00-12:00, 13:30-18:00");
      return;
    }
    const std::optional<Shifts> shifts = ReadShifts(line, 2, check_);
    if (!shifts.has_value()) return;
    size_t first = 0, last = 0;
    absl::CivilDay from, to;
    if (ParseDays(line.words[1], &first, &last)) {
      for (size_t day = first; day <= last; ++day) {
        check_.Require(weekly_[day].empty(), line.number,
                       "says a second time when " + std::string(kDays[day]) + " is worked");
        weekly_[day] = *shifts;
      }
    } else if (ParseDates(line.words[1], &from, &to)) {
      SetOwnDays(line, from, to, *shifts);
    } else {
      check_.Add(line.number,
                 "\"" + std::string(line.words[1]) +
                     "\" is neither mon-fri nor 2026-10-01 nor 2026-10-01..2026-10-07");
    }
  }

  void ReadClosed(const DocumentLine& line) {
    absl::CivilDay from, to;
    if (check_.Require(line.words.size() == 2 && ParseDates(line.words[1], &from, &to), line.number,
                       "reads: closed 2026-10-01 or closed 2026-10-01..2026-10-07")) {
      SetOwnDays(line, from, to, {});
    }
  }

  void SetOwnDays(const DocumentLine& line, absl::CivilDay from, absl::CivilDay to,
                  const Shifts& shifts) {
    if (!check_.Require(to - from < kMaxOwnDays &&
                            own_days_.size() + static_cast<size_t>(to - from) < kMaxOwnDays,
                        line.number, "is more than 2000 days of their own")) {
      return;
    }
    for (absl::CivilDay day = from; day <= to; ++day) {
      if (own_days_.insert_or_assign(day, shifts).second) continue;
      check_.Add(line.number, "says a second time what " + absl::FormatCivilTime(day) + " is");
      return;
    }
  }

  void ReadTarget(const DocumentLine& line) {
    const auto& words = line.words;
    size_t at = 1;
    CustomerTier tier = CustomerTier::kUnknown;
    if (at < words.size()) {
      const auto found = std::find(kTierNames.begin() + 1, kTierNames.end(), words[at]);
      if (found != kTierNames.end()) {
        tier = static_cast<CustomerTier>(found - kTierNames.begin());
        ++at;
      }
    }
    const bool whole = at + 4 < words.size() && words[at].size() == 2 && words[at][0] == 'P' &&
                       words[at][1] >= '1' && words[at][1] <= '4' && words[at + 1] == "in";
    if (!check_.Require(whole, line.number,
                        "a target reads: target [TIER] P1 in CALENDAR first_response 1h "
                        "[next_response 2h] [resolution 8h]")) {
      return;
    }
    const auto priority = static_cast<Priority>(words[at][1] - '0');
    SlaPlan::Terms terms;
    for (size_t i = at + 3; i < words.size(); i += 2) ReadOneTarget(line, i, terms.targets);
    if (!check_.Require(plan_->terms_.try_emplace({tier, priority}, terms).second, line.number,
                        "says a second time what is promised to these tickets")) {
      return;
    }
    targets_.push_back({line.number, tier, priority, std::string(words[at + 2])});
  }

  void ReadOneTarget(const DocumentLine& line, size_t at, SlaTargets& targets) {
    absl::Duration target;
    if (!check_.Require(at + 1 < line.words.size() && ParseTarget(line.words[at + 1], &target),
                        line.number, "a target's time is 1s to 8760h, such as 30m or 4h")) {
      return;
    }
    std::optional<absl::Duration>* slot =
        line.words[at] == "first_response"  ? &targets.first_response
        : line.words[at] == "next_response" ? &targets.next_response
        : line.words[at] == "resolution"    ? &targets.resolution
                                            : nullptr;
    if (!check_.Require(
            slot != nullptr && !slot->has_value(), line.number,
            "\"" + std::string(line.words[at]) +
                "\" is none of first_response, next_response, resolution, or a second one")) {
      return;
    }
    *slot = target;
  }

  void ReadWarning(const DocumentLine& line) {
    const auto& words = line.words;
    int percent = 0;
    const bool good = words.size() == 3 && words[1] == "at" && words[2].ends_with('%') &&
                      ParseSmallInt(words[2].substr(0, words[2].size() - 1), &percent) &&
                      percent >= 1 && percent <= 99;
    if (check_.Require(good, line.number, "reads: warn at 80%")) plan_->warn_percent_ = percent;
  }

  const std::shared_ptr<SlaPlan> plan_ = std::make_shared<SlaPlan>();
  DocumentCheck check_;
  std::string name_;  // of the calendar being read
  int begun_ = 0;
  std::optional<absl::TimeZone> zone_;
  std::array<Shifts, 7> weekly_;
  std::map<absl::CivilDay, Shifts> own_days_;
  std::vector<Pending> targets_;
};

absl::StatusOr<std::shared_ptr<const SlaPlan>> SlaPlan::Compile(std::string version,
                                                                std::string_view source) {
  return SlaPlanReader().Read(std::move(version), source);
}

const Calendar* SlaPlan::FindCalendar(std::string_view name) const {
  const auto found = calendars_.find(name);
  return found == calendars_.end() ? nullptr : &found->second;
}

const SlaPlan::Terms* SlaPlan::TermsFor(CustomerTier tier, Priority priority) const {
  for (const CustomerTier key : {tier, CustomerTier::kUnknown}) {
    if (const auto found = terms_.find({key, priority}); found != terms_.end()) {
      return &found->second;
    }
  }
  return nullptr;
}

absl::Time SlaPlan::WarningTime(const SlaMeasure& measure, const Terms& terms) const {
  if (measure.due == absl::InfiniteFuture()) return absl::InfiniteFuture();
  const absl::Duration spare = *terms.targets[measure.metric] * (100 - warn_percent_) / 100;
  const absl::Duration worked = terms.calendar->Between(measure.since, measure.due);
  return terms.calendar->After(measure.since, worked - spare);
}

std::optional<std::string_view> BuiltInSlaSource(std::string_view version) {
  if (version != kDefaultSlaVersion) return std::nullopt;
  return R"(# Promised when no other plan is published: around the clock.
calendar always
  zone UTC
  hours mon-sun 00:00-24:00

target P1 in always first_response 15m next_response 30m resolution 4h
target P2 in always first_response 1h  next_response 2h  resolution 12h
target P3 in always first_response 4h  next_response 8h  resolution 48h
target P4 in always first_response 12h next_response 24h resolution 96h
target VIP P3 in always first_response 1h next_response 2h resolution 12h
target VIP P4 in always first_response 4h next_response 8h resolution 48h
warn at 80%
)";
}

}  // namespace huiyin::triage
