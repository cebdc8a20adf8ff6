// What a customer does with a survey link: look at the questions, answer them. Any token that
// cannot be used, or not for the product named, gets the same NOT_FOUND (SURVEY_LINK_INVALID) and
// changes nothing.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/survey/usecase/unit.h"

namespace huiyin::survey {

// The one answer to forged, expired, finished and foreign tokens.
absl::Status LinkInvalid();

// What a caller holds: the invitation that TokenSigner found in the token, and the caller's tenant.
// A token in which it found none takes the same way, with an id that no invitation has, so that
// nobody can tell by the time it takes why a token was refused.
struct SurveyLink {
  InvitationId id;
  TenantId tenant;  // of callers with an access token; empty: anonymous
};
SurveyLink LinkOf(const std::optional<InvitationId>& verified, const TenantId& tenant);

struct ShownSurvey {
  SurveyPtr survey;
  std::string language;         // asked for, or the invitation's
  std::vector<Answer> answers;  // given before
  std::optional<absl::Time> expires_at;
  std::string product = {};                 // asked about; empty: about none
  std::vector<AskedProduct> products = {};  // all of the invitation
};

// Notes the first time the questions were seen. `language` empty: the invitation's; `product`
// empty: the first that is open.
absl::StatusOr<ShownSurvey> ShowSurvey(Unit& unit, const SurveyLink& link,
                                       const std::string& language,
                                       const std::string& product = "");

struct SurveyPreview {
  ShownSurvey shown;
  std::vector<std::string> asked;  // question ids
};
// As a customer who gave `answers` would see it. INVALID_ARGUMENT for bad answers.
absl::StatusOr<SurveyPreview> PreviewSurvey(SurveyPtr survey, const std::string& language,
                                            const std::vector<Answer>& answers);

struct SubmitAnswerCommand {
  SurveyLink link;
  std::vector<Answer> answers;
  bool complete = false;
  std::string language;  // empty: the invitation's
  // Empty: the invitation's first, open or not, so that what is sent twice is no review of another.
  std::string product = {};
};

struct SubmitAnswerResult {
  bool complete = false;                        // the whole invitation
  std::vector<std::string> open_products = {};  // that the link can still be used for
};

// Stores answers, partial or final. A final answer is published and uses the link up for its
// product, or altogether when no product is left.
absl::StatusOr<SubmitAnswerResult> SubmitAnswer(Unit& unit, const SubmitAnswerCommand& command);

}  // namespace huiyin::survey
