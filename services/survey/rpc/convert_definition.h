// Surveys and how they look, between huiyin.survey.v1 and survey's domain. Pure functions.
#pragma once

#include "absl/status/statusor.h"
#include "huiyin/survey/v1/survey_service.pb.h"
#include "libs/core/caller.h"
#include "services/survey/usecase/answer.h"
#include "services/survey/usecase/definitions.h"

namespace huiyin::survey {

namespace pb = huiyin::survey::v1;

// INVALID_ARGUMENT for names, masks and request ids that cannot be; what surveys must be is the
// domain's to check.
absl::StatusOr<WriteSurveyCommand> FromProto(const pb::CreateSurveyRequest& request,
                                             const Caller& caller);
absl::StatusOr<WriteSurveyCommand> FromProto(const pb::UpdateSurveyRequest& request,
                                             const Caller& caller);
absl::StatusOr<PublishSurveyCommand> FromProto(const pb::PublishSurveyRequest& request,
                                               const Caller& caller);

pb::Survey ToProto(const Survey& survey, const TenantId& tenant);
pb::ShowSurveyResponse ToProto(const ShownSurvey& shown);

}  // namespace huiyin::survey
