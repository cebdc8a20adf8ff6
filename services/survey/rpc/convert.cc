#include "services/survey/rpc/convert.h"

#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
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

void ToProto(const stats::Estimate& estimate, pb::Estimate* out) {
  out->set_value(estimate.value);
  out->set_lower(estimate.lower);
  out->set_upper(estimate.upper);
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
  HUIYIN_ASSIGN_OR_RETURN(const std::string id,
                          IdOf(name, "invitations", caller, "name", "INVITATION_NOT_FOUND"));
  if (!IsUuid(id)) return BadInput({{"name", "must end in the id of an invitation"}});
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
    for (const std::string& pick : answer.picks().ids()) to.picks.push_back(pick);
    result.push_back(std::move(to));
  }
  return result;
}

pb::Invitation ToProto(const Invitation& invitation, const TokenSigner& signer, absl::Time now,
                       const std::string& link_base) {
  pb::Invitation out;
  out.set_name(ResourceName(invitation.tenant, "invitations", invitation.id.value()));
  out.set_survey(ResourceName(invitation.tenant, "surveys", invitation.survey_id));
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
  if (invitation.reminded_at) *out.mutable_reminded_time() = rpc::ToProto(*invitation.reminded_at);
  if (invitation.started_at) *out.mutable_started_time() = rpc::ToProto(*invitation.started_at);
  out.set_order_id(invitation.order.value());
  ToProto(invitation.products, out.mutable_products());
  out.set_channel(static_cast<common::v1::Channel>(invitation.facts.channel));
  return out;
}

pb::Response ToProto(const Response& response) {
  pb::Response out;
  out.set_name(ResourceName(response.tenant, "responses", response.id.value()));
  out.set_survey(ResourceName(response.tenant, "surveys", response.survey_id));
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

void FiguresToProto(const Results& results, pb::ResponseFigures* figures,
                    google::protobuf::RepeatedPtrField<pb::ScoreFigures>* scores) {
  figures->set_invited(results.counts.invited);
  figures->set_shown(results.counts.shown);
  figures->set_started(results.counts.started);
  figures->set_answered(results.counts.answered);
  figures->set_suppressed(results.counts.suppressed);
  figures->set_recovery_needed(results.counts.recovery_needed);
  if (results.counts.invited > 0) ToProto(results.response_rate, figures->mutable_response_rate());
  for (const ScoreResult& score : results.scores) {
    pb::ScoreFigures* to = scores->Add();
    to->set_kind(static_cast<pb::SurveyKind>(score.kind));
    to->set_count(score.count);
    ToProto(score.mean, to->mutable_mean());
    ToProto(score.headline, to->mutable_headline());
    for (const int64_t count : score.histogram) to->add_histogram(count);
    to->set_lowest_score(ScaleOf(score.kind).lowest);
  }
}

// Numbers of shared enumerations become their names without prefix: "LOGISTICS".
std::string GroupName(const std::string& value, ResultDimension by) {
  int number = 0;
  if (!absl::SimpleAtoi(value, &number)) return value;
  const auto named = [&](const std::string& name, size_t prefix) {
    return number == 0 || name.size() <= prefix ? "" : name.substr(prefix);
  };
  if (by == ResultDimension::kCategory) return named(common::v1::Category_Name(number), 9);
  if (by == ResultDimension::kChannel) return named(common::v1::Channel_Name(number), 8);
  if (by == ResultDimension::kTier) return named(common::v1::CustomerTier_Name(number), 14);
  return value;
}

pb::SurveyResults ToProto(const Results& results, ResultDimension by) {
  pb::SurveyResults out;
  FiguresToProto(results, out.mutable_responses(), out.mutable_scores());
  for (const GroupResults& group : results.groups) {
    pb::GroupResults* to = out.add_groups();
    to->set_value(GroupName(group.value, by));
    FiguresToProto(group.results, to->mutable_responses(), to->mutable_scores());
    to->set_share_of_invited(group.share_of_invited);
    to->set_share_of_answered(group.share_of_answered);
  }
  if (results.non_response_bias) out.set_non_response_bias(*results.non_response_bias);
  return out;
}

pb::ListThemesResponse ToProto(const Themes& themes) {
  pb::ListThemesResponse out;
  out.set_texts(themes.texts);
  for (const Theme& theme : themes.themes) {
    auto* to = out.add_themes();
    to->set_term(theme.term);
    to->set_count(theme.count);
    to->set_low_scores(theme.low_scores);
    to->set_low_score_log_odds(theme.low_score_log_odds);
  }
  return out;
}

absl::StatusOr<ResultDimension> FromProto(pb::ResultDimension by) {
  if (!pb::ResultDimension_IsValid(by)) {
    return BadInput({{"group_by", "is not a dimension of results"}});
  }
  return static_cast<ResultDimension>(by);
}

std::string ResourceName(const TenantId& tenant, std::string_view collection, std::string_view id) {
  std::string name = "tenants/";
  return name.append(tenant.value()).append("/").append(collection).append("/").append(id);
}

absl::StatusOr<std::string> IdOf(const std::string& name, std::string_view collection,
                                 const Caller& caller, std::string_view field,
                                 std::string_view reason) {
  const std::vector<std::string> parts = absl::StrSplit(name, '/');
  if (parts.size() != 4 || parts[0] != "tenants" || parts[1].empty() || parts[2] != collection ||
      parts[3].empty() || parts[3].size() > 128) {
    return BadInput({{std::string(field),
                      "must be " + ResourceName(TenantId("{tenant}"), collection, "{id}")}});
  }
  if (parts[1] != caller.tenant.value()) {
    return Error(absl::StatusCode::kNotFound, reason, "there is no such resource");
  }
  return parts[3];
}

void AddViolations(const absl::Status& status, InputCheck& check) {
  for (const Violation& violation : Violations(status)) {
    check.Add(violation.field, violation.description);
  }
}

void ToProto(const std::vector<Answer>& answers,
             google::protobuf::RepeatedPtrField<pb::Answer>* out) {
  for (const Answer& answer : answers) {
    pb::Answer* to = out->Add();
    to->set_question_id(answer.question_id);
    if (answer.score) to->set_score(*answer.score);
    if (answer.text) to->set_text(*answer.text);
    for (const std::string& pick : answer.picks) to->mutable_picks()->add_ids(pick);
    to->set_product_id(answer.product);
  }
}

void ToProto(const std::vector<AskedProduct>& products,
             google::protobuf::RepeatedPtrField<pb::AskedProduct>* out) {
  for (const AskedProduct& product : products) {
    pb::AskedProduct* to = out->Add();
    to->set_product_id(product.id);
    to->set_reviewed(product.reviewed);
  }
}

}  // namespace huiyin::survey
