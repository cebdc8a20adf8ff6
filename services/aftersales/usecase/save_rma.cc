#include "services/aftersales/usecase/save_rma.h"

#include "services/aftersales/usecase/parcels.h"
#include "services/aftersales/usecase/rma_clock.h"
#include "services/aftersales/usecase/stock.h"
#include "services/aftersales/usecase/timeline.h"

namespace huiyin::aftersales {
namespace {

using UnitsOfLines = std::map<std::string, int64_t>;

// Holds the units of the order's lines that the RMA now needs, instead of those it had.
absl::Status HoldUnits(Unit& unit, const TenantId& tenant, const Rma& rma,
                       const UnitsOfLines& before) {
  for (const RmaLine& line : rma.lines) {
    const int64_t delta = HeldUnits(rma, line) - before.at(line.id);
    if (delta == 0) continue;
    HUIYIN_RETURN_IF_ERROR(unit.store.HoldUnits(tenant, rma.order, line.order_line_id, delta));
  }
  return absl::OkStatus();
}

}  // namespace

RmaChange::RmaChange(const Rma& rma)
    : actions(rma.actions.size()), outcome(rma.outcome), expiry(ExpiryOf(rma)) {
  for (const RmaLine& line : rma.lines) {
    held[line.id] = HeldUnits(rma, line);
    replaced[line.id] = line.q.replaced;
  }
}

absl::Status SaveRma(Unit& unit, const TenantId& tenant, Rma& rma, const RmaChange& before) {
  HUIYIN_RETURN_IF_ERROR(HoldUnits(unit, tenant, rma, before.held));
  HUIYIN_RETURN_IF_ERROR(SettleStock(unit, tenant, rma, before.replaced));
  HUIYIN_RETURN_IF_ERROR(unit.store.SaveRma(tenant, rma, before.actions));
  HUIYIN_RETURN_IF_ERROR(KeepSteps(unit, tenant, rma, before));
  HUIYIN_RETURN_IF_ERROR(NotifyCustomer(unit, tenant, rma, before.actions));
  if (before.outcome == Outcome::kNone && rma.outcome != Outcome::kNone) {
    HUIYIN_RETURN_IF_ERROR(CancelParcelsOf(unit, tenant, rma.id));
    return unit.events.RmaClosed(tenant, rma, unit.clock.Now());
  }
  return absl::OkStatus();
}

absl::Status SaveNewRma(Unit& unit, const TenantId& tenant, const Rma& rma,
                        const Judgement& judgement, const Policy& policy) {
  UnitsOfLines none;
  for (const RmaLine& line : rma.lines) none[line.id] = 0;
  HUIYIN_RETURN_IF_ERROR(HoldUnits(unit, tenant, rma, none));
  HUIYIN_RETURN_IF_ERROR(SettleStock(unit, tenant, rma, none));
  HUIYIN_RETURN_IF_ERROR(unit.store.InsertRma(tenant, rma, judgement));
  HUIYIN_RETURN_IF_ERROR(KeepFirstSteps(unit, tenant, rma, policy.Targets(judgement.inputs)));
  HUIYIN_RETURN_IF_ERROR(NotifyCustomer(unit, tenant, rma, 0));
  if (rma.outcome == Outcome::kNone) return absl::OkStatus();
  return unit.events.RmaClosed(tenant, rma, unit.clock.Now());
}

}  // namespace huiyin::aftersales
