// Priority P1–P4 is decided, not learned: a table of named rules gives points, the sum falls into a
// band. A policy is a value with a version; the same version and inputs give the same answer for
// ever.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "services/triage/domain/labels.h"

namespace huiyin::triage {

enum class Priority : uint8_t { kP1 = 1, kP2 = 2, kP3 = 3, kP4 = 4 };

// Numbers of huiyin.common.v1.CustomerTier; stored.
enum class CustomerTier : uint8_t { kUnknown = 0, kStandard = 1, kSilver = 2, kGold = 3, kVip = 4 };

struct PriorityInputs {
  Category category = Category::kOther;
  std::optional<Category> second;
  Sentiment sentiment = Sentiment::kNeutral;
  Urgency urgency = Urgency::kNormal;
  CustomerTier tier = CustomerTier::kUnknown;
  int customer_messages = 1;  // on this ticket so far
  int rating = 0;             // stars of a review, 1–5; 0: not a review

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

// The policy in force. Payment failure and missing stock go first, as the business asked; so does
// whatever endangers people.
PriorityVerdict DecidePriority(const PriorityInputs& inputs);

}  // namespace huiyin::triage
