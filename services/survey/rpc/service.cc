#include "services/survey/rpc/service.h"

#include <algorithm>

#include "libs/core/status.h"
#include "libs/rpc/page.h"
#include "libs/rpc/proto_time.h"
#include "services/survey/rpc/convert.h"
#include "services/survey/rpc/convert_definition.h"
#include "services/survey/usecase/answer.h"
#include "services/survey/usecase/results.h"

namespace huiyin::survey {
namespace {

constexpr rpc::PageLimits kPage = {50, 500};

struct ShowCommand {
  SurveyLink link;
  std::string language, product;
};

// A link's commands take turns.
constexpr auto kLinkKey = [](const auto& command) { return command.link.id.value(); };

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
  return calls_.Query(
      context, request, response,
      [this](const View& view, const Caller& caller,
             const pb::ListInvitationsRequest& req) -> absl::StatusOr<pb::ListInvitationsResponse> {
        HUIYIN_RETURN_IF_ERROR(CheckParent(req.parent(), caller));
        HUIYIN_ASSIGN_OR_RETURN(const rpc::Page page, rpc::ReadPage(req, kPage));
        HUIYIN_ASSIGN_OR_RETURN(const InvitationFilter filter, FromProto(req));
        const absl::Time now = view.clock.Now();
        HUIYIN_ASSIGN_OR_RETURN(
            auto found, view.store.ListInvitations(caller.tenant, filter, now, RowsOf(page)));
        pb::ListInvitationsResponse out;
        out.set_next_page_token(CutPage(page, found));
        for (const Invitation& invitation : found) {
          *out.add_invitations() =
              ToProto(invitation, view.setup.signer, now, calls_.parts().link_base);
        }
        return out;
      });
}

grpc::ServerUnaryReactor* SurveyServiceImpl::GetInvitation(grpc::CallbackServerContext* context,
                                                           const pb::GetInvitationRequest* request,
                                                           pb::Invitation* response) {
  return calls_.Query(
      context, request, response,
      [this](const View& view, const Caller& caller,
             const pb::GetInvitationRequest& req) -> absl::StatusOr<pb::Invitation> {
        HUIYIN_ASSIGN_OR_RETURN(const InvitationId id, ParseInvitationName(req.name(), caller));
        HUIYIN_ASSIGN_OR_RETURN(const Invitation found, survey::GetInvitation(view, caller, id));
        return ToProto(found, view.setup.signer, view.clock.Now(), calls_.parts().link_base);
      });
}

grpc::ServerUnaryReactor* SurveyServiceImpl::ShowSurvey(grpc::CallbackServerContext* context,
                                                        const pb::ShowSurveyRequest* request,
                                                        pb::ShowSurveyResponse* response) {
  return calls_.Change(
      context, request, response,
      [this](const Caller& caller,
             const pb::ShowSurveyRequest& req) -> absl::StatusOr<ShowCommand> {
        const ServiceParts& parts = calls_.parts();
        const auto id = parts.setup.signer.Verify(req.token(), parts.clock.Now());
        return ShowCommand{LinkOf(id, caller.tenant), req.language(), req.product_id()};
      },
      kLinkKey,
      [](Unit& unit, const Caller&,
         const ShowCommand& command) -> absl::StatusOr<pb::ShowSurveyResponse> {
        HUIYIN_ASSIGN_OR_RETURN(
            const ShownSurvey shown,
            survey::ShowSurvey(unit, command.link, command.language, command.product));
        return ToProto(shown);
      });
}

grpc::ServerUnaryReactor* SurveyServiceImpl::SubmitAnswer(grpc::CallbackServerContext* context,
                                                          const pb::SubmitAnswerRequest* request,
                                                          pb::SubmitAnswerResponse* response) {
  return calls_.Change(
      context, request, response,
      [this](const Caller& caller,
             const pb::SubmitAnswerRequest& req) -> absl::StatusOr<SubmitAnswerCommand> {
        const ServiceParts& parts = calls_.parts();
        const auto id = parts.setup.signer.Verify(req.token(), parts.clock.Now());
        return SubmitAnswerCommand{LinkOf(id, caller.tenant), FromProto(req.answers()),
                                   req.complete(), req.language(), req.product_id()};
      },
      kLinkKey,
      [](Unit& unit, const Caller&,
         const SubmitAnswerCommand& command) -> absl::StatusOr<pb::SubmitAnswerResponse> {
        HUIYIN_ASSIGN_OR_RETURN(const SubmitAnswerResult result,
                                survey::SubmitAnswer(unit, command));
        pb::SubmitAnswerResponse out;
        out.set_complete(result.complete);
        for (const std::string& product : result.open_products) out.add_open_product_ids(product);
        return out;
      });
}

grpc::ServerUnaryReactor* SurveyServiceImpl::ListResponses(grpc::CallbackServerContext* context,
                                                           const pb::ListResponsesRequest* request,
                                                           pb::ListResponsesResponse* response) {
  return calls_.Query(
      context, request, response,
      [](const View& view, const Caller& caller,
         const pb::ListResponsesRequest& req) -> absl::StatusOr<pb::ListResponsesResponse> {
        HUIYIN_RETURN_IF_ERROR(CheckParent(req.parent(), caller));
        HUIYIN_ASSIGN_OR_RETURN(const rpc::Page page, rpc::ReadPage(req, kPage));
        HUIYIN_ASSIGN_OR_RETURN(const ResponseFilter filter, FromProto(req));
        HUIYIN_ASSIGN_OR_RETURN(auto found,
                                view.store.ListResponses(caller.tenant, filter, RowsOf(page)));
        pb::ListResponsesResponse out;
        out.set_next_page_token(CutPage(page, found));
        for (const Response& answer : found) *out.add_responses() = ToProto(answer);
        return out;
      });
}

grpc::ServerUnaryReactor* SurveyServiceImpl::GetSurveyResults(
    grpc::CallbackServerContext* context, const pb::GetSurveyResultsRequest* request,
    pb::SurveyResults* response) {
  return calls_.Query(
      context, request, response,
      [](const View& view, const Caller& caller,
         const pb::GetSurveyResultsRequest& req) -> absl::StatusOr<pb::SurveyResults> {
        HUIYIN_RETURN_IF_ERROR(CheckParent(req.parent(), caller));
        HUIYIN_ASSIGN_OR_RETURN(const ResultDimension by, FromProto(req.group_by()));
        const Period period = PeriodOf(req, view.clock.Now());
        HUIYIN_ASSIGN_OR_RETURN(const Results results,
                                GetResults(view, caller, period.from, period.until, by));
        return ToProto(results, by);
      });
}

grpc::ServerUnaryReactor* SurveyServiceImpl::ListThemes(grpc::CallbackServerContext* context,
                                                        const pb::ListThemesRequest* request,
                                                        pb::ListThemesResponse* response) {
  return calls_.Query(
      context, request, response,
      [](const View& view, const Caller& caller,
         const pb::ListThemesRequest& req) -> absl::StatusOr<pb::ListThemesResponse> {
        constexpr int kStandard = 20, kMost = 100;
        HUIYIN_RETURN_IF_ERROR(CheckParent(req.parent(), caller));
        if (req.page_size() < 0) return BadInput({{"page_size", "must not be negative"}});
        const int most = req.page_size() == 0 ? kStandard : std::min(req.page_size(), kMost);
        const Period period = PeriodOf(req, view.clock.Now());
        HUIYIN_ASSIGN_OR_RETURN(
            const Themes themes,
            survey::ListThemes(view, caller, period.from, period.until, static_cast<size_t>(most)));
        return ToProto(themes);
      });
}

}  // namespace huiyin::survey
