// The sample day as its files hold it. Fields and rules: deploy/sample_day/README.md.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace huiyin::sample_day {

struct OrderLine {
  std::string line_id, sku, product_id, product_name, category, lot;
  uint32_t quantity = 0;
  int64_t unit_price_minor = 0, discount_minor = 0, tax_minor = 0;
  std::vector<std::string> flags;
};

struct Payment {
  std::string payment_id, method, gateway;
  int64_t captured_minor = 0;
  absl::Duration captured_at;  // from play time; negative
};

struct Order {
  std::string order_id, customer_id, customer_tier, country_of_sale, country_of_delivery, currency;
  int currency_exponent = 0;
  absl::Duration ordered_at;  // from play time; negative
  std::optional<absl::Duration> delivered_at;
  std::string carrier, warehouse;
  std::vector<OrderLine> lines;
  int64_t shipping_minor = 0, total_minor = 0;
  std::vector<Payment> payments;
};

struct Form {
  std::string name, order_number;
  std::vector<std::string> type_tags;
};

struct Phone {
  std::string caller, recording_url;
  absl::Duration duration;
};

struct Message {
  std::string message_id;
  bool redelivery = false;
  absl::Duration at;  // since the start of the day
  std::string channel, external_user_id, customer_id, subject, text, order_id, product_id;
  uint32_t rating = 0;
  std::optional<Form> form;
  std::optional<Phone> phone;
  std::vector<std::string> attachments;
};

struct ActionLine {
  std::string line_id, grade;  // grade of RMA_INSPECT only
  uint32_t quantity = 0;
};

// One struct for all types; which fields are set is in the README. Empty or 0 where a type has
// none.
struct Action {
  std::string action_id, type;
  absl::Duration at;
  std::string message_id, agent, text, rma_key, customer_id, order_id, kind, reason, expected,
      expected_reason, tracking_number, comment;
  bool is_public = true;
  std::vector<ActionLine> lines;
  int csat = 0;
  std::optional<int> nps;
};

struct Review {
  std::string review_id, customer_id, order_id, product_id, text, reply;
  int rating = 0;
  absl::Duration at;                            // since the start of the day
  std::vector<std::string> helpful, unhelpful;  // customers who voted
  std::string decision, decision_reason;        // ModerateReview's; empty: none
};

struct Day {
  std::vector<Order> orders;
  std::vector<Message> messages;
  std::vector<Action> actions;
  std::vector<Review> reviews;
};

// Reads orders.jsonl, messages.jsonl, actions.jsonl and reviews.jsonl of `folder`. NOT_FOUND
// without a file; INVALID_ARGUMENT names file, line and key of what is not as the README says.
absl::StatusOr<Day> Load(const std::string& folder);

}  // namespace huiyin::sample_day
