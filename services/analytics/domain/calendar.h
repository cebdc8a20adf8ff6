// Buckets of time as a tenant sees them: a day and a month are those of its time zone, daylight
// saving included; an hour starts on the full hour of its clocks.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace huiyin::analytics {

// Width of a bucket. Numbers are stored; they never change.
enum class Grain : uint8_t { kMinute = 1, kHour = 2, kDay = 3, kMonth = 4 };

// Buckets of one time zone; times are seconds since 1970. Remembers what it computed, hence not
// thread-safe.
class Calendar {
 public:
  explicit Calendar(absl::TimeZone zone = absl::UTCTimeZone());

  // Start of the bucket that holds `at`.
  int64_t Floor(Grain grain, int64_t at);
  int64_t Floor(Grain grain, absl::Time at) { return Floor(grain, absl::ToUnixSeconds(at)); }
  // Start of the bucket after the one that holds `at`.
  int64_t Next(Grain grain, int64_t at);
  // `at` when a bucket starts there, else the start of the next.
  int64_t Ceil(Grain grain, int64_t at);
  // Number of the month that holds `at`: 12 × year + month − 1, counted from the year 0.
  uint32_t MonthNumber(int64_t at);

 private:
  // What is true throughout a quarter of an hour: no zone changes its clocks or its day within one.
  struct Quarter {
    int64_t index = -1;
    int64_t offset = 0;  // local time − UTC
    int64_t day = 0, next_day = 0, month = 0, next_month = 0;
    uint32_t month_number = 0;
  };
  const Quarter& QuarterOf(int64_t at);
  int64_t HourOf(int64_t at);

  absl::TimeZone zone_;
  std::vector<Quarter> quarters_;
};

// Which time zone a tenant's days are of.
struct Zones {
  absl::TimeZone standard = absl::UTCTimeZone();
  std::map<std::string, absl::TimeZone, std::less<>> by_tenant;

  absl::TimeZone Of(std::string_view tenant) const {
    const auto it = by_tenant.find(tenant);
    return it == by_tenant.end() ? standard : it->second;
  }
  // "Asia/Shanghai,t1=Europe/Berlin": the standard zone, then those of single tenants by name. The
  // same for the same zones.
  std::string Text() const;
  // INVALID_ARGUMENT when a zone is not one of the IANA database's. Empty: UTC for everybody.
  static absl::StatusOr<Zones> Parse(std::string_view text);
};

}  // namespace huiyin::analytics
