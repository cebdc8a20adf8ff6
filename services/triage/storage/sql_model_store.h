// ModelStore over SQLite and PostgreSQL.
#pragma once

#include "libs/db/database.h"
#include "services/triage/storage/model_store.h"

namespace huiyin::triage {

// Lives as long as the session it is given.
class SqlModelStore final : public ModelStore {
 public:
  explicit SqlModelStore(db::Session& session) : session_(session) {}

  absl::Status InsertModel(const CandidateModel& model, const std::string& patch) override;
  absl::StatusOr<std::optional<CandidateModel>> FindModel(const std::string& version) override;
  absl::StatusOr<std::optional<CandidateModel>> FindModelByRequest(
      const std::string& request_id) override;
  absl::StatusOr<std::optional<std::string>> FindPatch(const std::string& version) override;
  absl::StatusOr<std::vector<CandidateModel>> ListModels(int limit) override;
  absl::Status InsertChoice(const ModelChoice& choice) override;
  absl::StatusOr<std::optional<ModelChoice>> CurrentChoice(ModelRole role) override;
  absl::StatusOr<std::optional<ModelChoice>> FindChoice(const std::string& id) override;
  absl::StatusOr<std::vector<CorrectedDecision>> ListCorrected(int limit) override;
  absl::Status InsertShadow(const TenantId& tenant, const DecisionId& decision,
                            const Reading& current, const Reading& shadow) override;
  absl::StatusOr<ShadowAgreement> Agreement(const std::string& current,
                                            const std::string& shadow) override;

 private:
  db::Session& session_;
};

}  // namespace huiyin::triage
