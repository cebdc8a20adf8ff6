#include "services/survey/rpc/convert_definition.h"

#include <google/protobuf/util/json_util.h>

#include <utility>

#include "libs/core/id.h"
#include "libs/core/status.h"
#include "libs/rpc/proto_time.h"
#include "services/survey/rpc/convert.h"

namespace huiyin::survey {
namespace {

static_assert(static_cast<int>(QuestionType::kScore) == pb::Question::TYPE_SCORE);
static_assert(static_cast<int>(QuestionType::kUpload) == pb::Question::TYPE_UPLOAD);
static_assert(static_cast<int>(SurveyState::kPublished) == pb::Survey::STATE_PUBLISHED);
static_assert(static_cast<int>(Purpose::kProductReview) == pb::SURVEY_PURPOSE_PRODUCT_REVIEW);

using Texts = google::protobuf::RepeatedPtrField<pb::LocalizedText>;

std::vector<Text> TextsFrom(const Texts& texts) {
  std::vector<Text> result;
  for (const pb::LocalizedText& text : texts) result.push_back({text.language(), text.text()});
  return result;
}

void AddText(const Text& text, Texts* out) {
  pb::LocalizedText* to = out->Add();
  to->set_language(text.language);
  to->set_text(text.text);
}

Branch BranchFrom(const pb::Branch& branch) {
  Branch result;
  if (branch.has_min_score()) result.min_score = branch.min_score();
  if (branch.has_max_score()) result.max_score = branch.max_score();
  result.choice_id = branch.choice_id();
  result.next = branch.next_question_id();
  return result;
}

Question QuestionFrom(const pb::Question& question) {
  Question result;
  result.id = question.question_id();
  result.type = static_cast<QuestionType>(question.type());
  if (question.kind() >= pb::SURVEY_KIND_CSAT && question.kind() <= pb::SURVEY_KIND_CES) {
    result.scale = static_cast<SurveyKind>(question.kind());
  }
  result.required = question.required();
  result.texts = TextsFrom(question.texts());
  for (const pb::Choice& choice : question.choices()) {
    result.choices.push_back({choice.choice_id(), TextsFrom(choice.texts())});
  }
  result.max_items = question.max_items();
  for (const pb::Branch& branch : question.branches()) {
    result.branches.push_back(BranchFrom(branch));
  }
  return result;
}

Survey ContentFrom(const pb::Survey& survey) {
  Survey content;
  for (const pb::Question& question : survey.questions()) {
    content.questions.push_back(QuestionFrom(question));
  }
  content.purpose = survey.purpose() == pb::SURVEY_PURPOSE_PRODUCT_REVIEW ? Purpose::kProductReview
                                                                          : Purpose::kEpisode;
  return content;
}

void CheckRequestId(const std::string& request_id, InputCheck& check) {
  check.Require(IsUuid(request_id), "request_id", "must be a UUID");
}

// All but the texts.
pb::Question FrameOf(const Question& question) {
  pb::Question out;
  out.set_question_id(question.id);
  out.set_required(question.required);
  out.set_type(static_cast<pb::Question::Type>(question.type));
  out.set_max_items(question.max_items);
  if (question.scale) {
    out.set_kind(static_cast<pb::SurveyKind>(*question.scale));
    out.set_min_score(ScaleOf(*question.scale).lowest);
    out.set_max_score(ScaleOf(*question.scale).highest);
  }
  for (const Branch& branch : question.branches) {
    pb::Branch* to = out.add_branches();
    if (branch.min_score) to->set_min_score(*branch.min_score);
    if (branch.max_score) to->set_max_score(*branch.max_score);
    to->set_choice_id(branch.choice_id);
    to->set_next_question_id(branch.next);
  }
  return out;
}

}  // namespace

absl::StatusOr<WriteSurveyCommand> FromProto(const pb::CreateSurveyRequest& request,
                                             const Caller& caller) {
  HUIYIN_RETURN_IF_ERROR(CheckParent(request.parent(), caller));
  WriteSurveyCommand command;
  command.tenant = caller.tenant;
  command.content = ContentFrom(request.survey());
  command.content.id = request.survey_id();
  InputCheck check;
  check.Require(IsSlug(request.survey_id()), "survey_id", "must be 1 to 64 of a-z, 0-9, _ and -");
  CheckRequestId(request.request_id(), check);
  Survey copy = command.content;
  AddViolations(CheckSurvey(copy, "survey."), check);
  HUIYIN_RETURN_IF_ERROR(check.ToStatus());
  return command;
}

absl::StatusOr<WriteSurveyCommand> FromProto(const pb::UpdateSurveyRequest& request,
                                             const Caller& caller) {
  WriteSurveyCommand command;
  command.tenant = caller.tenant;
  command.content = ContentFrom(request.survey());
  HUIYIN_ASSIGN_OR_RETURN(command.content.id, IdOf(request.survey().name(), "surveys", caller,
                                                   "survey.name", "SURVEY_NOT_FOUND"));
  command.etag = request.survey().etag();
  InputCheck check;
  CheckRequestId(request.request_id(), check);
  if (request.update_mask().paths_size() > 0) command.questions = command.purpose = false;
  for (int i = 0; i < request.update_mask().paths_size(); ++i) {
    const std::string& path = request.update_mask().paths(i);
    command.questions = command.questions || path == "questions";
    command.purpose = command.purpose || path == "purpose";
    check.Require(path == "questions" || path == "purpose", "update_mask",
                  "may name questions and purpose");
  }
  // With a bad request the use case is not reached, so its findings are added here.
  Survey copy = command.content;
  if (!check.ok() && command.questions) AddViolations(CheckSurvey(copy, "survey."), check);
  HUIYIN_RETURN_IF_ERROR(check.ToStatus());
  return command;
}

absl::StatusOr<PublishSurveyCommand> FromProto(const pb::PublishSurveyRequest& request,
                                               const Caller& caller) {
  HUIYIN_ASSIGN_OR_RETURN(const std::string id,
                          IdOf(request.name(), "surveys", caller, "name", "SURVEY_NOT_FOUND"));
  InputCheck check;
  CheckRequestId(request.request_id(), check);
  HUIYIN_RETURN_IF_ERROR(check.ToStatus());
  return PublishSurveyCommand{caller.tenant, id, request.etag()};
}

pb::Survey ToProto(const Survey& survey, const TenantId& tenant) {
  pb::Survey out;
  out.set_name(ResourceName(tenant, "surveys", survey.id));
  out.set_version(survey.version);
  out.set_kind(static_cast<pb::SurveyKind>(survey.kind));
  for (const Question& question : survey.questions) {
    pb::Question* to = out.add_questions();
    *to = FrameOf(question);
    for (const Text& text : question.texts) AddText(text, to->mutable_texts());
    for (const Choice& choice : question.choices) {
      pb::Choice* option = to->add_choices();
      option->set_choice_id(choice.id);
      for (const Text& text : choice.texts) AddText(text, option->mutable_texts());
    }
  }
  for (const Text& text : survey.questions.front().texts) out.add_languages(text.language);
  out.set_purpose(static_cast<pb::SurveyPurpose>(survey.purpose));
  out.set_state(static_cast<pb::Survey::State>(survey.state));
  out.set_etag(EtagOf(survey));
  if (survey.updated_at) *out.mutable_update_time() = rpc::ToProto(*survey.updated_at);
  return out;
}

pb::ShowSurveyResponse ToProto(const ShownSurvey& shown) {
  pb::ShowSurveyResponse out;
  out.set_kind(static_cast<pb::SurveyKind>(shown.survey->kind));
  for (const Question& question : shown.survey->questions) {
    pb::Question* to = out.add_questions();
    *to = FrameOf(question);
    AddText(TextIn(question.texts, shown.language), to->mutable_texts());
    for (const Choice& choice : question.choices) {
      pb::Choice* option = to->add_choices();
      option->set_choice_id(choice.id);
      AddText(TextIn(choice.texts, shown.language), option->mutable_texts());
    }
  }
  out.set_language(TextIn(shown.survey->questions.front().texts, shown.language).language);
  out.set_right_to_left(IsRightToLeft(out.language()));
  ToProto(shown.answers, out.mutable_answers());
  out.set_product_id(shown.product);
  ToProto(shown.products, out.mutable_products());
  if (shown.expires_at) *out.mutable_expire_time() = rpc::ToProto(*shown.expires_at);
  google::protobuf::util::JsonPrintOptions options;
  options.always_print_primitive_fields = true;
  std::string json;
  if (google::protobuf::util::MessageToJsonString(out, &json, options).ok()) out.set_json(json);
  return out;
}

}  // namespace huiyin::survey
