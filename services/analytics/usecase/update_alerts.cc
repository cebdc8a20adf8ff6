#include "services/analytics/usecase/update_alerts.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "libs/core/status.h"
#include "services/analytics/domain/phrases.h"
#include "services/analytics/usecase/lots.h"

namespace huiyin::analytics {
namespace {

constexpr int kOpenAlertsAtMost = 10000;
constexpr size_t kDaysShown = 14;   // as evidence
constexpr size_t kDaysJudged = 28;  // by aberration
constexpr size_t kPhrasesShown = 5, kPhrasesRead = 20;
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

// Completes evidence with what is only read for subjects that stand out.
class EvidenceReader {
 public:
  EvidenceReader(Store& store, const TenantId& tenant, CubeReader& reader, absl::Time now)
      : store_(store), tenant_(tenant), reader_(reader), now_(now) {}

  absl::Status Complete(Finding& finding) {
    const Subject& subject = finding.subject;
    const Dimension dimension = DimensionOf(subject.kind);
    HUIYIN_ASSIGN_OR_RETURN(const auto value, reader_.Number(dimension, subject.value));
    HUIYIN_ASSIGN_OR_RETURN(const auto product,
                            reader_.Number(Dimension::kProduct, subject.product));
    if (!value || !product) return absl::OkStatus();
    HUIYIN_ASSIGN_OR_RETURN(
        const auto bytes,
        store_.LoadEntity(reader_.generation().number, tenant_.value(), EntityKind::kExamples,
                          ExampleKey(static_cast<uint32_t>(dimension), *product, *value)));
    if (bytes) finding.evidence.example_tickets = FromBytes<ExampleState>(*bytes).tickets;
    std::vector<NumberFilter> filters = {{dimension, {*value}}};
    if (*product != 0 && dimension != Dimension::kProduct) {
      filters.push_back({Dimension::kProduct, {*product}});
    }
    if (finding.issue != 0 && dimension != Dimension::kCategory) {
      filters.push_back({Dimension::kCategory, {finding.issue}});
    }
    HUIYIN_RETURN_IF_ERROR(ReadDays(filters, finding.evidence));
    return ReadPhrases(filters, finding.evidence);
  }

 private:
  absl::Status ReadDays(const std::vector<NumberFilter>& filters, Evidence& evidence) {
    const std::vector<int64_t> days = LastDays(reader_.calendar(), now_, kDaysShown);
    HUIYIN_ASSIGN_OR_RETURN(
        const auto buckets,
        reader_.SumByBucket(Cube::kSignals, {Grain::kDay, days.front(), days.back() + 1}, {},
                            filters));
    evidence.daily_counts.assign(days.size(), 0);
    for (const auto& [bucket, cells] : buckets) {
      for (const auto& [key, values] : cells) {
        evidence.daily_counts[IndexOf(days, bucket)] += values[0];
      }
    }
    return absl::OkStatus();
  }

  // What is said of the subject lately, against what is said of all others, and was of itself.
  absl::Status ReadPhrases(const std::vector<NumberFilter>& filters, Evidence& evidence) {
    if (!all_terms_) {
      HUIYIN_ASSIGN_OR_RETURN(all_terms_, ReadTerms(kDaysJudged, {}));
    }
    HUIYIN_ASSIGN_OR_RETURN(const TermCounts here, ReadTerms(kDaysShown, filters));
    TermCounts elsewhere = *all_terms_;
    for (const auto& [term, count] : here) elsewhere[term] -= count;
    std::vector<std::string> phrases;
    for (const uint32_t term : TermsThatStandOut(here, elsewhere)) {
      if (phrases.size() == kPhrasesRead) break;
      HUIYIN_ASSIGN_OR_RETURN(phrases.emplace_back(), reader_.Text(Dimension::kTerm, term));
    }
    evidence.phrases = WithoutOverlap(phrases, kPhrasesShown);
    return absl::OkStatus();
  }

  absl::StatusOr<TermCounts> ReadTerms(size_t days, const std::vector<NumberFilter>& filters) {
    const int64_t from = LastDays(reader_.calendar(), now_, days).front();
    const Dimension group[] = {Dimension::kTerm};
    HUIYIN_ASSIGN_OR_RETURN(const CellMap cells,
                            reader_.Sum(Cube::kTerms, absl::FromUnixSeconds(from),
                                        now_ + absl::Hours(24), group, filters));
    TermCounts counts;
    for (const auto& [key, values] : cells) counts[key[0]] += values[0];
    return counts;
  }

  Store& store_;
  const TenantId& tenant_;
  CubeReader& reader_;
  const absl::Time now_;
  std::optional<TermCounts> all_terms_;
};

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
absl::Status Raise(Unit& unit, const TenantId& tenant, EvidenceReader& evidence, Finding finding) {
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
  HUIYIN_RETURN_IF_ERROR(evidence.Complete(finding));
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
  EvidenceReader evidence(unit.store, tenant, reader, now);
  std::set<Subject> standing_out;
  for (Finding& finding : findings) {
    standing_out.insert(finding.subject);
    HUIYIN_RETURN_IF_ERROR(Raise(unit, tenant, evidence, std::move(finding)));
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
