#include "services/aftersales/domain/refund_split.h"

#include <algorithm>
#include <numeric>

#include "services/aftersales/domain/captured_rate.h"
#include "services/aftersales/domain/text.h"

namespace huiyin::aftersales {
namespace {

using Left = AlreadyRefunded::Line;  // here: what is left of a line

Left LeftOf(const OrderLine& line, const AlreadyRefunded& already) {
  Left left{.goods = line.Goods(),
            .discount = line.discount,
            .tax = line.tax,
            .duty = line.duty,
            .withheld = 0,
            .units = line.quantity};
  if (const auto found = already.lines.find(line.line_id); found != already.lines.end()) {
    const Left& gone = found->second;
    left.goods -= gone.goods;
    left.discount -= gone.discount;
    left.tax -= gone.tax;
    left.duty -= gone.duty;
    left.withheld = gone.withheld;  // kept back so far; goodwill may give it back
    left.units -= gone.units;
  }
  return left;
}

// The share of `units` out of `left_units` equal units in `amount`.
absl::StatusOr<int64_t> Share(int64_t amount, int64_t units, int64_t left_units) {
  if (units == left_units) return amount;
  HUIYIN_ASSIGN_OR_RETURN(const std::vector<int64_t> shares,
                          Allocate(amount, std::vector<int64_t>{units, left_units - units}));
  return shares[0];
}

void Push(std::vector<RefundPart>& parts, const std::string& line, Component component,
          int64_t amount) {
  if (amount != 0) parts.push_back({line, component, amount});
}

absl::Status Exceeds(int64_t wanted, int64_t left, int64_t charged_back = 0) {
  std::map<std::string, std::string> facts = {{"left_minor", Concat(left)},
                                              {"wanted_minor", Concat(wanted)}};
  std::string text =
      Concat("only ", left, " minor units are left to refund, ", wanted, " were asked for");
  if (charged_back > 0) {
    facts["charged_back_minor"] = Concat(charged_back);
    text += Concat("; the bank has taken back ", charged_back);
  }
  return Error(absl::StatusCode::kFailedPrecondition, "EXCEEDS_CAPTURED", text, facts);
}

// Goods may have been refunded net of discount (goodwill), so the price left is the two together.
int64_t PriceLeft(const Left& left) { return left.goods - left.discount + left.withheld; }

absl::StatusOr<int64_t> SplitLine(const OrderLine& line, const Left& left,
                                  const UnitsToRefund& wanted, std::vector<RefundPart>& parts) {
  if (wanted.units < 1 || wanted.units > left.units) {
    return Error(absl::StatusCode::kFailedPrecondition, "QUANTITY_EXCEEDS_DELIVERED",
                 Concat("line ", line.line_id, ": ", left.units, " units are left to refund"));
  }
  HUIYIN_ASSIGN_OR_RETURN(int64_t goods, Share(left.goods, wanted.units, left.units));
  HUIYIN_ASSIGN_OR_RETURN(int64_t discount, Share(left.discount, wanted.units, left.units));
  HUIYIN_ASSIGN_OR_RETURN(const int64_t tax, Share(left.tax, wanted.units, left.units));
  HUIYIN_ASSIGN_OR_RETURN(const int64_t duty, Share(left.duty, wanted.units, left.units));
  // After goodwill less goods than discount may be left: then there is no price left to give back.
  goods = std::max<int64_t>(0, goods);
  discount = std::min(discount, goods);
  const int64_t price = goods - discount;
  HUIYIN_ASSIGN_OR_RETURN(const int64_t granted, MulDiv(price, wanted.granted_bp, 10'000));
  HUIYIN_ASSIGN_OR_RETURN(const int64_t tax_granted,
                          MulDiv(tax, wanted.tax_bp.value_or(wanted.granted_bp), 10'000));
  HUIYIN_ASSIGN_OR_RETURN(const int64_t duty_granted,
                          MulDiv(duty, wanted.duty_bp.value_or(wanted.granted_bp), 10'000));
  const int64_t fee = std::clamp<int64_t>(wanted.restocking_fee, 0, granted);
  Push(parts, line.line_id, Component::kGoods, goods);
  Push(parts, line.line_id, Component::kDiscount, discount);
  Push(parts, line.line_id, Component::kTax, tax_granted);
  Push(parts, line.line_id, Component::kDuty, duty_granted);
  Push(parts, line.line_id, Component::kWithheld, price - granted + fee);
  return price + tax + duty;  // before anything is kept back
}

absl::Status NotPayable(int64_t wanted, int64_t rest) {
  return Error(absl::StatusCode::kFailedPrecondition, "AMOUNT_NOT_PAYABLE",
               Concat("the payments' gateways pay in steps: ", wanted - rest, " or ", "more than ",
                      wanted, " minor units can be refunded, not ", wanted),
               {{"payable_minor", Concat(wanted - rest)}, {"wanted_minor", Concat(wanted)}});
}

struct Spread {
  std::vector<PaymentShare> shares;  // without parts; none of 0
  int64_t rest = 0;                  // what no gateway can pay because of its steps
};

// `total` over the payments in proportion to what is left of each, in their gateways' steps.
absl::StatusOr<Spread> SpreadTotal(const Order& order, int64_t total, const PaymentId& only,
                                   const GatewayRules& gateways) {
  Spread spread;
  std::vector<int64_t> available, steps;
  int64_t charged_back = 0;
  for (const Payment& payment : order.payments) {
    if (!only.empty() && payment.id != only) continue;
    charged_back += payment.charged_back;
    if (payment.Available() == 0) continue;
    HUIYIN_ASSIGN_OR_RETURN(const int64_t step,
                            gateways.Step(payment.gateway, PayoutCurrency(order, payment)));
    spread.shares.push_back(
        {.payment = payment.id,
         .gateway = payment.gateway,
         .captured = payment.charged ? payment.charged->minor() : payment.captured,
         .payout = {},
         .parts = {}});
    available.push_back(payment.Available());
    steps.push_back(payment.charged ? 1 : step);  // the payout is rounded, not the amount
  }
  const int64_t left = std::accumulate(available.begin(), available.end(), int64_t{0});
  if (left < total) return Exceeds(total, left, charged_back);
  HUIYIN_ASSIGN_OR_RETURN(const std::vector<int64_t> amounts, Allocate(total, available));
  for (size_t i = 0; i < amounts.size(); ++i) {
    const int64_t off = amounts[i] == available[i] ? 0 : amounts[i] % steps[i];
    spread.shares[i].amount = amounts[i] - off;
    spread.rest += off;
  }
  // What was rounded away goes where there is room for it.
  for (size_t i = 0; i < amounts.size() && spread.rest > 0; ++i) {
    const int64_t room = std::min(spread.rest, available[i] - spread.shares[i].amount);
    const int64_t more = room - room % steps[i];
    spread.shares[i].amount += more;
    spread.rest -= more;
  }
  std::erase_if(spread.shares, [](const PaymentShare& share) { return share.amount == 0; });
  return spread;
}

// The parts of one order line (or of the order itself), to be taken in pieces.
struct LineParts {
  std::string line;
  std::vector<RefundPart> positive;
  std::vector<RefundPart> deductions;
  int64_t net = 0;
  size_t at = 0;  // next of `positive`

  // Moves positive parts worth `net_taken` (and, with `all_deductions`, those and their worth) to
  // `out`.
  void Take(int64_t net_taken, bool all_deductions, std::vector<RefundPart>& out) {
    int64_t wanted = net_taken;
    if (all_deductions) {
      for (const RefundPart& part : deductions) {
        wanted += part.amount;
        out.push_back(part);
      }
    }
    for (; wanted > 0 && at < positive.size(); ++at) {
      RefundPart& part = positive[at];
      const int64_t take = std::min(wanted, part.amount);
      out.push_back({part.order_line_id, part.component, take});
      wanted -= take;
      part.amount -= take;
      if (part.amount > 0) break;
    }
  }
};

std::vector<LineParts> ByLine(const std::vector<RefundPart>& parts) {
  std::vector<LineParts> lines;
  for (const RefundPart& part : parts) {
    auto found = std::find_if(lines.begin(), lines.end(), [&](const LineParts& line) {
      return line.line == part.order_line_id;
    });
    if (found == lines.end()) {
      lines.push_back({.line = part.order_line_id, .positive = {}, .deductions = {}});
      found = lines.end() - 1;
    }
    found->net += part.Signed();
    (IsDeduction(part.component) ? found->deductions : found->positive).push_back(part);
  }
  return lines;
}

// Shipping for units worth `value`: in proportion to the order's lines; all that is left with the
// last unit.
absl::StatusOr<int64_t> ShippingShare(const Order& order, const AlreadyRefunded& already,
                                      int64_t value, const std::map<std::string, int64_t>& now) {
  const int64_t left = order.shipping - already.shipping;
  if (left <= 0) return 0;
  bool last = true;
  for (const OrderLine& line : order.lines) {
    int64_t units = LeftOf(line, already).units;
    if (const auto found = now.find(line.line_id); found != now.end()) units -= found->second;
    last &= units <= 0;
  }
  if (last) return left;
  const int64_t lines_value = order.LinesValue();
  if (lines_value <= 0) return 0;
  HUIYIN_ASSIGN_OR_RETURN(const int64_t share, MulDiv(order.shipping, value, lines_value));
  return std::min(share, left);
}

}  // namespace

void AlreadyRefunded::Add(const RefundPart& part) {
  switch (part.component) {
    case Component::kGoods:
      lines[part.order_line_id].goods += part.amount;
      break;
    case Component::kDiscount:
      lines[part.order_line_id].discount += part.amount;
      break;
    case Component::kTax:
      lines[part.order_line_id].tax += part.amount;
      break;
    case Component::kDuty:
      lines[part.order_line_id].duty += part.amount;
      break;
    case Component::kWithheld:
      lines[part.order_line_id].withheld += part.amount;
      break;
    case Component::kShipping:
      shipping += part.amount;
      break;
    case Component::kFee:
      fee += part.amount;
      break;
  }
}

absl::StatusOr<std::vector<RefundPart>> SplitUnits(const Order& order,
                                                   const AlreadyRefunded& already,
                                                   const std::vector<UnitsToRefund>& units) {
  std::vector<RefundPart> parts;
  AlreadyRefunded so_far = already;
  std::map<std::string, int64_t> now;
  bool any_with_shipping = false;
  int64_t value_with_shipping = 0;
  for (const UnitsToRefund& wanted : units) {
    const OrderLine* line = order.Line(wanted.order_line_id);
    if (line == nullptr) return absl::InvalidArgumentError("there is no such order line");
    const size_t before = parts.size();
    HUIYIN_ASSIGN_OR_RETURN(const int64_t value,
                            SplitLine(*line, LeftOf(*line, so_far), wanted, parts));
    for (size_t i = before; i < parts.size(); ++i) so_far.Add(parts[i]);
    so_far.lines[wanted.order_line_id].units += wanted.units;
    now[wanted.order_line_id] += wanted.units;
    if (wanted.with_shipping && wanted.granted_bp > 0) {
      any_with_shipping = true;
      value_with_shipping += value;
    }
  }
  if (any_with_shipping) {  // even for goods worth nothing: the last unit takes what is left
    HUIYIN_ASSIGN_OR_RETURN(const int64_t shipping,
                            ShippingShare(order, already, value_with_shipping, now));
    Push(parts, "", Component::kShipping, shipping);
  }
  if (Total(parts) == 0) parts.clear();
  return parts;
}

absl::StatusOr<std::vector<RefundPart>> SplitAmount(const Order& order,
                                                    const AlreadyRefunded& already, int64_t amount,
                                                    const std::string& order_line_id) {
  if (amount <= 0) return absl::InvalidArgumentError("the amount must be above zero");
  std::vector<RefundPart> places;  // what is left, as parts
  for (const OrderLine& line : order.lines) {
    if (!order_line_id.empty() && line.line_id != order_line_id) continue;
    const Left left = LeftOf(line, already);
    places.push_back({line.line_id, Component::kGoods, std::max<int64_t>(0, PriceLeft(left))});
    places.push_back({line.line_id, Component::kTax, std::max<int64_t>(0, left.tax)});
    places.push_back({line.line_id, Component::kDuty, std::max<int64_t>(0, left.duty)});
  }
  if (order_line_id.empty()) {
    places.push_back({"", Component::kShipping, order.shipping - already.shipping});
    places.push_back({"", Component::kFee, order.fee - already.fee});
  } else if (places.empty()) {
    return absl::InvalidArgumentError("there is no such order line");
  }
  const int64_t left = Total(places);
  if (left < amount) return Exceeds(amount, left);
  std::vector<int64_t> weights;
  for (const RefundPart& place : places) weights.push_back(place.amount);
  HUIYIN_ASSIGN_OR_RETURN(const std::vector<int64_t> shares, Allocate(amount, weights));
  std::vector<RefundPart> parts;
  for (size_t i = 0; i < places.size(); ++i) {
    Push(parts, places[i].order_line_id, places[i].component, shares[i]);
  }
  return parts;
}

int64_t Total(const std::vector<RefundPart>& parts) {
  int64_t total = 0;
  for (const RefundPart& part : parts) total += part.Signed();
  return total;
}

absl::StatusOr<std::vector<RefundPart>> RoundedToPayable(const Order& order,
                                                         std::vector<RefundPart> parts,
                                                         const PaymentId& only,
                                                         const GatewayRules& gateways) {
  const int64_t total = Total(parts);
  HUIYIN_ASSIGN_OR_RETURN(const Spread spread, SpreadTotal(order, total, only, gateways));
  if (spread.rest == 0) return parts;
  if (spread.rest >= total) return std::vector<RefundPart>();
  std::map<std::string, int64_t> net;
  for (const RefundPart& part : parts) net[part.order_line_id] += part.Signed();
  int64_t rest = spread.rest;
  for (const auto& [line, worth] : net) {
    if (line.empty()) continue;  // nothing is kept back of shipping and fees
    const int64_t kept = std::min(rest, worth);
    Push(parts, line, Component::kWithheld, kept);
    rest -= kept;
  }
  return parts;
}

absl::StatusOr<std::vector<PaymentShare>> SpreadOverPayments(const Order& order,
                                                             const std::vector<RefundPart>& parts,
                                                             const PaymentId& only,
                                                             const GatewayRules& gateways) {
  const int64_t total = Total(parts);
  if (total <= 0) return absl::InvalidArgumentError("there is nothing to refund");
  HUIYIN_ASSIGN_OR_RETURN(Spread spread, SpreadTotal(order, total, only, gateways));
  if (spread.rest > 0) return NotPayable(total, spread.rest);
  std::vector<PaymentShare>& shares = spread.shares;

  // Line by line, each share takes what it has room for. A line's deductions go into its first
  // share together with as much more of its positive parts, so no part and no line turns negative
  // anywhere.
  size_t at = 0;
  int64_t room = shares[0].amount;
  for (LineParts& line : ByLine(parts)) {
    int64_t net = line.net;
    bool first = true;
    do {
      if (room == 0 && net > 0) room = shares[++at].amount;
      const int64_t take = std::min(room, net);
      line.Take(take, first, shares[at].parts);
      room -= take;
      net -= take;
      first = false;
    } while (net > 0);
  }
  for (PaymentShare& share : shares) {
    const Payment& payment = *order.FindPayment(share.payment);
    HUIYIN_ASSIGN_OR_RETURN(const int64_t step,
                            gateways.Step(share.gateway, PayoutCurrency(order, payment)));
    HUIYIN_ASSIGN_OR_RETURN(share.payout, PayoutOf(order, payment, share.amount, step));
  }
  return std::move(spread.shares);
}

}  // namespace huiyin::aftersales
