#include "deploy/sample_day/player/survey_player.h"

#include <optional>

#include "absl/strings/str_cat.h"
#include "deploy/sample_day/player/patience.h"
#include "deploy/sample_day/player/requests.h"
#include "huiyin/aftersales/v1/rma_service.grpc.pb.h"
#include "huiyin/survey/v1/recovery_service.grpc.pb.h"
#include "huiyin/survey/v1/survey_service.grpc.pb.h"

namespace huiyin::sample_day {
namespace {

namespace aftersales = huiyin::aftersales::v1;
namespace pb = huiyin::survey::v1;
using Stub = pb::SurveyService::Stub;

constexpr char kSkipped[] = "survey answers without an invitation";
constexpr absl::Duration kScheduledPatience = absl::Seconds(5);
constexpr char kAnswered[] = "survey answers";

std::string Find(const std::map<std::string, std::string>& names, const std::string& key) {
  const auto it = names.find(key);
  return it == names.end() ? "" : it->second.substr(it->second.rfind('/') + 1);
}

// The oldest invitation about it that can be or was answered; the answer belongs to that one when
// the day is played again, too. One that is about to be made is waited for.
absl::StatusOr<std::optional<pb::Invitation>> FindInvitation(client::Connection& connection,
                                                             const std::string& ticket_id,
                                                             const std::string& rma_id) {
  pb::ListInvitationsRequest request;
  request.set_parent(connection.parent());
  request.set_ticket_id(ticket_id);
  request.set_rma_id(rma_id);
  const absl::Time give_up = connection.clock().Now() + kScheduledPatience;
  for (;;) {
    HUIYIN_ASSIGN_OR_RETURN(const auto page,
                            Patiently(connection, &Stub::ListInvitations, request));
    std::optional<pb::Invitation> found;
    bool scheduled = false;
    for (const auto& invitation : page.invitations()) {  // newest first
      scheduled = scheduled || invitation.state() == pb::Invitation::STATE_SCHEDULED;
      if (invitation.state() == pb::Invitation::STATE_ANSWERED || !invitation.token().empty()) {
        found = invitation;
      }
    }
    if (found.has_value() || !scheduled || connection.clock().Now() > give_up) return found;
    absl::SleepFor(kFirstPause);
  }
}

pb::SubmitAnswerRequest AnswersFor(const pb::ShowSurveyResponse& survey, const Action& action) {
  pb::SubmitAnswerRequest request;
  request.set_complete(true);
  bool commented = false;
  for (const pb::Question& question : survey.questions()) {
    const auto add = [&] {
      pb::Answer& answer = *request.add_answers();
      answer.set_question_id(question.question_id());
      return &answer;
    };
    if (question.type() == pb::Question::TYPE_TEXT) {
      if (!action.comment.empty() && !commented) add()->set_text(action.comment);
      commented = true;
    } else if (question.kind() == pb::SURVEY_KIND_CSAT) {
      add()->set_score(action.csat);
    } else if (question.kind() == pb::SURVEY_KIND_NPS && action.nps) {
      add()->set_score(*action.nps);
    }
  }
  return request;
}

}  // namespace

void DeliverGoods(client::Connection& connection, const Landmarks& landmarks, const Action& action,
                  Outcome& outcome) {
  const std::string rma_id = Find(landmarks.rmas, action.rma_key);
  if (rma_id.empty()) return;
  aftersales::GetRmaRequest get;
  get.set_name(rma_id);
  const auto rma = Patiently(connection, &aftersales::RmaService::Stub::GetRma, get);
  if (!rma.ok()) return outcome.Failed("return of " + action.action_id, rma.status());
  if (rma->back_leg() != aftersales::BACK_LEG_SHIPPED) return;
  aftersales::MarkRmaBackDeliveredRequest request;
  request.set_name(rma_id);
  request.set_request_id(RequestId(action.action_id + " delivered"));
  const auto delivered =
      Patiently(connection, &aftersales::RmaService::Stub::MarkRmaBackDelivered, request);
  if (!delivered.ok()) outcome.Failed("arrival for " + action.action_id, delivered.status());
}

void AnswerSurvey(client::Connection& connection, const Landmarks& landmarks, const Action& action,
                  Outcome& outcome) {
  const std::string ticket_id = Find(landmarks.tickets, action.message_id);
  const std::string rma_id = Find(landmarks.rmas, action.rma_key);
  if (ticket_id.empty() && rma_id.empty()) return outcome.Count(kSkipped);
  const auto invitation = FindInvitation(connection, ticket_id, rma_id);
  if (!invitation.ok()) return outcome.Failed("SURVEY " + action.action_id, invitation.status());
  if (!invitation->has_value()) return outcome.Count(kSkipped);
  if ((*invitation)->state() == pb::Invitation::STATE_ANSWERED) return outcome.Count(kAnswered);
  pb::ShowSurveyRequest show;
  show.set_token((*invitation)->token());
  const auto survey = Patiently(connection, &Stub::ShowSurvey, show);
  if (!survey.ok()) return outcome.Failed("SURVEY " + action.action_id, survey.status());
  pb::SubmitAnswerRequest request = AnswersFor(*survey, action);
  request.set_token((*invitation)->token());
  request.set_request_id(RequestId(action.action_id));
  const auto answered = Patiently(connection, &Stub::SubmitAnswer, request);
  if (!answered.ok()) return outcome.Failed("SURVEY " + action.action_id, answered.status());
  outcome.Count(kAnswered);
}

absl::Status AwaitRecoveries(client::Connection& connection) {
  constexpr absl::Duration kLongest = absl::Minutes(1);
  pb::ListRecoveriesRequest request;
  request.set_parent(connection.parent());
  request.set_state(pb::Recovery::STATE_PENDING);
  request.set_page_size(1);
  const absl::Time give_up = connection.clock().Now() + kLongest;
  for (;;) {
    HUIYIN_ASSIGN_OR_RETURN(
        const auto pending,
        Patiently(connection, &pb::RecoveryService::Stub::ListRecoveries, request));
    if (pending.recoveries().empty()) return absl::OkStatus();
    if (connection.clock().Now() > give_up) {
      return absl::UnavailableError("unhappy answers still wait for their tickets");
    }
    absl::SleepFor(kFirstPause);
  }
}

}  // namespace huiyin::sample_day
