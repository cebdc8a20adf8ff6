// Settings of analytics, beside those every service has.
#pragma once

#include <vector>

#include "libs/config/settings.h"

namespace huiyin::analytics {

inline std::vector<config::Setting> Settings() {
  using config::Type;
  return {
      {"analytics.batch", Type::kInt, "20000", "Events rolled up in one transaction at most."},
      {"analytics.roll_every", Type::kDuration, "100ms",
       "Pause between two looks for new events: how old figures are at most when idle."},
      {"analytics.time_zones", Type::kString, "UTC",
       "Whose midnight begins a day of figures: an IANA zone for everybody, then TENANT=ZONE for "
       "others, separated by commas. A change counts everything anew in the background."},
      {"analytics.detect_every", Type::kDuration, "5s",
       "Pause between two looks for things going wrong."},
      {"analytics.detect_window", Type::kDuration, "672h",
       "Complaints and shipments of this long are compared."},
      {"analytics.detect_min_cases", Type::kInt, "3", "An alert needs this many different cases."},
  };
}

}  // namespace huiyin::analytics
