// What `make eval` measures, on data that the model has not seen (MODEL_CARD.md says how).
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "services/triage/domain/classifier.h"

namespace huiyin::triage::eval {

struct Interval {
  double low = 0;
  double high = 0;
};
// Wilson score interval of a proportion, 95 %.
Interval Wilson(std::size_t hits, std::size_t n);

// One line of the table.
struct Measure {
  std::string name;
  double value = 0;
  std::size_t n = 0;
  bool proportion = true;  // has a Wilson interval
  double target = 0;       // 0 if there is none
  bool at_most = false;    // the target is an upper bound
  bool Met() const { return at_most ? value <= target : value >= target; }
};

struct Report {
  std::string model_version;
  std::vector<Measure> measures;
  std::map<std::string, std::pair<std::size_t, std::size_t>> categories;  // name → right, rows
  std::vector<std::pair<std::size_t, std::string>> confusions;            // most frequent first
};

// Measures on the data folder; NOT_FOUND if the labelled set is not there.
absl::StatusOr<Report> Evaluate(const Classifier& classifier, const std::string& data);

std::string ToTable(const Report& report);
std::string ToJson(const Report& report);

}  // namespace huiyin::triage::eval
