#include <cmath>
#include <string>

#include "absl/strings/str_format.h"
#include "nlohmann/json.hpp"
#include "services/triage/eval/measures.h"

namespace huiyin::triage::eval {
namespace {

constexpr std::size_t kConfusionsShown = 10;

Interval IntervalOf(const Measure& m) {
  return Wilson(static_cast<std::size_t>(std::lround(m.value * static_cast<double>(m.n))), m.n);
}

}  // namespace

std::string ToTable(const Report& report) {
  std::string out = "model " + report.model_version + "\n";
  for (const Measure& m : report.measures) {
    absl::StrAppendFormat(&out, "%-64s %6.4f", m.name, m.value);
    if (m.proportion) {
      const Interval i = IntervalOf(m);
      absl::StrAppendFormat(&out, " [%.3f, %.3f]", i.low, i.high);
    } else {
      out.append(15, ' ');
    }
    absl::StrAppendFormat(&out, " n=%-6d", m.n);
    if (m.target > 0) {
      absl::StrAppendFormat(&out, "target %s %.3f  %s", m.at_most ? "<=" : ">=", m.target,
                            m.Met() ? "met" : "missed");
    }
    out += "\n";
  }
  out += "\ncategory, clear rows\n";
  for (const auto& [name, counts] : report.categories) {
    const Interval i = Wilson(counts.first, counts.second);
    absl::StrAppendFormat(&out, "  %-22s %4d of %4d [%.2f, %.2f]\n", name, counts.first,
                          counts.second, i.low, i.high);
  }
  out += "\nmost frequent confusions\n";
  for (std::size_t k = 0; k < report.confusions.size() && k < kConfusionsShown; ++k) {
    absl::StrAppendFormat(&out, "  %3d %s\n", report.confusions[k].first,
                          report.confusions[k].second);
  }
  return out;
}

std::string ToJson(const Report& report) {
  nlohmann::ordered_json out;
  out["model_version"] = report.model_version;
  for (const Measure& m : report.measures) {
    nlohmann::ordered_json row = {{"name", m.name}, {"value", m.value}, {"n", m.n}};
    if (m.proportion) {
      const Interval i = IntervalOf(m);
      row["wilson95"] = {i.low, i.high};
    }
    if (m.target > 0) {
      row["target"] = m.target;
      row["met"] = m.Met();
    }
    out["measures"].push_back(row);
  }
  for (const auto& [name, counts] : report.categories) {
    out["categories"][name] = {{"right", counts.first}, {"rows", counts.second}};
  }
  for (std::size_t k = 0; k < report.confusions.size() && k < kConfusionsShown; ++k) {
    out["confusions"].push_back(
        {{"count", report.confusions[k].first}, {"what", report.confusions[k].second}});
  }
  return out.dump(2) + "\n";
}

}  // namespace huiyin::triage::eval
