// Dimensions that figures can be split by, and the names of their values.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace huiyin::analytics {

// Numbers are stored; they never change.
enum class Dimension : uint8_t {
  kCategory = 1,
  kSentiment = 2,
  kUrgency = 3,
  kPriority = 4,
  kChannel = 5,
  kLanguage = 6,
  kProduct = 7,
  kSku = 8,
  kLot = 9,
  kCountry = 10,
  kReason = 11,
  kRmaKind = 12,
  kCurrency = 13,
  kSurvey = 14,
  kScore = 15,
  kSource = 16,
  kDuration = 17,
  kBin = 18,       // of a DDSketch; not for questions
  kRegister = 19,  // of a HyperLogLog; not for questions
  kEventType = 20,
  kQueue = 21,
  kAgent = 22,
  kTier = 23,
  kCarrier = 24,
  kWarehouse = 25,
  kGrounds = 26,
  kTerm = 27,
  kSla = 28,
  kCohort = 29,  // month number, see Calendar::MonthNumber
  kMonthsSince = 30,
};
inline constexpr size_t kDimensionCount = 30;

struct DimensionInfo {
  Dimension dimension;
  std::string_view name;  // in questions; empty: not for questions
  // Names of the values 0, 1, 2 …; empty: values are texts that are given numbers as they come
  // (0 is ""), or plain numbers.
  std::span<const std::string_view> values;
  bool text = false;  // values are interned texts
};

const DimensionInfo& InfoOf(Dimension dimension);
// Name of a value of a dimension that is not of texts: of a cohort its month, "2026-11"; the number
// itself, with two digits at least for months since, when it has no name.
std::string ValueName(Dimension dimension, uint32_t number);
// The other way round; nothing for what cannot be a value.
std::optional<uint32_t> ValueNumber(Dimension dimension, std::string_view name);
// Nothing for an unknown name.
std::optional<Dimension> DimensionNamed(std::string_view name);
std::span<const DimensionInfo> AllDimensions();

// Values of kDuration.
enum class DurationKind : uint32_t {
  kTimeToDecision = 1,
  kFirstResponse = 2,
  kResolution = 3,
  kRefundCycle = 4,       // RMA filed → money there
  kRmaDecision = 5,       // RMA filed → decided
  kGoodsBack = 6,         // decided → inspected
  kRefundSubmission = 7,  // refund asked for → handed to the gateway
  kGatewayAnswer = 8,     // handed to the gateway → money there
  kQueueWait = 9,         // in the queues → with an agent
  // Working time, by the calendar of the SLA plan.
  kFirstResponseWorked = 10,
  kNextResponseWorked = 11,
  kResolutionWorked = 12,
};
// Values of kGrounds: why money went back.
enum class Grounds : uint32_t { kReturn = 1, kGoodwill = 2 };
// Values of kSource.
enum class Source : uint32_t { kTicket = 1, kReturn = 2, kReview = 3, kSurvey = 4 };

}  // namespace huiyin::analytics
