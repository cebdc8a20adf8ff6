// The kinds of rules, one parser a file.
#pragma once

#include "services/aftersales/domain/policy/rule.h"
#include "services/aftersales/domain/text.h"

namespace huiyin::aftersales {

using Amounts = std::map<std::string, int64_t, std::less<>>;  // minor units by ISO 4217 code

// What can never come back: refuses with NON_RETURNABLE. No fields of its own.
std::unique_ptr<RuleBody> ParseNonReturnable(const Node&, const Calendars&, DocumentCheck&);
// days, or working_days, and calendar: refuses with OUTSIDE_WINDOW what is filed later than that
// after delivery. With a calendar the last day counts to its end.
std::unique_ptr<RuleBody> ParseReturnWindow(const Node&, const Calendars&, DocumentCheck&);
// at_least, refund_from: without so much evidence for so much money a person decides
// (NEEDS_EVIDENCE).
std::unique_ptr<RuleBody> ParseEvidence(const Node&, const Calendars&, DocumentCheck&);
// ask: questions with id, text by language, choices, mandatory; without an answer to a mandatory
// one a person decides (NEEDS_ANSWERS). All rules of this kind that hold ask.
std::unique_ptr<RuleBody> ParseQuestions(const Node&, const Calendars&, DocumentCheck&);
// tax, duty: FULL, PROPORTIONAL (to what inspection grants) or NONE.
std::unique_ptr<RuleBody> ParseImportCharges(const Node&, const Calendars&, DocumentCheck&);
// percent_bp and/or fixed: kept back from the price.
std::unique_ptr<RuleBody> ParseRestockingFee(const Node&, const Calendars&, DocumentCheck&);
// Outbound shipping is refunded in proportion. No fields of its own.
std::unique_ptr<RuleBody> ParseRefundShipping(const Node&, const Calendars&, DocumentCheck&);
// payer: CUSTOMER or MERCHANT; fee: what a parcel of ours costs the customer, once per RMA.
std::unique_ptr<RuleBody> ParseReturnShipping(const Node&, const Calendars&, DocumentCheck&);
// route: DIRECT, LOCAL_HUB or CONSOLIDATE (at hub), KEEP; keep_up_to: goods whose refund is at most
// that stay with the customer in any case.
std::unique_ptr<RuleBody> ParseReturnRoute(const Node&, const Calendars&, DocumentCheck&);
// up_to: the customer keeps goods whose refund is at most that.
std::unique_ptr<RuleBody> ParseKeepGoods(const Node&, const Calendars&, DocumentCheck&);
// at: INSPECTION, CARRIER_SCAN or APPROVAL; up_to: refunds of at most that, others wait for
// inspection.
std::unique_ptr<RuleBody> ParseRefundTiming(const Node&, const Calendars&, DocumentCheck&);
// refund_up_to (a line), rma_refund_up_to (the lines together): above it, and in currencies it does
// not name, a person decides.
std::unique_ptr<RuleBody> ParseAutoApproval(const Node&, const Calendars&, DocumentCheck&);
// recent_rmas, return_rate_bp, customer_days_below, recent_mismatches, reused_evidence,
// refund_from: when `needed` (1) of these signals are there a person decides (RISK). All rules of
// this kind that hold are asked.
std::unique_ptr<RuleBody> ParseRisk(const Node&, const Calendars&, DocumentCheck&);
// A person decides (NEEDS_REVIEW). No fields of its own.
std::unique_ptr<RuleBody> ParseReview(const Node&, const Calendars&, DocumentCheck&);
// days: time to send the goods after approval.
std::unique_ptr<RuleBody> ParseShipBy(const Node&, const Calendars&, DocumentCheck&);
// AS_NEW, OPENED, DAMAGED, WRONG_ITEM, MISSING: basis points of the price granted.
std::unique_ptr<RuleBody> ParseInspection(const Node&, const Calendars&, DocumentCheck&);
// DECIDE, SEND, TRANSPORT, INSPECT, REFUND, PAY, REPLACE, DELIVER: hours that a step may take.
std::unique_ptr<RuleBody> ParseStepTargets(const Node&, const Calendars&, DocumentCheck&);

// The field, or nullptr and a complaint.
const Node* Need(const Node& rule, std::string_view field, DocumentCheck& check);

}  // namespace huiyin::aftersales
