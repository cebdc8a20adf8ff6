// Making good: a case is made with the answer, its comment read and its ticket opened outside any
// transaction, and its ticket followed to the end.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "libs/core/caller.h"
#include "services/survey/usecase/unit.h"

namespace huiyin::survey {

// Port: what triage reads in a text.
class CommentReader {
 public:
  virtual ~CommentReader() = default;
  virtual absl::StatusOr<bool> IsNegative(const TenantId& tenant, const std::string& text) = 0;
};

// Port: tickets of ingest. Each call may be made again with the same case: nothing happens twice.
class TicketDesk {
 public:
  virtual ~TicketDesk() = default;
  // Opens the recovery ticket, with a note that links it to where it came from.
  virtual absl::StatusOr<TicketId> Open(const RecoveryCase& recovery) = 0;
  // Notes on the ticket asked about that `recovery.ticket` makes good; without one it does nothing.
  virtual absl::Status NoteOnOrigin(const RecoveryCase& recovery) = 0;
};

// Reads and opens what `recovery` still lacks and returns it as it is then: kNotNeeded or kOpen.
// No transaction is open meanwhile. Errors of the ports leave nothing to undo.
absl::StatusOr<RecoveryCase> WorkOn(RecoveryCase recovery, CommentReader& reader, TicketDesk& desk,
                                    absl::Time now);

// Keeps what WorkOn returned, unless the case has moved on meanwhile; a negative comment makes the
// response one that needs recovery. An unhappy review is marked and told of.
absl::Status KeepCase(Unit& unit, const RecoveryCase& recovery);

// The recovery ticket `ticket` was resolved, closed or goes on; other tickets are no news.
absl::Status FollowTicket(Unit& unit, const TenantId& tenant, const TicketId& ticket,
                          RecoveryState state);

struct CallBackCommand {
  TenantId tenant;
  InvitationId id;
  CallBackOutcome outcome = CallBackOutcome::kNone;
  std::string note;
  std::string caller;
};
// NOT_FOUND (RECOVERY_NOT_FOUND), FAILED_PRECONDITION (NO_CALL_BACK).
absl::StatusOr<RecoveryCase> CompleteCallBack(Unit& unit, const CallBackCommand& command);

}  // namespace huiyin::survey
