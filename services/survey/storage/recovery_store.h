// Port: cases of making good. Domain types only; sql_recovery_store.h keeps them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/survey/domain/recovery.h"
#include "services/survey/storage/store.h"

namespace huiyin::survey {

struct RecoveryFilter {
  std::optional<RecoveryState> state;  // absent: any but kNotNeeded
  bool to_call_only = false;
};

// One session of a database; not thread-safe. A missing row is not an error.
class RecoveryStore {
 public:
  virtual ~RecoveryStore() = default;

  // Adds it, or replaces it.
  virtual absl::Status PutCase(const RecoveryCase& recovery) = 0;
  virtual absl::StatusOr<std::optional<RecoveryCase>> FindCase(const InvitationId& id) = 0;
  // The case whose recovery ticket it is.
  virtual absl::StatusOr<std::optional<RecoveryCase>> FindCaseOfTicket(const TenantId& tenant,
                                                                       const TicketId& ticket) = 0;
  virtual absl::StatusOr<std::vector<RecoveryCase>> ListCases(const TenantId& tenant,
                                                              const RecoveryFilter& filter,
                                                              const Page& page) = 0;
  // Pending cases that are due, each given to one caller at a time: they are due again at
  // `lease_until` unless they are put or put off before. Counts the attempt.
  virtual absl::StatusOr<std::vector<RecoveryCase>> ClaimCases(absl::Time now,
                                                               absl::Time lease_until,
                                                               int most) = 0;
  virtual absl::Status PutOff(const InvitationId& id, absl::Time until) = 0;
};

}  // namespace huiyin::survey
