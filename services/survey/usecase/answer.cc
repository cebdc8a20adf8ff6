#include "services/survey/usecase/answer.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "libs/core/status.h"
#include "services/survey/domain/answers.h"
#include "services/survey/usecase/definitions.h"
#include "services/survey/usecase/reviews.h"

namespace huiyin::survey {
namespace {

struct Opened {
  Invitation invitation;
  SurveyPtr survey;
  std::optional<Response> response;
};

absl::StatusOr<Opened> Open(Unit& unit, const SurveyLink& link) {
  HUIYIN_ASSIGN_OR_RETURN(std::optional<Invitation> invitation, unit.store.FindInvitation(link.id));
  if (!invitation || !CanBeAnswered(*invitation, unit.clock.Now()) ||
      (!link.tenant.empty() && link.tenant != invitation->tenant)) {
    return LinkInvalid();
  }
  HUIYIN_ASSIGN_OR_RETURN(SurveyPtr survey,
                          FindSurvey(unit.definitions, unit.setup, invitation->tenant,
                                     invitation->survey_id, invitation->survey_version));
  if (!survey) return LinkInvalid();
  Opened opened{*std::move(invitation), std::move(survey), std::nullopt};
  if (opened.invitation.state == InvitationState::kPartial) {
    HUIYIN_ASSIGN_OR_RETURN(opened.response, unit.store.FindResponse(link.id));
  }
  return opened;
}

std::vector<Score> ScoresOf(const Survey& survey, const std::vector<Answer>& answers) {
  std::vector<Score> scores;  // answers are in the survey's order, the main question first
  for (const Answer& answer : answers) {
    for (const Question& question : survey.questions) {
      if (question.id == answer.question_id && question.scale && answer.score) {
        scores.push_back({*question.scale, *answer.score});
      }
    }
  }
  return scores;
}

Response NewResponse(const Invitation& invitation, absl::Time now) {
  Response response;
  response.tenant = invitation.tenant;
  response.id = invitation.id;
  response.survey_id = invitation.survey_id;
  response.survey_version = invitation.survey_version;
  response.customer = invitation.customer;
  response.ticket = invitation.ticket;
  response.rma = invitation.rma;
  response.created_at = now;
  return response;
}

// Lays what is given over what was answered about the product before; all that is then.
absl::StatusOr<std::vector<Answer>> TakeAnswers(const Survey& survey,
                                                const SubmitAnswerCommand& command,
                                                const std::string& product, Response& response) {
  const auto rest = std::stable_partition(response.answers.begin(), response.answers.end(),
                                          [&](const Answer& a) { return a.product != product; });
  const std::vector<Answer> before(rest, response.answers.end());
  HUIYIN_ASSIGN_OR_RETURN(std::vector<Answer> taken,
                          MergeAnswers(survey, before, command.answers, command.complete));
  for (Answer& answer : taken) answer.product = product;
  response.answers.erase(rest, response.answers.end());
  response.answers.insert(response.answers.end(), taken.begin(), taken.end());
  return taken;
}

// What follows from a final answer; `response` holds what it says of `product`.
absl::Status Follow(Unit& unit, const Survey& survey, const Invitation& invitation,
                    const std::string& product, const Response& response) {
  if (!product.empty()) return TakeReview(unit, survey, invitation, product, response);
  if (invitation.purpose == Purpose::kEpisode) {
    const std::vector<Score> scores = ScoresOf(survey, response.answers);
    for (const Score& score : scores) {
      HUIYIN_RETURN_IF_ERROR(
          unit.store.AddScore(invitation.tenant, invitation.id, score.kind, score.score));
    }
    HUIYIN_RETURN_IF_ERROR(unit.events.Answered(invitation, response, scores));
  }
  const auto recovery = CaseOf(survey, invitation, response, unit.setup.call_back_within);
  return recovery ? unit.recoveries.PutCase(*recovery) : absl::OkStatus();
}

}  // namespace

absl::Status LinkInvalid() {
  return Error(absl::StatusCode::kNotFound, "SURVEY_LINK_INVALID",
               "this survey link is not valid or not valid any more");
}

SurveyLink LinkOf(const std::optional<InvitationId>& verified, const TenantId& tenant) {
  return {verified.value_or(InvitationId("00000000-0000-0000-0000-000000000000")), tenant};
}

absl::StatusOr<ShownSurvey> ShowSurvey(Unit& unit, const SurveyLink& link,
                                       const std::string& language, const std::string& product) {
  HUIYIN_ASSIGN_OR_RETURN(Opened opened, Open(unit, link));
  Invitation& invitation = opened.invitation;
  const std::vector<std::string> open = OpenProducts(invitation);
  const std::string about = product.empty() && !open.empty() ? open.front() : product;
  if (!IsOpenFor(invitation, about)) return LinkInvalid();
  if (!invitation.shown_at) {
    const InvitationState was = invitation.state;
    if (was == InvitationState::kInvited) invitation.state = InvitationState::kShown;
    invitation.shown_at = unit.clock.Now();
    HUIYIN_RETURN_IF_ERROR(unit.store.UpdateInvitation(invitation, was));
  }
  ShownSurvey shown{opened.survey,
                    language.empty() ? invitation.language : language,
                    {},
                    invitation.expires_at,
                    about,
                    invitation.products};
  if (opened.response) shown.answers = std::move(opened.response->answers);
  std::erase_if(shown.answers, [&](const Answer& answer) { return answer.product != about; });
  return shown;
}

absl::StatusOr<SurveyPreview> PreviewSurvey(SurveyPtr survey, const std::string& language,
                                            const std::vector<Answer>& answers) {
  SurveyPreview preview;
  HUIYIN_ASSIGN_OR_RETURN(preview.shown.answers, MergeAnswers(*survey, {}, answers, false));
  for (const Question* question : AskedQuestions(*survey, preview.shown.answers)) {
    preview.asked.push_back(question->id);
  }
  preview.shown.language = language;
  preview.shown.survey = std::move(survey);
  return preview;
}

absl::StatusOr<SubmitAnswerResult> SubmitAnswer(Unit& unit, const SubmitAnswerCommand& command) {
  HUIYIN_ASSIGN_OR_RETURN(Opened opened, Open(unit, command.link));
  Invitation& invitation = opened.invitation;
  const bool first = command.product.empty() && !invitation.products.empty();
  const std::string product = first ? invitation.products.front().id : command.product;
  if (!IsOpenFor(invitation, product)) return LinkInvalid();
  const absl::Time now = unit.clock.Now();
  Response response = opened.response ? *std::move(opened.response) : NewResponse(invitation, now);
  HUIYIN_ASSIGN_OR_RETURN(std::vector<Answer> taken,
                          TakeAnswers(*opened.survey, command, product, response));
  for (AskedProduct& asked : invitation.products) {
    if (asked.id == product) asked.reviewed = command.complete;
  }
  std::vector<std::string> open = OpenProducts(invitation);
  response.complete = command.complete && open.empty();
  response.language = command.language.empty() ? invitation.language : command.language;
  response.recovery = RecoveryFor(*opened.survey, response.answers);
  response.updated_at = now;

  const InvitationState was = invitation.state;
  invitation.state = response.complete ? InvitationState::kAnswered : InvitationState::kPartial;
  // Whoever answers has seen the questions, whatever page showed them.
  if (!invitation.shown_at) invitation.shown_at = now;
  if (!invitation.started_at) invitation.started_at = now;
  if (response.complete) invitation.answered_at = now;
  HUIYIN_RETURN_IF_ERROR(unit.store.UpdateInvitation(invitation, was));
  HUIYIN_RETURN_IF_ERROR(unit.store.PutResponse(response));
  if (command.complete) {
    response.answers = std::move(taken);
    HUIYIN_RETURN_IF_ERROR(Follow(unit, *opened.survey, invitation, product, response));
  }
  return SubmitAnswerResult{response.complete, std::move(open)};
}

}  // namespace huiyin::survey
