#include "services/survey/rpc/service.h"

#include <algorithm>
#include <functional>
#include <optional>

#include "libs/core/status.h"
#include "libs/rpc/page.h"
#include "libs/rpc/proto_time.h"
#include "services/survey/rpc/convert.h"
#include "services/survey/rpc/convert_definition.h"
#include "services/survey/usecase/answer.h"
#include "services/survey/usecase/results.h"

namespace huiyin::survey {
namespace {

using rpc::RequestContext;

constexpr rpc::PageLimits kPage = {50, 500};

// One row more than asked for tells whether there is a next page.
Page RowsOf(const rpc::Page& page) { return {page.size + 1, page.position}; }

// Cuts the extra row off; the token for what follows, or empty.
template <class Item>
std::string NextPage(const rpc::Page& page, std::vector<Item>& items) {
  if (items.size() <= static_cast<size_t>(page.size)) return "";
  items.pop_back();
  return page.Next(items.back().id.value());
}

uint64_t KeyOf(const InvitationId& id) { return std::hash<std::string>()(id.value()) | 1; }

struct ShowCommand {
  SurveyLink link;
  std::string language;
};

struct Period {
  absl::Time from, until;
};

template <class Request>
Period PeriodOf(const Request& request, absl::Time now) {
  return {request.has_start_time() ? rpc::FromProto(request.start_time()) : absl::UnixEpoch(),
          request.has_end_time() ? rpc::FromProto(request.end_time()) : now + absl::Seconds(1)};
}

}  // namespace

grpc::ServerUnaryReactor* SurveyServiceImpl::ListInvitations(
    grpc::CallbackServerContext* context, const pb::ListInvitationsRequest* request,
    pb::ListInvitationsResponse* response) {
  return methods_.Read(
      context, request, response,
      [this](const RequestContext& ctx,
             const pb::ListInvitationsRequest& req) -> absl::StatusOr<pb::ListInvitationsResponse> {
        HUIYIN_RETURN_IF_ERROR(CheckParent(req.parent(), ctx.caller));
        HUIYIN_ASSIGN_OR_RETURN(const rpc::Page page, rpc::ReadPage(req, kPage));
        HUIYIN_ASSIGN_OR_RETURN(const InvitationFilter filter, FromProto(req));
        pb::ListInvitationsResponse out;
        const absl::Time now = parts_.clock.Now();
        HUIYIN_RETURN_IF_ERROR(parts_.open_view([&](const View& view) -> absl::Status {
          HUIYIN_ASSIGN_OR_RETURN(
              auto found, view.store.ListInvitations(ctx.caller.tenant, filter, now, RowsOf(page)));
          out.set_next_page_token(NextPage(page, found));
          for (const Invitation& invitation : found) {
            *out.add_invitations() =
                ToProto(invitation, parts_.setup.signer, now, parts_.link_base);
          }
          return absl::OkStatus();
        }));
        return out;
      });
}

grpc::ServerUnaryReactor* SurveyServiceImpl::GetInvitation(grpc::CallbackServerContext* context,
                                                           const pb::GetInvitationRequest* request,
                                                           pb::Invitation* response) {
  return methods_.Read(
      context, request, response,
      [this](const RequestContext& ctx,
             const pb::GetInvitationRequest& req) -> absl::StatusOr<pb::Invitation> {
        HUIYIN_ASSIGN_OR_RETURN(const InvitationId id, ParseInvitationName(req.name(), ctx.caller));
        pb::Invitation out;
        HUIYIN_RETURN_IF_ERROR(parts_.open_view([&](const View& view) -> absl::Status {
          HUIYIN_ASSIGN_OR_RETURN(const Invitation found,
                                  survey::GetInvitation(view, ctx.caller, id));
          out = ToProto(found, parts_.setup.signer, parts_.clock.Now(), parts_.link_base);
          return absl::OkStatus();
        }));
        return out;
      });
}

grpc::ServerUnaryReactor* SurveyServiceImpl::ShowSurvey(grpc::CallbackServerContext* context,
                                                        const pb::ShowSurveyRequest* request,
                                                        pb::ShowSurveyResponse* response) {
  return methods_.Write(
      context, request, response,
      [this](const RequestContext& ctx,
             const pb::ShowSurveyRequest& req) -> absl::StatusOr<ShowCommand> {
        const auto id = parts_.setup.signer.Verify(req.token(), parts_.clock.Now());
        return ShowCommand{LinkOf(id, ctx.caller.tenant), req.language()};
      },
      [](const ShowCommand& command) { return KeyOf(command.link.id); },
      [this](const RequestContext& ctx, const ShowCommand& command,
             db::Transaction& tx) -> absl::StatusOr<pb::ShowSurveyResponse> {
        pb::ShowSurveyResponse out;
        HUIYIN_RETURN_IF_ERROR(
            parts_.open_unit(tx, ctx.caller.traceparent, [&](Unit& unit) -> absl::Status {
              HUIYIN_ASSIGN_OR_RETURN(const ShownSurvey shown,
                                      survey::ShowSurvey(unit, command.link, command.language));
              out = ToProto(shown);
              return absl::OkStatus();
            }));
        return out;
      });
}

grpc::ServerUnaryReactor* SurveyServiceImpl::SubmitAnswer(grpc::CallbackServerContext* context,
                                                          const pb::SubmitAnswerRequest* request,
                                                          pb::SubmitAnswerResponse* response) {
  return methods_.Write(
      context, request, response,
      [this](const RequestContext& ctx,
             const pb::SubmitAnswerRequest& req) -> absl::StatusOr<SubmitAnswerCommand> {
        const auto id = parts_.setup.signer.Verify(req.token(), parts_.clock.Now());
        return SubmitAnswerCommand{LinkOf(id, ctx.caller.tenant), FromProto(req.answers()),
                                   req.complete(), req.language()};
      },
      [](const SubmitAnswerCommand& command) { return KeyOf(command.link.id); },
      [this](const RequestContext& ctx, const SubmitAnswerCommand& command,
             db::Transaction& tx) -> absl::StatusOr<pb::SubmitAnswerResponse> {
        pb::SubmitAnswerResponse out;
        HUIYIN_RETURN_IF_ERROR(
            parts_.open_unit(tx, ctx.caller.traceparent, [&](Unit& unit) -> absl::Status {
              HUIYIN_ASSIGN_OR_RETURN(const SubmitAnswerResult result,
                                      survey::SubmitAnswer(unit, command));
              out.set_complete(result.complete);
              return absl::OkStatus();
            }));
        return out;
      });
}

grpc::ServerUnaryReactor* SurveyServiceImpl::ListResponses(grpc::CallbackServerContext* context,
                                                           const pb::ListResponsesRequest* request,
                                                           pb::ListResponsesResponse* response) {
  return methods_.Read(
      context, request, response,
      [this](const RequestContext& ctx,
             const pb::ListResponsesRequest& req) -> absl::StatusOr<pb::ListResponsesResponse> {
        HUIYIN_RETURN_IF_ERROR(CheckParent(req.parent(), ctx.caller));
        HUIYIN_ASSIGN_OR_RETURN(const rpc::Page page, rpc::ReadPage(req, kPage));
        HUIYIN_ASSIGN_OR_RETURN(const ResponseFilter filter, FromProto(req));
        pb::ListResponsesResponse out;
        HUIYIN_RETURN_IF_ERROR(parts_.open_view([&](const View& view) -> absl::Status {
          HUIYIN_ASSIGN_OR_RETURN(
              auto found, view.store.ListResponses(ctx.caller.tenant, filter, RowsOf(page)));
          out.set_next_page_token(NextPage(page, found));
          for (const Response& found_response : found) {
            *out.add_responses() = ToProto(found_response);
          }
          return absl::OkStatus();
        }));
        return out;
      });
}

grpc::ServerUnaryReactor* SurveyServiceImpl::GetSurveyResults(
    grpc::CallbackServerContext* context, const pb::GetSurveyResultsRequest* request,
    pb::SurveyResults* response) {
  return methods_.Read(
      context, request, response,
      [this](const RequestContext& ctx,
             const pb::GetSurveyResultsRequest& req) -> absl::StatusOr<pb::SurveyResults> {
        HUIYIN_RETURN_IF_ERROR(CheckParent(req.parent(), ctx.caller));
        HUIYIN_ASSIGN_OR_RETURN(const ResultDimension by, FromProto(req.group_by()));
        const Period period = PeriodOf(req, parts_.clock.Now());
        pb::SurveyResults out;
        HUIYIN_RETURN_IF_ERROR(parts_.open_view([&](const View& view) -> absl::Status {
          HUIYIN_ASSIGN_OR_RETURN(const Results results,
                                  GetResults(view, ctx.caller, period.from, period.until, by));
          out = ToProto(results, by);
          return absl::OkStatus();
        }));
        return out;
      });
}

grpc::ServerUnaryReactor* SurveyServiceImpl::ListThemes(grpc::CallbackServerContext* context,
                                                        const pb::ListThemesRequest* request,
                                                        pb::ListThemesResponse* response) {
  return methods_.Read(
      context, request, response,
      [this](const RequestContext& ctx,
             const pb::ListThemesRequest& req) -> absl::StatusOr<pb::ListThemesResponse> {
        constexpr int kStandard = 20, kMost = 100;
        HUIYIN_RETURN_IF_ERROR(CheckParent(req.parent(), ctx.caller));
        if (req.page_size() < 0) return BadInput({{"page_size", "must not be negative"}});
        const int most = req.page_size() == 0 ? kStandard : std::min(req.page_size(), kMost);
        const Period period = PeriodOf(req, parts_.clock.Now());
        pb::ListThemesResponse out;
        HUIYIN_RETURN_IF_ERROR(parts_.open_view([&](const View& view) -> absl::Status {
          HUIYIN_ASSIGN_OR_RETURN(const Themes themes,
                                  survey::ListThemes(view, ctx.caller, period.from, period.until,
                                                     static_cast<size_t>(most)));
          out = ToProto(themes);
          return absl::OkStatus();
        }));
        return out;
      });
}

}  // namespace huiyin::survey
