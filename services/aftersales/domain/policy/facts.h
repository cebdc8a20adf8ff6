// What a policy looks at, and what it says. Both have canonical bytes, so that a stored verdict can
// be evaluated again and compared byte for byte.
//
// The bytes begin with the number of their format. A fact that policies did not know before, or a
// change in how they judge, makes a new format; inputs of an old one are judged as they were then.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/aftersales/domain/order.h"
#include "services/aftersales/domain/rma.h"

namespace huiyin::aftersales {

// Roots of the reason tree. The position is the bit in conditions and is stored: only append.
inline constexpr std::string_view kReasons[] = {
    "NO_LONGER_WANTED", "WRONG_SIZE",    "NOT_AS_DESCRIBED",
    "WRONG_ITEM",       "MISSING_PARTS", "DAMAGED_IN_TRANSIT",
    "DEFECTIVE",        "SAFETY_HAZARD", "SPOILED",
    "LATE_DELIVERY",    "OTHER"};
inline constexpr int kReasonCount = 11;

// The root of "DEFECTIVE.OVERHEATS" as a position in kReasons; -1 when it is not a reason code.
// What follows the root must be dots and UPPER_SNAKE, 64 characters in all.
int ReasonRoot(std::string_view reason);

struct LineFacts {
  std::string rma_line_id;
  RmaKind kind = RmaKind::kReturnRefund;
  std::string reason;
  int64_t quantity = 0;
  std::string category;
  uint32_t flags = 0;
  int64_t evidence = 0;  // pieces sent along
  absl::Time delivered_at;
  // Minor units: the refund of these units if they come back as new, and their share of outbound
  // shipping.
  int64_t price_refund = 0;
  int64_t shipping_share = 0;
  // Since format 2. Of price_refund: import VAT or other tax, and duty.
  int64_t tax_share = 0;
  int64_t duty_share = 0;
  // Of `evidence`: sent along with an earlier RMA already.
  int64_t reused_evidence = 0;
  std::vector<std::string> answered;  // ids of questions
};

inline constexpr int64_t kFactsFormat = 2;

struct VerdictInputs {
  int64_t format = kFactsFormat;
  std::string country_of_sale;
  std::string country_of_delivery;
  CustomerTier tier = CustomerTier::kUnknown;
  std::string currency;
  std::string language;  // of the sentence
  absl::Time filed_at;
  int64_t recent_rmas = 0;  // filed by this customer in the 90 days before
  // Since format 2.
  std::string zone;               // IANA time zone of the customer
  int64_t recent_orders = 0;      // placed by this customer in the 90 days before
  int64_t recent_mismatches = 0;  // units of this customer's returns, in the 365 days before, that
                                  // were not what was sent: graded WRONG_ITEM or MISSING
  int64_t customer_days = 0;      // since the first order known of this customer
  std::vector<LineFacts> lines;

  bool CrossBorder() const { return country_of_sale != country_of_delivery; }
  std::string Encode() const;
  static absl::StatusOr<VerdictInputs> Decode(std::string_view bytes);  // DATA_LOSS
};

// Stored by number, equal to rma.proto. A greater one is stricter.
enum class Decision { kApprove = 1, kReview = 2, kReject = 3 };
std::string_view Name(Decision decision);

// How much of tax or duty comes back. Stored by number.
enum class ImportCharge { kProportional = 0, kFull = 1, kNone = 2 };

// Where goods that come back go. Stored by number, equal to rma_progress.proto.
enum class ReturnRoute { kDirect = 0, kLocalHub = 1, kConsolidate = 2, kKeep = 3 };
inline constexpr int kReturnRoutes = 4;
std::string_view Name(ReturnRoute route);

struct LineVerdict {
  std::string rma_line_id;
  Decision decision = Decision::kApprove;
  std::string reason;  // why not; empty for kApprove
  std::vector<std::string> rule_ids;
  int64_t refund = 0;          // if everything comes back as new; fee taken off, shipping added
  int64_t restocking_fee = 0;  // taken off
  bool with_shipping = false;
  bool keep_goods = false;
  bool evidence_needed = false;
  std::optional<absl::Time> window_ends_at;
  // Since format 2. What the customer pays for the way back, taken off.
  bool customer_pays_return = false;
  int64_t return_shipping_fee = 0;
  ImportCharge tax = ImportCharge::kProportional;
  ImportCharge duty = ImportCharge::kProportional;
  ReturnRoute route = ReturnRoute::kDirect;
  std::string hub;  // where LOCAL_HUB and CONSOLIDATE gather
  RefundAt refund_at = RefundAt::kInspection;

  // Keeps the stricter of the two decisions; true when that is `to`.
  bool Restrict(Decision to, std::string_view why);
};

struct Verdict {
  int64_t format = kFactsFormat;
  Decision decision = Decision::kApprove;
  std::string policy_version;
  std::string inputs_hash;  // SHA-256 of VerdictInputs::Encode()
  std::string currency;
  int64_t refund = 0;                 // Σ lines that are not refused
  std::vector<std::string> rule_ids;  // each once
  std::string language;
  std::string sentence;
  int64_t ship_within_days = 0;
  std::vector<LineVerdict> lines;

  // Why the whole is not approved: the reason of the first line with the verdict's decision.
  std::string Reason() const;
  std::string Encode() const;
  static absl::StatusOr<Verdict> Decode(std::string_view bytes);  // DATA_LOSS
};

// A verdict with all that it was made from.
struct Judgement {
  VerdictInputs inputs;
  Verdict verdict;
};

}  // namespace huiyin::aftersales
