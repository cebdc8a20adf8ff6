// The kinds of rules, one parser a file.
#pragma once

#include "services/aftersales/domain/policy/rule.h"

namespace huiyin::aftersales {

// What can never come back: refuses with NON_RETURNABLE. No fields of its own.
std::unique_ptr<RuleBody> ParseNonReturnable(const Node& rule, DocumentCheck& check);
// days: refuses with OUTSIDE_WINDOW what is filed later than that many days after delivery.
std::unique_ptr<RuleBody> ParseReturnWindow(const Node& rule, DocumentCheck& check);
// at_least: without so much evidence a person decides (NEEDS_EVIDENCE).
std::unique_ptr<RuleBody> ParseEvidence(const Node& rule, DocumentCheck& check);
// percent_bp and/or fixed: kept back from the price.
std::unique_ptr<RuleBody> ParseRestockingFee(const Node& rule, DocumentCheck& check);
// Outbound shipping is refunded in proportion. No fields of its own.
std::unique_ptr<RuleBody> ParseRefundShipping(const Node& rule, DocumentCheck& check);
// up_to: the customer keeps goods whose refund is at most that.
std::unique_ptr<RuleBody> ParseKeepGoods(const Node& rule, DocumentCheck& check);
// refund_up_to: above it, and in currencies it does not name, a person decides.
std::unique_ptr<RuleBody> ParseAutoApproval(const Node& rule, DocumentCheck& check);
// recent_rmas: from so many RMAs in 90 days on a person decides (RISK).
std::unique_ptr<RuleBody> ParseRisk(const Node& rule, DocumentCheck& check);
// A person decides (NEEDS_REVIEW). No fields of its own.
std::unique_ptr<RuleBody> ParseReview(const Node& rule, DocumentCheck& check);
// days: time to send the goods after approval.
std::unique_ptr<RuleBody> ParseShipBy(const Node& rule, DocumentCheck& check);
// AS_NEW, OPENED, DAMAGED, WRONG_ITEM, MISSING: basis points of the price granted.
std::unique_ptr<RuleBody> ParseInspection(const Node& rule, DocumentCheck& check);

// The field, or nullptr and a complaint.
const Node* Need(const Node& rule, std::string_view field, DocumentCheck& check);

}  // namespace huiyin::aftersales
