// Texts for the customer, in the customer's language: documents/sentences.inc.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "services/aftersales/domain/policy/facts.h"

namespace huiyin::aftersales {

// What can be said. The key in the file is the name in kTextKeys.
enum class Text {
  kReturn,    // approved: send the goods, then {amount}
  kKeep,      // approved: keep the goods, {amount} comes
  kExchange,  // approved
  kRepair,    // approved
  kReview,    // a person decides
  kEvidence,  // a person decides; pictures are missing
  kTooLate,   // the window ended on {date}
  kNever,     // such goods cannot come back
  kNo,        // refused for another reason
  kReturnOwnCost,
  kReturnFee,  // {fee} is taken off
  kNotDelivered,
  kNothingLeft,
  // Steps of an RMA.
  kFiled,
  kApproved,
  kRejected,
  kCancelled,
  kExpired,
  kShipped,
  kReceived,
  kInspected,
  kRefundRequested,
  kRefunded,
  kRefundFailed,
  kReplaced,
  kDelivered,
  kCompleted,
  kAppealed,
  kExtended,
  kLabelReady,
  kNoLabel,
  kReturnAtScan,  // {amount} comes when the carrier has the goods
  kReturnAtOnce,  // {amount} comes now; the goods are awaited
};
inline constexpr std::string_view kTextKeys[] = {"return",
                                                 "keep",
                                                 "exchange",
                                                 "repair",
                                                 "review",
                                                 "evidence",
                                                 "too_late",
                                                 "never",
                                                 "no",
                                                 "return_own_cost",
                                                 "return_fee",
                                                 "not_delivered",
                                                 "nothing_left",
                                                 "step_filed",
                                                 "step_approved",
                                                 "step_rejected",
                                                 "step_cancelled",
                                                 "step_expired",
                                                 "step_shipped",
                                                 "step_received",
                                                 "step_inspected",
                                                 "step_refund_requested",
                                                 "step_refunded",
                                                 "step_refund_failed",
                                                 "step_replaced",
                                                 "step_delivered",
                                                 "step_completed",
                                                 "step_appealed",
                                                 "step_extended",
                                                 "step_label",
                                                 "step_no_label",
                                                 "return_at_scan",
                                                 "return_at_once"};
inline constexpr int kTexts = 33;

// BCP 47 tags that every text exists in.
std::span<const std::string_view> Languages();
// True for languages that texts exist in, by primary subtag.
bool HasSentences(std::string_view language);

// True for Chinese in traditional characters.
bool IsTraditional(std::string_view language);

// The text with its placeholders, in `language` or, where that is none of ours, English. Chinese
// marked as Hant, TW, HK or MO is written in traditional characters.
std::string_view Template(Text text, std::string_view language);

// One sentence for the whole verdict, in inputs.language.
std::string CustomerSentence(const VerdictInputs& inputs, const Verdict& verdict);

// One sentence for a single line's verdict.
std::string LineSentence(const VerdictInputs& inputs, const LineFacts& line,
                         const LineVerdict& verdict, int64_t ship_within_days);

}  // namespace huiyin::aftersales
