// Store over SQLite and PostgreSQL.
#pragma once

#include "libs/db/database.h"
#include "libs/db/migrator.h"
#include "services/triage/storage/store.h"

namespace huiyin::triage {

// Lives as long as the session it is given.
class SqlStore final : public Store {
 public:
  explicit SqlStore(db::Session& session) : session_(session) {}

  absl::StatusOr<std::optional<TicketFacts>> FindTicket(const TenantId& tenant,
                                                        const TicketId& ticket) override;
  absl::Status PutTicket(const TicketFacts& ticket) override;
  absl::Status InsertDecision(const Decision& decision) override;
  absl::StatusOr<std::optional<Decision>> FindDecision(const TenantId& tenant,
                                                       const DecisionId& id) override;
  absl::StatusOr<std::vector<Decision>> ListDecisions(const TenantId& tenant,
                                                      const DecisionFilter& filter,
                                                      const DecisionId& before, int limit) override;
  absl::Status InsertCorrection(const Correction& correction) override;
  absl::Status EraseCustomer(const TenantId& tenant, const CustomerId& customer,
                             absl::Time at) override;

 private:
  db::Session& session_;
};

// Versions of the schema, from schema/*.sql.
std::span<const db::Migration> Schema();

}  // namespace huiyin::triage
