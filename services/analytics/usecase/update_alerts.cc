#include "services/analytics/usecase/update_alerts.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "libs/core/status.h"
#include "services/analytics/usecase/lots.h"

namespace huiyin::analytics {
namespace {

constexpr int kOpenAlertsAtMost = 10000;
constexpr size_t kDaysShown = 14;   // as evidence
constexpr size_t kDaysJudged = 28;  // by aberration
constexpr size_t kHistoryDays = 8;  // a tenant heard of for less has nothing usual

// Kinds of subjects, and what they are called in cells.
constexpr std::pair<const char*, Dimension> kDimensions[] = {
    {"lot", Dimension::kLot},         {"sku", Dimension::kSku},
    {"product", Dimension::kProduct}, {"category", Dimension::kCategory},
    {"carrier", Dimension::kCarrier}, {"warehouse", Dimension::kWarehouse},
    {"country", Dimension::kCountry},
};
// Those looked at day by day. Lots and SKUs have too few complaints a day to say anything.
constexpr const char* kDaily[] = {"product", "category", "carrier", "warehouse", "country"};

Dimension DimensionOf(const std::string& kind) {
  for (const auto& [name, dimension] : kDimensions) {
    if (kind == name) return dimension;
  }
  return Dimension::kProduct;
}

// Starts of the tenant's last days, today's last.
std::vector<int64_t> LastDays(Calendar& calendar, absl::Time now, size_t count) {
  std::vector<int64_t> days = {calendar.Floor(Grain::kDay, now)};
  while (days.size() < count) days.push_back(calendar.Floor(Grain::kDay, days.back() - 1));
  std::reverse(days.begin(), days.end());
  return days;
}

size_t IndexOf(const std::vector<int64_t>& days, int64_t day) {
  return static_cast<size_t>(std::lower_bound(days.begin(), days.end(), day) - days.begin());
}

// Adds what only is read for subjects that stand out: example tickets, counts by day.
absl::Status CompleteEvidence(Store& store, const TenantId& tenant, CubeReader& reader,
                              absl::Time now, Finding& finding) {
  const Subject& subject = finding.subject;
  const Dimension dimension = DimensionOf(subject.kind);
  HUIYIN_ASSIGN_OR_RETURN(const auto value, reader.Number(dimension, subject.value));
  HUIYIN_ASSIGN_OR_RETURN(const auto product, reader.Number(Dimension::kProduct, subject.product));
  if (!value || !product) return absl::OkStatus();
  HUIYIN_ASSIGN_OR_RETURN(
      const auto bytes,
      store.LoadEntity(reader.generation().number, tenant.value(), EntityKind::kExamples,
                       ExampleKey(static_cast<uint32_t>(dimension), *product, *value)));
  if (bytes) finding.evidence.example_tickets = FromBytes<ExampleState>(*bytes).tickets;
  std::vector<NumberFilter> filters = {{dimension, {*value}}};
  if (*product != 0) filters.push_back({Dimension::kProduct, {*product}});
  if (finding.issue != 0 && dimension != Dimension::kCategory) {
    filters.push_back({Dimension::kCategory, {finding.issue}});
  }
  const std::vector<int64_t> days = LastDays(reader.calendar(), now, kDaysShown);
  HUIYIN_ASSIGN_OR_RETURN(
      const auto buckets,
      reader.SumByBucket(Cube::kSignals, {Grain::kDay, days.front(), days.back() + 1}, {},
                         filters));
  finding.evidence.daily_counts.assign(days.size(), 0);
  for (const auto& [bucket, cells] : buckets) {
    for (const auto& [key, values] : cells) {
      finding.evidence.daily_counts[IndexOf(days, bucket)] += values[0];
    }
  }
  return absl::OkStatus();
}

// Cases day by day; empty for tenants that are not heard of long enough to know what is usual.
absl::StatusOr<std::vector<DailyCounts>> ReadDays(CubeReader& reader, absl::Time now) {
  const std::vector<int64_t> days = LastDays(reader.calendar(), now, kDaysJudged);
  const absl::Time known_since = absl::FromUnixSeconds(days[days.size() - 1 - kHistoryDays]);
  HUIYIN_ASSIGN_OR_RETURN(const CellMap before,
                          reader.Sum(Cube::kEvents, absl::UnixEpoch(), known_since, {}));
  if (before.empty()) return std::vector<DailyCounts>();
  std::vector<DailyCounts> series;
  for (const std::string kind : kDaily) {
    const Dimension group[] = {DimensionOf(kind), Dimension::kCategory};
    HUIYIN_ASSIGN_OR_RETURN(
        const auto buckets,
        reader.SumByBucket(Cube::kSignals, {Grain::kDay, days.front(), days.back() + 1}, group));
    std::map<uint32_t, std::vector<int64_t>> counts;
    for (const auto& [bucket, cells] : buckets) {
      for (const auto& [key, values] : cells) {
        const bool counts_here = kind != "product" || IsAboutGoods(key[1]);
        if (key[0] == 0 || !counts_here) continue;
        std::vector<int64_t>& of_value = counts[key[0]];
        of_value.resize(days.size());
        of_value[IndexOf(days, bucket)] += values[1];
      }
    }
    for (auto& [number, daily] : counts) {
      HUIYIN_ASSIGN_OR_RETURN(const std::string value, reader.Text(group[0], number));
      const uint32_t issue = kind == "category" ? number : 0;
      series.push_back({{kind, kind == "product" ? value : "", value}, issue, std::move(daily)});
    }
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

// One alert per product: what stands out among its lots says more than the day it began. And what a
// product explains is not told again of the category or the country.
bool Told(const std::vector<Finding>& findings, const Finding& sudden) {
  return std::any_of(findings.begin(), findings.end(), [&](const Finding& finding) {
    if (finding.subject == sudden.subject) return true;
    return sudden.subject.product.empty()
               ? 2 * finding.evidence.observed >= sudden.evidence.observed
               : finding.subject.product == sudden.subject.product;
  });
}

}  // namespace

absl::StatusOr<int> UpdateAlerts(Unit& unit, const TenantId& tenant, absl::Duration window,
                                 const DetectOptions& options) {
  HUIYIN_ASSIGN_OR_RETURN(CubeReader reader, CubeReader::Open(unit.store, tenant.value()));
  const absl::Time now = unit.clock.Now();
  HUIYIN_ASSIGN_OR_RETURN(const auto lots, ReadLots(reader, now - window, now + absl::Hours(24)));
  std::vector<Finding> findings = Detect(lots, options);
  HUIYIN_ASSIGN_OR_RETURN(const auto series, ReadDays(reader, now));
  for (Finding& sudden : DetectAberrations(series)) {
    if (!Told(findings, sudden)) findings.push_back(std::move(sudden));
  }
  std::set<Subject> standing_out;
  for (Finding& finding : findings) {
    standing_out.insert(finding.subject);
    HUIYIN_RETURN_IF_ERROR(CompleteEvidence(unit.store, tenant, reader, now, finding));
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
