#include "services/analytics/usecase/products.h"

#include <algorithm>
#include <array>
#include <map>

#include "libs/core/status.h"
#include "services/analytics/usecase/cube_reader.h"
#include "services/analytics/usecase/lots.h"

namespace huiyin::analytics {
namespace {

constexpr int kOpenAlertsAtMost = 10000;
constexpr absl::Duration kShippedWindow = absl::Hours(24 * 90);

void SortCounts(std::vector<ValueCount>& counts) {
  std::sort(counts.begin(), counts.end(), [](const ValueCount& x, const ValueCount& y) {
    return x.count != y.count ? x.count > y.count : x.value < y.value;
  });
}

}  // namespace

absl::StatusOr<std::vector<Issue>> TopIssues(const View& view, const Caller& caller,
                                             absl::Time from, absl::Time until, size_t limit) {
  if (from >= until) return BadInput({{"period", "must end after it starts"}});
  HUIYIN_ASSIGN_OR_RETURN(CubeReader reader, CubeReader::Open(view.store, caller.tenant.value()));
  const Dimension group[] = {Dimension::kProduct, Dimension::kCategory};
  const Dimension by_product[] = {Dimension::kProduct};
  HUIYIN_ASSIGN_OR_RETURN(const CellMap now, reader.Sum(Cube::kSignals, from, until, group));
  HUIYIN_ASSIGN_OR_RETURN(const CellMap before,
                          reader.Sum(Cube::kSignals, from - (until - from), from, group));
  HUIYIN_ASSIGN_OR_RETURN(const CellMap shipped,
                          reader.Sum(Cube::kShipped, until - kShippedWindow, until, by_product));
  std::vector<Issue> issues;
  for (const auto& [key, values] : now) {
    if (values[0] <= 0 || key[0] == 0) continue;
    Issue issue;
    HUIYIN_ASSIGN_OR_RETURN(issue.product, reader.Text(Dimension::kProduct, key[0]));
    HUIYIN_ASSIGN_OR_RETURN(issue.category, reader.Text(Dimension::kCategory, key[1]));
    issue.count = values[0];
    if (const auto it = before.find(key); it != before.end()) issue.previous_count = it->second[0];
    if (const auto it = shipped.find(CellKey{key[0]}); it != shipped.end()) {
      issue.units_shipped = it->second[0];
    }
    issues.push_back(std::move(issue));
  }
  std::sort(issues.begin(), issues.end(), [](const Issue& x, const Issue& y) {
    return std::tie(y.count, x.product, x.category) < std::tie(x.count, y.product, y.category);
  });
  if (issues.size() > limit) issues.resize(limit);
  return issues;
}

absl::StatusOr<ProductHealth> GetProductHealth(const View& view, const Caller& caller,
                                               const std::string& product, absl::Time from,
                                               absl::Time until) {
  if (from >= until) return BadInput({{"period", "must end after it starts"}});
  HUIYIN_ASSIGN_OR_RETURN(CubeReader reader, CubeReader::Open(view.store, caller.tenant.value()));
  ProductHealth health;
  health.product = product;
  HUIYIN_ASSIGN_OR_RETURN(const auto number, reader.Number(Dimension::kProduct, product));
  if (!number) return health;
  const NumberFilter filters[] = {{Dimension::kProduct, {*number}}};
  HUIYIN_ASSIGN_OR_RETURN(const auto lots, ReadLots(reader, from, until, filters));

  std::map<std::string, LotHealth> by_lot;
  std::map<std::string, int64_t> by_source, by_issue;
  int64_t all_cases = 0;
  for (const LotCounts& counts : lots) {
    LotHealth& lot = by_lot[counts.lot];
    lot.lot = counts.lot;
    lot.units_shipped += counts.units;
    health.units_shipped += counts.units;
    for (const auto& [issue, cases] : counts.cases) {
      if (!IsAboutGoods(issue)) continue;  // the product cannot help a late courier
      lot.complaints += cases;
      all_cases += cases;
    }
    for (const auto& [issue, complaints] : counts.complaints) {
      for (uint32_t source = 0; source < complaints.size(); ++source) {
        if (complaints[source] == 0) continue;
        by_source[ValueName(Dimension::kSource, source)] += complaints[source];
        by_issue[ValueName(Dimension::kCategory, issue)] += complaints[source];
      }
    }
  }
  for (const auto& [value, count] : by_source) health.by_source.push_back({value, count});
  for (const auto& [value, count] : by_issue) health.by_issue.push_back({value, count});
  SortCounts(health.by_source);
  SortCounts(health.by_issue);
  const auto rate = [](int64_t cases, int64_t units) {
    return units > 0 ? stats::PoissonRate(cases, static_cast<double>(units)) : stats::Estimate{};
  };
  health.rate = rate(all_cases, health.units_shipped);
  for (auto& [name, lot] : by_lot) {
    lot.rate = rate(lot.complaints, lot.units_shipped);
    health.lots.push_back(std::move(lot));
  }
  std::stable_sort(health.lots.begin(), health.lots.end(),
                   [](const auto& x, const auto& y) { return x.rate.value > y.rate.value; });
  AlertFilter filter;
  filter.product = product;
  HUIYIN_ASSIGN_OR_RETURN(health.alerts,
                          view.store.ListAlerts(caller.tenant, filter, kOpenAlertsAtMost, 0));
  return health;
}

}  // namespace huiyin::analytics
