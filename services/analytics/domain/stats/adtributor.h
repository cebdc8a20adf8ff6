// Contribution analysis: which values of which dimension explain the change of a sum, or of a ratio
// of two sums (Adtributor, Bhagwan et al., NSDI 2014; ratios by its section on derived measures).
#pragma once

#include <span>
#include <string>
#include <vector>

namespace huiyin::analytics {

struct DimensionChange {
  struct Element {
    std::string value;
    double forecast = 0;
    double actual = 0;
    double forecast_below = 0;  // of a ratio; the two above are then what it is divided by these
    double actual_below = 0;
  };
  std::string dimension;
  std::vector<Element> elements;
  bool ratio = false;
};

struct ExplainedPart {
  std::string value;
  double forecast = 0;  // of the element itself; a ratio when one is explained
  double actual = 0;
  double explanatory_power = 0;  // share of the whole change
};

struct Explanation {
  std::string dimension;
  std::vector<ExplainedPart> contributions;  // most surprising first
  double surprise = 0;                       // sum over contributions
};

struct AdtributorOptions {
  double min_element_power = 0.10;  // an element that explains less is left out
  double min_set_power = 0.67;      // a set must explain this much together
  size_t max_explanations = 3;
};

// Of all elements.
DimensionChange::Element Total(const DimensionChange& dimension);

// ½(p·ln(2p/(p+q)) + q·ln(2q/(p+q))): how much a share that was p surprises as q.
double Surprise(double p, double q);

// Explanations, most surprising first. Empty when nothing changed.
std::vector<Explanation> Explain(std::span<const DimensionChange> dimensions,
                                 const AdtributorOptions& options = {});

}  // namespace huiyin::analytics
