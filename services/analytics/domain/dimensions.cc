#include "services/analytics/domain/dimensions.h"

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
};

}  // namespace

const DimensionInfo& InfoOf(Dimension dimension) {
  return kDimensions[static_cast<size_t>(dimension) - 1];
}

std::string ValueName(Dimension dimension, uint32_t number) {
  const std::span<const std::string_view> names = InfoOf(dimension).values;
  return number < names.size() ? std::string(names[number]) : std::to_string(number);
}

std::optional<Dimension> DimensionNamed(std::string_view name) {
  for (const DimensionInfo& info : kDimensions) {
    if (!info.name.empty() && info.name == name) return info.dimension;
  }
  return std::nullopt;
}

std::span<const DimensionInfo> AllDimensions() { return kDimensions; }

}  // namespace huiyin::analytics
