#include "deploy/sample_day/player/day.h"

#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "libs/core/status.h"

namespace huiyin::sample_day {
namespace {

using nlohmann::json;

// Text; empty for null and, for keys that only some types have, for absence.
std::string Text(const json& object, const char* key) {
  const auto it = object.find(key);
  return it == object.end() || it->is_null() ? "" : it->get<std::string>();
}

int64_t Int(const json& object, const char* key) { return object.at(key).get<int64_t>(); }

std::vector<std::string> Texts(const json& object, const char* key) {
  return object.at(key).get<std::vector<std::string>>();
}

// "-9d4h17m" before play time.
absl::Duration Offset(const std::string& text) {
  int days = 0, hours = 0, minutes = 0, used = 0;
  if (std::sscanf(text.c_str(), "-%dd%dh%dm%n", &days, &hours, &minutes, &used) != 3 ||
      used != static_cast<int>(text.size()) || hours > 23 || minutes > 59) {
    throw std::invalid_argument("\"" + text + "\" is not an offset such as -9d4h17m");
  }
  return -(absl::Hours(24 * days + hours) + absl::Minutes(minutes));
}

// "HH:MM:SS" since the start of the day.
absl::Duration At(const std::string& text) {
  int hours = 0, minutes = 0, seconds = 0, used = 0;
  if (std::sscanf(text.c_str(), "%d:%d:%d%n", &hours, &minutes, &seconds, &used) != 3 ||
      used != static_cast<int>(text.size()) || hours > 23 || minutes > 59 || seconds > 59) {
    throw std::invalid_argument("\"" + text + "\" is not a time such as 07:09:31");
  }
  return absl::Hours(hours) + absl::Minutes(minutes) + absl::Seconds(seconds);
}

Order ToOrder(const json& o) {
  Order order{.order_id = Text(o, "order_id"),
              .customer_id = Text(o, "customer_id"),
              .customer_tier = Text(o, "customer_tier"),
              .country_of_sale = Text(o, "country_of_sale"),
              .country_of_delivery = Text(o, "country_of_delivery"),
              .currency = Text(o, "currency"),
              .currency_exponent = static_cast<int>(Int(o, "currency_exponent")),
              .ordered_at = Offset(Text(o, "ordered_at")),
              .carrier = Text(o, "carrier"),
              .warehouse = Text(o, "warehouse"),
              .shipping_minor = Int(o, "shipping_minor"),
              .total_minor = Int(o, "total_minor")};
  if (!o.at("delivered_at").is_null()) order.delivered_at = Offset(Text(o, "delivered_at"));
  for (const json& l : o.at("lines")) {
    order.lines.push_back({.line_id = Text(l, "line_id"),
                           .sku = Text(l, "sku"),
                           .product_id = Text(l, "product_id"),
                           .product_name = Text(l, "product_name"),
                           .category = Text(l, "category"),
                           .lot = Text(l, "lot"),
                           .quantity = static_cast<uint32_t>(Int(l, "quantity")),
                           .unit_price_minor = Int(l, "unit_price_minor"),
                           .discount_minor = Int(l, "discount_minor"),
                           .tax_minor = Int(l, "tax_minor"),
                           .flags = Texts(l, "flags")});
  }
  for (const json& p : o.at("payments")) {
    order.payments.push_back({.payment_id = Text(p, "payment_id"),
                              .method = Text(p, "method"),
                              .gateway = Text(p, "gateway"),
                              .captured_minor = Int(p, "captured_minor"),
                              .captured_at = Offset(Text(p, "captured_at"))});
  }
  return order;
}

Message ToMessage(const json& m) {
  Message message{.message_id = Text(m, "message_id"),
                  .redelivery = m.at("redelivery").get<bool>(),
                  .at = At(Text(m, "at")),
                  .channel = Text(m, "channel"),
                  .external_user_id = Text(m, "external_user_id"),
                  .customer_id = Text(m, "customer_id"),
                  .subject = Text(m, "subject"),
                  .text = Text(m, "text"),
                  .order_id = Text(m, "order_id"),
                  .product_id = Text(m, "product_id"),
                  .attachments = Texts(m, "attachments")};
  if (!m.at("rating").is_null()) message.rating = static_cast<uint32_t>(Int(m, "rating"));
  if (const json& f = m.at("form"); !f.is_null()) {
    message.form = Form{Text(f, "name"), Text(f, "order_number"), Texts(f, "type_tags")};
  }
  if (const json& p = m.at("phone"); !p.is_null()) {
    message.phone = Phone{Text(p, "caller"), Text(p, "recording_url"),
                          absl::Seconds(Int(p, "duration_seconds"))};
  }
  return message;
}

Action ToAction(const json& a) {
  Action action{.action_id = Text(a, "action_id"),
                .type = Text(a, "type"),
                .at = At(Text(a, "at")),
                .message_id = Text(a, "message_id"),
                .agent = Text(a, "agent"),
                .text = Text(a, "text"),
                .rma_key = Text(a, "rma_key"),
                .customer_id = Text(a, "customer_id"),
                .order_id = Text(a, "order_id"),
                .kind = Text(a, "kind"),
                .reason = Text(a, "reason"),
                .expected = Text(a, "expected"),
                .expected_reason = Text(a, "expected_reason"),
                .tracking_number = Text(a, "tracking_number"),
                .comment = Text(a, "comment")};
  if (a.contains("public")) action.is_public = a["public"].get<bool>();
  if (a.contains("lines")) {
    for (const json& l : a["lines"]) {
      action.lines.push_back(
          {Text(l, "line_id"), Text(l, "grade"), static_cast<uint32_t>(Int(l, "quantity"))});
    }
  }
  if (a.contains("csat")) action.csat = static_cast<int>(Int(a, "csat"));
  if (a.contains("nps") && !a["nps"].is_null()) action.nps = static_cast<int>(Int(a, "nps"));
  return action;
}

Review ToReview(const json& r) {
  Review review{.review_id = Text(r, "review_id"),
                .customer_id = Text(r, "customer_id"),
                .order_id = Text(r, "order_id"),
                .product_id = Text(r, "product_id"),
                .text = Text(r, "text"),
                .reply = Text(r, "reply"),
                .rating = static_cast<int>(Int(r, "rating")),
                .at = At(Text(r, "at")),
                .helpful = Texts(r, "helpful"),
                .unhelpful = Texts(r, "unhelpful")};
  if (const json& d = r.at("decision"); !d.is_null()) {
    review.decision = Text(d, "action");
    review.decision_reason = Text(d, "reason");
  }
  return review;
}

template <class Record>
absl::Status Read(const std::string& file, const std::function<Record(const json&)>& parse,
                  std::vector<Record>& records) {
  std::ifstream in(file, std::ios::binary);
  if (!in) {
    return Error(absl::StatusCode::kNotFound, "NO_SAMPLE_DAY",
                 file + " cannot be read; give the folder of the sample day with --data");
  }
  std::string line;
  for (int number = 1; std::getline(in, line); ++number) {
    try {
      records.push_back(parse(json::parse(line)));
    } catch (const std::exception& e) {
      return Error(absl::StatusCode::kInvalidArgument, "BAD_LINE",
                   absl::StrCat(file, ":", number, ": ", e.what()));
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Day> Load(const std::string& folder) {
  Day day;
  HUIYIN_RETURN_IF_ERROR(Read<Order>(folder + "/orders.jsonl", ToOrder, day.orders));
  HUIYIN_RETURN_IF_ERROR(Read<Message>(folder + "/messages.jsonl", ToMessage, day.messages));
  HUIYIN_RETURN_IF_ERROR(Read<Action>(folder + "/actions.jsonl", ToAction, day.actions));
  HUIYIN_RETURN_IF_ERROR(Read<Review>(folder + "/reviews.jsonl", ToReview, day.reviews));
  return day;
}

}  // namespace huiyin::sample_day
