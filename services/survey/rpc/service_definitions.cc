// SurveyService: surveys themselves.
#include <algorithm>

#include "libs/core/status.h"
#include "libs/rpc/page.h"
#include "services/survey/rpc/convert.h"
#include "services/survey/rpc/convert_definition.h"
#include "services/survey/rpc/service.h"

namespace huiyin::survey {
namespace {

// A tenant's changes take turns.
constexpr auto kTenantKey = [](const auto& command) { return command.tenant.value(); };

// What a request asks for.
constexpr auto kCheck = [](const Caller& caller, const auto& request) {
  return FromProto(request, caller);
};

absl::StatusOr<pb::Survey> AnswerWith(const Caller& caller, const absl::StatusOr<Survey>& survey) {
  if (!survey.ok()) return survey.status();
  return ToProto(*survey, caller.tenant);
}

absl::StatusOr<std::string> SurveyIdOf(const Caller& caller, const std::string& name) {
  return IdOf(name, "surveys", caller, "name", "SURVEY_NOT_FOUND");
}

}  // namespace

grpc::ServerUnaryReactor* SurveyServiceImpl::CreateSurvey(grpc::CallbackServerContext* context,
                                                          const pb::CreateSurveyRequest* request,
                                                          pb::Survey* response) {
  return calls_.Change(context, request, response, kCheck, kTenantKey,
                       [](Unit& unit, const Caller& caller, const WriteSurveyCommand& command) {
                         return AnswerWith(caller, survey::CreateSurvey(unit, command));
                       });
}

grpc::ServerUnaryReactor* SurveyServiceImpl::UpdateSurvey(grpc::CallbackServerContext* context,
                                                          const pb::UpdateSurveyRequest* request,
                                                          pb::Survey* response) {
  return calls_.Change(context, request, response, kCheck, kTenantKey,
                       [](Unit& unit, const Caller& caller, const WriteSurveyCommand& command) {
                         return AnswerWith(caller, survey::UpdateSurvey(unit, command));
                       });
}

grpc::ServerUnaryReactor* SurveyServiceImpl::PublishSurvey(grpc::CallbackServerContext* context,
                                                           const pb::PublishSurveyRequest* request,
                                                           pb::Survey* response) {
  return calls_.Change(context, request, response, kCheck, kTenantKey,
                       [](Unit& unit, const Caller& caller, const PublishSurveyCommand& command) {
                         return AnswerWith(caller, survey::PublishSurvey(unit, command));
                       });
}

grpc::ServerUnaryReactor* SurveyServiceImpl::GetSurvey(grpc::CallbackServerContext* context,
                                                       const pb::GetSurveyRequest* request,
                                                       pb::Survey* response) {
  return calls_.Query(
      context, request, response,
      [](const View& view, const Caller& caller,
         const pb::GetSurveyRequest& req) -> absl::StatusOr<pb::Survey> {
        HUIYIN_ASSIGN_OR_RETURN(const std::string id, SurveyIdOf(caller, req.name()));
        HUIYIN_ASSIGN_OR_RETURN(const SurveyPtr found,
                                survey::GetSurvey(view, caller.tenant, id, req.version()));
        return ToProto(*found, caller.tenant);
      });
}

grpc::ServerUnaryReactor* SurveyServiceImpl::PreviewSurvey(grpc::CallbackServerContext* context,
                                                           const pb::PreviewSurveyRequest* request,
                                                           pb::PreviewSurveyResponse* response) {
  return calls_.Query(
      context, request, response,
      [](const View& view, const Caller& caller,
         const pb::PreviewSurveyRequest& req) -> absl::StatusOr<pb::PreviewSurveyResponse> {
        HUIYIN_ASSIGN_OR_RETURN(const std::string id, SurveyIdOf(caller, req.name()));
        HUIYIN_ASSIGN_OR_RETURN(SurveyPtr found,
                                survey::GetSurvey(view, caller.tenant, id, req.version()));
        HUIYIN_ASSIGN_OR_RETURN(
            const SurveyPreview preview,
            survey::PreviewSurvey(std::move(found), req.language(), FromProto(req.answers())));
        pb::PreviewSurveyResponse out;
        *out.mutable_form() = ToProto(preview.shown);
        for (const std::string& asked : preview.asked) out.add_asked_question_ids(asked);
        return out;
      });
}

grpc::ServerUnaryReactor* SurveyServiceImpl::ListSurveys(grpc::CallbackServerContext* context,
                                                         const pb::ListSurveysRequest* request,
                                                         pb::ListSurveysResponse* response) {
  return calls_.Query(
      context, request, response,
      [](const View& view, const Caller& caller,
         const pb::ListSurveysRequest& req) -> absl::StatusOr<pb::ListSurveysResponse> {
        constexpr rpc::PageLimits kPage = {50, 200};
        HUIYIN_RETURN_IF_ERROR(CheckParent(req.parent(), caller));
        HUIYIN_ASSIGN_OR_RETURN(const rpc::Page page, rpc::ReadPage(req, kPage));
        HUIYIN_ASSIGN_OR_RETURN(std::vector<SurveyPtr> surveys,
                                survey::ListSurveys(view, caller.tenant));
        std::erase_if(surveys,
                      [&](const SurveyPtr& survey) { return survey->id <= page.position; });
        surveys.resize(std::min(surveys.size(), static_cast<size_t>(page.size) + 1));
        pb::ListSurveysResponse out;
        out.set_next_page_token(
            CutPage(page, surveys, [](const SurveyPtr& survey) { return survey->id; }));
        for (const SurveyPtr& survey : surveys) {
          *out.add_surveys() = ToProto(*survey, caller.tenant);
        }
        return out;
      });
}

}  // namespace huiyin::survey
