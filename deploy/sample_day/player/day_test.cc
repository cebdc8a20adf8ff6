// What the README of the sample day says of its files is true of them.
#include "deploy/sample_day/player/day.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "libs/core/money.h"
#include "libs/testing/status.h"

#ifndef HUIYIN_SAMPLE_DAY
#error "the build names the folder of the sample day"
#endif

namespace huiyin::sample_day {
namespace {

class SampleDayTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    auto loaded = Load(HUIYIN_SAMPLE_DAY);
    ASSERT_OK(loaded);
    day_ = new Day(*std::move(loaded));
  }
  static const Day& day() { return *day_; }
  static std::map<std::string, const Order*> Orders() {
    std::map<std::string, const Order*> orders;
    for (const Order& order : day().orders) orders[order.order_id] = &order;
    return orders;
  }

 private:
  static Day* day_;
};
Day* SampleDayTest::day_ = nullptr;

TEST_F(SampleDayTest, IsAsLargeAsPromised) {
  EXPECT_GE(day().messages.size(), 500u);
  EXPECT_GE(day().orders.size(), 150u);
}

TEST_F(SampleDayTest, SumsOfEveryOrderAreExact) {
  for (const Order& order : day().orders) {
    int64_t lines = 0, captured = 0;
    for (const OrderLine& line : order.lines) {
      const int64_t worth =
          line.quantity * line.unit_price_minor - line.discount_minor + line.tax_minor;
      EXPECT_GE(worth, 0) << line.line_id;
      lines += worth;
    }
    for (const Payment& payment : order.payments) {
      EXPECT_GT(payment.captured_minor, 0) << payment.payment_id;
      captured += payment.captured_minor;
    }
    EXPECT_EQ(lines + order.shipping_minor, order.total_minor) << order.order_id;
    EXPECT_EQ(captured, order.total_minor) << order.order_id;
    const auto exponent = CurrencyExponent(order.currency);
    ASSERT_OK(exponent);
    EXPECT_EQ(order.currency_exponent, *exponent) << order.order_id;
  }
}

TEST_F(SampleDayTest, OrdersHappenInOrder) {
  for (const Order& order : day().orders) {
    EXPECT_LT(order.ordered_at, absl::ZeroDuration()) << order.order_id;
    if (order.delivered_at) {
      EXPECT_GT(*order.delivered_at, order.ordered_at) << order.order_id;
    }
    for (const Payment& payment : order.payments) {
      EXPECT_GE(payment.captured_at, order.ordered_at) << payment.payment_id;
      EXPECT_LT(payment.captured_at, absl::ZeroDuration()) << payment.payment_id;
    }
  }
}

TEST_F(SampleDayTest, IdsAreUnique) {
  std::set<std::string> seen;
  for (const Order& order : day().orders) {
    EXPECT_TRUE(seen.insert(order.order_id).second) << order.order_id;
    for (const auto& line : order.lines)
      EXPECT_TRUE(seen.insert(line.line_id).second) << line.line_id;
    for (const auto& payment : order.payments) {
      EXPECT_TRUE(seen.insert(payment.payment_id).second) << payment.payment_id;
    }
  }
  for (const Action& action : day().actions) {
    EXPECT_TRUE(seen.insert(action.action_id).second) << action.action_id;
  }
}

TEST_F(SampleDayTest, ARedeliveryRepeatsItsMessageAndComesLater) {
  std::map<std::string, const Message*> first;
  for (const Message& message : day().messages) {
    const auto [it, fresh] = first.emplace(message.message_id, &message);
    EXPECT_EQ(fresh, !message.redelivery) << message.message_id;
    if (fresh) continue;
    EXPECT_EQ(message.text, it->second->text);
    EXPECT_EQ(message.external_user_id, it->second->external_user_id);
    EXPECT_GE(message.at, it->second->at);
  }
}

TEST_F(SampleDayTest, MessagesFitTheirChannel) {
  static const std::set<std::string> kChannels = {"FORM",  "CHAT",  "WECHAT", "WEIBO",
                                                  "EMAIL", "PHONE", "REVIEW"};
  const auto orders = Orders();
  absl::Duration before = absl::ZeroDuration();
  for (const Message& m : day().messages) {
    EXPECT_TRUE(kChannels.contains(m.channel)) << m.message_id;
    EXPECT_GE(m.at, before) << m.message_id << " is not in play order";
    before = m.at;
    EXPECT_FALSE(m.external_user_id.empty()) << m.message_id;
    EXPECT_EQ(m.form.has_value(), m.channel == "FORM") << m.message_id;
    EXPECT_EQ(m.phone.has_value(), m.channel == "PHONE") << m.message_id;
    EXPECT_EQ(m.rating > 0, m.channel == "REVIEW") << m.message_id;
    EXPECT_LE(m.rating, 5u);
    if (m.channel == "REVIEW") {
      EXPECT_FALSE(m.product_id.empty()) << m.message_id;
    }
    if (!m.order_id.empty()) {
      EXPECT_TRUE(orders.contains(m.order_id)) << m.message_id;
    }
  }
}

TEST_F(SampleDayTest, ActionsReferToWhatIsThere) {
  const auto orders = Orders();
  std::map<std::string, absl::Duration> messages;
  for (const Message& message : day().messages) messages.emplace(message.message_id, message.at);
  std::set<std::string> rmas;
  absl::Duration before = absl::ZeroDuration();
  for (const Action& a : day().actions) {
    EXPECT_GE(a.at, before) << a.action_id << " is not in play order";
    before = a.at;
    if (!a.message_id.empty()) {
      ASSERT_TRUE(messages.contains(a.message_id)) << a.action_id;
      EXPECT_LE(messages[a.message_id], a.at) << a.action_id;
    }
    if (a.type == "RMA_CREATE") {
      EXPECT_TRUE(rmas.insert(a.rma_key).second) << a.action_id;
      ASSERT_TRUE(orders.contains(a.order_id)) << a.action_id;
      const Order& order = *orders.at(a.order_id);
      EXPECT_EQ(order.customer_id, a.customer_id) << a.action_id;
      for (const ActionLine& line : a.lines) {
        EXPECT_TRUE(std::any_of(order.lines.begin(), order.lines.end(), [&](const auto& l) {
          return l.line_id == line.line_id;
        })) << a.action_id;
      }
      EXPECT_EQ(a.expected == "REJECTED", !a.expected_reason.empty()) << a.action_id;
    } else if (!a.rma_key.empty()) {
      EXPECT_TRUE(rmas.contains(a.rma_key)) << a.action_id << " before its RMA_CREATE";
    }
    if (a.type == "SURVEY") {
      EXPECT_NE(a.message_id.empty(), a.rma_key.empty()) << a.action_id;
      EXPECT_GE(a.csat, 1);
      EXPECT_LE(a.csat, 5);
      if (a.nps) {
        EXPECT_LE(*a.nps, 10);
      }
    }
  }
}

TEST_F(SampleDayTest, ReviewsAreOfWhatWasDelivered) {
  const auto orders = Orders();
  std::set<std::string> seen;
  absl::Duration before = absl::ZeroDuration();
  for (const Review& r : day().reviews) {
    EXPECT_TRUE(seen.insert(r.review_id).second) << r.review_id;
    EXPECT_GE(r.at, before) << r.review_id << " is not in play order";
    before = r.at;
    EXPECT_GE(r.rating, 1);
    EXPECT_LE(r.rating, 5);
    for (const std::string& voter : r.helpful) EXPECT_NE(voter, r.customer_id) << r.review_id;
    EXPECT_EQ(r.decision.empty(), r.decision_reason.empty()) << r.review_id;
    if (r.order_id.empty()) continue;
    ASSERT_TRUE(orders.contains(r.order_id)) << r.review_id;
    const Order& order = *orders.at(r.order_id);
    EXPECT_EQ(order.customer_id, r.customer_id) << r.review_id;
    EXPECT_TRUE(order.delivered_at.has_value()) << r.review_id;
    EXPECT_TRUE(std::any_of(order.lines.begin(), order.lines.end(), [&](const auto& line) {
      return line.product_id == r.product_id;
    })) << r.review_id;
  }
  EXPECT_GE(seen.size(), 20u);
}

TEST_F(SampleDayTest, OneLotOfOneProductStandsOut) {
  std::map<std::string, const Order*> orders = Orders();
  std::map<std::string, int> returned;
  for (const Action& a : day().actions) {
    if (a.type != "RMA_CREATE") continue;
    for (const ActionLine& line : a.lines) {
      for (const OrderLine& l : orders.at(a.order_id)->lines) {
        if (l.line_id == line.line_id) ++returned[l.product_id + "/" + l.lot];
      }
    }
  }
  for (const auto& [lot, count] : returned) {
    if (lot != "P-KET15/L2409B") {
      EXPECT_LT(4 * count, returned["P-KET15/L2409B"]) << lot;
    }
  }
}

}  // namespace
}  // namespace huiyin::sample_day
