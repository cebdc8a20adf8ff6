#include "services/triage/domain/priority.h"

#include <algorithm>

namespace huiyin::triage {
namespace {

constexpr int kNoLabel = 63;

template <class Label>
uint64_t Bit(Label label) {
  return uint64_t{1} << static_cast<int>(label);
}

uint64_t SecondBit(const PriorityInputs& in) {
  return in.second.has_value() ? Bit(*in.second) : Bit(kNoLabel);
}

}  // namespace

bool PriorityPolicy::Condition::Holds(const PriorityInputs& in) const {
  const auto one_of = [&](uint64_t found) { return ((found & labels) != 0) != inverted; };
  const auto within = [&](int64_t value) { return least <= value && value <= greatest; };
  switch (fact) {
    case Fact::kCategory:
      return one_of(Bit(in.category) | (in.second.has_value() ? Bit(*in.second) : 0));
    case Fact::kMainCategory:
      return one_of(Bit(in.category));
    case Fact::kSecondCategory:
      return one_of(SecondBit(in));
    case Fact::kSentiment:
      return one_of(Bit(in.sentiment));
    case Fact::kUrgency:
      return one_of(Bit(in.urgency));
    case Fact::kTier:
      return one_of(Bit(in.tier));
    case Fact::kChannel:
      return one_of(Bit(in.channel));
    case Fact::kMessages:
      return within(in.customer_messages);
    case Fact::kEarlierTickets:
      return within(in.earlier_tickets);
    case Fact::kRating:
      return in.rating != 0 && within(in.rating);
    case Fact::kAge:
      return within(absl::ToInt64Seconds(in.age));
    case Fact::kOrderValue:
      return in.order_value.currency() == currency && within(in.order_value.minor());
  }
  return false;
}

PriorityVerdict PriorityPolicy::Decide(const PriorityInputs& inputs) const {
  PriorityVerdict verdict;
  verdict.policy_version = version_;
  for (const Rule& rule : rules_) {
    const auto holds = [&](const Condition& condition) { return condition.Holds(inputs); };
    if (!std::all_of(rule.when.begin(), rule.when.end(), holds)) continue;
    verdict.rules.push_back({rule.id, rule.points});
    verdict.score += rule.points;
  }
  for (int band = 0; band < 3; ++band) {
    if (verdict.score < least_[band]) continue;
    verdict.priority = static_cast<Priority>(band + 1);
    break;
  }
  return verdict;
}

std::string Encode(const PriorityVerdict& verdict) {
  std::string text = "P" + std::to_string(static_cast<int>(verdict.priority)) +
                     " score=" + std::to_string(verdict.score) +
                     " policy=" + verdict.policy_version;
  for (const ScoredRule& rule : verdict.rules) {
    text += " " + rule.rule_id + (rule.points < 0 ? "" : "+") + std::to_string(rule.points);
  }
  return text;
}

}  // namespace huiyin::triage
