// Saving a new or changed RMA with all that hangs on it: units held of the order's lines, alarms,
// steps, what the customer is told, events of its end.
#pragma once

#include <map>

#include "services/aftersales/usecase/unit.h"

namespace huiyin::aftersales {

// What an RMA was before a change: take it after loading, give it to SaveRma.
struct RmaChange {
  explicit RmaChange(const Rma& rma);
  size_t actions;
  Outcome outcome;
  std::optional<absl::Time> expiry;
  std::map<std::string, int64_t> held;      // by RMA line
  std::map<std::string, int64_t> replaced;  // by RMA line
};

// FAILED_PRECONDITION (QUANTITY_EXCEEDS_DELIVERED) when the change needs units that are not there
// (an appeal, when they went into another RMA meanwhile).
absl::Status SaveRma(Unit& unit, const TenantId& tenant, Rma& rma, const RmaChange& before);

// The same for an RMA that is not stored yet, with the verdict on it. `policy` made that.
absl::Status SaveNewRma(Unit& unit, const TenantId& tenant, const Rma& rma,
                        const Judgement& judgement, const Policy& policy);

}  // namespace huiyin::aftersales
