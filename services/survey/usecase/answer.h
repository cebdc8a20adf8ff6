// What a customer does with a survey link: look at the questions, answer them. Any token that
// cannot be used gets the same NOT_FOUND (SURVEY_LINK_INVALID) and changes nothing.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/survey/usecase/unit.h"

namespace huiyin::survey {

// The one answer to forged, expired, finished and foreign tokens.
absl::Status LinkInvalid();

struct ShownSurvey {
  const Survey* survey = nullptr;  // of the unit's catalogue
  std::string language;            // asked for, or the invitation's
  std::vector<Answer> answers;     // given before
  absl::Time expires_at;
};

// Notes the first time the questions were seen. `language` empty: the invitation's.
absl::StatusOr<ShownSurvey> ShowSurvey(Unit& unit, const InvitationId& id,
                                       const std::string& language);

struct SubmitAnswerCommand {
  InvitationId id;  // from a token that TokenSigner verified
  std::vector<Answer> answers;
  bool complete = false;
  std::string language;  // empty: the invitation's
};

struct SubmitAnswerResult {
  bool complete = false;
};

// Stores answers, partial or final. A final answer uses the link up and is published.
absl::StatusOr<SubmitAnswerResult> SubmitAnswer(Unit& unit, const SubmitAnswerCommand& command);

}  // namespace huiyin::survey
