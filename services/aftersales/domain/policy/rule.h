// Rules. A kind of rule is one file in rules/ and one row of the table in rules/table.cc; a
// document has any number of rules of each kind, and of each kind the first whose condition holds
// for a line speaks (of some kinds, all).
#pragma once

#include <bitset>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "services/aftersales/domain/policy/calendar.h"
#include "services/aftersales/domain/policy/facts.h"
#include "services/aftersales/domain/policy/node.h"
#include "services/aftersales/domain/policy/question.h"
#include "services/aftersales/domain/steps.h"

namespace huiyin::aftersales {

// What a verdict holds so far: the lines before this one.
struct SoFar {
  int64_t refund = 0;
  int64_t return_shipping_fee = 0;
};

// The calendars that a document defines, by name.
using Calendars = std::map<std::string, Calendar, std::less<>>;

// What a rule does to the verdict on a line whose condition holds. Immutable; thread-safe.
class RuleBody {
 public:
  virtual ~RuleBody() = default;
  // True when it said something that belongs to the record.
  virtual bool Speak(const VerdictInputs& inputs, const LineFacts& line, const SoFar& so_far,
                     LineVerdict& verdict) const = 0;
  // Basis points of the price granted for a unit of this grade; -1: this kind has no say.
  virtual int64_t Granted(Grade grade) const { return (void)grade, -1; }
  // Days to send the goods; 0: this kind has no say.
  virtual int64_t ShipWithinDays() const { return 0; }
  // Adds what this kind wants to know.
  virtual void Ask(std::vector<Question>& questions) const { (void)questions; }
  // Longest that a step may take; zero: this kind has no say.
  virtual absl::Duration Target(Step step) const { return (void)step, absl::ZeroDuration(); }
};

struct RuleKind {
  std::string_view name;  // as in documents
  // Reads the rule's own fields ("id", "kind" and "when" are read already). Mistakes go to `check`.
  std::unique_ptr<RuleBody> (*parse)(const Node& rule, const Calendars& calendars,
                                     DocumentCheck& check);
  bool all = false;  // every rule that holds speaks, not only the first
};

// All kinds, in the order in which they speak.
std::span<const RuleKind> RuleKinds();

// When a rule speaks: all that is set must hold. Sets are bits, countries 26 × 26 letters.
struct Condition {
  uint32_t kinds = ~0u;    // by RmaKind
  uint32_t reasons = ~0u;  // by position in kReasons
  uint32_t tiers = ~0u;    // by CustomerTier
  uint32_t any_flags = 0;  // FlagBit; 0: does not matter
  uint32_t without_flags = 0;
  uint32_t cross_border = 3;  // bit 0: within a country, bit 1: across a border
  bool any_country = true;
  std::bitset<26 * 26> countries;       // of delivery
  std::vector<std::string> categories;  // sorted; empty: any
};

// Reads a "when" map.
Condition ParseCondition(const Node& when, DocumentCheck& check);

// Position of "CN" in Condition::countries; -1 when it is no country code.
int CountryBit(std::string_view country);

}  // namespace huiyin::aftersales
