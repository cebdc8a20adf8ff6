// Early warning. By disproportionality: which lots, SKUs and products, carriers, warehouses and
// countries draw more complaints than the units shipped of them explain. By aberration: what draws
// more today, or in the last days, than in the days before. Pure: takes counts, gives findings.
#pragma once

#include <array>
#include <map>
#include <string>
#include <vector>

#include "services/analytics/domain/alert.h"

namespace huiyin::analytics {

// Counts of one lot that went one way, in the window that is watched. Texts may be empty: unknown.
struct LotCounts {
  std::string product, sku, lot;
  int64_t units = 0;
  // Per issue (category): distinct cases, and complaints by source (tickets, returns …), which may
  // tell of the same case more than once.
  std::map<uint32_t, int64_t> cases;
  std::map<uint32_t, std::array<int64_t, 5>> complaints;
  std::string carrier, warehouse, country;
};

struct DetectOptions {
  int64_t min_cases = 3;
  double max_q_value = 0.01;  // false discoveries among findings
  double min_eb05 = 1.5;      // the rate is at least this much raised, with 95 % certainty
  // A product or SKU is not reported when one of its reported lots holds this share of its cases,
  // nor a carrier, warehouse or country when one reported product does.
  double explained_share = 0.6;
};

// True for complaints about the goods themselves, false for those about their way to the customer.
bool IsAboutGoods(uint32_t issue);

// At most one finding per subject, with its most telling issue; strongest first. Only subjects with
// known units are judged. Evidence lacks examples and daily counts. False discoveries are
// controlled over all cells of all kinds of subjects together.
std::vector<Finding> Detect(const std::vector<LotCounts>& lots, const DetectOptions& options = {});

// Complaints day by day, oldest first, today last.
struct DailyCounts {
  Subject subject;
  uint32_t issue = 0;  // 0: of any kind
  std::vector<int64_t> counts;
};

struct AberrationOptions {
  int64_t min_cases = 5;      // today, or in the window that stands out
  double max_q_value = 0.01;  // false discoveries among findings
};

// Subjects whose count of today is out of line with the days before by EARS C1, C2 or C3 (deviation
// at least that of a Poisson count: the floor), or whose last days together are by a scan over
// windows of up to a week (Kulldorff's likelihood ratio picks the window; its chance is that of a
// negative binomial count, as widely spread as the days before). Strongest first. Series shorter
// than 8 days are not judged.
std::vector<Finding> DetectAberrations(const std::vector<DailyCounts>& series,
                                       const AberrationOptions& options = {});

}  // namespace huiyin::analytics
