#include "services/analytics/usecase/products.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "libs/core/status.h"
#include "services/analytics/usecase/cube_reader.h"

namespace huiyin::analytics {
namespace {

constexpr int kOpenAlertsAtMost = 10000;
constexpr int kDaysShown = 14;
constexpr absl::Duration kShippedWindow = absl::Hours(24 * 90);

// Complaints of the period by lot and issue, with the units shipped in it.
absl::StatusOr<std::vector<LotCounts>> ReadLots(CubeReader& reader, absl::Time from,
                                                absl::Time until,
                                                std::span<const NumberFilter> filters = {}) {
  std::map<std::array<uint32_t, 3>, LotCounts> lots;
  const Dimension lot_dims[] = {Dimension::kProduct, Dimension::kSku, Dimension::kLot};
  HUIYIN_ASSIGN_OR_RETURN(const CellMap shipped,
                          reader.Sum(Cube::kShipped, from, until, lot_dims, filters));
  for (const auto& [key, values] : shipped) lots[{key[0], key[1], key[2]}].units += values[0];
  const Dimension signal_dims[] = {Dimension::kProduct, Dimension::kSku, Dimension::kLot,
                                   Dimension::kCategory, Dimension::kSource};
  HUIYIN_ASSIGN_OR_RETURN(const CellMap signals,
                          reader.Sum(Cube::kSignals, from, until, signal_dims, filters));
  for (const auto& [key, values] : signals) {
    LotCounts& lot = lots[{key[0], key[1], key[2]}];
    lot.cases[key[3]] += values[1];
    if (key[4] < lot.complaints[key[3]].size()) lot.complaints[key[3]][key[4]] += values[0];
  }
  std::vector<LotCounts> result;
  for (auto& [key, lot] : lots) {
    HUIYIN_ASSIGN_OR_RETURN(lot.product, reader.Text(Dimension::kProduct, key[0]));
    HUIYIN_ASSIGN_OR_RETURN(lot.sku, reader.Text(Dimension::kSku, key[1]));
    HUIYIN_ASSIGN_OR_RETURN(lot.lot, reader.Text(Dimension::kLot, key[2]));
    result.push_back(std::move(lot));
  }
  return result;
}

// Adds what only is read for subjects that stand out: example tickets, counts by day.
absl::Status CompleteEvidence(Store& store, int64_t generation, const TenantId& tenant,
                              CubeReader& reader, absl::Time now, Finding& finding) {
  const Subject& subject = finding.subject;
  const std::string lot = subject.kind == "lot" ? subject.value : "";
  HUIYIN_ASSIGN_OR_RETURN(const auto bytes,
                          store.LoadEntity(generation, tenant.value(), EntityKind::kExamples,
                                           ExampleKey(subject.product, lot)));
  if (bytes) finding.evidence.example_tickets = FromBytes<ExampleState>(*bytes).tickets;

  const Dimension dimension = subject.kind == "lot"   ? Dimension::kLot
                              : subject.kind == "sku" ? Dimension::kSku
                                                      : Dimension::kProduct;
  HUIYIN_ASSIGN_OR_RETURN(const auto product, reader.Number(Dimension::kProduct, subject.product));
  HUIYIN_ASSIGN_OR_RETURN(const auto value, reader.Number(dimension, subject.value));
  if (!product || !value) return absl::OkStatus();
  const NumberFilter filters[] = {{Dimension::kProduct, {*product}}, {dimension, {*value}}};
  const int64_t today = BucketOf(Grain::kDay, now);
  constexpr int64_t kDay = 86400;
  const Segment days{Grain::kDay, today - (kDaysShown - 1) * kDay, today + kDay};
  HUIYIN_ASSIGN_OR_RETURN(const auto buckets,
                          reader.SumByBucket(Cube::kSignals, days, {}, filters));
  finding.evidence.daily_counts.assign(kDaysShown, 0);
  for (const auto& [bucket, cells] : buckets) {
    for (const auto& [key, values] : cells) {
      finding.evidence.daily_counts[static_cast<size_t>((bucket - days.from) / kDay)] += values[0];
    }
  }
  return absl::OkStatus();
}

// Complaints per product and day of the last days, for tenants that are heard of long enough to
// know what is usual; empty otherwise.
absl::StatusOr<std::vector<DailyCounts>> ReadDays(CubeReader& reader, absl::Time now) {
  constexpr int64_t kDay = 86400;
  constexpr int64_t kHistoryDays = 8;
  const int64_t today = BucketOf(Grain::kDay, now);
  const absl::Time known_since = absl::FromUnixSeconds(today - kHistoryDays * kDay);
  HUIYIN_ASSIGN_OR_RETURN(const CellMap before,
                          reader.Sum(Cube::kEvents, absl::UnixEpoch(), known_since, {}));
  if (before.empty()) return std::vector<DailyCounts>();
  const Segment days{Grain::kDay, today - (kDaysShown - 1) * kDay, today + kDay};
  const Dimension group[] = {Dimension::kProduct};
  HUIYIN_ASSIGN_OR_RETURN(const auto buckets, reader.SumByBucket(Cube::kSignals, days, group));
  std::map<uint32_t, DailyCounts> by_product;
  for (const auto& [bucket, cells] : buckets) {
    for (const auto& [key, values] : cells) {
      std::vector<int64_t>& counts = by_product[key[0]].counts;
      counts.resize(kDaysShown);
      counts[static_cast<size_t>((bucket - days.from) / kDay)] += values[1];
    }
  }
  std::vector<DailyCounts> series;
  for (auto& [number, daily] : by_product) {
    HUIYIN_ASSIGN_OR_RETURN(daily.product, reader.Text(Dimension::kProduct, number));
    series.push_back(std::move(daily));
  }
  return series;
}

bool SameEvidence(const Finding& x, const Finding& y) {
  return x.issue == y.issue && x.evidence.observed == y.evidence.observed &&
         x.evidence.units_shipped == y.evidence.units_shipped &&
         x.evidence.by_source == y.evidence.by_source && x.evidence.expected == y.evidence.expected;
}

// Opens or refreshes the alert on one finding.
absl::Status Raise(Unit& unit, const TenantId& tenant, Finding finding) {
  const absl::Time now = unit.clock.Now();
  HUIYIN_ASSIGN_OR_RETURN(std::optional<Alert> alert,
                          unit.store.FindOpenAlert(tenant, finding.subject));
  if (!alert) {
    alert.emplace();
    alert->tenant = tenant;
    alert->id = AlertId(unit.ids.NewId());
    alert->first_seen = now;
    alert->version = 0;
  } else {
    const bool wakes = alert->state == AlertState::kMuted && alert->muted_until <= now;
    if (!wakes && SameEvidence(alert->finding, finding)) return absl::OkStatus();
    if (wakes) {
      alert->state = AlertState::kOpen;
      alert->muted_until.reset();
    }
  }
  alert->finding = std::move(finding);
  alert->last_seen = now;
  alert->updated_at = now;
  ++alert->version;
  return unit.store.PutAlert(*alert);
}

void SortCounts(std::vector<ValueCount>& counts) {
  std::sort(counts.begin(), counts.end(), [](const ValueCount& x, const ValueCount& y) {
    return x.count != y.count ? x.count > y.count : x.value < y.value;
  });
}

}  // namespace

absl::StatusOr<std::vector<Issue>> TopIssues(const View& view, const Caller& caller,
                                             absl::Time from, absl::Time until, size_t limit) {
  if (from >= until) return BadInput({{"period", "must end after it starts"}});
  HUIYIN_ASSIGN_OR_RETURN(const Generation live, view.store.Live());
  CubeReader reader(view.store, live.number, caller.tenant.value());
  const Dimension group[] = {Dimension::kProduct, Dimension::kCategory};
  const Dimension by_product[] = {Dimension::kProduct};
  HUIYIN_ASSIGN_OR_RETURN(const CellMap now, reader.Sum(Cube::kSignals, from, until, group));
  HUIYIN_ASSIGN_OR_RETURN(const CellMap before,
                          reader.Sum(Cube::kSignals, from - (until - from), from, group));
  HUIYIN_ASSIGN_OR_RETURN(const CellMap shipped,
                          reader.Sum(Cube::kShipped, until - kShippedWindow, until, by_product));
  std::vector<Issue> issues;
  for (const auto& [key, values] : now) {
    if (values[0] <= 0) continue;
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
  HUIYIN_ASSIGN_OR_RETURN(const Generation live, view.store.Live());
  CubeReader reader(view.store, live.number, caller.tenant.value());
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

absl::StatusOr<int> UpdateAlerts(Unit& unit, const TenantId& tenant, absl::Duration window,
                                 const DetectOptions& options) {
  HUIYIN_ASSIGN_OR_RETURN(const Generation live, unit.store.Live());
  CubeReader reader(unit.store, live.number, tenant.value());
  const absl::Time now = unit.clock.Now();
  HUIYIN_ASSIGN_OR_RETURN(const auto lots, ReadLots(reader, now - window, now + absl::Hours(24)));
  std::vector<Finding> findings = Detect(lots, options);
  HUIYIN_ASSIGN_OR_RETURN(const auto series, ReadDays(reader, now));
  for (Finding& sudden : DetectAberrations(series)) {
    // One alert per product: what stands out among its lots says more than the day it began.
    const bool told = std::any_of(findings.begin(), findings.end(), [&](const Finding& finding) {
      return finding.subject.product == sudden.subject.product;
    });
    if (!told) findings.push_back(std::move(sudden));
  }
  std::set<Subject> standing_out;
  for (Finding& finding : findings) {
    standing_out.insert(finding.subject);
    HUIYIN_RETURN_IF_ERROR(CompleteEvidence(unit.store, live.number, tenant, reader, now, finding));
    HUIYIN_RETURN_IF_ERROR(Raise(unit, tenant, std::move(finding)));
  }
  HUIYIN_ASSIGN_OR_RETURN(std::vector<Alert> alerts,
                          unit.store.ListAlerts(tenant, {}, kOpenAlertsAtMost, 0));
  int open = 0;
  for (Alert& alert : alerts) {
    if (standing_out.contains(alert.finding.subject)) {
      open += alert.state == AlertState::kOpen;
      continue;
    }
    alert.state = AlertState::kResolved;
    alert.updated_at = now;
    alert.muted_until.reset();
    ++alert.version;
    HUIYIN_RETURN_IF_ERROR(unit.store.PutAlert(alert));
  }
  return open;
}

}  // namespace huiyin::analytics
