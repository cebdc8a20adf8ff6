// Early warning. By disproportionality: which lots, SKUs and products draw more complaints than the
// units shipped of them explain. By aberration: which products draw more today than on the days
// before. Pure: takes counts, gives findings.
#pragma once

#include <array>
#include <map>
#include <string>
#include <vector>

#include "services/analytics/domain/alert.h"

namespace huiyin::analytics {

// Counts of one lot in the window that is watched.
struct LotCounts {
  std::string product, sku, lot;  // lot may be empty: unknown
  int64_t units = 0;
  // Per issue (category): distinct cases, and complaints by source (tickets, returns …), which may
  // tell of the same case more than once.
  std::map<uint32_t, int64_t> cases;
  std::map<uint32_t, std::array<int64_t, 5>> complaints;
};

struct DetectOptions {
  int64_t min_cases = 3;
  double max_q_value = 0.01;  // false discoveries among findings
  double min_eb05 = 1.5;      // the rate is at least this much raised, with 95 % certainty
  // A product or SKU is not reported when one of its reported lots holds this share of its cases.
  double explained_share = 0.6;
};

// At most one finding per subject, with its most telling issue; strongest first. Only subjects with
// known units are judged. Evidence lacks examples and daily counts.
std::vector<Finding> Detect(const std::vector<LotCounts>& lots, const DetectOptions& options = {});

// Complaints of one product day by day, oldest first, today last.
struct DailyCounts {
  std::string product;
  std::vector<int64_t> counts;
};

struct AberrationOptions {
  int64_t min_cases = 5;      // today
  double max_q_value = 0.01;  // false discoveries among findings
};

// Products whose count of today is out of line with the days before by EARS C1, C2 or C3 (deviation
// at least that of a Poisson count), strongest first. Series shorter than 8 days are not judged.
std::vector<Finding> DetectAberrations(const std::vector<DailyCounts>& series,
                                       const AberrationOptions& options = {});

}  // namespace huiyin::analytics
