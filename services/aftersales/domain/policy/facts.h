// What a policy looks at, and what it says. Both have canonical bytes, so that a stored verdict can
// be evaluated again and compared byte for byte.
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
};

struct VerdictInputs {
  std::string country_of_sale;
  std::string country_of_delivery;
  CustomerTier tier = CustomerTier::kUnknown;
  std::string currency;
  std::string language;  // of the sentence
  absl::Time filed_at;
  int64_t recent_rmas = 0;  // filed by this customer in the 90 days before
  std::vector<LineFacts> lines;

  std::string Encode() const;
  static absl::StatusOr<VerdictInputs> Decode(std::string_view bytes);  // DATA_LOSS
};

// Stored by number, equal to rma.proto. A greater one is stricter.
enum class Decision { kApprove = 1, kReview = 2, kReject = 3 };
std::string_view Name(Decision decision);

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

  // Keeps the stricter of the two decisions; true when that is `to`.
  bool Restrict(Decision to, std::string_view why);
};

struct Verdict {
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

}  // namespace huiyin::aftersales
