#include "services/aftersales/domain/policy/rules/table.h"

#include "services/aftersales/domain/text.h"

namespace huiyin::aftersales {
namespace {

// Refusals first; then money, so that limits see the final amount.
constexpr RuleKind kKinds[] = {
    {"non_returnable", ParseNonReturnable},
    {"return_window", ParseReturnWindow},
    {"evidence", ParseEvidence},
    {"restocking_fee", ParseRestockingFee},
    {"refund_shipping", ParseRefundShipping},
    {"keep_goods", ParseKeepGoods},
    {"auto_approval", ParseAutoApproval},
    {"risk", ParseRisk},
    {"review", ParseReview},
    {"ship_by", ParseShipBy},
    {"inspection", ParseInspection},
};

}  // namespace

std::span<const RuleKind> RuleKinds() { return kKinds; }

const Node* Need(const Node& rule, std::string_view field, DocumentCheck& check) {
  const Node* node = rule.Field(field);
  if (node == nullptr) check.Add(rule, Concat("\"", field, "\" is missing"));
  return node;
}

}  // namespace huiyin::aftersales
