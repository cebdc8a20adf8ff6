// Policies: versioned documents that decide what may be returned, until when, and for how much
// money.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "services/aftersales/domain/policy/facts.h"
#include "services/aftersales/domain/policy/rule.h"

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
  size_t rule_count() const;

  // Minor units that an agent may give without a second person; 0 for currencies not named.
  int64_t AgentLimit(std::string_view currency) const;

  // What the policy says. Lines for which no window rule speaks need a person.
  Verdict Evaluate(const VerdictInputs& inputs) const;

  // Basis points of the price (0–10 000) granted for a unit of this line that came back with
  // `grade`.
  int64_t Granted(const VerdictInputs& inputs, const LineFacts& line, Grade grade) const;

 private:
  struct Rule {
    std::string id;
    Condition when;
    std::vector<uint64_t> categories;  // bits by category number; empty: any
    std::unique_ptr<RuleBody> body;
  };
  struct Case;  // a line, prepared for matching
  Case Prepare(const VerdictInputs& inputs, const LineFacts& line) const;
  static bool Holds(const Rule& rule, const Case& c);
  LineVerdict EvaluateLine(const VerdictInputs& inputs, const LineFacts& line,
                           int64_t& ship_within_days) const;
  void AddRule(const Node& node, DocumentCheck& check);

  std::string version_;
  std::string yaml_;
  std::map<std::string, int64_t, std::less<>> agent_limits_;
  std::vector<std::vector<Rule>> rules_;  // by position in RuleKinds()
  absl::flat_hash_map<std::string, int> categories_;
};

// The policy that ships, and applies to tenants without one of their own.
std::string_view DefaultPolicyYaml();
std::shared_ptr<const Policy> DefaultPolicy();

}  // namespace huiyin::aftersales
