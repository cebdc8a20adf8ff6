#include "services/analytics/domain/detect.h"

#include <algorithm>
#include <optional>
#include <span>
#include <utility>

#include "absl/strings/str_format.h"
#include "services/analytics/domain/dimensions.h"
#include "services/analytics/domain/stats/disproportionality.h"
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
constexpr uint32_t kLogistics = 1, kDamaged = 2, kWrongOrMissing = 3;  // categories

void AddTo(SubjectCounts& counts, const LotCounts& lot, bool (*concerns)(uint32_t)) {
  counts.units += lot.units;
  for (const auto& [issue, cases] : lot.cases) {
    if (!concerns(issue)) continue;
    counts.cases[issue] += cases;
    counts.cases[kAnyIssue] += cases;
  }
  for (const auto& [issue, complaints] : lot.complaints) {
    if (!concerns(issue)) continue;
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

// What a kind of subject is and which issues speak of it.
struct Kind {
  const char* name;
  Subject (*subject)(const LotCounts&);  // value empty: not known
  bool (*concerns)(uint32_t issue);
};

bool IsAboutTheWay(uint32_t issue) {
  return issue == kLogistics || issue == kDamaged || issue == kWrongOrMissing;
}

// Narrow ones first: what they explain is not told again about wider ones.
constexpr Kind kKinds[] = {
    {"lot",
     [](const LotCounts& c) {
       return Subject{"lot", c.product, c.lot};
     },
     IsAboutGoods},
    {"product",
     [](const LotCounts& c) {
       return Subject{"product", c.product, c.product};
     },
     IsAboutGoods},
    {"sku",
     [](const LotCounts& c) {
       return Subject{"sku", c.product, c.sku};
     },
     IsAboutGoods},
    {"carrier",
     [](const LotCounts& c) {
       return Subject{"carrier", "", c.carrier};
     },
     IsAboutTheWay},
    {"warehouse",
     [](const LotCounts& c) {
       return Subject{"warehouse", "", c.warehouse};
     },
     IsAboutTheWay},
    {"country",
     [](const LotCounts& c) {
       return Subject{"country", "", c.country};
     },
     IsAboutTheWay},
};

// The cells of one kind.
struct KindCells {
  Subjects subjects;
  std::vector<Cell> cells;

  KindCells(const Kind& kind, const std::vector<LotCounts>& lots) {
    for (const LotCounts& lot : lots) {
      const Subject subject = kind.subject(lot);
      if (!subject.value.empty()) AddTo(subjects[subject], lot, kind.concerns);
    }
    cells = CellsOf(subjects);
  }

  // The best finding per subject; `q_values` are those of the cells.
  std::vector<Finding> Findings(std::span<const double> q_values,
                                const DetectOptions& options) const {
    std::map<Subject, Finding> best;
    std::optional<GammaMixture> prior;  // costs more than all the rest, and is seldom needed
    for (size_t i = 0; i < cells.size(); ++i) {
      const Cell& cell = cells[i];
      if (cell.observed < options.min_cases || q_values[i] > options.max_q_value ||
          !IsSignal(cell.table)) {
        continue;
      }
      if (!prior) prior = UsualRates();
      const ShrunkRate rate = Shrink(cell.observed, cell.expected, *prior);
      if (rate.eb05 < options.min_eb05) continue;
      Finding finding = MakeFinding(cell, rate, q_values[i]);
      const auto [at, added] = best.try_emplace(*cell.subject, finding);
      // Of equal ones the one that names the issue.
      const bool names_it = at->second.issue == kAnyIssue &&
                            at->second.evidence.observed == finding.evidence.observed;
      if (!added && (names_it || Stronger(finding, at->second))) at->second = std::move(finding);
    }
    std::vector<Finding> findings;
    for (auto& [subject, finding] : best) findings.push_back(std::move(finding));
    return findings;
  }

 private:
  GammaMixture UsualRates() const {
    std::vector<ObservedExpected> pairs;
    pairs.reserve(cells.size());
    for (const Cell& cell : cells) pairs.push_back({cell.observed, cell.expected});
    return FitPrior(pairs);
  }
};

// True when `told` already says what `wider` would say.
bool Explains(const Finding& told, const Finding& wider, double share) {
  const bool of_goods = !wider.subject.product.empty();
  if (of_goods ? told.subject.product != wider.subject.product : told.issue != wider.issue) {
    return false;
  }
  if (told.subject.kind == "product" && wider.subject.kind == "sku") return true;
  return static_cast<double>(told.evidence.observed) >=
         share * static_cast<double>(wider.evidence.observed);
}

}  // namespace

bool IsAboutGoods(uint32_t issue) { return issue != kLogistics; }

std::vector<Finding> Detect(const std::vector<LotCounts>& lots, const DetectOptions& options) {
  std::vector<KindCells> kinds;
  std::vector<double> p_values;
  for (const Kind& kind : kKinds) {
    kinds.emplace_back(kind, lots);
    for (const Cell& cell : kinds.back().cells) {
      p_values.push_back(PoissonTail(cell.observed, cell.expected));
    }
  }
  const std::vector<double> q_values = QValues(p_values);
  std::vector<Finding> findings;
  size_t first = 0;
  for (const KindCells& kind : kinds) {
    const std::vector<Finding> told = findings;
    for (Finding& finding :
         kind.Findings(std::span(q_values).subspan(first, kind.cells.size()), options)) {
      const bool explained = std::any_of(told.begin(), told.end(), [&](const Finding& narrower) {
        return Explains(narrower, finding, options.explained_share);
      });
      if (!explained) findings.push_back(std::move(finding));
    }
    first += kind.cells.size();
  }
  std::stable_sort(findings.begin(), findings.end(), Stronger);
  return findings;
}

std::string Summary(const Finding& finding) {
  const Evidence& e = finding.evidence;
  const std::string issue =
      finding.issue == 0 ? "any kind" : ValueName(Dimension::kCategory, finding.issue);
  std::string subject = finding.subject.kind + " " + finding.subject.value;
  if (!finding.subject.product.empty() && finding.subject.kind != "product") {
    subject += " of product " + finding.subject.product;
  }
  if (e.method == "aberration") {
    return absl::StrFormat(
        "%s: %d complaints today, %.1f a day in the week before; %.1f times as many (95%% interval "
        "%.1f to %.1f, false discovery rate %.2g)",
        subject, e.observed, e.expected, e.relative_rate.value, e.relative_rate.lower,
        e.relative_rate.upper, e.q_value);
  }
  if (e.method == "scan") {
    return absl::StrFormat(
        "%s: %d complaints in the last %d days, %.1f expected from the days before; %.1f times as "
        "many (95%% interval %.1f to %.1f, false discovery rate %.2g)",
        subject, e.observed, e.window_days, e.expected, e.relative_rate.value,
        e.relative_rate.lower, e.relative_rate.upper, e.q_value);
  }
  return absl::StrFormat(
      "%s: %d complaints of %s from %d units shipped, %.1f expected; %.1f times the usual rate "
      "(90%% interval %.1f to %.1f, false discovery rate %.2g)",
      subject, e.observed, issue, e.units_shipped, e.expected, e.relative_rate.value,
      e.relative_rate.lower, e.relative_rate.upper, e.q_value);
}

}  // namespace huiyin::analytics
