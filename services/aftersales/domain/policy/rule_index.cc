#include "services/aftersales/domain/policy/rule_index.h"

#include <algorithm>

namespace huiyin::aftersales {
namespace {

void Set(RuleIndex::Bits& bits, size_t rule) { bits[rule / 64] |= uint64_t{1} << rule % 64; }

}  // namespace

RuleIndex::RuleIndex(std::span<const Condition* const> conditions)
    : words_((conditions.size() + 63) / 64) {
  const Bits none(words_, 0);
  for (auto* table : {&kinds_, &reasons_, &tiers_}) table->fill(none);
  cross_border_.fill(none);
  flags_.fill(none);
  for (size_t rule = 0; rule < conditions.size(); ++rule) {
    const Condition& when = *conditions[rule];
    for (int value = 0; value < kValues; ++value) {
      if (when.kinds >> value & 1) Set(kinds_[value], rule);
      if (when.reasons >> value & 1) Set(reasons_[value], rule);
      if (when.tiers >> value & 1) Set(tiers_[value], rule);
    }
    for (uint32_t crosses = 0; crosses < 2; ++crosses) {
      if (when.cross_border >> crosses & 1) Set(cross_border_[crosses], rule);
    }
    for (uint32_t flags = 0; flags < flags_.size(); ++flags) {
      const bool any = when.any_flags == 0 || (when.any_flags & flags) != 0;
      if (any && (when.without_flags & flags) == 0) Set(flags_[flags], rule);
    }
  }
  AddCountries(conditions);
  AddCategories(conditions);
}

void RuleIndex::AddCountries(std::span<const Condition* const> conditions) {
  for (int country = 0; country < kCountries; ++country) {
    Bits bits(words_, 0);
    for (size_t rule = 0; rule < conditions.size(); ++rule) {
      const Condition& when = *conditions[rule];
      const bool named = country < kCountries - 1 && when.countries.test(country);
      if (when.any_country || named) Set(bits, rule);
    }
    auto found = std::find(country_sets_.begin(), country_sets_.end(), bits);
    if (found == country_sets_.end()) {
      country_sets_.push_back(std::move(bits));
      found = country_sets_.end() - 1;
    }
    country_set_[country] = static_cast<uint16_t>(found - country_sets_.begin());
  }
}

void RuleIndex::AddCategories(std::span<const Condition* const> conditions) {
  other_category_.assign(words_, 0);
  for (size_t rule = 0; rule < conditions.size(); ++rule) {
    if (conditions[rule]->categories.empty()) Set(other_category_, rule);
  }
  for (size_t rule = 0; rule < conditions.size(); ++rule) {
    for (const std::string& category : conditions[rule]->categories) {
      Set(categories_.try_emplace(category, other_category_).first->second, rule);
    }
  }
}

RuleIndex::Bits RuleIndex::Match(const VerdictInputs& inputs, const LineFacts& line) const {
  const int reason = ReasonRoot(line.reason);
  const auto kind = static_cast<size_t>(line.kind);
  const auto tier = static_cast<size_t>(inputs.tier);
  if (reason < 0 || kind >= kValues || tier >= kValues) return Bits(words_, 0);
  const int country = CountryBit(inputs.country_of_delivery);
  const auto category = categories_.find(line.category);
  const Bits& of_reason = reasons_[reason];
  const Bits& of_tier = tiers_[tier];
  const Bits& of_border = cross_border_[inputs.CrossBorder() ? 1 : 0];
  const Bits& of_flags = flags_[line.flags % flags_.size()];
  const Bits& of_country = country_sets_[country_set_[country < 0 ? kCountries - 1 : country]];
  const Bits& of_category = category == categories_.end() ? other_category_ : category->second;
  Bits match = kinds_[kind];
  for (size_t i = 0; i < words_; ++i) {
    match[i] &=
        of_reason[i] & of_tier[i] & of_border[i] & of_flags[i] & of_country[i] & of_category[i];
  }
  return match;
}

}  // namespace huiyin::aftersales
