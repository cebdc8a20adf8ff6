// Policies: versioned documents that decide what may be returned, until when, and for how much
// money.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "services/aftersales/domain/policy/facts.h"
#include "services/aftersales/domain/policy/rule.h"
#include "services/aftersales/domain/policy/rule_index.h"
#include "services/aftersales/domain/steps.h"

namespace huiyin::aftersales {

// A compiled document. Immutable; thread-safe. The same inputs always give the same verdict, byte
// for byte.
class Policy {
 public:
  // INVALID_ARGUMENT with one violation per mistake, each naming its line.
  static absl::StatusOr<std::shared_ptr<const Policy>> Compile(std::string_view yaml);

  const std::string& version() const { return version_; }
  // The document it was compiled from.
  const std::string& yaml() const { return yaml_; }
  size_t rule_count() const { return rules_.size(); }

  // Minor units that an agent may give without a second person; 0 for currencies not named.
  int64_t AgentLimit(std::string_view currency) const;

  // What the policy says. Lines for which no window rule speaks need a person.
  Verdict Evaluate(const VerdictInputs& inputs) const;

  // Basis points of the price (0–10 000) granted for a unit of this line that came back with
  // `grade`.
  int64_t Granted(const VerdictInputs& inputs, const LineFacts& line, Grade grade) const;

  // What the policy wants to know about the line, each question once.
  std::vector<Question> Questions(const VerdictInputs& inputs, const LineFacts& line) const;

  // How long each step may take: of all lines the shortest.
  StepTargets Targets(const VerdictInputs& inputs) const;

 private:
  struct Rule {
    std::string id;
    size_t kind = 0;  // position in RuleKinds()
    Condition when;
    std::unique_ptr<RuleBody> body;
  };
  LineVerdict EvaluateLine(const VerdictInputs& inputs, const LineFacts& line, const SoFar& so_far,
                           int64_t& ship_within_days) const;
  void AddRule(const Node& node, const Calendars& calendars, DocumentCheck& check);
  void Index();

  std::string version_;
  std::string yaml_;
  std::map<std::string, int64_t, std::less<>> agent_limits_;
  std::vector<Rule> rules_;         // kind by kind, within a kind as in the document
  std::vector<size_t> first_rule_;  // of each kind; one more for the end
  RuleIndex index_;
};

// The policies that ship, oldest first; the last one applies to tenants without one of their own.
const std::vector<std::shared_ptr<const Policy>>& ShippedPolicies();
std::shared_ptr<const Policy> DefaultPolicy();  // that last one

}  // namespace huiyin::aftersales
