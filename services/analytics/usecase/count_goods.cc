#include <algorithm>

#include "libs/core/status.h"
#include "services/analytics/usecase/count_facts.h"
#include "services/analytics/usecase/customers.h"

namespace huiyin::analytics {
namespace {

// Numbers of huiyin.event.v1.RmaClosed.Outcome and RefundLifecycle.
constexpr uint32_t kRmaCompleted = 1;
constexpr uint32_t kRefundHandedOver = 3, kRefundSucceeded = 4, kRefundFailed = 5,
                   kRefundReversed = 7;

absl::StatusOr<Goods> InternGoods(TenantFigures& figures, const Units& units) {
  Goods goods;
  HUIYIN_ASSIGN_OR_RETURN(goods.product, figures.Intern(Dimension::kProduct, units.product));
  HUIYIN_ASSIGN_OR_RETURN(goods.sku, figures.Intern(Dimension::kSku, units.sku));
  HUIYIN_ASSIGN_OR_RETURN(goods.lot, figures.Intern(Dimension::kLot, units.lot));
  HUIYIN_ASSIGN_OR_RETURN(goods.carrier, figures.Intern(Dimension::kCarrier, units.carrier));
  HUIYIN_ASSIGN_OR_RETURN(goods.warehouse, figures.Intern(Dimension::kWarehouse, units.warehouse));
  return goods;
}

absl::StatusOr<RmaLineState> MakeLine(TenantFigures& figures, const RmaLine& line) {
  RmaLineState state;
  HUIYIN_ASSIGN_OR_RETURN(state.goods,
                          InternGoods(figures, {line.product, line.sku, line.lot, "", ""}));
  HUIYIN_ASSIGN_OR_RETURN(state.reason, figures.Intern(Dimension::kReason, line.reason));
  state.issue = IssueOfReason(line.reason);
  state.kind = line.kind;
  state.quantity = line.quantity;
  return state;
}

// Finds out when and which way the goods went to the customer, as far as the order is known by now.
void LocateLines(const OrderState& order, RmaState& rma) {
  if (order.version == 0) return;
  rma.shipped_at = order.shipped_at;
  for (RmaLineState& line : rma.lines) {
    line.goods = CommonGoods(order, line.goods).value_or(line.goods);
  }
}

}  // namespace

absl::Status Count(TenantFigures& figures, absl::Time at, const OrderVersion& fact) {
  HUIYIN_ASSIGN_OR_RETURN(const uint32_t country,
                          figures.Intern(Dimension::kCountry, fact.country));
  std::vector<OrderUnits> shipped;
  for (const Units& units : fact.units) {
    HUIYIN_ASSIGN_OR_RETURN(const Goods goods, InternGoods(figures, units));
    shipped.push_back({goods, units.quantity});
  }
  HUIYIN_ASSIGN_OR_RETURN(OrderState* const order, figures.Change<OrderState>(fact.order));
  if (order->version == 0) {
    const uint32_t month = figures.MonthOf(fact.ordered_at.value_or(at));
    HUIYIN_RETURN_IF_ERROR(AddActivity(figures, fact.customer, month, {.orders = 1}));
  }
  if (fact.version > order->version) {
    if (order->version == 0) order->shipped_at = at;
    order->version = fact.version;
    order->country = country;
    order->tier = fact.tier;
    if (fact.delivered_at) order->shipped_at = *fact.delivered_at;
    order->units = std::move(shipped);
  }
  for (const std::string& ticket : order->tickets) {
    HUIYIN_RETURN_IF_ERROR(LocateTicket(figures, ticket));
    HUIYIN_RETURN_IF_ERROR(NoteExample(figures, ticket));
  }
  for (const std::string& id : order->rmas) {
    HUIYIN_ASSIGN_OR_RETURN(RmaState* const rma, figures.Change<RmaState>(id));
    LocateLines(*order, *rma);
  }
  return absl::OkStatus();
}

absl::Status Count(TenantFigures& figures, absl::Time at, const RmaFiled& fact) {
  bool own_case = true;
  if (!fact.ticket.empty()) {
    HUIYIN_ASSIGN_OR_RETURN(const TicketState* const ticket, figures.Get<TicketState>(fact.ticket));
    own_case = ticket->goods.product == 0 || !IsComplaint(*ticket);
  }
  HUIYIN_ASSIGN_OR_RETURN(const uint32_t country,
                          figures.Intern(Dimension::kCountry, fact.country));
  std::vector<RmaLineState> lines;
  for (const RmaLine& line : fact.lines) {
    HUIYIN_ASSIGN_OR_RETURN(lines.emplace_back(), MakeLine(figures, line));
  }
  HUIYIN_ASSIGN_OR_RETURN(RmaState* const rma, figures.Change<RmaState>(fact.rma));
  if (!rma->submitted_at) {
    HUIYIN_RETURN_IF_ERROR(
        AddActivity(figures, fact.customer, figures.MonthOf(at), {.returns = 1}));
  }
  rma->submitted_at = at;
  rma->country = country;
  rma->own_case = own_case;
  rma->lines = std::move(lines);
  if (fact.order.empty()) return absl::OkStatus();
  HUIYIN_ASSIGN_OR_RETURN(OrderState* const order, figures.Change<OrderState>(fact.order));
  auto& rmas = order->rmas;
  if (std::find(rmas.begin(), rmas.end(), fact.rma) == rmas.end()) rmas.push_back(fact.rma);
  LocateLines(*order, *rma);
  return absl::OkStatus();
}

absl::Status Count(TenantFigures& figures, absl::Time at, const RmaDecision& fact) {
  HUIYIN_ASSIGN_OR_RETURN(RmaState* const rma, figures.Change<RmaState>(fact.rma));
  rma->decided_at = at;
  rma->approved = fact.approved;
  return absl::OkStatus();
}

absl::Status Count(TenantFigures& figures, absl::Time at, const RmaInspection& fact) {
  HUIYIN_ASSIGN_OR_RETURN(RmaState* const rma, figures.Change<RmaState>(fact.rma));
  if (!rma->inspected_at) rma->inspected_at = at;
  return absl::OkStatus();
}

absl::Status Count(TenantFigures& figures, absl::Time at, const RmaEnd& fact) {
  if (fact.outcome != kRmaCompleted) return absl::OkStatus();
  HUIYIN_ASSIGN_OR_RETURN(RmaState* const rma, figures.Change<RmaState>(fact.rma));
  rma->completed_at = at;
  return absl::OkStatus();
}

absl::Status Count(TenantFigures& figures, absl::Time at, const RefundChange& fact) {
  HUIYIN_ASSIGN_OR_RETURN(const uint32_t currency,
                          figures.Intern(Dimension::kCurrency, fact.currency));
  uint32_t country = 0;
  if (!fact.rma.empty()) {
    HUIYIN_ASSIGN_OR_RETURN(const RmaState* const rma, figures.Get<RmaState>(fact.rma));
    country = rma->country;
  }
  HUIYIN_ASSIGN_OR_RETURN(RefundState* const refund, figures.Change<RefundState>(fact.refund));
  refund->lifecycle = fact.to;
  refund->currency = currency;
  refund->country = country;
  refund->grounds = static_cast<uint32_t>(fact.rma.empty() ? Grounds::kGoodwill : Grounds::kReturn);
  refund->amount_minor = fact.amount_minor;
  refund->requested_at = fact.requested_at.value_or(at);
  refund->rma_filed_at = fact.submitted_at;
  if (fact.to == kRefundHandedOver && !refund->handed_over_at) refund->handed_over_at = at;
  if (fact.to == kRefundSucceeded) refund->succeeded_at = at;
  if (fact.to == kRefundFailed) refund->failed_at = at;
  if (fact.to == kRefundReversed) refund->reversed_at = at;
  return absl::OkStatus();
}

}  // namespace huiyin::analytics
