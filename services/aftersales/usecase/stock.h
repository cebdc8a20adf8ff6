// Stock: taking in snapshots, and reserving from it for exchanges.
#pragma once

#include <map>

#include "services/aftersales/usecase/unit.h"

namespace huiyin::aftersales {

// One answer per item: true when it was stored, false when as new a version was there already.
absl::StatusOr<std::vector<bool>> UpsertStock(Unit& unit, const Caller& caller,
                                              const std::vector<StockItem>& items);

// Reserves goods for the line's exchange, as it stands; replaces what it had reserved.
// FAILED_PRECONDITION (OUT_OF_STOCK).
absl::Status ReserveStock(Unit& unit, const TenantId& tenant, const Rma& rma, const RmaLine& line);

// After a change of the RMA: takes units that went out since (`replaced_before`, by line) off the
// stock, and gives back what is reserved and not needed any more. Reserves nothing new.
absl::Status SettleStock(Unit& unit, const TenantId& tenant, const Rma& rma,
                         const std::map<std::string, int64_t>& replaced_before);

// The alarm of Alarm::kStockHold: what is still reserved for the RMA's line goes back.
absl::Status ReleaseStock(Unit& unit, const TenantId& tenant, const RmaId& rma,
                          const std::string& line);

}  // namespace huiyin::aftersales
