// Making good: an unhappy answer or review, the ticket opened because of it, and how that ended.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "absl/time/time.h"
#include "services/survey/domain/answers.h"
#include "services/survey/domain/review.h"

namespace huiyin::survey {

// Numbers are stored and sent.
enum class RecoveryState { kPending = 1, kNotNeeded = 2, kOpen = 3, kResolved = 4, kClosed = 5 };
enum class RecoveryReason { kUnknown = 0, kLowScore = 1, kNegativeComment = 2 };
enum class CallBackOutcome { kNone = 0, kReached = 1, kNotReached = 2, kDeclined = 3 };

struct RecoveryCase {
  TenantId tenant;
  InvitationId id;  // of the answer, or of the review
  int rating = 0;   // stars of the review it is about; 0: it is about an answer
  RecoveryState state = RecoveryState::kPending;
  RecoveryReason reason = RecoveryReason::kUnknown;
  CustomerId customer;
  TicketId origin;  // asked about
  RmaId rma;
  OrderId order;
  std::string product;
  std::string language;
  std::string score;    // "CSAT 1 (1-5)", "1 of 5 stars"
  std::string comment;  // what to read and to tell; forgotten once the ticket holds it
  TicketId ticket;      // opened
  std::optional<absl::Time> call_back_due;  // absent: nobody is to be called
  CallBackOutcome call_back = CallBackOutcome::kNone;
  std::string call_back_note;
  std::string called_by;
  int attempts = 0;
  absl::Time created_at;
  std::optional<absl::Time> opened_at;
  std::optional<absl::Time> ended_at;
};

// The case that a finished answer makes; none when its score is not low and it says nothing.
std::optional<RecoveryCase> CaseOf(const Survey& survey, const Invitation& invitation,
                                   const Response& response, absl::Duration call_back_within);
// The case of a review that was written or changed, likewise. Its words are read even when the
// stars are many.
std::optional<RecoveryCase> CaseOf(const Review& review);

// The review that a case with a rating is about.
inline ReviewId ReviewOf(const RecoveryCase& recovery) { return ReviewId(recovery.id.value()); }

// What the recovery ticket begins with: the comment, or the score where there is none.
std::string TicketText(const RecoveryCase& recovery);
// Notes for staff: on the recovery ticket and on the one asked about.
std::string LinkNote(const RecoveryCase& recovery);
std::string OriginNote(const RecoveryCase& recovery);

// A UUID made from `purpose` and the case: the same each time, so that what was sent before is
// known when it is sent again.
std::string RequestIdFor(const RecoveryCase& recovery, std::string_view purpose);

// When to try again after `attempts` failures: 1 s, 2 s, 4 s … 5 min.
absl::Duration RetryDelay(int attempts);

}  // namespace huiyin::survey
