#include "services/aftersales/usecase/stock.h"

namespace huiyin::aftersales {
namespace {

// Longer than goods have to be sent back and to travel; then others may have them.
constexpr absl::Duration kReservedFor = absl::Hours(24 * 30);

const std::string& SkuOf(const RmaLine& line) {
  return line.exchange && line.exchange->state != ExchangeState::kDeclined ? line.exchange->sku
                                                                           : line.sku;
}

// Units that are still to go out, or may be.
int64_t Needed(const Rma& rma, const RmaLine& line) {
  if (rma.outcome != Outcome::kNone) return 0;
  if (line.kind != RmaKind::kExchange && !AwaitsCustomer(line)) return 0;
  if (rma.logistics == Logistics::kInspected) {
    return AwaitsCustomer(line) ? line.q.Accepted() - line.q.replaced : Sendable(rma, line);
  }
  const int64_t promised = rma.approval == Approval::kApproved ? line.q.approved : line.q.requested;
  return std::max<int64_t>(0, promised - line.q.replaced - line.q.refunded);
}

}  // namespace

absl::StatusOr<std::vector<bool>> UpsertStock(Unit& unit, const Caller& caller,
                                              const std::vector<StockItem>& items) {
  std::vector<bool> stored;
  for (StockItem item : items) {
    item.updated = unit.clock.Now();
    HUIYIN_ASSIGN_OR_RETURN(const bool is_new, unit.store.PutStockItem(caller.tenant, item));
    stored.push_back(is_new);
  }
  return stored;
}

absl::Status ReserveStock(Unit& unit, const TenantId& tenant, const Rma& rma, const RmaLine& line) {
  HUIYIN_RETURN_IF_ERROR(unit.store.SetStockHold(
      tenant, rma.id, {.line = line.id, .sku = SkuOf(line), .quantity = Needed(rma, line)}, 0));
  return unit.schedule.Set(Alarm::kStockHold, tenant, rma.id, line.id,
                           unit.clock.Now() + kReservedFor);
}

absl::Status SettleStock(Unit& unit, const TenantId& tenant, const Rma& rma,
                         const std::map<std::string, int64_t>& replaced_before) {
  for (const RmaLine& line : rma.lines) {
    if (line.kind != RmaKind::kExchange && !line.exchange) continue;
    const int64_t sent = line.q.replaced - replaced_before.at(line.id);
    HUIYIN_ASSIGN_OR_RETURN(const std::optional<StockHold> hold,
                            unit.store.FindStockHold(tenant, rma.id, line.id));
    const int64_t held = hold ? hold->quantity : 0;
    const int64_t keep = std::min(held, Needed(rma, line));
    if (sent == 0 && keep == held) continue;
    const std::string& sku = hold && sent == 0 ? hold->sku : SkuOf(line);
    HUIYIN_RETURN_IF_ERROR(unit.store.SetStockHold(
        tenant, rma.id, {.line = line.id, .sku = sku, .quantity = keep}, sent));
    if (keep == 0 && held > 0) {
      HUIYIN_RETURN_IF_ERROR(unit.schedule.Cancel(Alarm::kStockHold, tenant, rma.id, line.id));
    }
  }
  return absl::OkStatus();
}

absl::Status ReleaseStock(Unit& unit, const TenantId& tenant, const RmaId& rma,
                          const std::string& line) {
  HUIYIN_ASSIGN_OR_RETURN(const std::optional<StockHold> hold,
                          unit.store.FindStockHold(tenant, rma, line));
  if (!hold) return absl::OkStatus();
  return unit.store.SetStockHold(tenant, rma, {.line = line, .sku = hold->sku}, 0);
}

}  // namespace huiyin::aftersales
