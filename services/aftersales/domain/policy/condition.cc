#include <algorithm>
#include <optional>

#include "services/aftersales/domain/policy/rule.h"
#include "services/aftersales/domain/text.h"

namespace huiyin::aftersales {
namespace {

struct Word {
  std::string_view name;
  int bit;
};

constexpr Word kKinds[] = {
    {"RETURN_REFUND", 1}, {"EXCHANGE", 2}, {"REPAIR", 3}, {"REFUND_ONLY", 4}};
constexpr Word kTiers[] = {{"UNKNOWN", 0}, {"STANDARD", 1}, {"SILVER", 2}, {"GOLD", 3}, {"VIP", 4}};
constexpr Word kFlags[] = {{"HYGIENE", 1}, {"PERISHABLE", 2}, {"CUSTOM_MADE", 3},
                           {"DIGITAL", 4}, {"OVERSIZE", 5},   {"HAZARDOUS", 6}};

template <size_t N>
std::optional<int> Find(const Word (&words)[N], std::string_view name) {
  for (const Word& word : words) {
    if (word.name == name) return word.bit;
  }
  return std::nullopt;
}

std::optional<int> FindReason(std::string_view name) {
  const int root = name.find('.') == name.npos ? ReasonRoot(name) : -1;
  return root < 0 ? std::nullopt : std::optional(root);
}

template <class Lookup>
uint32_t Set(const Node& node, DocumentCheck& check, Lookup lookup) {
  uint32_t set = 0;
  for (const std::string& name : check.Texts(node)) {
    if (const std::optional<int> bit = lookup(name)) {
      set |= 1u << *bit;
    } else {
      check.Add(node, Concat(name, " is not a value of this field"));
    }
  }
  return set;
}

}  // namespace

int CountryBit(std::string_view country) {
  if (country.size() != 2) return -1;
  const int a = country[0] - 'A', b = country[1] - 'A';
  return a < 0 || a > 25 || b < 0 || b > 25 ? -1 : a * 26 + b;
}

Condition ParseCondition(const Node& when, DocumentCheck& check) {
  Condition condition;
  check.Fields(when, {"kinds", "reasons", "tiers", "flags", "without_flags", "countries",
                      "categories", "cross_border"});
  const auto flag = [](const std::string& name) { return Find(kFlags, name); };
  for (const auto& [name, node] : when.fields) {
    if (name == "kinds") {
      condition.kinds = Set(node, check, [](const auto& n) { return Find(kKinds, n); });
    } else if (name == "reasons") {
      condition.reasons = Set(node, check, [](const auto& n) { return FindReason(n); });
    } else if (name == "tiers") {
      condition.tiers = Set(node, check, [](const auto& n) { return Find(kTiers, n); });
    } else if (name == "flags") {
      condition.any_flags = Set(node, check, flag);
    } else if (name == "without_flags") {
      condition.without_flags = Set(node, check, flag);
    } else if (name == "categories") {
      condition.categories = check.Texts(node);
      std::sort(condition.categories.begin(), condition.categories.end());
    } else if (name == "cross_border") {
      condition.cross_border = check.Bool(node) ? 2 : 1;
    } else if (name == "countries") {
      condition.any_country = false;
      for (const std::string& country : check.Texts(node)) {
        const int bit = CountryBit(country);
        if (bit < 0) {
          check.Add(node, Concat(country, " is no ISO 3166-1 alpha-2 code"));
        } else {
          condition.countries.set(bit);
        }
      }
    }
  }
  return condition;
}

}  // namespace huiyin::aftersales
