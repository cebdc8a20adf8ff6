// Alerts: something goes wrong more often than it should, and why we think so.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "libs/core/strong_id.h"
#include "libs/stats/intervals.h"

namespace huiyin::analytics {

using AlertId = StrongId<struct AlertTag>;

// Numbers are stored and sent.
enum class AlertState { kOpen = 1, kAcknowledged = 2, kMuted = 3, kResolved = 4 };

// The thing that stands out.
struct Subject {
  std::string kind;     // "lot", "sku", "product", "category", "carrier", "warehouse", "country"
  std::string product;  // empty for what is not of one product
  std::string value;    // the lot, SKU …

  friend auto operator<=>(const Subject&, const Subject&) = default;
};

struct Evidence {
  std::string method;  // "disproportionality", "aberration", "scan"
  int64_t observed = 0;
  double expected = 0;
  int window_days = 0;              // of a scan
  stats::Estimate relative_rate;    // EBGM with EB05 and EB95
  stats::Estimate reporting_ratio;  // PRR with its 95 % interval
  double chi_squared = 0;
  double q_value = 1;
  int64_t units_shipped = 0;
  std::array<int64_t, 5> by_source{};  // by number of Source
  std::vector<std::string> phrases;    // newly frequent in what customers write, most telling first
  std::vector<std::string> example_tickets;
  std::vector<int64_t> daily_counts;  // oldest first, today last
};

// What one look at the figures found.
struct Finding {
  Subject subject;
  uint32_t issue = 0;  // category; 0: any complaint
  Evidence evidence;
};

struct Alert {
  TenantId tenant;
  AlertId id;
  AlertState state = AlertState::kOpen;
  Finding finding;
  absl::Time first_seen;
  absl::Time last_seen;
  absl::Time updated_at;
  std::optional<absl::Time> muted_until;
  int64_t version = 1;  // grows with every change; the etag
};

// One English sentence with the numbers.
std::string Summary(const Finding& finding);

}  // namespace huiyin::analytics
