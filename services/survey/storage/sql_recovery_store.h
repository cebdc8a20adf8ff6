// RecoveryStore over libs/db.
#pragma once

#include "libs/db/database.h"
#include "services/survey/storage/recovery_store.h"

namespace huiyin::survey {

class SqlRecoveryStore final : public RecoveryStore {
 public:
  // `session` must outlive the store; commands need one inside a transaction.
  explicit SqlRecoveryStore(db::Session& session) : session_(session) {}

  absl::Status PutCase(const RecoveryCase& recovery) override;
  absl::StatusOr<std::optional<RecoveryCase>> FindCase(const InvitationId& id) override;
  absl::StatusOr<std::optional<RecoveryCase>> FindCaseOfTicket(const TenantId& tenant,
                                                               const TicketId& ticket) override;
  absl::StatusOr<std::vector<RecoveryCase>> ListCases(const TenantId& tenant,
                                                      const RecoveryFilter& filter,
                                                      const Page& page) override;
  absl::StatusOr<std::vector<RecoveryCase>> ClaimCases(absl::Time now, absl::Time lease_until,
                                                       int most) override;
  absl::Status PutOff(const InvitationId& id, absl::Time until) override;

 private:
  absl::StatusOr<std::vector<RecoveryCase>> Query(const std::string& rest, db::Values args);

  db::Session& session_;
};

}  // namespace huiyin::survey
