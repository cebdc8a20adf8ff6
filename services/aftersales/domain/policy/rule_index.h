// Which of many rules hold for a case, without asking each: per attribute and value the set of
// rules that admit it, as bits; their intersection is the answer.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/inlined_vector.h"
#include "services/aftersales/domain/policy/rule.h"

namespace huiyin::aftersales {

// Immutable once built; thread-safe.
class RuleIndex {
 public:
  using Bits = absl::InlinedVector<uint64_t, 8>;  // by position of the rule; room for 512 in place

  RuleIndex() : RuleIndex(std::span<const Condition* const>()) {}
  explicit RuleIndex(std::span<const Condition* const> conditions);

  // The rules whose condition holds.
  Bits Match(const VerdictInputs& inputs, const LineFacts& line) const;

 private:
  static constexpr int kValues = 32;  // of kinds, reasons, tiers: what fits a condition's bits
  static constexpr int kCountries = 26 * 26 + 1;  // the last: none that we know

  void AddCountries(std::span<const Condition* const> conditions);
  void AddCategories(std::span<const Condition* const> conditions);

  size_t words_ = 0;
  std::array<Bits, kValues> kinds_, reasons_, tiers_;
  std::array<Bits, 2> cross_border_;
  std::array<Bits, 128> flags_;  // by all the flags of the goods
  std::array<uint16_t, kCountries> country_set_{};
  std::vector<Bits> country_sets_;  // few: most countries are named by the same rules
  absl::flat_hash_map<std::string, Bits> categories_;
  Bits other_category_;
};

}  // namespace huiyin::aftersales
