#include "services/aftersales/domain/policy/rules/table.h"

#include "services/aftersales/domain/text.h"

namespace huiyin::aftersales {
namespace {

// Refusals first; then money, so that limits see the final amount. Whether goods come back at all
// is known before it is asked who pays for that.
constexpr RuleKind kKinds[] = {
    {"non_returnable", ParseNonReturnable},
    {"return_window", ParseReturnWindow},
    {"evidence", ParseEvidence},
    {"questions", ParseQuestions, /*all=*/true},
    {"import_charges", ParseImportCharges},
    {"restocking_fee", ParseRestockingFee},
    {"refund_shipping", ParseRefundShipping},
    {"return_route", ParseReturnRoute},
    {"keep_goods", ParseKeepGoods},
    {"return_shipping", ParseReturnShipping},
    {"refund_timing", ParseRefundTiming},
    {"auto_approval", ParseAutoApproval},
    {"risk", ParseRisk, /*all=*/true},
    {"review", ParseReview},
    {"ship_by", ParseShipBy},
    {"inspection", ParseInspection},
    {"step_targets", ParseStepTargets},
};

}  // namespace

std::span<const RuleKind> RuleKinds() { return kKinds; }

const Node* Need(const Node& rule, std::string_view field, DocumentCheck& check) {
  const Node* node = rule.Field(field);
  if (node == nullptr) check.Add(rule, Concat("\"", field, "\" is missing"));
  return node;
}

}  // namespace huiyin::aftersales
