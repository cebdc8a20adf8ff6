// DefinitionStore over libs/db.
#pragma once

#include "libs/db/database.h"
#include "services/survey/storage/definition_store.h"

namespace huiyin::survey {

class SqlDefinitionStore final : public DefinitionStore {
 public:
  // `session` must outlive the store; commands need one inside a transaction.
  explicit SqlDefinitionStore(db::Session& session) : session_(session) {}

  absl::StatusOr<SurveyPtr> FindSurvey(const TenantId& tenant, const std::string& id,
                                       uint32_t version) override;
  absl::StatusOr<SurveyPtr> NewestSurvey(const TenantId& tenant, const std::string& id,
                                         bool published_only) override;
  absl::StatusOr<std::vector<SurveyPtr>> NewestSurveys(const TenantId& tenant) override;
  absl::Status PutSurvey(const TenantId& tenant, const Survey& survey) override;
  absl::StatusOr<std::optional<StoredRules>> FindRules(const TenantId& tenant) override;
  absl::Status PutRules(const TenantId& tenant, const StoredRules& rules) override;
  absl::StatusOr<std::optional<Customer>> FindCustomer(const TenantId& tenant,
                                                       const CustomerId& id) override;
  absl::Status PutCustomer(const Customer& customer) override;
  absl::StatusOr<EpisodeFacts> FindFacts(const TenantId& tenant,
                                         const std::string& subject) override;
  absl::Status PutFacts(const TenantId& tenant, const std::string& subject,
                        const EpisodeFacts& facts) override;

 private:
  absl::StatusOr<SurveyPtr> OneSurvey(std::string_view sql, db::Values args);

  db::Session& session_;
};

}  // namespace huiyin::survey
