#include "services/aftersales/usecase/save_rma.h"

#include "services/aftersales/usecase/parcels.h"
#include "services/aftersales/usecase/rma_clock.h"
#include "services/aftersales/usecase/stock.h"
#include "services/aftersales/usecase/timeline.h"

namespace huiyin::aftersales {

RmaChange::RmaChange(const Rma& rma)
    : actions(rma.actions.size()),
      known_actions(rma.actions.size()),
      outcome(rma.outcome),
      logistics(rma.logistics),
      ship_by(rma.ship_by) {
  for (const RmaLine& line : rma.lines) {
    held[line.id] = HeldUnits(rma, line);
    replaced[line.id] = line.q.replaced;
  }
}

absl::Status SaveRma(Unit& unit, const TenantId& tenant, Rma& rma, const RmaChange& before) {
  for (const RmaLine& line : rma.lines) {
    const int64_t delta = HeldUnits(rma, line) - before.held.at(line.id);
    if (delta == 0) continue;
    HUIYIN_RETURN_IF_ERROR(unit.store.HoldUnits(tenant, rma.order, line.order_line_id, delta));
  }
  HUIYIN_RETURN_IF_ERROR(SettleStock(unit, tenant, rma, before.replaced));
  const bool awaited = rma.logistics == Logistics::kAwaitingShipment &&
                       rma.outcome == Outcome::kNone && rma.ship_by.has_value();
  if (awaited && (before.logistics != rma.logistics || before.ship_by != rma.ship_by)) {
    HUIYIN_RETURN_IF_ERROR(unit.schedule.SetRmaExpiry(tenant, rma.id, *rma.ship_by));
  } else if (!awaited && before.logistics == Logistics::kAwaitingShipment &&
             before.outcome == Outcome::kNone) {
    HUIYIN_RETURN_IF_ERROR(unit.schedule.CancelRmaExpiry(tenant, rma.id));
  }
  HUIYIN_RETURN_IF_ERROR(unit.store.SaveRma(tenant, rma, before.actions));
  HUIYIN_RETURN_IF_ERROR(KeepSteps(unit, tenant, rma, before.known_actions));
  HUIYIN_RETURN_IF_ERROR(NotifyCustomer(unit, tenant, rma, before.known_actions));
  if (before.outcome == Outcome::kNone && rma.outcome != Outcome::kNone) {
    HUIYIN_RETURN_IF_ERROR(CancelParcelsOf(unit, tenant, rma.id));
    return unit.events.RmaClosed(tenant, rma, unit.clock.Now());
  }
  return absl::OkStatus();
}

}  // namespace huiyin::aftersales
