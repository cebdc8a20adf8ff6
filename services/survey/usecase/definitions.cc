#include "services/survey/usecase/definitions.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/core/status.h"

namespace huiyin::survey {
namespace {

constexpr size_t kMaxSurveys = 200;

absl::Status NotFound() {
  return Error(absl::StatusCode::kNotFound, "SURVEY_NOT_FOUND", "there is no such survey");
}

absl::StatusOr<SurveyPtr> Newest(DefinitionStore& definitions, const SurveySetup& setup,
                                 const TenantId& tenant, const std::string& id,
                                 bool published_only) {
  HUIYIN_ASSIGN_OR_RETURN(SurveyPtr stored, definitions.NewestSurvey(tenant, id, published_only));
  return stored ? stored : setup.catalogue.Newest(id);
}

absl::StatusOr<Survey> ForChange(Unit& unit, const TenantId& tenant, const std::string& id,
                                 const std::string& etag) {
  HUIYIN_ASSIGN_OR_RETURN(const SurveyPtr newest,
                          Newest(unit.definitions, unit.setup, tenant, id, false));
  if (!newest) return NotFound();
  if (!etag.empty() && etag != EtagOf(*newest)) {
    return Error(absl::StatusCode::kAborted, "ETAG_MISMATCH",
                 "the survey was changed meanwhile; read it again");
  }
  return *newest;
}

// Every change gets a time of its own, so that etags differ.
absl::Time ChangeTime(const Unit& unit, const std::optional<absl::Time>& before) {
  const absl::Time now = absl::FromUnixMicros(absl::ToUnixMicros(unit.clock.Now()));
  return before ? std::max(now, *before + absl::Microseconds(1)) : now;
}

absl::StatusOr<Survey> Keep(Unit& unit, const TenantId& tenant, Survey survey) {
  survey.updated_at = ChangeTime(unit, survey.updated_at);
  HUIYIN_RETURN_IF_ERROR(unit.definitions.PutSurvey(tenant, survey));
  return survey;
}

}  // namespace

absl::StatusOr<SurveyPtr> FindSurvey(DefinitionStore& definitions, const SurveySetup& setup,
                                     const TenantId& tenant, const std::string& id,
                                     uint32_t version) {
  // Built-in versions cannot be written over, so most answers need no query.
  if (SurveyPtr built_in = setup.catalogue.Find(id, version)) return built_in;
  return definitions.FindSurvey(tenant, id, version);
}

absl::StatusOr<SurveyPtr> PublishedSurvey(DefinitionStore& definitions, const SurveySetup& setup,
                                          const TenantId& tenant, const std::string& id) {
  return Newest(definitions, setup, tenant, id, true);
}

absl::StatusOr<SurveyPtr> GetSurvey(const View& view, const TenantId& tenant, const std::string& id,
                                    uint32_t version) {
  HUIYIN_ASSIGN_OR_RETURN(SurveyPtr survey,
                          version == 0
                              ? Newest(view.definitions, view.setup, tenant, id, false)
                              : FindSurvey(view.definitions, view.setup, tenant, id, version));
  if (!survey) return NotFound();
  return survey;
}

absl::StatusOr<std::vector<SurveyPtr>> ListSurveys(const View& view, const TenantId& tenant) {
  HUIYIN_ASSIGN_OR_RETURN(const auto stored, view.definitions.NewestSurveys(tenant));
  std::map<std::string, SurveyPtr> by_id;
  for (const SurveyPtr& survey : view.setup.catalogue.surveys()) by_id[survey->id] = survey;
  for (const SurveyPtr& survey : stored) by_id[survey->id] = survey;
  std::vector<SurveyPtr> surveys;
  for (auto& [id, survey] : by_id) surveys.push_back(std::move(survey));
  return surveys;
}

std::string EtagOf(const Survey& survey) {
  return absl::StrCat(survey.version, ".", static_cast<int>(survey.state), ".",
                      survey.updated_at ? absl::ToUnixMicros(*survey.updated_at) : 0);
}

absl::StatusOr<Survey> CreateSurvey(Unit& unit, const WriteSurveyCommand& command) {
  Survey survey = command.content;
  HUIYIN_RETURN_IF_ERROR(CheckSurvey(survey, "survey."));
  HUIYIN_ASSIGN_OR_RETURN(const SurveyPtr existing,
                          Newest(unit.definitions, unit.setup, command.tenant, survey.id, false));
  if (existing) {
    return Error(absl::StatusCode::kAlreadyExists, "SURVEY_EXISTS",
                 "there is a survey of this id; update it for a new version");
  }
  HUIYIN_ASSIGN_OR_RETURN(const auto all, unit.definitions.NewestSurveys(command.tenant));
  if (all.size() >= kMaxSurveys) {
    return Error(absl::StatusCode::kResourceExhausted, "TOO_MANY_SURVEYS",
                 absl::StrCat("a tenant can have ", kMaxSurveys, " surveys"));
  }
  survey.version = 1;
  survey.state = SurveyState::kDraft;
  return Keep(unit, command.tenant, std::move(survey));
}

absl::StatusOr<Survey> UpdateSurvey(Unit& unit, const WriteSurveyCommand& command) {
  HUIYIN_ASSIGN_OR_RETURN(Survey survey,
                          ForChange(unit, command.tenant, command.content.id, command.etag));
  if (command.questions) survey.questions = command.content.questions;
  if (command.purpose) survey.purpose = command.content.purpose;
  HUIYIN_RETURN_IF_ERROR(CheckSurvey(survey, "survey."));
  if (survey.state == SurveyState::kPublished) {
    ++survey.version;
    survey.state = SurveyState::kDraft;
  }
  return Keep(unit, command.tenant, std::move(survey));
}

absl::StatusOr<Survey> PublishSurvey(Unit& unit, const PublishSurveyCommand& command) {
  HUIYIN_ASSIGN_OR_RETURN(Survey survey, ForChange(unit, command.tenant, command.id, command.etag));
  if (survey.state != SurveyState::kDraft) {
    return Error(absl::StatusCode::kFailedPrecondition, "NO_DRAFT",
                 "the survey has no draft; update it first");
  }
  survey.state = SurveyState::kPublished;
  return Keep(unit, command.tenant, std::move(survey));
}

}  // namespace huiyin::survey
