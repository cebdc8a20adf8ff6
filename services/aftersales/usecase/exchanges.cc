#include "services/aftersales/usecase/exchanges.h"

#include "services/aftersales/domain/text.h"
#include "services/aftersales/usecase/access.h"
#include "services/aftersales/usecase/approve_rma.h"
#include "services/aftersales/usecase/change_refund.h"
#include "services/aftersales/usecase/stock.h"

namespace huiyin::aftersales {
namespace {

constexpr absl::Duration kOfferStands = absl::Hours(24 * 7);

absl::Status Refuse(std::string_view reason, const std::string& message) {
  return Error(absl::StatusCode::kFailedPrecondition, reason, message);
}

// Moves the line's terms and tells about it.
absl::Status MoveTerms(Unit& unit, const TenantId& tenant, Rma& rma, const std::string& line,
                       ActionType type, const Actor& actor, const std::string& note) {
  const absl::Time now = unit.clock.Now();
  const RmaLine& found = *rma.Line(line);
  const int64_t units = found.exchange ? found.exchange->units : 1;
  HUIYIN_RETURN_IF_ERROR(Apply(
      rma,
      {.type = type, .line_id = line, .quantity = units, .actor = actor, .note = note, .at = now}));
  if (AwaitsCustomer(found)) {
    HUIYIN_RETURN_IF_ERROR(
        unit.schedule.Set(Alarm::kExchangeOffer, tenant, rma.id, line, found.exchange->expires));
  } else {
    HUIYIN_RETURN_IF_ERROR(unit.schedule.Cancel(Alarm::kExchangeOffer, tenant, rma.id, line));
  }
  return unit.events.ExchangeChanged(tenant, rma, found, now);
}

// The unit price of the SKU in the order's currency; nothing when it has none.
std::optional<int64_t> PriceOf(const std::optional<StockItem>& item, const std::string& currency) {
  if (!item) return std::nullopt;
  const auto price = item->prices.find(currency);
  return price == item->prices.end() ? std::nullopt : std::optional(price->second);
}

// A declined exchange is a return for money; money that is due by now goes out.
absl::Status Decline(Unit& unit, const TenantId& tenant, Rma& rma, const std::string& line,
                     const Actor& actor, const std::string& note) {
  HUIYIN_RETURN_IF_ERROR(
      MoveTerms(unit, tenant, rma, line, ActionType::kExchangeDeclined, actor, note));
  if (rma.approval != Approval::kApproved) return absl::OkStatus();
  HUIYIN_RETURN_IF_ERROR(RefundWhatIsDue(unit, tenant, rma, actor));
  return CompleteWhenSettled(unit, tenant, rma);
}

// Of what the platform took or holds for the line's `units`: what it may keep.
absl::StatusOr<int64_t> Kept(const Rma& rma, const RmaLine& line) {
  const Exchange& terms = *line.exchange;
  const bool inspected =
      rma.logistics == Logistics::kInspected || rma.logistics == Logistics::kNotNeeded;
  const int64_t exchanged = inspected ? std::min(line.q.Accepted(), terms.units) : 0;
  HUIYIN_ASSIGN_OR_RETURN(int64_t kept,
                          MulDiv(std::max<int64_t>(0, terms.Difference()), exchanged, terms.units));
  if (!terms.instant) return kept;
  // Goods that went out for nothing that came back are bought.
  const int64_t bought = std::max<int64_t>(0, line.q.replaced - exchanged);
  HUIYIN_ASSIGN_OR_RETURN(const int64_t price, MulDiv(terms.price, bought, terms.units));
  return std::min(terms.price, kept + price);
}

}  // namespace

absl::StatusOr<Exchange> TermsFor(Unit& unit, const TenantId& tenant, const Order& order,
                                  const std::string& order_line, const std::string& sku,
                                  int64_t units, int64_t paid, bool instant) {
  const OrderLine& line = *order.Line(order_line);
  Exchange terms{.sku = sku.empty() ? line.sku : sku,
                 .product_id = line.product_id,
                 .product_name = line.product_name,
                 .units = units,
                 .paid = paid,
                 .price = paid,
                 .instant = instant,
                 .expires = unit.clock.Now() + kOfferStands};
  if (terms.sku == line.sku) return terms;
  HUIYIN_ASSIGN_OR_RETURN(const std::optional<StockItem> wanted,
                          unit.store.FindStockItem(tenant, terms.sku));
  if (!wanted) return Refuse("UNKNOWN_SKU", Concat("SKU ", terms.sku, " is not in stock"));
  terms.product_id = wanted->product_id;
  terms.product_name = wanted->product_name;
  const std::optional<int64_t> price = PriceOf(wanted, order.currency);
  if (wanted->product_id != line.product_id) {
    if (!price) {
      return Refuse("NOT_PRICED", Concat("SKU ", terms.sku, " has no price in ", order.currency));
    }
    terms.price = *price * units;
    return terms;
  }
  // A variant costs what the list price of the two differs by: a discount once given stays.
  HUIYIN_ASSIGN_OR_RETURN(const std::optional<StockItem> sold,
                          unit.store.FindStockItem(tenant, line.sku));
  const std::optional<int64_t> sold_price = PriceOf(sold, order.currency);
  if (price && sold_price) {
    terms.price = std::max<int64_t>(0, paid + (*price - *sold_price) * units);
  }
  return terms;
}

absl::StatusOr<Rma> OfferExchange(Unit& unit, const Caller& caller, const RmaTarget& target,
                                  const std::string& line_name, const std::string& sku,
                                  bool instant) {
  return ChangeRma(unit, caller, target, [&](Rma& rma) -> absl::Status {
    HUIYIN_ASSIGN_OR_RETURN(const std::string line_id, FindLine(rma, line_name, "rma_line_id"));
    RmaLine& line = *rma.Line(line_id);
    HUIYIN_ASSIGN_OR_RETURN(const Order order, OrderOf(unit.store, caller.tenant, rma));
    HUIYIN_ASSIGN_OR_RETURN(const AlreadyRefunded already,
                            unit.store.SumRefunds(caller.tenant, order.id));
    const int64_t units = rma.approval == Approval::kApproved ? line.q.approved : line.q.requested;
    if (units == 0 || (line.exchange && line.exchange->state != ExchangeState::kOffered)) {
      return Refuse("WRONG_STATE", Concat("line ", line_id, " has nothing left to offer for"));
    }
    HUIYIN_ASSIGN_OR_RETURN(
        const std::vector<RefundPart> parts,
        SplitUnits(order, already, {{.order_line_id = line.order_line_id, .units = units}}));
    HUIYIN_ASSIGN_OR_RETURN(line.exchange, TermsFor(unit, caller.tenant, order, line.order_line_id,
                                                    sku, units, Total(parts), instant));
    HUIYIN_RETURN_IF_ERROR(MoveTerms(unit, caller.tenant, rma, line_id,
                                     ActionType::kExchangeOffered, ActorOf(caller),
                                     line.exchange->sku));
    return ReserveStock(unit, caller.tenant, rma, line);
  });
}

absl::StatusOr<Rma> ConfirmExchange(Unit& unit, const Caller& caller, const RmaTarget& target,
                                    const std::string& line_name, const Money& asked) {
  return ChangeRma(unit, caller, target, [&](Rma& rma) -> absl::Status {
    HUIYIN_ASSIGN_OR_RETURN(const std::string line_id, FindLine(rma, line_name, "rma_line_id"));
    const RmaLine& line = *rma.Line(line_id);
    if (line.exchange && line.exchange->state == ExchangeState::kOffered &&
        asked != Money(line.exchange->Asked(), rma.currency)) {
      return Error(
          absl::StatusCode::kAborted, "TERMS_CHANGED",
          Concat("the offer asks for ", Money(line.exchange->Asked(), rma.currency).ToString()));
    }
    return MoveTerms(unit, caller.tenant, rma, line_id, ActionType::kExchangeConfirmed,
                     ActorOf(caller), "");
  });
}

absl::StatusOr<Rma> DeclineExchange(Unit& unit, const Caller& caller, const RmaTarget& target,
                                    const std::string& line_name, const std::string& note) {
  return ChangeRma(unit, caller, target, [&](Rma& rma) -> absl::Status {
    HUIYIN_ASSIGN_OR_RETURN(const std::string line, FindLine(rma, line_name, "rma_line_id"));
    return Decline(unit, caller.tenant, rma, line, ActorOf(caller), note);
  });
}

absl::StatusOr<Rma> RecordExchangePayment(Unit& unit, const Caller& caller, const RmaTarget& target,
                                          const std::string& line_name, const std::string& payment,
                                          const Money& amount) {
  return ChangeRma(unit, caller, target, [&](Rma& rma) -> absl::Status {
    HUIYIN_ASSIGN_OR_RETURN(const std::string line_id, FindLine(rma, line_name, "rma_line_id"));
    const RmaLine& line = *rma.Line(line_id);
    if (line.exchange && amount != Money(line.exchange->Asked(), rma.currency)) {
      return BadInput({{"amount", Concat("must be what is asked for, ",
                                         Money(line.exchange->Asked(), rma.currency).ToString())}});
    }
    HUIYIN_RETURN_IF_ERROR(MoveTerms(unit, caller.tenant, rma, line_id, ActionType::kExchangePaid,
                                     ActorOf(caller), payment));
    // Paid only after the goods were looked at: nothing else would settle it.
    if (rma.logistics != Logistics::kInspected) return absl::OkStatus();
    return SettleExchanges(unit, caller.tenant, rma, ActorOf(caller));
  });
}

absl::Status ExpireExchange(Unit& unit, const TenantId& tenant, const RmaId& id,
                            const std::string& line) {
  return ChangeRmaByTimer(unit, tenant, id, [&](Rma& rma) -> absl::Status {
    const RmaLine* found = rma.Line(line);
    if (found == nullptr || !AwaitsCustomer(*found) || rma.outcome != Outcome::kNone ||
        rma.approval != Approval::kApproved || found->exchange->expires > unit.clock.Now()) {
      return absl::OkStatus();
    }
    return Decline(unit, tenant, rma, line, {ActorKind::kSystem, "timer"}, "not taken up in time");
  });
}

absl::Status AgreeOnApproval(Unit& unit, const TenantId& tenant, Rma& rma, const Actor& actor) {
  for (RmaLine& line : rma.lines) {
    const int64_t approved = line.q.approved;
    if (approved > 0 && (line.kind == RmaKind::kExchange || AwaitsCustomer(line))) {
      HUIYIN_RETURN_IF_ERROR(ReserveStock(unit, tenant, rma, line));
    }
    if (!line.exchange || line.exchange->state != ExchangeState::kOffered) continue;
    Exchange& terms = *line.exchange;
    if (approved == 0) {
      HUIYIN_RETURN_IF_ERROR(MoveTerms(unit, tenant, rma, line.id, ActionType::kExchangeDeclined,
                                       actor, "not approved"));
      continue;
    }
    HUIYIN_ASSIGN_OR_RETURN(terms.paid, MulDiv(terms.paid, approved, terms.units));
    HUIYIN_ASSIGN_OR_RETURN(terms.price, MulDiv(terms.price, approved, terms.units));
    terms.units = approved;
    // The time to take it up begins with the approval.
    terms.expires = unit.clock.Now() + kOfferStands;
    const bool asked_for = line.kind == RmaKind::kExchange &&
                           terms.sku == (line.exchange_sku.empty() ? line.sku : line.exchange_sku);
    if (asked_for && terms.Difference() <= 0) {
      HUIYIN_RETURN_IF_ERROR(MoveTerms(unit, tenant, rma, line.id, ActionType::kExchangeConfirmed,
                                       actor, "as asked for"));
    } else {
      HUIYIN_RETURN_IF_ERROR(
          unit.schedule.Set(Alarm::kExchangeOffer, tenant, rma.id, line.id, terms.expires));
      HUIYIN_RETURN_IF_ERROR(unit.events.ExchangeChanged(tenant, rma, line, unit.clock.Now()));
    }
  }
  return absl::OkStatus();
}

absl::Status SettleExchanges(Unit& unit, const TenantId& tenant, Rma& rma, const Actor& actor) {
  const absl::Time now = unit.clock.Now();
  for (const RmaLine& line : rma.lines) {
    if (!line.exchange || line.exchange->settled || line.exchange->Asked() == 0 ||
        line.exchange->state != ExchangeState::kReady) {
      continue;
    }
    HUIYIN_ASSIGN_OR_RETURN(const int64_t kept, Kept(rma, line));
    HUIYIN_RETURN_IF_ERROR(Apply(rma, {.type = ActionType::kExchangeSettled,
                                       .line_id = line.id,
                                       .quantity = line.exchange->units,
                                       .actor = actor,
                                       .note = Money(kept, rma.currency).ToString(),
                                       .at = now}));
    HUIYIN_RETURN_IF_ERROR(
        unit.events.ExchangeSettled(tenant, rma, line, Money(kept, rma.currency), now));
  }
  return absl::OkStatus();
}

}  // namespace huiyin::aftersales
