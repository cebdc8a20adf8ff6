#include "services/triage/domain/priority.h"

#include <array>

namespace huiyin::triage {
namespace {

constexpr std::string_view kPolicyVersion = "default-1";

bool About(const PriorityInputs& in, Category category) {
  return in.category == category || in.second == category;
}

struct Rule {
  std::string_view id;
  int points;
  bool (*applies)(const PriorityInputs&);
};

// Points are chosen so that one "urgent" reason alone reaches P1, one "high" reason P2, and mood or
// standing lift by one band at most.
constexpr std::array kRules = {
    Rule{"urgent", 100, [](const PriorityInputs& in) { return in.urgency == Urgency::kUrgent; }},
    Rule{"high", 60, [](const PriorityInputs& in) { return in.urgency == Urgency::kHigh; }},
    Rule{"needs_action", 30,
         [](const PriorityInputs& in) { return in.urgency == Urgency::kNormal; }},
    Rule{"payment_blocked", 45,
         [](const PriorityInputs& in) { return About(in, Category::kPayment); }},
    Rule{"out_of_stock", 40, [](const PriorityInputs& in) { return About(in, Category::kStock); }},
    Rule{"account_at_risk", 15,
         [](const PriorityInputs& in) { return About(in, Category::kAccount); }},
    Rule{"money_awaited", 10,
         [](const PriorityInputs& in) { return About(in, Category::kRefund); }},
    Rule{"vip", 35, [](const PriorityInputs& in) { return in.tier == CustomerTier::kVip; }},
    Rule{"gold", 15, [](const PriorityInputs& in) { return in.tier == CustomerTier::kGold; }},
    Rule{"unhappy", 10,
         [](const PriorityInputs& in) { return in.sentiment == Sentiment::kNegative; }},
    Rule{"one_star", 10, [](const PriorityInputs& in) { return in.rating == 1; }},
    Rule{"asks_again", 15, [](const PriorityInputs& in) { return in.customer_messages >= 4; }},
    Rule{"praise", -40,
         [](const PriorityInputs& in) {
           return in.category == Category::kPraise && !in.second.has_value();
         }},
};

struct Band {
  int at_least;
  Priority priority;
};
constexpr std::array kBands = {Band{100, Priority::kP1}, Band{60, Priority::kP2},
                               Band{30, Priority::kP3}};

}  // namespace

PriorityVerdict DecidePriority(const PriorityInputs& inputs) {
  PriorityVerdict verdict;
  verdict.policy_version = kPolicyVersion;
  for (const Rule& rule : kRules) {
    if (!rule.applies(inputs)) continue;
    verdict.rules.push_back({std::string(rule.id), rule.points});
    verdict.score += rule.points;
  }
  for (const Band& band : kBands) {
    if (verdict.score >= band.at_least) {
      verdict.priority = band.priority;
      break;
    }
  }
  return verdict;
}

}  // namespace huiyin::triage
