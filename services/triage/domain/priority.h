// Priority P1–P4 is decided, not learned: a table of named rules gives points, the sum falls into a
// band. A policy is a value with a version; the same version and inputs give the same answer for
// ever, byte for byte, so every decision can be replayed from what is stored with it.
//
// A policy is written one statement a line (policy/document.h):
//
//   P1 from 100                  three bands, falling; below P3's is P4
//   rule vip +35 when tier is VIP
//   rule fraud +30 when urgency is URGENT and category in ACCOUNT, PAYMENT
//   rule big_order +10 when order_value >= 2000 CNY
//
// Facts and what may be said of them:
//   category, main_category, second_category, sentiment, urgency, tier, channel
//       is X | is not X | in X, Y.   "category" is the main or the second one; second_category may
//       be NONE.
//   messages, earlier_tickets, rating
//       >= <= > < = NUMBER.   A rating condition does not hold when there is no rating.
//   age          >= … with a duration: 90m, 24h, 2d
//   order_value  >= … with an amount: 99.50 CNY.   Does not hold for orders in another currency.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/core/money.h"
#include "services/triage/domain/labels.h"

namespace huiyin::triage {

enum class Priority : uint8_t { kP1 = 1, kP2 = 2, kP3 = 3, kP4 = 4 };

// Numbers of huiyin.common.v1.CustomerTier; stored.
enum class CustomerTier : uint8_t { kUnknown = 0, kStandard = 1, kSilver = 2, kGold = 3, kVip = 4 };
inline constexpr std::array<std::string_view, 5> kTierNames = {"UNKNOWN", "STANDARD", "SILVER",
                                                               "GOLD", "VIP"};

// Where the ticket came from: numbers of huiyin.common.v1.Channel; stored.
enum class Channel : uint8_t {
  kUnknown = 0,
  kForm = 1,
  kChat = 2,
  kWechat = 3,
  kWeibo = 4,
  kEmail = 5,
  kPhone = 6,
  kReview = 7,
  kSurvey = 8,
  kApi = 9
};
inline constexpr std::array<std::string_view, 10> kChannelNames = {
    "UNKNOWN", "FORM", "CHAT", "WECHAT", "WEIBO", "EMAIL", "PHONE", "REVIEW", "SURVEY", "API"};

struct PriorityInputs {
  Category category = Category::kOther;
  std::optional<Category> second;
  Sentiment sentiment = Sentiment::kNeutral;
  Urgency urgency = Urgency::kNormal;
  CustomerTier tier = CustomerTier::kUnknown;
  int customer_messages = 1;  // on this ticket so far
  int rating = 0;             // stars of a review, 1–5; 0: not a review
  int earlier_tickets = 0;    // of the same customer in the 30 days before; at most 100
  absl::Duration age;         // of the ticket, whole seconds
  Money order_value;          // of the order it is about; no currency: unknown
  Channel channel = Channel::kUnknown;

  friend bool operator==(const PriorityInputs&, const PriorityInputs&) = default;
};

struct ScoredRule {
  std::string rule_id;
  int points = 0;

  friend bool operator==(const ScoredRule&, const ScoredRule&) = default;
};

struct PriorityVerdict {
  Priority priority = Priority::kP4;
  int score = 0;
  std::vector<ScoredRule> rules;  // those that applied, in table order
  std::string policy_version;

  friend bool operator==(const PriorityVerdict&, const PriorityVerdict&) = default;
};

// "P2 score=75 policy=default-4 high+60 unhappy+10 …": the verdict's one written form. Two verdicts
// are the same if and only if these bytes are.
std::string Encode(const PriorityVerdict& verdict);

// A compiled policy. Immutable; thread-safe.
class PriorityPolicy {
 public:
  // INVALID_ARGUMENT with one violation per mistake, each naming its line.
  static absl::StatusOr<std::shared_ptr<const PriorityPolicy>> Compile(std::string version,
                                                                       std::string_view source);

  PriorityVerdict Decide(const PriorityInputs& inputs) const;

  const std::string& version() const { return version_; }
  size_t rules() const { return rules_.size(); }

 private:
  friend class PriorityPolicyReader;
  enum class Fact : uint8_t {
    kCategory,
    kMainCategory,
    kSecondCategory,
    kSentiment,
    kUrgency,
    kTier,
    kChannel,  // labels
    kMessages,
    kEarlierTickets,
    kRating,
    kAge,
    kOrderValue  // numbers
  };
  struct Condition {
    Fact fact = Fact::kCategory;
    // Labels: bit n for label n, bit kNoLabel for NONE; `inverted` for "is not".
    uint64_t labels = 0;
    bool inverted = false;
    // Numbers: least and greatest value that fits; seconds for ages, minor units for amounts.
    int64_t least = INT64_MIN, greatest = INT64_MAX;
    std::string currency;

    bool Holds(const PriorityInputs& inputs) const;
  };
  struct Rule {
    std::string id;
    int points = 0;
    std::vector<Condition> when;  // all must hold
  };

  std::string version_;
  int least_[3] = {};  // score from which P1, P2, P3 begins
  std::vector<Rule> rules_;
};

// The policies that ship: "default-1" to "default-4". Nullopt for other versions.
std::optional<std::string_view> BuiltInPrioritySource(std::string_view version);
// In force for tenants that have published none.
inline constexpr std::string_view kDefaultPriorityVersion = "default-4";

}  // namespace huiyin::triage
