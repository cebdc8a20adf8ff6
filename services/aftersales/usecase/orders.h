// Orders coming in.
#pragma once

#include "services/aftersales/usecase/unit.h"

namespace huiyin::aftersales {

enum class UpsertResult { kCreated = 1, kUpdated = 2, kUnchanged = 3, kStale = 4 };

// Stores an order snapshot; idempotent by its version. INVALID_ARGUMENT with every violation;
// FAILED_PRECONDITION with the reasons that order_service.proto lists.
absl::StatusOr<UpsertResult> UpsertOrder(Unit& unit, const Caller& caller, Order order);

}  // namespace huiyin::aftersales
