// The early warning: looks at the figures and keeps the alerts up to date.
#pragma once

#include "absl/status/statusor.h"
#include "services/analytics/usecase/unit.h"

namespace huiyin::analytics {

// Looks at every lot, SKU, product, carrier, warehouse and country of the tenant over the last
// `window`, and at the last days of products, carriers, countries and categories, and brings the
// alerts up to date: new findings open one, known ones are refreshed, open ones whose signal has
// gone are resolved, muted ones wake up when their time is over. Returns how many are open now.
absl::StatusOr<int> UpdateAlerts(Unit& unit, const TenantId& tenant, absl::Duration window,
                                 const DetectOptions& options);

}  // namespace huiyin::analytics
