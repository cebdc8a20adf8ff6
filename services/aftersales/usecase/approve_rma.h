// Approval of an RMA and the money that follows from it: shared by the policy's approval, a
// person's, and inspection. Callers hold the order's row lock and save the RMA.
#pragma once

#include <map>

#include "services/aftersales/usecase/unit.h"

namespace huiyin::aftersales {

// The policy that made a verdict. A deployment's own file may have been replaced since; its
// successor decides then, for money must not wait for a document that is gone.
absl::StatusOr<PolicyPtr> PolicyOf(Unit& unit, const TenantId& tenant, const std::string& version);

// Approves `units` of each RMA line (0: refused), sets the time to send the goods, and requests the
// refunds that need no goods.
absl::Status Approve(Unit& unit, const TenantId& tenant, const Order& order, Rma& rma,
                     const Judgement& judgement, const std::map<std::string, int64_t>& units,
                     const Actor& actor, const std::string& note);

// Lets the verdict act on the submitted RMA: approves it, refuses it, or leaves it to a person.
absl::Status ActOnVerdict(Unit& unit, const TenantId& tenant, const Order& order, Rma& rma,
                          const Judgement& judgement);

// Requests refunds for units that are due and not paid for: given up ones, and inspected ones by
// their grade. They are approved at once; approving the RMA was the decision. `judgement`: the
// RMA's.
absl::Status RefundWhatIsDue(Unit& unit, const TenantId& tenant, const Order& order, Rma& rma,
                             const Judgement& judgement, const Actor& actor);
// The same with the stored order and judgement.
absl::Status RefundWhatIsDue(Unit& unit, const TenantId& tenant, Rma& rma, const Actor& actor);

}  // namespace huiyin::aftersales
