#include "services/analytics/domain/detect.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/strings/str_format.h"
#include "services/analytics/domain/dimensions.h"
#include "services/analytics/domain/stats/disproportionality.h"
#include "services/analytics/domain/stats/ears.h"
#include "services/analytics/domain/stats/gamma_poisson.h"

namespace huiyin::analytics {
namespace {

struct SubjectCounts {
  int64_t units = 0;
  std::map<uint32_t, int64_t> cases;
  std::map<uint32_t, std::array<int64_t, 5>> complaints;
};
using Subjects = std::map<Subject, SubjectCounts>;

constexpr uint32_t kAnyIssue = 0;

void AddTo(SubjectCounts& counts, const LotCounts& lot) {
  counts.units += lot.units;
  for (const auto& [issue, cases] : lot.cases) {
    counts.cases[issue] += cases;
    counts.cases[kAnyIssue] += cases;
  }
  for (const auto& [issue, complaints] : lot.complaints) {
    for (size_t source = 0; source < complaints.size(); ++source) {
      counts.complaints[issue][source] += complaints[source];
      counts.complaints[kAnyIssue][source] += complaints[source];
    }
  }
}

struct Cell {
  const Subject* subject;
  const SubjectCounts* counts;
  uint32_t issue;
  int64_t observed;
  double expected;  // from all other subjects' rate
  Table2x2 table;
};

// One cell per subject and issue that occurs, judged against the other subjects of its kind.
std::vector<Cell> CellsOf(const Subjects& subjects) {
  SubjectCounts all;
  for (const auto& [subject, counts] : subjects) {
    all.units += counts.units;
    for (const auto& [issue, cases] : counts.cases) all.cases[issue] += cases;
  }
  std::vector<Cell> cells;
  for (const auto& [subject, counts] : subjects) {
    if (counts.units <= 0) continue;
    for (const auto& [issue, cases] : counts.cases) {
      const double units = static_cast<double>(counts.units);
      const double other_units = static_cast<double>(all.units) - units;
      if (other_units <= 0) continue;
      const double a = static_cast<double>(cases);
      const double c = static_cast<double>(all.cases[issue]) - a;
      // Half a case elsewhere when there is none: a rate of exactly zero would make every first
      // complaint infinitely surprising.
      const double expected = units * std::max(c, 0.5) / other_units;
      cells.push_back({&subject,
                       &counts,
                       issue,
                       cases,
                       expected,
                       {a, std::max(0.0, units - a), c, std::max(0.0, other_units - c)}});
    }
  }
  return cells;
}

Finding MakeFinding(const Cell& cell, const ShrunkRate& rate, double q_value) {
  Finding finding{*cell.subject, cell.issue, {}};
  Evidence& e = finding.evidence;
  e.method = "disproportionality";
  e.observed = cell.observed;
  e.expected = cell.expected;
  e.relative_rate = {rate.ebgm, rate.eb05, rate.eb95};
  e.reporting_ratio = ReportingRatio(cell.table);
  e.chi_squared = ChiSquaredYates(cell.table);
  e.q_value = q_value;
  e.units_shipped = cell.counts->units;
  const auto complaints = cell.counts->complaints.find(cell.issue);
  if (complaints != cell.counts->complaints.end()) e.by_source = complaints->second;
  return finding;
}

bool Stronger(const Finding& x, const Finding& y) {
  return x.evidence.relative_rate.lower > y.evidence.relative_rate.lower;
}

// The best finding per subject of one kind. `factor` multiplies q-values: how many kinds are looked
// at together.
std::vector<Finding> DetectKind(const Subjects& subjects, const DetectOptions& options) {
  const std::vector<Cell> cells = CellsOf(subjects);
  std::vector<double> p_values;
  std::vector<ObservedExpected> pairs;
  for (const Cell& cell : cells) {
    p_values.push_back(PoissonTail(cell.observed, cell.expected));
    pairs.push_back({cell.observed, cell.expected});
  }
  const std::vector<double> q_values = QValues(p_values);
  const GammaMixture prior = FitPrior(pairs);
  std::map<Subject, Finding> best;
  for (size_t i = 0; i < cells.size(); ++i) {
    const Cell& cell = cells[i];
    if (cell.observed < options.min_cases || q_values[i] > options.max_q_value ||
        !IsSignal(cell.table)) {
      continue;
    }
    const ShrunkRate rate = Shrink(cell.observed, cell.expected, prior);
    if (rate.eb05 < options.min_eb05) continue;
    Finding finding = MakeFinding(cell, rate, q_values[i]);
    const auto [at, added] = best.try_emplace(*cell.subject, finding);
    if (!added && Stronger(finding, at->second)) at->second = std::move(finding);
  }
  std::vector<Finding> findings;
  for (auto& [subject, finding] : best) findings.push_back(std::move(finding));
  return findings;
}

}  // namespace

std::vector<Finding> Detect(const std::vector<LotCounts>& lots, const DetectOptions& options) {
  Subjects by_lot, by_sku, by_product;
  for (const LotCounts& lot : lots) {
    if (!lot.lot.empty()) AddTo(by_lot[{"lot", lot.product, lot.lot}], lot);
    if (!lot.sku.empty()) AddTo(by_sku[{"sku", lot.product, lot.sku}], lot);
    AddTo(by_product[{"product", lot.product, lot.product}], lot);
  }
  std::vector<Finding> findings = DetectKind(by_lot, options);
  // What a lot explains is not told again about its product or SKUs.
  const auto explained = [&, lots_found = findings.size()](const Finding& wider) {
    return std::any_of(findings.begin(), findings.begin() + static_cast<long>(lots_found),
                       [&](const Finding& lot) {
                         return lot.subject.product == wider.subject.product &&
                                static_cast<double>(lot.evidence.observed) >=
                                    options.explained_share *
                                        static_cast<double>(wider.evidence.observed);
                       });
  };
  std::vector<Finding> wider = DetectKind(by_product, options);
  for (Finding& finding : DetectKind(by_sku, options)) {
    const bool told = std::any_of(wider.begin(), wider.end(), [&](const Finding& product) {
      return product.subject.kind == "product" &&
             product.subject.product == finding.subject.product;
    });
    if (!told) wider.push_back(std::move(finding));
  }
  std::erase_if(wider, explained);
  findings.insert(findings.end(), wider.begin(), wider.end());
  std::stable_sort(findings.begin(), findings.end(), Stronger);
  return findings;
}

namespace {

// C1 sees sudden rises, C2 and C3 those that creep up; without an alarm all is zero.
EarsBound FirstAlarm(std::span<const int64_t> counts, const EarsOptions& options) {
  for (const auto method : {EarsC1, EarsC2, EarsC3}) {
    const EarsBound bound = method(counts, options);
    if (bound.alarm) return bound;
  }
  return {};
}

}  // namespace

std::vector<Finding> DetectAberrations(const std::vector<DailyCounts>& series,
                                       const AberrationOptions& options) {
  struct Candidate {
    const DailyCounts* series;
    EarsBound bound;
  };
  std::vector<Candidate> candidates;
  std::vector<double> p_values;
  for (const DailyCounts& daily : series) {
    EarsOptions ears;
    if (daily.counts.size() < static_cast<size_t>(ears.baseline) + 1) continue;
    const EarsBound plain = EarsC1(daily.counts, ears);
    ears.min_sd = std::sqrt(std::max(1.0, plain.mean));
    candidates.push_back({&daily, FirstAlarm(daily.counts, ears)});
    p_values.push_back(PoissonTail(daily.counts.back(), std::max(plain.mean, 0.5)));
  }
  const std::vector<double> q_values = QValues(p_values);
  std::vector<Finding> findings;
  for (size_t i = 0; i < candidates.size(); ++i) {
    const auto& [daily, bound] = candidates[i];
    const int64_t today = daily->counts.back();
    if (!bound.alarm || today < options.min_cases || q_values[i] > options.max_q_value) continue;
    Finding finding{{"product", daily->product, daily->product}, kAnyIssue, {}};
    finding.evidence.method = "aberration";
    finding.evidence.observed = today;
    finding.evidence.expected = bound.mean;
    finding.evidence.relative_rate = stats::PoissonRate(today, std::max(bound.mean, 0.5));
    finding.evidence.q_value = q_values[i];
    findings.push_back(std::move(finding));
  }
  std::stable_sort(findings.begin(), findings.end(), Stronger);
  return findings;
}

std::string Summary(const Finding& finding) {
  const Evidence& e = finding.evidence;
  if (e.method == "aberration") {
    return absl::StrFormat(
        "product %s: %d complaints today, %.1f a day in the week before; %.1f times as many (95%% "
        "interval %.1f to %.1f, false discovery rate %.2g)",
        finding.subject.product, e.observed, e.expected, e.relative_rate.value,
        e.relative_rate.lower, e.relative_rate.upper, e.q_value);
  }
  const std::string issue =
      finding.issue == 0 ? "any kind" : ValueName(Dimension::kCategory, finding.issue);
  std::string subject = finding.subject.kind + " " + finding.subject.value;
  if (finding.subject.kind != "product") subject += " of product " + finding.subject.product;
  return absl::StrFormat(
      "%s: %d complaints of %s from %d units shipped, %.1f expected; %.1f times the usual rate "
      "(90%% interval %.1f to %.1f, false discovery rate %.2g)",
      subject, e.observed, issue, e.units_shipped, e.expected, e.relative_rate.value,
      e.relative_rate.lower, e.relative_rate.upper, e.q_value);
}

}  // namespace huiyin::analytics
