// SurveyService: surveys themselves.
#include <algorithm>

#include "libs/core/status.h"
#include "libs/rpc/page.h"
#include "services/survey/rpc/convert.h"
#include "services/survey/rpc/convert_definition.h"
#include "services/survey/rpc/service.h"

namespace huiyin::survey {
namespace {

using rpc::RequestContext;

uint64_t KeyOf(const TenantId& tenant) { return std::hash<std::string>()(tenant.value()) | 1; }

}  // namespace

grpc::ServerUnaryReactor* SurveyServiceImpl::CreateSurvey(grpc::CallbackServerContext* context,
                                                          const pb::CreateSurveyRequest* request,
                                                          pb::Survey* response) {
  return methods_.Write(
      context, request, response,
      [](const RequestContext& ctx, const pb::CreateSurveyRequest& req) {
        return FromProto(req, ctx.caller);
      },
      [](const WriteSurveyCommand& command) { return KeyOf(command.tenant); },
      [this](const RequestContext& ctx, const WriteSurveyCommand& command,
             db::Transaction& tx) -> absl::StatusOr<pb::Survey> {
        pb::Survey out;
        HUIYIN_RETURN_IF_ERROR(
            parts_.open_unit(tx, ctx.caller.traceparent, [&](Unit& unit) -> absl::Status {
              HUIYIN_ASSIGN_OR_RETURN(const Survey made, survey::CreateSurvey(unit, command));
              out = ToProto(made, ctx.caller.tenant);
              return absl::OkStatus();
            }));
        return out;
      });
}

grpc::ServerUnaryReactor* SurveyServiceImpl::UpdateSurvey(grpc::CallbackServerContext* context,
                                                          const pb::UpdateSurveyRequest* request,
                                                          pb::Survey* response) {
  return methods_.Write(
      context, request, response,
      [](const RequestContext& ctx, const pb::UpdateSurveyRequest& req) {
        return FromProto(req, ctx.caller);
      },
      [](const WriteSurveyCommand& command) { return KeyOf(command.tenant); },
      [this](const RequestContext& ctx, const WriteSurveyCommand& command,
             db::Transaction& tx) -> absl::StatusOr<pb::Survey> {
        pb::Survey out;
        HUIYIN_RETURN_IF_ERROR(
            parts_.open_unit(tx, ctx.caller.traceparent, [&](Unit& unit) -> absl::Status {
              HUIYIN_ASSIGN_OR_RETURN(const Survey changed, survey::UpdateSurvey(unit, command));
              out = ToProto(changed, ctx.caller.tenant);
              return absl::OkStatus();
            }));
        return out;
      });
}

grpc::ServerUnaryReactor* SurveyServiceImpl::PublishSurvey(grpc::CallbackServerContext* context,
                                                           const pb::PublishSurveyRequest* request,
                                                           pb::Survey* response) {
  return methods_.Write(
      context, request, response,
      [](const RequestContext& ctx, const pb::PublishSurveyRequest& req) {
        return FromProto(req, ctx.caller);
      },
      [](const PublishSurveyCommand& command) { return KeyOf(command.tenant); },
      [this](const RequestContext& ctx, const PublishSurveyCommand& command,
             db::Transaction& tx) -> absl::StatusOr<pb::Survey> {
        pb::Survey out;
        HUIYIN_RETURN_IF_ERROR(
            parts_.open_unit(tx, ctx.caller.traceparent, [&](Unit& unit) -> absl::Status {
              HUIYIN_ASSIGN_OR_RETURN(const Survey published, survey::PublishSurvey(unit, command));
              out = ToProto(published, ctx.caller.tenant);
              return absl::OkStatus();
            }));
        return out;
      });
}

grpc::ServerUnaryReactor* SurveyServiceImpl::GetSurvey(grpc::CallbackServerContext* context,
                                                       const pb::GetSurveyRequest* request,
                                                       pb::Survey* response) {
  return methods_.Read(
      context, request, response,
      [this](const RequestContext& ctx,
             const pb::GetSurveyRequest& req) -> absl::StatusOr<pb::Survey> {
        HUIYIN_ASSIGN_OR_RETURN(const std::string id, IdOf(req.name(), "surveys", ctx.caller,
                                                           "name", "SURVEY_NOT_FOUND"));
        pb::Survey out;
        HUIYIN_RETURN_IF_ERROR(parts_.open_view([&](const View& view) -> absl::Status {
          HUIYIN_ASSIGN_OR_RETURN(const SurveyPtr found,
                                  survey::GetSurvey(view, ctx.caller.tenant, id, req.version()));
          out = ToProto(*found, ctx.caller.tenant);
          return absl::OkStatus();
        }));
        return out;
      });
}

grpc::ServerUnaryReactor* SurveyServiceImpl::PreviewSurvey(grpc::CallbackServerContext* context,
                                                           const pb::PreviewSurveyRequest* request,
                                                           pb::PreviewSurveyResponse* response) {
  return methods_.Read(
      context, request, response,
      [this](const RequestContext& ctx,
             const pb::PreviewSurveyRequest& req) -> absl::StatusOr<pb::PreviewSurveyResponse> {
        HUIYIN_ASSIGN_OR_RETURN(const std::string id, IdOf(req.name(), "surveys", ctx.caller,
                                                           "name", "SURVEY_NOT_FOUND"));
        SurveyPtr found;
        HUIYIN_RETURN_IF_ERROR(parts_.open_view([&](const View& view) -> absl::Status {
          HUIYIN_ASSIGN_OR_RETURN(found,
                                  survey::GetSurvey(view, ctx.caller.tenant, id, req.version()));
          return absl::OkStatus();
        }));
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
  return methods_.Read(
      context, request, response,
      [this](const RequestContext& ctx,
             const pb::ListSurveysRequest& req) -> absl::StatusOr<pb::ListSurveysResponse> {
        constexpr rpc::PageLimits kPage = {50, 200};
        HUIYIN_RETURN_IF_ERROR(CheckParent(req.parent(), ctx.caller));
        HUIYIN_ASSIGN_OR_RETURN(const rpc::Page page, rpc::ReadPage(req, kPage));
        std::vector<SurveyPtr> surveys;
        HUIYIN_RETURN_IF_ERROR(parts_.open_view([&](const View& view) -> absl::Status {
          HUIYIN_ASSIGN_OR_RETURN(surveys, survey::ListSurveys(view, ctx.caller.tenant));
          return absl::OkStatus();
        }));
        pb::ListSurveysResponse out;
        for (const SurveyPtr& survey : surveys) {
          if (survey->id <= page.position) continue;
          if (out.surveys_size() == page.size) {
            const pb::Survey& last = out.surveys(out.surveys_size() - 1);
            out.set_next_page_token(page.Next(last.name().substr(last.name().rfind('/') + 1)));
            break;
          }
          *out.add_surveys() = ToProto(*survey, ctx.caller.tenant);
        }
        return out;
      });
}

}  // namespace huiyin::survey
