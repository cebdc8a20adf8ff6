#include "services/survey/rpc/convert.h"

#include "absl/strings/str_cat.h"
#include "libs/core/id.h"
#include "libs/core/status.h"
#include "libs/rpc/proto_time.h"

namespace huiyin::survey {
namespace {

// Domain enumerations have the numbers of the proto's.
static_assert(static_cast<int>(InvitationState::kInvited) == pb::Invitation::STATE_INVITED);
static_assert(static_cast<int>(InvitationState::kShown) == pb::Invitation::STATE_SHOWN);
static_assert(static_cast<int>(InvitationState::kPartial) == pb::Invitation::STATE_PARTIAL);
static_assert(static_cast<int>(InvitationState::kAnswered) == pb::Invitation::STATE_ANSWERED);
static_assert(static_cast<int>(InvitationState::kSuppressed) == pb::Invitation::STATE_SUPPRESSED);
static_assert(static_cast<int>(InvitationState::kScheduled) == pb::Invitation::STATE_SCHEDULED);
static_assert(static_cast<int>(Recovery::kNone) == pb::Response::RECOVERY_NONE);
static_assert(static_cast<int>(Recovery::kNeeded) == pb::Response::RECOVERY_NEEDED);
static_assert(static_cast<int>(SurveyKind::kCes) == pb::SURVEY_KIND_CES);

std::string Name(const TenantId& tenant, std::string_view collection, std::string_view id) {
  std::string name = "tenants/";
  return name.append(tenant.value()).append("/").append(collection).append("/").append(id);
}

void ToProto(const stats::Estimate& estimate, pb::Estimate* out) {
  out->set_value(estimate.value);
  out->set_lower(estimate.lower);
  out->set_upper(estimate.upper);
}

void ToProto(const std::vector<Answer>& answers,
             google::protobuf::RepeatedPtrField<pb::Answer>* out) {
  for (const Answer& answer : answers) {
    pb::Answer* to = out->Add();
    to->set_question_id(answer.question_id);
    if (answer.score) to->set_score(*answer.score);
    if (answer.text) to->set_text(*answer.text);
  }
}

void ToProto(const Question& question, pb::Question* out) {
  out->set_question_id(question.id);
  out->set_required(question.required);
  out->set_type(question.scale ? pb::Question::TYPE_SCORE : pb::Question::TYPE_TEXT);
  if (!question.scale) return;
  out->set_kind(static_cast<pb::SurveyKind>(*question.scale));
  out->set_min_score(ScaleOf(*question.scale).lowest);
  out->set_max_score(ScaleOf(*question.scale).highest);
}

void AddText(const Text& text, pb::Question* out) {
  pb::LocalizedText* to = out->add_texts();
  to->set_language(text.language);
  to->set_text(text.text);
}

}  // namespace

absl::Status CheckParent(const std::string& parent, const Caller& caller) {
  if (parent == "tenants/" + caller.tenant.value()) return absl::OkStatus();
  if (parent.rfind("tenants/", 0) != 0 || parent.size() == 8) {
    return BadInput({{"parent", "must be tenants/{tenant}"}});
  }
  return Error(absl::StatusCode::kNotFound, "TENANT_NOT_FOUND", "there is no such tenant");
}

absl::StatusOr<InvitationId> ParseInvitationName(const std::string& name, const Caller& caller) {
  const size_t slash = name.rfind('/');
  const std::string id = slash == std::string::npos ? "" : name.substr(slash + 1);
  const size_t middle = name.find("/invitations/");
  if (name.rfind("tenants/", 0) != 0 || middle == std::string::npos || middle + 12 != slash ||
      !IsUuid(id)) {
    return BadInput({{"name", "must be tenants/{tenant}/invitations/{invitation}"}});
  }
  if (name.substr(8, middle - 8) != caller.tenant.value()) {
    return Error(absl::StatusCode::kNotFound, "INVITATION_NOT_FOUND",
                 "there is no such invitation");
  }
  return InvitationId(id);
}

absl::StatusOr<InvitationFilter> FromProto(const pb::ListInvitationsRequest& request) {
  InvitationFilter filter;
  filter.ticket = TicketId(request.ticket_id());
  filter.rma = RmaId(request.rma_id());
  filter.customer = CustomerId(request.customer_id());
  if (!pb::Invitation::State_IsValid(request.state())) {
    return BadInput({{"state", "is not a state of invitations"}});
  }
  filter.expired = request.state() == pb::Invitation::STATE_EXPIRED;
  if (request.state() != pb::Invitation::STATE_UNSPECIFIED) {
    filter.state = static_cast<InvitationState>(request.state());
  }
  return filter;
}

absl::StatusOr<ResponseFilter> FromProto(const pb::ListResponsesRequest& request) {
  ResponseFilter filter;
  filter.ticket = TicketId(request.ticket_id());
  filter.rma = RmaId(request.rma_id());
  if (!pb::Response::Recovery_IsValid(request.recovery())) {
    return BadInput({{"recovery", "is not a consequence of scores"}});
  }
  if (request.recovery() != pb::Response::RECOVERY_UNSPECIFIED) {
    filter.recovery = static_cast<Recovery>(request.recovery());
  }
  return filter;
}

std::vector<Answer> FromProto(const google::protobuf::RepeatedPtrField<pb::Answer>& answers) {
  std::vector<Answer> result;
  for (const pb::Answer& answer : answers) {
    Answer to{answer.question_id(), std::nullopt, std::nullopt};
    if (answer.value_case() == pb::Answer::kScore) to.score = answer.score();
    if (answer.value_case() == pb::Answer::kText) to.text = answer.text();
    result.push_back(std::move(to));
  }
  return result;
}

pb::Survey ToProto(const Survey& survey, const TenantId& tenant) {
  pb::Survey out;
  out.set_name(Name(tenant, "surveys", survey.id));
  out.set_version(survey.version);
  out.set_kind(static_cast<pb::SurveyKind>(survey.kind));
  for (const Question& question : survey.questions) {
    pb::Question* to = out.add_questions();
    ToProto(question, to);
    for (const Text& text : question.texts) AddText(text, to);
  }
  for (const Text& text : survey.questions.front().texts) out.add_languages(text.language);
  return out;
}

pb::Invitation ToProto(const Invitation& invitation, const TokenSigner& signer, absl::Time now,
                       const std::string& link_base) {
  pb::Invitation out;
  out.set_name(Name(invitation.tenant, "invitations", invitation.id.value()));
  out.set_survey(Name(invitation.tenant, "surveys", invitation.survey_id));
  out.set_survey_version(invitation.survey_version);
  out.set_state(IsExpired(invitation, now) ? pb::Invitation::STATE_EXPIRED
                                           : static_cast<pb::Invitation::State>(invitation.state));
  out.set_suppression(std::string(SuppressionName(invitation.suppression)));
  out.set_customer_id(invitation.customer.value());
  out.set_ticket_id(invitation.ticket.value());
  out.set_rma_id(invitation.rma.value());
  out.set_language(invitation.language);
  if (CanBeAnswered(invitation, now)) {
    out.set_token(signer.Sign(invitation.id, invitation.expires_at));
    if (!link_base.empty()) out.set_link(link_base + out.token());
  }
  *out.mutable_create_time() = rpc::ToProto(invitation.created_at);
  *out.mutable_expire_time() = rpc::ToProto(invitation.expires_at);
  if (invitation.shown_at) *out.mutable_shown_time() = rpc::ToProto(*invitation.shown_at);
  if (invitation.answered_at) *out.mutable_answered_time() = rpc::ToProto(*invitation.answered_at);
  return out;
}

pb::Response ToProto(const Response& response) {
  pb::Response out;
  out.set_name(Name(response.tenant, "responses", response.id.value()));
  out.set_survey(Name(response.tenant, "surveys", response.survey_id));
  out.set_survey_version(response.survey_version);
  ToProto(response.answers, out.mutable_answers());
  out.set_complete(response.complete);
  out.set_language(response.language);
  out.set_customer_id(response.customer.value());
  out.set_ticket_id(response.ticket.value());
  out.set_rma_id(response.rma.value());
  out.set_recovery(static_cast<pb::Response::Recovery>(response.recovery));
  *out.mutable_create_time() = rpc::ToProto(response.created_at);
  *out.mutable_update_time() = rpc::ToProto(response.updated_at);
  return out;
}

pb::ShowSurveyResponse ToProto(const ShownSurvey& shown) {
  pb::ShowSurveyResponse out;
  out.set_kind(static_cast<pb::SurveyKind>(shown.survey->kind));
  for (const Question& question : shown.survey->questions) {
    pb::Question* to = out.add_questions();
    ToProto(question, to);
    const Text& text = TextIn(question.texts, shown.language);
    AddText(text, to);
    out.set_language(text.language);
  }
  ToProto(shown.answers, out.mutable_answers());
  *out.mutable_expire_time() = rpc::ToProto(shown.expires_at);
  return out;
}

pb::SurveyResults ToProto(const Results& results) {
  pb::SurveyResults out;
  pb::ResponseFigures* figures = out.mutable_responses();
  figures->set_invited(results.counts.invited);
  figures->set_shown(results.counts.shown);
  figures->set_started(results.counts.started);
  figures->set_answered(results.counts.answered);
  figures->set_suppressed(results.counts.suppressed);
  figures->set_recovery_needed(results.counts.recovery_needed);
  if (results.counts.invited > 0) ToProto(results.response_rate, figures->mutable_response_rate());
  for (const ScoreResult& score : results.scores) {
    pb::ScoreFigures* to = out.add_scores();
    to->set_kind(static_cast<pb::SurveyKind>(score.kind));
    to->set_count(score.count);
    ToProto(score.mean, to->mutable_mean());
    ToProto(score.headline, to->mutable_headline());
    for (const int64_t count : score.histogram) to->add_histogram(count);
    to->set_lowest_score(ScaleOf(score.kind).lowest);
  }
  return out;
}

}  // namespace huiyin::survey
