// SLA plans: calendars and targets as text, one statement a line (policy/document.h):
//
//   calendar office
//     zone Asia/Shanghai
//     hours mon-fri 09:00-12:00, 13:30-18:00
//     hours sat 10:00-16:00
//     closed 2026-10-01..2026-10-07
//     hours 2026-10-10 09:00-18:00            a working day that makes up for one
//   target P3 in office first_response 4h next_response 8h resolution 24h
//   target VIP P3 in office first_response 1h resolution 8h
//   warn at 80%
//
// A target for a tier goes before one for all; where no target fits, nothing is measured. Times are
// working time of the calendar named.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "services/triage/domain/priority.h"
#include "services/triage/domain/sla/clock.h"

namespace huiyin::triage {

// A compiled plan. Immutable; thread-safe.
class SlaPlan {
 public:
  struct Terms {
    const Calendar* calendar = nullptr;  // lives as long as the plan
    SlaTargets targets;
  };

  // INVALID_ARGUMENT with one violation per mistake, each naming its line.
  static absl::StatusOr<std::shared_ptr<const SlaPlan>> Compile(std::string version,
                                                                std::string_view source);

  const std::string& version() const { return version_; }
  // nullptr when nothing is promised to such tickets. Lives as long as the plan.
  const Terms* TermsFor(CustomerTier tier, Priority priority) const;
  // When to warn: from then on no more working time is left until `due` than (100 - warn) % of the
  // target; `since` when there never was more.
  absl::Time WarningTime(const SlaMeasure& measure, const Terms& terms) const;

  // nullptr when there is no calendar of that name.
  const Calendar* FindCalendar(std::string_view name) const;

 private:
  friend class SlaPlanReader;
  std::string version_;
  int warn_percent_ = 80;
  std::map<std::string, Calendar, std::less<>> calendars_;
  std::map<std::pair<CustomerTier, Priority>, Terms> terms_;  // kUnknown: all tiers
};

// Reads "09:00-12:00 , 13:30-18:00" (words) as shifts; nothing, with a violation, when they are not
// in order.
class DocumentCheck;
struct DocumentLine;
std::optional<Shifts> ReadShifts(const DocumentLine& line, size_t begin, DocumentCheck& check);

// The plan that ships: "sla-default-1".
std::optional<std::string_view> BuiltInSlaSource(std::string_view version);
inline constexpr std::string_view kDefaultSlaVersion = "sla-default-1";

}  // namespace huiyin::triage
