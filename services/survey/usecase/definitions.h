// Surveys as tenants write them: drafts that become versions. Built-in surveys are version 1 of
// every tenant.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "libs/core/caller.h"
#include "services/survey/usecase/unit.h"

namespace huiyin::survey {

// One version; 0: the newest, a draft included. NOT_FOUND (SURVEY_NOT_FOUND).
absl::StatusOr<SurveyPtr> GetSurvey(const View& view, const TenantId& tenant, const std::string& id,
                                    uint32_t version);
// The version an invitation names; null when there is none.
absl::StatusOr<SurveyPtr> FindSurvey(DefinitionStore& definitions, const SurveySetup& setup,
                                     const TenantId& tenant, const std::string& id,
                                     uint32_t version);
// The version that new invitations ask; null when there is none.
absl::StatusOr<SurveyPtr> PublishedSurvey(DefinitionStore& definitions, const SurveySetup& setup,
                                          const TenantId& tenant, const std::string& id);
// Newest versions, by id.
absl::StatusOr<std::vector<SurveyPtr>> ListSurveys(const View& view, const TenantId& tenant);

// Given back by callers who read this version as it is.
std::string EtagOf(const Survey& survey);

struct WriteSurveyCommand {
  TenantId tenant;
  Survey content;    // id, purpose and questions
  std::string etag;  // of updates; empty: whatever is there
  bool questions = true;
  bool purpose = true;
};

// ALREADY_EXISTS (SURVEY_EXISTS), RESOURCE_EXHAUSTED (TOO_MANY_SURVEYS), INVALID_ARGUMENT.
absl::StatusOr<Survey> CreateSurvey(Unit& unit, const WriteSurveyCommand& command);
// Changes the draft, or begins one from the newest published version. NOT_FOUND, ABORTED
// (ETAG_MISMATCH), INVALID_ARGUMENT.
absl::StatusOr<Survey> UpdateSurvey(Unit& unit, const WriteSurveyCommand& command);

struct PublishSurveyCommand {
  TenantId tenant;
  std::string id;
  std::string etag;
};
// FAILED_PRECONDITION (NO_DRAFT), NOT_FOUND, ABORTED (ETAG_MISMATCH).
absl::StatusOr<Survey> PublishSurvey(Unit& unit, const PublishSurveyCommand& command);

}  // namespace huiyin::survey
