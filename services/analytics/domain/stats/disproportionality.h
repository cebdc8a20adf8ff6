// Disproportionality: does an issue occur with this product (lot, SKU …) more often than with the
// others? Measures of pharmacovigilance (PRR rule: Evans et al., 2001; IC: Norén et al., 2013).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "libs/stats/intervals.h"

namespace huiyin::analytics {

// What is counted, complaints or units:
//                 this issue   otherwise
//   this product       a           b
//   all others         c           d
struct Table2x2 {
  double a = 0;
  double b = 0;
  double c = 0;
  double d = 0;
};

// Proportional reporting ratio with its 95 % interval; zeros when a, c or a margin is 0.
stats::Estimate ReportingRatio(const Table2x2& table);
// Reporting odds ratio with its 95 % interval; zeros when a cell is 0.
stats::Estimate OddsRatio(const Table2x2& table);
// χ² with Yates's correction; 0 when a margin is 0.
double ChiSquaredYates(const Table2x2& table);
// log2 of observed over expected, each with ½ added so that small counts shrink to 0.
double InformationComponent(const Table2x2& table);
// The usual rule of a signal: PRR ≥ 2, χ² ≥ 4, a ≥ 3.
bool IsSignal(const Table2x2& table);

// P(X ≥ count) for X ~ Poisson(expected). 1 when count is 0.
double PoissonTail(int64_t count, double expected);
// P(X ≥ count) for a negative binomial X with variance mean + dispersion · mean²: counts of days
// that differ more than chance makes them. Without dispersion Poisson. 1 when count is 0.
double NegativeBinomialTail(int64_t count, double mean, double dispersion);

// Benjamini–Hochberg: for each p-value the false discovery rate at which it would be called.
std::vector<double> QValues(std::span<const double> p_values);

// Kulldorff's Poisson scan: log likelihood ratio of `count` where `expected` were to be expected,
// out of `total` in all; 0 when there is no excess. 0 < expected < total, count ≤ total.
double ScanLogLikelihoodRatio(double count, double expected, double total);

}  // namespace huiyin::analytics
