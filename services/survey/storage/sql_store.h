// Store over libs/db.
#pragma once

#include "libs/db/database.h"
#include "libs/db/migrator.h"
#include "services/survey/storage/store.h"

namespace huiyin::survey {

// Tables of this service.
std::span<const db::Migration> Schema();

class SqlStore final : public Store {
 public:
  // `session` must outlive the store; commands need one inside a transaction.
  explicit SqlStore(db::Session& session) : session_(session) {}

  absl::StatusOr<bool> AddInvitation(const Invitation& invitation) override;
  absl::Status UpdateInvitation(const Invitation& invitation, InvitationState was) override;
  absl::StatusOr<std::vector<InvitationId>> RemoveScheduled(const TenantId& tenant,
                                                            const TicketId& ticket) override;
  absl::StatusOr<std::vector<InvitationId>> EraseCustomer(const TenantId& tenant,
                                                          const CustomerId& customer,
                                                          const CustomerId& stand_in) override;
  absl::StatusOr<std::optional<Invitation>> FindInvitation(const InvitationId& id) override;
  absl::StatusOr<std::vector<Invitation>> ListInvitations(const TenantId& tenant,
                                                          const InvitationFilter& filter,
                                                          absl::Time now,
                                                          const Page& page) override;
  absl::Status LockContact(const TenantId& tenant, const CustomerId& customer) override;
  absl::StatusOr<std::vector<Contact>> ContactsSince(const TenantId& tenant,
                                                     const CustomerId& customer,
                                                     const InvitationId& invitation,
                                                     absl::Time since) override;
  absl::Status PutResponse(const Response& response) override;
  absl::StatusOr<std::optional<Response>> FindResponse(const InvitationId& id) override;
  absl::StatusOr<std::vector<Response>> ListResponses(const TenantId& tenant,
                                                      const ResponseFilter& filter,
                                                      const Page& page) override;
  absl::Status AddScore(const TenantId& tenant, const InvitationId& id, SurveyKind kind,
                        int score) override;
  absl::StatusOr<std::vector<ResultGroup>> CountResults(const TenantId& tenant, absl::Time from,
                                                        absl::Time until,
                                                        ResultDimension by) override;
  absl::StatusOr<std::vector<Remark>> ListRemarks(const TenantId& tenant, absl::Time from,
                                                  absl::Time until, int most) override;

 private:
  absl::Status PutProducts(const Invitation& invitation);
  absl::Status LoadProducts(Invitation& invitation);
  absl::Status LoadAnswers(Response& response);

  db::Session& session_;
};

// The key of this installation, made of `fresh_secret` when there is none yet.
absl::StatusOr<std::string> InstallationSecret(db::Transaction& tx,
                                               const std::string& fresh_secret);

}  // namespace huiyin::survey
