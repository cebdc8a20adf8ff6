// The business in a few numbers for Prometheus: the last 24 hours of all tenants together. Exact
// figures, by tenant and anything else, are what the API is for; labels here are bounded.
#pragma once

#include <memory>
#include <span>

#include "libs/obs/metrics.h"
#include "services/analytics/usecase/overview.h"

namespace huiyin::analytics {

// Thread-safe.
class DayGauges {
 public:
  // `metrics` must outlive the gauges, which are 0 at first.
  explicit DayGauges(obs::Metrics& metrics);
  ~DayGauges();
  // One overview of the last 24 hours per tenant.
  void Show(std::span<const Overview> tenants);

 private:
  struct Gauges;
  std::unique_ptr<Gauges> gauges_;
};

}  // namespace huiyin::analytics
