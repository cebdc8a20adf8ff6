// Random lives of refunds and random amounts through every gateway's currency table. The seed is
// printed; HUIYIN_SEED repeats it.
#include <array>
#include <iostream>
#include <random>

#include "libs/testing/seed.h"
#include "libs/testing/status.h"
#include "services/aftersales/domain/refund_split.h"
#include "services/aftersales/domain/text.h"

namespace huiyin::aftersales {
namespace {

class Dice {
 public:
  explicit Dice(const char* what) : what_(what) {}
  ~Dice() { std::cout << what_ << ": " << rolls << " operations\n"; }
  int64_t UpTo(int64_t n) { return static_cast<int64_t>(random_() % static_cast<uint64_t>(n + 1)); }
  template <class T, size_t N>
  const T& Of(const T (&values)[N]) {
    return values[UpTo(N - 1)];
  }
  int64_t rolls = 0;

 private:
  std::mt19937_64 random_{testing::Seed()};
  const char* what_;
};

// One payment and what happens to it, kept by the rules alone.
struct PaymentModel {
  int64_t captured = 0, held = 0, charged_back = 0;
  std::vector<Refund> refunds;
  std::map<std::string, int64_t> accounts;
};

void Book(PaymentModel& model, const std::vector<LedgerEntry>& entries) {
  int64_t sum = 0;
  for (const LedgerEntry& entry : entries) {
    sum += entry.amount.minor();
    model.accounts[entry.account] += entry.amount.minor();
  }
  ASSERT_EQ(sum, 0);  // invariant 5, transfer by transfer
}

Refund NewRefund(Dice& dice, int number, int64_t amount, const std::string& currency) {
  Refund refund;
  refund.id = RefundId(Concat("r", number));
  refund.gateway = "g";
  refund.amount = Money(amount, currency);
  const int64_t tax = dice.UpTo(amount), withheld = dice.UpTo(50);
  refund.parts = {{"l", Component::kGoods, amount - tax + withheld},
                  {"l", Component::kTax, tax},
                  {"l", Component::kWithheld, withheld}};
  refund.state = RefundState::kRequested;
  return refund;
}

void ExpectInvariants(const PaymentModel& model) {
  int64_t held = 0, owed = 0, paid = 0;
  for (const Refund& refund : model.refunds) {
    const int64_t amount = refund.amount.minor();
    if (HoldsMoney(refund.state)) held += amount;
    if (refund.state == RefundState::kSucceeded) paid += amount;
    if (HoldsMoney(refund.state) && refund.state != RefundState::kRequested &&
        refund.state != RefundState::kSucceeded) {
      owed += amount;
    }
  }
  const auto balance = [&](const char* account) {
    const auto found = model.accounts.find(account);
    return found == model.accounts.end() ? 0 : found->second;
  };
  ASSERT_EQ(held, model.held);
  ASSERT_LE(held, model.captured);
  ASSERT_EQ(balance("refunds_payable"), -owed);
  ASSERT_EQ(balance("gateway.g"), -paid - model.charged_back);
  ASSERT_EQ(balance("chargebacks"), model.charged_back);
  int64_t total = 0;
  for (const auto& [account, amount] : model.accounts) total += amount;
  ASSERT_EQ(total, 0);
}

TEST(RefundProperty, AnyOrderOfEventsKeepsTheInvariants) {
  Dice dice("lives of refunds");
  static constexpr const char* kCurrencies[] = {"JPY", "KWD", "CLF", "ISK", "UGX", "CNY"};
  for (int round = 0; round < 20'000; ++round) {
    const std::string currency = dice.Of(kCurrencies);
    PaymentModel model{.captured = 1 + dice.UpTo(10'000)};
    for (int step = 0; step < 40; ++step) {
      ++dice.rolls;
      const int64_t what = dice.UpTo(9);
      const int64_t left = std::max<int64_t>(0, model.captured - model.held - model.charged_back);
      if (what == 0) {  // the bank takes back, even what was refunded
        const Money amount(1 + dice.UpTo(model.captured / 4 + 1), currency);
        model.charged_back += amount.minor();
        Book(model,
             BookChargeback(Concat("c", step), OrderId("o"), "g", amount, absl::UnixEpoch()));
      } else if (what <= 3) {  // somebody asks; the guard is the store's
        const int64_t amount = 1 + dice.UpTo(model.captured);
        if (amount > left) continue;
        Refund refund = NewRefund(dice, step, amount, currency);
        ASSERT_OK(CheckSplit(refund));
        model.held += amount;
        model.refunds.push_back(std::move(refund));
      } else if (!model.refunds.empty()) {  // anything happens to any refund, possible or not
        Refund& refund = model.refunds[dice.UpTo(static_cast<int64_t>(model.refunds.size()) - 1)];
        const auto event = static_cast<RefundEvent>(dice.UpTo(kRefundEvents - 1));
        const RefundState from = refund.state;
        const std::optional<RefundState> to = Next(from, event);
        if (!to) continue;
        // UNKNOWN is never left by anything but the gateway's word.
        if (from == RefundState::kUnknown) {
          ASSERT_TRUE(event == RefundEvent::kPaid || event == RefundEvent::kDeclined);
        }
        refund.state = *to;
        if (HoldsMoney(from) && !HoldsMoney(*to)) model.held -= refund.amount.minor();
        Book(model, BookRefund(refund, from, *to, absl::UnixEpoch()));
      }
      ExpectInvariants(model);
      if (::testing::Test::HasFatalFailure()) return;
    }
  }
}

// An order in `currency` whose payments were captured by `protocols` and so can be paid back whole.
Order OrderIn(Dice& dice, const std::string& currency,
              const std::vector<GatewayProtocol>& protocols) {
  Order order;
  order.currency = currency;
  int64_t value = 0;
  const int64_t lines = 1 + dice.UpTo(2);
  for (int64_t i = 0; i < lines; ++i) {
    OrderLine line{.line_id = Concat("l", i), .quantity = 1 + dice.UpTo(4)};
    line.unit_price = 1 + dice.UpTo(100'000);
    line.discount = dice.UpTo(line.Goods() / 2);
    line.tax = dice.UpTo(5'000);
    value += line.Value();
    order.lines.push_back(line);
  }
  // A gateway captures in its own steps: shipping makes the sum even.
  order.shipping = (100 - value % 100) % 100 + 100 * dice.UpTo(10);
  int64_t left = value + order.shipping;
  for (size_t i = 0; i < protocols.size(); ++i) {
    const bool last = i + 1 == protocols.size();
    const int64_t part = last ? left : dice.UpTo(left / 100 - 1) * 100;
    if (part == 0) continue;
    left -= part;
    order.payments.push_back({.id = PaymentId(Concat("p", i)),
                              .gateway = std::string(Name(protocols[i])),
                              .captured = part});
    if (left == 0) break;
  }
  return order;
}

TEST(RefundProperty, AmountsAreExactForEveryExponentOfEveryGateway) {
  Dice dice("amounts through gateways");
  std::map<std::string, GatewayProtocol, std::less<>> names;
  for (const GatewayProtocol protocol : kGatewayProtocols) {
    names.emplace(std::string(Name(protocol)), protocol);
  }
  const GatewayRules rules(names);
  static constexpr const char* kCurrencies[] = {"JPY", "KWD", "CLF", "ISK", "UGX",
                                                "MGA", "CNY", "USD", "BHD", "HUF"};
  for (int round = 0; round < 12'000; ++round) {
    const std::string currency = dice.Of(kCurrencies);
    std::vector<GatewayProtocol> payers;
    for (const GatewayProtocol protocol : kGatewayProtocols) {
      if (RuleFor(protocol, currency).ok() && dice.UpTo(1) == 0) payers.push_back(protocol);
    }
    if (payers.empty()) payers.push_back(GatewayProtocol::kSignedHttp);
    Order order = OrderIn(dice, currency, payers);
    const int64_t paid = order.LinesValue() + order.shipping;
    AlreadyRefunded already;
    int64_t total = 0;
    const auto pay = [&](const std::vector<RefundPart>& parts) {
      const auto shares = SpreadOverPayments(order, parts, PaymentId(), rules);
      ASSERT_OK(shares);
      int64_t sum = 0;
      for (const PaymentShare& share : *shares) {
        ++dice.rolls;
        const GatewayProtocol protocol = rules.ProtocolOf(share.gateway);
        const Money amount(share.amount, currency);
        const auto sent = ToGatewayAmount(protocol, amount);
        ASSERT_OK(sent) << amount.ToString() << " " << Name(protocol);
        ASSERT_EQ(*FromGatewayAmount(protocol, *sent, currency), amount);
        ASSERT_EQ(*FromDecimal(Decimal(*sent, 4), 4), *sent);
        ASSERT_EQ(Total(share.parts), share.amount);
        for (const RefundPart& part : share.parts) ASSERT_GE(part.amount, 0);
        sum += share.amount;
        for (Payment& payment : order.payments) {
          if (payment.id == share.payment) payment.refund_held += share.amount;
        }
      }
      ASSERT_EQ(sum, Total(parts));
      for (const RefundPart& part : parts) already.Add(part);
      total += sum;
    };
    for (const OrderLine& line : order.lines) {  // each unit of each line, one by one
      for (int64_t unit = 0; unit < line.quantity; ++unit) {
        ++dice.rolls;
        const auto exact =
            SplitUnits(order, already, {{.order_line_id = line.line_id, .units = 1}});
        ASSERT_OK(exact);
        if (exact->empty()) continue;
        const auto parts = RoundedToPayable(order, *exact, PaymentId(), rules);
        ASSERT_OK(parts);
        ASSERT_LT(Total(*exact) - Total(*parts), 100);  // never as much as the largest step
        if (!SpreadOverPayments(order, *parts, PaymentId(), rules).ok()) continue;  // below a step
        pay(*parts);
        already.lines[line.line_id].units += 1;
        if (::testing::Test::HasFatalFailure()) return;
      }
    }
    // Whatever steps kept back, and the shipping: no tail stays behind.
    if (total < paid) {
      const auto rest = SplitAmount(order, already, paid - total, "");
      ASSERT_OK(rest);
      pay(*rest);
      if (::testing::Test::HasFatalFailure()) return;
    }
    ASSERT_EQ(total, paid);
    for (const Payment& payment : order.payments) ASSERT_EQ(payment.Available(), 0);
  }
}

}  // namespace
}  // namespace huiyin::aftersales
