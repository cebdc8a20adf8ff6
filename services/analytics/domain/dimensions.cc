#include "services/analytics/domain/dimensions.h"

#include <algorithm>

#include "absl/strings/numbers.h"
#include "absl/strings/str_format.h"

namespace huiyin::analytics {
namespace {

using Names = std::string_view;

constexpr Names kCategories[] = {"",
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
constexpr Names kSentiments[] = {"", "NEGATIVE", "NEUTRAL", "POSITIVE"};
constexpr Names kUrgencies[] = {"", "LOW", "NORMAL", "HIGH", "URGENT"};
constexpr Names kPriorities[] = {"", "P1", "P2", "P3", "P4"};
constexpr Names kChannels[] = {"",      "FORM",  "CHAT",   "WECHAT", "WEIBO",
                               "EMAIL", "PHONE", "REVIEW", "SURVEY", "API"};
constexpr Names kRmaKinds[] = {"",       "RETURN_REFUND", "EXCHANGE",
                               "REPAIR", "REFUND_ONLY",   "PARTIAL_REFUND"};
constexpr Names kSurveys[] = {"", "CSAT", "NPS", "CES"};
constexpr Names kSources[] = {"", "ticket", "return", "review", "survey"};
constexpr Names kDurations[] = {"",
                                "time_to_decision",
                                "first_response",
                                "resolution",
                                "refund_cycle",
                                "rma_decision",
                                "goods_back",
                                "refund_submission",
                                "gateway_answer",
                                "queue_wait",
                                "first_response_worked",
                                "next_response_worked",
                                "resolution_worked"};
constexpr Names kSlas[] = {"", "FIRST_RESPONSE", "NEXT_RESPONSE", "RESOLUTION"};
constexpr Names kTiers[] = {"", "STANDARD", "SILVER", "GOLD", "VIP"};
constexpr Names kGroundsNames[] = {"", "RETURN", "GOODWILL"};

constexpr DimensionInfo kDimensions[] = {
    {Dimension::kCategory, "category", kCategories},
    {Dimension::kSentiment, "sentiment", kSentiments},
    {Dimension::kUrgency, "urgency", kUrgencies},
    {Dimension::kPriority, "priority", kPriorities},
    {Dimension::kChannel, "channel", kChannels},
    {Dimension::kLanguage, "language", {}, true},
    {Dimension::kProduct, "product", {}, true},
    {Dimension::kSku, "sku", {}, true},
    {Dimension::kLot, "lot", {}, true},
    {Dimension::kCountry, "country", {}, true},
    {Dimension::kReason, "reason", {}, true},
    {Dimension::kRmaKind, "rma_kind", kRmaKinds},
    {Dimension::kCurrency, "currency", {}, true},
    {Dimension::kSurvey, "survey", kSurveys},
    {Dimension::kScore, "score", {}},
    {Dimension::kSource, "source", kSources},
    {Dimension::kDuration, "duration", kDurations},
    {Dimension::kBin, "", {}},
    {Dimension::kRegister, "", {}},
    {Dimension::kEventType, "event_type", {}, true},
    {Dimension::kQueue, "queue", {}, true},
    {Dimension::kAgent, "agent", {}, true},
    {Dimension::kTier, "tier", kTiers},
    {Dimension::kCarrier, "carrier", {}, true},
    {Dimension::kWarehouse, "warehouse", {}, true},
    {Dimension::kGrounds, "grounds", kGroundsNames},
    {Dimension::kTerm, "term", {}, true},
    {Dimension::kSla, "sla", kSlas},
    {Dimension::kCohort, "cohort", {}},
    {Dimension::kMonthsSince, "months_since", {}},
};

constexpr uint32_t kMonthsOfYear = 12;

}  // namespace

const DimensionInfo& InfoOf(Dimension dimension) {
  return kDimensions[static_cast<size_t>(dimension) - 1];
}

std::string ValueName(Dimension dimension, uint32_t number) {
  if (dimension == Dimension::kCohort) {
    return absl::StrFormat("%04d-%02d", number / kMonthsOfYear, number % kMonthsOfYear + 1);
  }
  // Names are sorted as texts.
  if (dimension == Dimension::kMonthsSince) return absl::StrFormat("%02d", number);
  const std::span<const std::string_view> names = InfoOf(dimension).values;
  return number < names.size() ? std::string(names[number]) : std::to_string(number);
}

std::optional<uint32_t> ValueNumber(Dimension dimension, std::string_view name) {
  const std::span<const std::string_view> names = InfoOf(dimension).values;
  const auto named = std::find(names.begin(), names.end(), name);
  if (named != names.end()) return static_cast<uint32_t>(named - names.begin());
  const auto digits = [](std::string_view text) -> std::optional<uint32_t> {
    uint32_t number = 0;
    const bool plain = !text.empty() && text.find_first_not_of("0123456789") == text.npos;
    return plain && absl::SimpleAtoi({text.data(), text.size()}, &number) ? std::optional(number)
                                                                          : std::nullopt;
  };
  if (dimension != Dimension::kCohort) return digits(name);
  const size_t dash = name.find('-');
  if (dash == name.npos) return std::nullopt;
  const auto year = digits(name.substr(0, dash)), month = digits(name.substr(dash + 1));
  const bool is_month = year && month && *year <= 9999 && *month >= 1 && *month <= kMonthsOfYear;
  return is_month ? std::optional(*year * kMonthsOfYear + *month - 1) : std::nullopt;
}

std::optional<Dimension> DimensionNamed(std::string_view name) {
  for (const DimensionInfo& info : kDimensions) {
    if (!info.name.empty() && info.name == name) return info.dimension;
  }
  return std::nullopt;
}

std::span<const DimensionInfo> AllDimensions() { return kDimensions; }

}  // namespace huiyin::analytics
