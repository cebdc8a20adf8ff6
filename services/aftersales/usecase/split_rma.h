// Splitting an RMA in two.
#pragma once

#include "services/aftersales/usecase/change_rma.h"

namespace huiyin::aftersales {

// Moves `lines` into a new RMA in the same state, and gives that back; see RmaService.SplitRma.
absl::StatusOr<Rma> SplitRma(Unit& unit, const Caller& caller, const RmaTarget& target,
                             const std::vector<LineUnits>& lines, const std::string& note);

}  // namespace huiyin::aftersales
