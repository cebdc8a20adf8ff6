// The labels a customer message is given, and their names in protos, SQL, metrics and corpus files.
// The numeric values are stored (model files, decisions): never renumber, only append.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace huiyin::triage {

// What the message is mainly about.
enum class Category : std::uint8_t {
  kLogistics = 0,
  kDamagedOnArrival = 1,
  kWrongOrMissingItem = 2,
  kQuality = 3,
  kNotAsDescribed = 4,
  kRefund = 5,
  kReturnExchange = 6,
  kRepairWarranty = 7,
  kPayment = 8,
  kStock = 9,
  kPricePromotion = 10,
  kInvoice = 11,
  kAccount = 12,
  kOrderChange = 13,
  kProductQuestion = 14,
  kServiceComplaint = 15,
  kPraise = 16,
  kOther = 17,
};
inline constexpr std::size_t kCategoryCount = 18;

// The customer's feeling towards shop, product or service, as expressed.
enum class Sentiment : std::uint8_t { kNegative = 0, kNeutral = 1, kPositive = 2 };
inline constexpr std::size_t kSentimentCount = 3;

// How soon a person must act; priority P1–P4 is decided from this and other facts by policy.
enum class Urgency : std::uint8_t { kLow = 0, kNormal = 1, kHigh = 2, kUrgent = 3 };
inline constexpr std::size_t kUrgencyCount = 4;

inline constexpr std::array<std::string_view, kCategoryCount> kCategoryNames = {
    "LOGISTICS",
    "DAMAGED_ON_ARRIVAL",
    "WRONG_OR_MISSING_ITEM",
    "QUALITY",
    "NOT_AS_DESCRIBED",
    "REFUND",
    "RETURN_EXCHANGE",
    "REPAIR_WARRANTY",
    "PAYMENT",
    "STOCK",
    "PRICE_PROMOTION",
    "INVOICE",
    "ACCOUNT",
    "ORDER_CHANGE",
    "PRODUCT_QUESTION",
    "SERVICE_COMPLAINT",
    "PRAISE",
    "OTHER"};
inline constexpr std::array<std::string_view, kSentimentCount> kSentimentNames = {
    "NEGATIVE", "NEUTRAL", "POSITIVE"};
inline constexpr std::array<std::string_view, kUrgencyCount> kUrgencyNames = {"LOW", "NORMAL",
                                                                              "HIGH", "URGENT"};

constexpr std::string_view ToString(Category c) {
  return kCategoryNames[static_cast<std::size_t>(c)];
}
constexpr std::string_view ToString(Sentiment s) {
  return kSentimentNames[static_cast<std::size_t>(s)];
}
constexpr std::string_view ToString(Urgency u) {
  return kUrgencyNames[static_cast<std::size_t>(u)];
}

// The label called `name` (exact, upper case), or nullopt.
template <typename Label, std::size_t N>
constexpr std::optional<Label> LabelFromName(const std::array<std::string_view, N>& names,
                                             std::string_view name) {
  for (std::size_t i = 0; i < N; ++i) {
    if (names[i] == name) return static_cast<Label>(i);
  }
  return std::nullopt;
}
constexpr std::optional<Category> CategoryFromString(std::string_view name) {
  return LabelFromName<Category>(kCategoryNames, name);
}
constexpr std::optional<Sentiment> SentimentFromString(std::string_view name) {
  return LabelFromName<Sentiment>(kSentimentNames, name);
}
constexpr std::optional<Urgency> UrgencyFromString(std::string_view name) {
  return LabelFromName<Urgency>(kUrgencyNames, name);
}

}  // namespace huiyin::triage
